"""The data of a rules file in its form, or everything wrong with it in the author's words."""

from collections.abc import Iterable, Iterator
from typing import Any, get_args

from pydantic import ValidationError

from recommender.rulebook.files import Form
from recommender.rulebook.findings import Findings
from recommender.rulebook.yaml_text import line_of

_WORDS = {
    "missing": "missing_key",
    "extra_forbidden": "unknown_key",
    "literal_error": "one_of",
    "yes_no": "one_of",
    "whole": "whole_number",
    "string_pattern_mismatch": "bad_id",
    "address": "address",
    "string_too_short": "empty_text",
    "string_too_long": "long_text",
    "too_short": "few_entries",
    "too_long": "many_entries",
    "list_type": "list_wanted",
    "tuple_type": "list_wanted",
    "dict_type": "mapping_wanted",
    "model_type": "mapping_wanted",
    "string_type": "text_wanted",
}
"""The words for each of pydantic's errors."""


def read_form(model: type[Form], file: str, data: Any, findings: Findings) -> Any:
    """The data of a file as its model; None, with a finding for everything that is wrong."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        for item in error.errors(include_url=False):
            _add(model, file, data, item, findings)
        return None


def _add(model: type[Form], file: str, data: Any, error: Any, findings: Findings) -> None:
    """One of pydantic's errors in the words of this product, at its line."""
    path = [part for part in error["loc"] if part != "[key]"]
    while path and not _is_in(data, path[:-1]):
        path = path[:-1]  # a branch of a union, which is no place in the file
    name = str(next((part for part in reversed(path) if isinstance(part, str)), ""))
    value = error["input"] if isinstance(error["input"], str) else name
    key, words = _words(model, error, data, path, value)
    findings.add(file, line_of(data, path), key, name=name, **words)


def _words(
    model: type[Form], error: Any, data: Any, path: list, value: str
) -> tuple[str, dict[str, Any]]:
    """The key of the message, and what fills it in."""
    kind, context = error["type"], error.get("ctx", {})
    if not path:
        return "file_wanted", {}
    if kind == "said":  # by a check of the form's own
        return context["key"], {"value": value, **context["values"]}
    if kind == "extra_forbidden":
        near = _keys_at(model, path[:-1], _at(data, path[:-1]))
        return ("curly_quotes" if set(path[-1]) & set("“”‘’") else "unknown_key"), {"near": near}
    if error["input"] == "" and kind != "string_too_short":
        of_map = kind == "string_pattern_mismatch"
        return ("empty_choice" if of_map else "empty_text"), {}
    if kind in ("literal_error", "yes_no"):
        choices = str(context["expected"]).replace("'", "").replace(" or ", ", ")
        return "one_of", {"value": value, "choices": choices, "near": choices.split(", ")}
    if kind == "string_pattern_mismatch" and any(mark in value for mark in ",|;"):
        return "several_ids", {"value": value}
    counts = {
        "least": context.get("least", context.get("min_length")),
        "most": context.get("most", context.get("max_length")),
    }
    return _WORDS.get(kind, "text_wanted"), {"value": value, **counts}


def _at(data: Any, path: list) -> Any:
    for part in path:
        data = data[part]
    return data


def _is_in(data: Any, path: list) -> bool:
    try:
        _at(data, path)
    except (KeyError, IndexError, TypeError):
        return False
    return True


def _keys_at(model: type[Form], path: list, beside: Iterable[str]) -> list[str]:
    """The keys that an unknown key may have meant: those of the form that stands at its place.

    Where it may be one of several, that which fits its neighbours.
    """
    forms = [model]
    for part in path:
        fields = [form.model_fields[part] for form in forms if part in form.model_fields]
        forms = [one for field in fields for one in forms_in(field.annotation)] or forms
    best = max(forms, key=lambda form: len({*beside} & {*form.model_fields}))
    return list(best.model_fields)


def forms_in(annotation: Any) -> Iterator[type[Form]]:
    if isinstance(annotation, type) and issubclass(annotation, Form):
        yield annotation
    for inner in get_args(annotation):
        yield from forms_in(inner)
