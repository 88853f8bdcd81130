"""What is wrong with a request, by pydantic's errors, in the words of this product."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from recommender.errors import Problem, Text, shown
from recommender.i18n import LANGUAGES, words

_CODES: Mapping[str, str] = {
    "missing": "required",
    "extra_forbidden": "unknown_key",
    "model_type": "object",
    "dict_type": "type_object",
    "list_type": "type_list",
    "string_type": "type_text",
    "int_type": "type_number",
    "int_from_float": "type_number",
    "greater_than_equal": "small",
    "less_than_equal": "large",
    "string_too_short": "empty",
    "string_too_long": "long",
    "too_short": "few",
    "too_long": "many",
    "moment": "moment",
}
"""The code of a problem, and with it its words, for each of pydantic's errors."""

_COUNTS = ("ge", "le", "min_length", "max_length")

Model = TypeVar("Model", bound=BaseModel)


def problems_of(model: type[Model], given: Any) -> tuple[Model | None, tuple[Problem, ...]]:
    """What was sent as the model has it, or everything that is wrong with it."""
    try:
        return model.model_validate(given), ()
    except ValidationError as error:
        return None, tuple(_problem(model, one) for one in error.errors(include_url=False))


def problem(name: str | None, code: str, **values: object) -> Problem:
    """A problem with one key of a request, or with all of it."""
    said = {}
    for lang in LANGUAGES:
        plain = {key: shown(one, lang, 100) for key, one in (values | {"name": name or ""}).items()}
        said[lang] = words(lang)(f"wrong_{code}", **plain)
    return Problem(name, code, said)


def _problem(model: type[BaseModel], error: Any) -> Problem:
    name = ".".join(map(str, error["loc"]))[:200] or None
    code = _CODES.get(error["type"], "value")
    context = error.get("ctx", {})
    counts = [context[key] for key in _COUNTS if key in context]
    values: dict[str, object] = {}
    if counts:
        values["n"] = counts[0]
    if code == "unknown_key":
        values["near"] = _near(name or "", model)
    return problem(name, code, **values)


def _near(name: str, model: type[BaseModel]) -> Text:
    """The key that may have been meant, as a question; empty without one."""
    found = get_close_matches(name[:80], list(model.model_fields), 1)
    if not found:
        return dict.fromkeys(LANGUAGES, "")
    return {lang: " " + words(lang)("api_near", name=found[0]) for lang in LANGUAGES}
