"""What the files of a folder that extends other rules may hold, beside rules of its own."""

from typing import Annotated

from pydantic import Field

from recommender.rulebook.files import (
    Address,
    Form,
    Id,
    Ids,
    Name,
    Points,
    Sentence,
    TextForm,
    Version,
)


class ExtensionFile(Form):
    extends: Name
    name: TextForm
    last_release: Version | None = None


class ChangeForm(Form):
    rule: Id
    effects: Annotated[dict[Id, Points], Field(min_length=1)] | None = None
    reason: TextForm | None = None
    source: Ids | None = None
    why: Sentence


class OffForm(Form):
    rule: Id
    why: Sentence


class ChangesFile(Form):
    changes: list[ChangeForm] = []
    off: list[OffForm] = []


class ServiceForm(Form):
    id: Id
    types: Ids
    name: TextForm
    text: TextForm
    url: Address | None = None


class ServicesFile(Form):
    by: Name
    services: Annotated[list[ServiceForm], Field(min_length=1)]
