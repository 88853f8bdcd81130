"""What the files of a folder that extends other rules may hold, beside rules of its own."""

from typing import Annotated, Literal

from pydantic import Field

from recommender.rulebook.files import (
    Address,
    Form,
    Id,
    Ids,
    Name,
    Points,
    RuleForm,
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
    changes: list[ChangeForm] = Field(default_factory=list)
    off: list[OffForm] = Field(default_factory=list)


class MarksFile(Form):
    """What is remembered of a folder that extended others once both are put together.

    `origin` tells which rules are its `own` or `changed`; `off` are those that it switched off.
    """

    origin: dict[Id, Literal["own", "changed"]] = Field(default_factory=dict)
    off: list[RuleForm] = Field(default_factory=list)


class ServiceForm(Form):
    id: Id
    types: Ids
    name: TextForm
    text: TextForm
    url: Address | None = None


class ServicesFile(Form):
    by: Name
    services: Annotated[list[ServiceForm], Field(min_length=1)]
