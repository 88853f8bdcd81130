"""What each rules file may hold: the form alone. What the names mean is checked in `load`."""

from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)
from pydantic_core import PydanticCustomError

MOST_POINTS = 20


def _one_or_many(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _yes(value: Any) -> bool:
    if value not in ("yes", "no"):
        raise PydanticCustomError("yes_no", "yes or no", {"expected": "yes, no"})
    return bool(value == "yes")


def whole(least: int, most: int) -> BeforeValidator:
    """A whole number within these bounds, written as text like everything in a file."""

    def read(value: Any) -> int:
        text = value if isinstance(value, str) else ""
        digits = text[1:] if text[:1] in ("-", "+") else text
        if digits.isascii() and digits.isdigit() and len(digits) < 9:
            number = int(text)
            if least <= number <= most:
                return number
        raise PydanticCustomError("whole", "whole number", {"least": least, "most": most})

    return BeforeValidator(read, Annotated[int, Field(ge=least, le=most)])


def _address(value: str) -> str:
    if not value.startswith(("https://", "http://")) or any(letter in value for letter in ' "<>'):
        raise PydanticCustomError("address", "an address")
    return value


ID = r"^[a-z0-9][a-z0-9_-]{0,63}$"
Id = Annotated[str, StringConstraints(pattern=ID)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Sentence = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
OptionId = Annotated[str, StringConstraints(pattern=r"^(-|[a-z0-9][a-z0-9_-]{0,63})$")]
_Ids = Annotated[list[Id], Field(min_length=1)]
_OptionIds = Annotated[list[OptionId], Field(min_length=1)]
Ids = Annotated[_Ids, BeforeValidator(_one_or_many, Id | _Ids)]
OptionIds = Annotated[_OptionIds, BeforeValidator(_one_or_many, OptionId | _OptionIds)]
Yes = Annotated[bool, BeforeValidator(_yes, Literal["yes", "no"])]
Points = Annotated[int, whole(-MOST_POINTS, MOST_POINTS)]
Count = Annotated[int, whole(1, 99)]
Year = Annotated[int, whole(1990, 2100)]
Version = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z.]{1,20}$")]
Address = Annotated[str, AfterValidator(_address)]
RawAnswers = dict[str, Any]  # judged by `answers.read`, like any answers
Strength = Literal["seed", "policy", "study", "statistic", "survey", "practitioner"]


class Form(BaseModel):
    """The form of something in a rules file: nothing else may stand there."""

    # Most forms are read as parts of others; what is built at first use makes starting quicker.
    # pydantic lets one thread build at a time since 2.14.
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class TextForm(Form):
    en: Sentence
    id: Sentence


class OptionForm(Form):
    label: TextForm
    phrase: TextForm
    hint: TextForm | None = None
    order: Count | None = None


class GroupForm(Form):
    id: Id
    label: TextForm
    options: Ids


class QuestionForm(Form):
    kind: Literal["one", "many"]
    control: Literal["team", "goal", "given"] = "given"
    required: Yes = False
    most: Count | None = None
    not_sure: Literal["exclusive"] | None = None
    layout: Literal["chips"] | None = None
    collapsed: Yes = False
    options_of: Id | None = None
    ask_when: list[dict[Id, OptionIds]] = Field(default_factory=list)
    label: TextForm
    short: TextForm
    hint: TextForm | None = None
    error: TextForm | None = None
    none: TextForm | None = None
    clause: TextForm
    more_clause: TextForm | None = None
    less_clause: TextForm | None = None
    none_clause: TextForm | None = None
    unknown_clause: TextForm
    groups: list[GroupForm] = Field(default_factory=list)
    options: dict[Id, OptionForm] = Field(default_factory=dict)


class StepForm(Form):
    id: Id
    title: TextForm
    lead: TextForm
    questions: Ids
    optional: Yes = False


class QuestionnaireFile(Form):
    words: dict[Id, TextForm]
    steps: Annotated[list[StepForm], Field(min_length=1)]
    questions: Annotated[dict[Id, QuestionForm], Field(min_length=1)]


class LayoutPartForm(Form):
    kind: Literal["one", "many"]
    most: Count | None = None
    none: Yes = False
    options: Ids


class LayoutForm(Form):
    version: Count
    questions: dict[Id, LayoutPartForm]


class CodeFile(Form):
    layouts: Annotated[list[LayoutForm], Field(min_length=1)]


class DeedsForm(Form):
    """What a rule is said to do, and to which types."""

    raises: Ids = Field(default_factory=list)
    lowers: Ids = Field(default_factory=list)
    excludes: Ids = Field(default_factory=list)
    closes: Ids = Field(default_factory=list)
    warns: Ids = Field(default_factory=list)


class ExampleForm(DeedsForm):
    answers: RawAnswers
    fires: Yes


class RuleForm(Form):
    id: Id
    kind: Literal["fit", "capacity", "risk", "gate", "prior"] = "fit"
    when: Annotated[dict[Id, OptionIds], Field(min_length=1)]
    unless: dict[Id, OptionIds] = Field(default_factory=dict)
    effects: dict[Id, Points] = Field(default_factory=dict)
    exclude: list[Id] = Field(default_factory=list)
    close: dict[Id, Ids] = Field(default_factory=dict)
    warn: list[Id] = Field(default_factory=list)
    reason: TextForm
    source: Ids
    examples: list[ExampleForm]


class RulesFile(Form):
    rules: Annotated[list[RuleForm], Field(min_length=1)]


class ScaleForm(Form):
    least: Annotated[int, whole(-999, -1)]
    most: Annotated[int, whole(1, 999)]


class BandsForm(Form):
    strong: Annotated[int, whole(-999, 999)]
    good: Annotated[int, whole(-999, 999)]
    possible: Annotated[int, whole(-999, 999)]


class ThresholdsForm(Form):
    tie: Annotated[int, whole(1, 99)]
    clear: Annotated[int, whole(1, 99)]


class WithoutEffectForm(Form):
    question: Id
    option: OptionId
    why: TextForm


class RulebookFile(Form):
    name: TextForm | None = None
    last_release: Version
    example: Id
    scale: ScaleForm
    bands: BandsForm
    thresholds: ThresholdsForm
    never_lowers: Ids = Field(default_factory=list)
    without_effect: list[WithoutEffectForm] = Field(default_factory=list)
