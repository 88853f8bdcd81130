"""What the files around the rules may hold: types, sources, advice, platforms, guide, scenarios."""

from typing import Annotated, Literal

from pydantic import Field

from recommender.rulebook.files import (
    Address,
    DeedsForm,
    Form,
    Id,
    Ids,
    Name,
    OptionIds,
    RawAnswers,
    Sentence,
    Strength,
    TextForm,
    Year,
    Yes,
)


class UseForm(Form):
    id: Id
    text: TextForm
    source: Ids


class TypeForm(Form):
    name: TextForm
    in_sentence: TextForm
    gloss: TextForm
    best_known: Annotated[list[Name], Field(min_length=1)]
    what: TextForm
    relating: TextForm
    uses: Annotated[list[UseForm], Field(min_length=1)]


class TypesFile(Form):
    types: Annotated[dict[Id, TypeForm], Field(min_length=1)]


class SourceForm(Form):
    title: TextForm
    strength: Strength
    place: TextForm | None = None
    year: Year | None = None
    url: Address | None = None
    seen: Literal["primary", "secondary"] | None = None


class SourcesFile(Form):
    sources: dict[Id, SourceForm]


class ScenarioForm(Form):
    id: Id
    title: TextForm
    source: Ids
    answers: RawAnswers
    expect: dict[Literal["first", "top_two"], Id]


class ScenariosFile(Form):
    scenarios: list[ScenarioForm]


class ContrastForm(Form):
    id: Id
    answers: RawAnswers
    change: Annotated[RawAnswers, Field(min_length=1, max_length=1)]
    gap: Annotated[list[Id], Field(min_length=2, max_length=2)]
    must: Literal["grow", "shrink"]
    why: TextForm
    source: Ids


class ContrastsFile(Form):
    contrasts: list[ContrastForm]


class AdviceForm(Form):
    id: Id
    types: Ids
    kind: Literal[
        "ladder", "non_verbal", "verbal", "individual", "group", "feature", "prompt", "rhythm",
        "reply", "first_week", "first_month", "first_quarter", "risk", "measure", "figures",
        "listening", "bad_day",
    ]  # fmt: skip
    when: dict[Id, OptionIds] = Field(default_factory=dict)
    unless: dict[Id, OptionIds] = Field(default_factory=dict)
    text: TextForm
    source: Ids


class TacticsFile(Form):
    advice: Annotated[list[AdviceForm], Field(min_length=1)]


class ObjectionForm(Form):
    when: Annotated[dict[Id, OptionIds], Field(min_length=1)]
    unless: dict[Id, OptionIds] = Field(default_factory=dict)
    reason: TextForm
    source: Ids


class PlatformForm(Form):
    name: Name
    types: Ids
    markets: Ids
    reason: TextForm
    source: Ids
    suits: dict[Id, OptionIds] = Field(default_factory=dict)
    unadvised: list[ObjectionForm] = Field(default_factory=list)


class CompanionForm(Form):
    name: Name
    markets: Ids
    reason: TextForm
    source: Ids


class PlatformsFile(Form):
    platforms: Annotated[dict[Id, PlatformForm], Field(min_length=1)]
    companions: dict[Id, CompanionForm] = Field(default_factory=dict)


class LeadForm(Form):
    to: Name
    label: TextForm


class ChapterForm(Form):
    id: Id
    title: TextForm
    paragraphs: Annotated[list[TextForm], Field(min_length=1)]
    leads_to: LeadForm
    source: Ids


class GuideFile(Form):
    guide: Annotated[list[ChapterForm], Field(min_length=1)]


class StatementForm(Form):
    type: Id
    effect: Literal["-3", "-2", "-1", "1", "2", "3"]
    kind: Literal["fit", "capacity", "constraint", "risk", "tactic"]
    inference: Yes = False
    reserve: Yes = False
    source: Ids = Field(default_factory=list)
    claim: Sentence
    rules: dict[Id, DeedsForm] = Field(default_factory=dict)
    why: Sentence | None = None


class StatementsFile(Form):
    statements: dict[Id, StatementForm]
