"""What the API takes and gives: requests are read by these models, the description is made of
them, and answers are instances of them."""

from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    WithJsonSchema,
)

MOST_BRIEF, MOST_WHOLE = 1000, 20


class Taken(BaseModel):
    """What a program sends: nothing beside what is named, each value of its own kind."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, defer_build=True)


class Query(BaseModel):
    """What an address says; what is not named there is for others, such as `lang`."""

    model_config = ConfigDict(extra="ignore", frozen=True, defer_build=True)


class Given(BaseModel):
    """What a program gets."""

    model_config = ConfigDict(frozen=True, defer_build=True)


Both = dict[str, str]
"""Words by language: `en` and `id`."""


def named(schema: str) -> WithJsonSchema:
    """Describes a value by a schema that is made of no model."""
    return WithJsonSchema({"x-schema": schema})


class Problem(Given):
    """One thing wrong with a request: where, a stable code, and words in both languages."""

    question: str | None
    code: str
    message: Both


class ProblemDocument(Given):
    """Problem Details for HTTP APIs (RFC 9457)."""

    type: str
    status: int
    title: str
    detail: str
    problems: list[Problem]


class Brevity(Query):
    brief: str | None = None


class Bulk(Taken):
    """Many sets of answers. An item is an object of `id` (if you want one) and `answers`."""

    items: Annotated[
        list[Any],
        Field(min_length=1, max_length=MOST_BRIEF),
    ]


class Place(Given):
    type: str
    rank: int
    points: int


class Brief(Given):
    ranking: list[Place]


class BulkResult(Given):
    """One result: a recommendation, or every problem with its answers; `line` counts from 1."""

    id: str | int | None
    line: int | None = None
    recommendation: Annotated[dict[str, Any], named("AnyRecommendation")] | None = None
    problems: list[Problem] | None = None


class BulkResults(Given):
    items: list[BulkResult]


class Step(Given):
    id: str
    title: Both
    lead: Both | None
    questions: list[str]
    optional: bool


class Option(Given):
    id: str
    label: Both
    hint: Both | None
    order: int | None


class Question(Given):
    id: str
    kind: Literal["one", "many"]
    required: bool
    most: int | None
    label: Both
    hint: Both | None
    none: Both | None
    options: list[Option]


class Questionnaire(Given):
    steps: list[Step]
    questions: list[Question]


class Rule(Given):
    """A rule in words, what it does to which type, and its sources by id."""

    id: str
    kind: str
    condition: Both
    outcome: Both
    points: dict[str, int]
    exclude: list[str]
    close: dict[str, list[str]]
    warn: list[str]
    reason: Both
    sources: list[str]


class Source(Given):
    id: str
    title: Both
    strength: str
    place: Both | None
    year: int | None
    url: str | None


class Rules(Given):
    version: str
    digest: str
    rules: list[Rule]
    sources: list[Source]
