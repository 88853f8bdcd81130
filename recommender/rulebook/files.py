"""What each rules file may hold: the form alone. What the names mean is checked in `load`."""

from functools import cache
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)
from pydantic_core import PydanticCustomError

from recommender.rulebook.findings import Findings
from recommender.rulebook.yaml_text import line_of

MOST_POINTS = 20


def _one_or_many(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _yes(value: Any) -> bool:
    if value not in ("yes", "no"):
        raise PydanticCustomError("yes_no", "yes or no", {"expected": "yes, no"})
    return bool(value == "yes")


def _whole(least: int, most: int) -> BeforeValidator:
    def whole(value: Any) -> int:
        text = value if isinstance(value, str) else ""
        digits = text[1:] if text[:1] in ("-", "+") else text
        if digits.isascii() and digits.isdigit() and len(digits) < 9:
            number = int(text)
            if least <= number <= most:
                return number
        raise PydanticCustomError("whole", "whole number", {"least": least, "most": most})

    return BeforeValidator(whole)


def _address(value: str) -> str:
    if not value.startswith(("https://", "http://")) or any(letter in value for letter in ' "<>'):
        raise PydanticCustomError("address", "an address")
    return value


Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Sentence = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
OptionId = Annotated[str, StringConstraints(pattern=r"^(-|[a-z0-9][a-z0-9_-]{0,63})$")]
Ids = Annotated[list[Id], BeforeValidator(_one_or_many), Field(min_length=1)]
OptionIds = Annotated[list[OptionId], BeforeValidator(_one_or_many), Field(min_length=1)]
Yes = Annotated[bool, BeforeValidator(_yes)]
Points = Annotated[int, _whole(-MOST_POINTS, MOST_POINTS)]
Count = Annotated[int, _whole(1, 99)]
Year = Annotated[int, _whole(1990, 2100)]
Address = Annotated[str, AfterValidator(_address)]
RawAnswers = dict[str, Any]  # judged by `answers.read`, like any answers
Strength = Literal["seed", "policy", "study", "statistic", "survey", "practitioner"]


class Form(BaseModel):
    """The form of something in a rules file: nothing else may stand there."""

    model_config = ConfigDict(extra="forbid", frozen=True)


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
    ask_when: list[dict[Id, OptionIds]] = []
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
    groups: list[GroupForm] = []
    options: dict[Id, OptionForm] = {}


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


class ExampleForm(Form):
    answers: RawAnswers
    fires: Yes
    raises: Id | None = None
    lowers: Id | None = None


class RuleForm(Form):
    id: Id
    kind: Literal["fit", "capacity", "risk", "gate", "prior"] = "fit"
    when: Annotated[dict[Id, OptionIds], Field(min_length=1)]
    unless: dict[Id, OptionIds] = {}
    effects: dict[Id, Points] = {}
    exclude: list[Id] = []
    close: dict[Id, Ids] = {}
    warn: list[Id] = []
    reason: TextForm
    source: Ids
    examples: list[ExampleForm]


class RulesFile(Form):
    rules: Annotated[list[RuleForm], Field(min_length=1)]


class ScaleForm(Form):
    least: Annotated[int, _whole(-999, -1)]
    most: Annotated[int, _whole(1, 999)]


class BandsForm(Form):
    strong: Annotated[int, _whole(-999, 999)]
    good: Annotated[int, _whole(-999, 999)]
    possible: Annotated[int, _whole(-999, 999)]


class ThresholdsForm(Form):
    tie: Annotated[int, _whole(1, 99)]
    clear: Annotated[int, _whole(1, 99)]


class RulebookFile(Form):
    last_release: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z.]{1,20}$")]
    example: Id
    scale: ScaleForm
    bands: BandsForm
    thresholds: ThresholdsForm


def read_file(model: type[Form], file: str, data: Any, findings: Findings) -> Any:
    """The data of a file as its model; None, with a finding for everything that is wrong."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        for item in error.errors(include_url=False):
            _add(file, data, item, findings)
        return None


def _add(file: str, data: Any, error: Any, findings: Findings) -> None:
    """One of pydantic's errors in the words of this product, at its line."""
    path = [part for part in error["loc"] if part != "[key]"]
    while path and not _is_in(data, path[:-1]):
        path = path[:-1]  # a branch of a union, which is no place in the file
    name = str(path[-1]) if path else "the file"
    line = line_of(data, path)
    kind, context = error["type"], error.get("ctx", {})
    key, filled = _WORDS.get(kind, ("text_wanted", {}))
    value = error["input"] if isinstance(error["input"], str) else name
    words: dict[str, Any] = {"name": name, **filled}
    if kind in ("literal_error", "yes_no"):
        words |= {"value": value, "choices": str(context["expected"]).replace("'", "")}
        words["near"] = [
            choice.strip() for choice in words["choices"].replace(" or ", ",").split(",")
        ]
    elif kind in ("whole", "string_pattern_mismatch", "address"):
        words |= {"value": value}
        words |= {name: context[name] for name in ("least", "most") if name in context}
    elif kind == "extra_forbidden":
        words["near"] = _keys()
    findings.add(file, line, key, **words)


_WORDS: dict[str, tuple[str, dict]] = {
    "missing": ("missing_key", {}),
    "extra_forbidden": ("unknown_key", {}),
    "literal_error": ("one_of", {}),
    "yes_no": ("one_of", {}),
    "whole": ("whole_number", {}),
    "string_pattern_mismatch": ("bad_id", {}),
    "address": ("address", {}),
    "string_too_short": ("empty_text", {}),
    "string_too_long": ("long_text", {}),
    "too_short": ("empty_list", {}),
    "list_type": ("list_wanted", {}),
    "dict_type": ("mapping_wanted", {}),
    "model_type": ("mapping_wanted", {}),
    "string_type": ("text_wanted", {}),
}


def _is_in(data: Any, path: list) -> bool:
    for part in path:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return False
    return True


@cache
def _keys() -> list[str]:
    """Names that an unknown key may have meant: the keys of every form, as they are few."""
    return sorted({key for form in Form.__subclasses__() for key in form.model_fields})
