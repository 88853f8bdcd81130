"""The editor of a form: its settings as fields of a page, and back by way of the form's file.

What a member fills in is written as the YAML that the file would have, and judged as that: one
verdict for both. A field is named by its place in the file, such as `brand.dark.accent`.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, get_args

from pydantic import ValidationError

from recommender.agency import changes, theme
from recommender.agency.brand import FONTS, ROLES, Brand
from recommender.agency.findings import MESSAGES
from recommender.agency.form import Asks, ContextQuestion, FormSettings
from recommender.agency.form_file import FormFile, as_yaml, read
from recommender.agency.rulebooks import names
from recommender.errors import Finding
from recommender.rulebook.findings import Findings
from recommender.rulebook.yaml_text import line_of, parse

Draft = dict[str, Any]
"""Settings as they were filled in, right or wrong: texts, lists and maps, as a file has them."""

_COLOURS = dict.fromkeys(ROLES, "colour")

SECTIONS: Mapping[str, Mapping[str, str]] = {
    "basics": {
        "name": "line",
        "state": "choice",
        "language": "choice",
        "may_switch": "choice",
        "market": "choice",
        "rules": "choice",
        "time_zone": "line",
    },
    "contact": {
        "contact": "choice",
        "asks.name": "choice",
        "asks.email": "choice",
        "asks.organisation": "choice",
        "contact_address": "line",
        "receipt": "choice",
    },
    "consent": {
        "consent.version": "line",
        "consent.id": "lines",
        "consent.en": "lines",
        "retention_days": "line",
    },
    "sites": {"sites": "list"},
    "result": {"so_far": "choice", "sharpen": "choice", "note.id": "lines", "note.en": "lines"},
    "own": {"hidden": "list"},
    "look": {
        "brand.product": "line",
        "brand.font": "choice",
        "brand.radius": "line",
        "brand.scheme": "choice",
        **{f"brand.{role}": kind for role, kind in _COLOURS.items()},
    },
    "dark": {f"brand.dark.{role}": kind for role, kind in _COLOURS.items()},
}
"""The settings by section, each with the kind of its field. The agency's own questions and the
logo have fields of their own, and the slug stays what it is."""

QUESTION: Mapping[str, str] = {
    "id": "line",
    "kind": "choice",
    "label.id": "line",
    "label.en": "line",
    "options": "lines",
    "required": "choice",
}
"""The fields of an agency's own question; their names begin with `context.<place>.`."""

MOST_QUESTIONS, SPARE = 10, 2

OPTIONAL = frozenset(
    {"market", "contact_address", "note.id", "note.en", "brand.product", *_COLOURS}
    | {f"brand.{role}" for role in ROLES}
    | {f"brand.dark.{role}" for role in ROLES}
)
"""Settings that need no value. Any other one that is empty is a mistake, and said to be."""

_KINDS = {**{path: kind for one in SECTIONS.values() for path, kind in one.items()}}


@dataclass(frozen=True, slots=True)
class Remark:
    """What is wrong with a field; one that belongs to no field has the path ""."""

    path: str
    finding: Finding


def options(path: str, markets: Iterable[str] = ()) -> tuple[str, ...]:
    """What can be chosen for a setting; "" stands for nothing."""
    if path == "market":
        return ("", *markets)
    if path == "rules":
        return tuple(names())
    if path == "brand.font":
        return tuple(FONTS)
    model, name = _owner(path)
    found = get_args(model.model_fields[name].annotation)
    return found or ("yes", "no")


def values(settings: Mapping[str, Any]) -> dict[str, str]:
    """What the fields hold, by their paths, of settings as they are kept or a draft."""
    found = {path: _text(_at(settings, path.split("."))) for path in _KINDS}
    for place, question in enumerate(settings.get("context", ())):
        for name in QUESTION:
            value = _at(question, name.split("."))
            text = _as_lines(value or ()) if name == "options" else _text(value)
            found[f"context.{place}.{name}"] = text
    return found


def draft(fields: Mapping[str, str], kept: Mapping[str, Any]) -> Draft:
    """The settings that the fields of a page ask for; what they do not show stays as it is."""
    made: Draft = {"name": "", "slug": kept["slug"]}
    for path, kind in _KINDS.items():
        text = _written(fields, path)
        if kind == "list":
            _put(made, path, [line.strip() for line in text.split("\n") if line.strip()])
        elif text or path not in OPTIONAL:
            _put(made, path, text)
    if len(made.get("note", {})) == 1:
        made["note"] = {"id": "", "en": ""} | made["note"]
    if logo := kept.get("brand", {}).get("logo"):
        _put(made, "brand.logo", logo)
    made["context"] = list(_questions(fields))
    return made


def judged(draft: Draft) -> FormFile:
    """The draft as the form's file; raises FormFileError with all that is wrong."""
    return read(_NAME, as_yaml(draft).encode())


def remarks(draft: Draft, findings: Iterable[Finding]) -> list[Remark]:
    """Each finding with the path of the field that it is about, in the order of the page."""
    data = parse(_NAME, as_yaml(draft).encode(), Findings(MESSAGES))
    by_line = {line_of(data, path): _field(path) for path in _places(draft)}
    found = [Remark(by_line.get(one.line, ""), one) for one in findings]
    order = list(values(draft))
    return sorted(found, key=lambda one: order.index(one.path) if one.path in order else -1)


def word_of(place: str) -> tuple[str, int | None]:
    """The setting at a place, as its words are called, and the number of the own question.

    A place is a field's path, or one that `changes` names; the words follow “set_”.
    """
    path = _field(place.split(".")) or place
    number = re.match(r"context\.(\d+)\.", path)
    plain = re.sub(r"^context\.\d+", "context", path).replace(".dark.", ".")
    return plain.replace(".", "_"), int(number[1]) if number else None


def slug_of(name: str) -> str:
    """An address that a name gives; empty if it gives none."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    made = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:64].strip("-")
    return made if len(made) > 2 else ""


def offers(draft: Draft, old: FormSettings) -> dict[str, str]:
    """By path, a value that would do in place of one that is wrong."""
    brand = _brand(draft)
    found = {}
    for scheme, one in theme.failing(brand) if brand else ():
        if one.offer:
            found[f"brand.{'dark.' if scheme == 'dark' else ''}{one.role}"] = one.offer
    return found | {"consent.version": changes.next_version(old.consent.version)}


def palette(draft: Draft) -> dict[str, str]:
    """The colour that each role has, set or not, by the path of its field."""
    brand = _brand(draft) or Brand()
    light, dark = theme.light(brand), theme.dark(brand)
    own = {f"brand.{role}": light[role] for role in ROLES}
    return own | {f"brand.dark.{role}": dark[role] for role in ROLES}


_NAME = "form.yaml"


def _owner(path: str) -> tuple[Any, str]:
    """The model that a setting stands in, and its name there."""
    above, _, name = path.rpartition(".")
    owners = {"": FormSettings, "asks": Asks, "brand": Brand}
    return (ContextQuestion if above.startswith("context") else owners[above]), name


def _brand(draft: Draft) -> Brand | None:
    try:
        return Brand.model_validate(draft.get("brand", {}))
    except ValidationError:
        return None


def _written(fields: Mapping[str, str], path: str) -> str:
    """What is filled in; a colour that was chosen from the picker counts before its text."""
    picked = fields.get(f"{path}.pick", "")
    if picked != fields.get(f"{path}.was", ""):
        return picked
    return fields.get(path, "").replace("\r\n", "\n").strip()


def _questions(fields: Mapping[str, str]) -> Iterator[Draft]:
    places = {
        int(found[1]) for name in fields if (found := re.match(r"context\.(\d{1,2})\.", name))
    }
    for place in sorted(places):
        start = f"context.{place}."
        own = {name: _written(fields, start + name) for name in QUESTION}
        said = any(own[name] for name in ("id", "label.id", "label.en", "options"))
        if said and f"{start}gone" not in fields:
            listed = _from_lines(own.pop("options"))
            made: Draft = {}
            for name, text in own.items():
                _put(made, name, text)
            yield made | ({"options": listed} if listed or own["kind"] in ("one", "many") else {})


def _from_lines(text: str) -> list[Draft]:
    """Options from lines such as `low | Kecil | Small`; a bar within a label is written `\\|`."""
    found = []
    for line in filter(str.strip, text.split("\n")):
        parts = [re.sub(r"\\([|\\])", r"\1", part.strip()) for part in _parts(line)]
        id_, own, other = (*parts, "", "")[:3]
        found.append({"id": id_, "label": {"id": own, "en": other}})
    return found


def _as_lines(listed: Iterable[Any]) -> str:
    return "\n".join(
        " | ".join(
            re.sub(r"([|\\])", r"\\\1", _text(_at(one, path)))
            for path in (["id"], ["label", "id"], ["label", "en"])
        )
        for one in listed
    )


def _parts(line: str) -> list[str]:
    """The three parts between bars; whatever stands after a third bar belongs to the last."""
    bars = [found.start() for found in re.finditer(r"\\.|\|", line) if found[0] == "|"][:2]
    edges = [-1, *bars, len(line)]
    return [line[start + 1 : end] for start, end in pairwise(edges)]


def _put(into: Draft, path: str, value: Any) -> None:
    *above, name = path.split(".")
    for part in above:
        into = into.setdefault(part, {})
    into[name] = value


def _at(value: Any, path: Sequence[str]) -> Any:
    for part in path:
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _text(value: Any) -> str:
    return "\n".join(value) if isinstance(value, (list, tuple)) else value or ""


def _places(value: Any, path: tuple = ()) -> Iterator[tuple]:
    """Every place in a draft, an inner one after the one that it stands in."""
    inner = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value if value.__class__ is list else ())
    )
    for key, one in inner:
        yield (*path, key)
        yield from _places(one, (*path, key))


def _field(place: Sequence) -> str:
    """The path of the field in which this place is written."""
    path = ".".join(map(str, place))
    known = ["slug", *_KINDS]
    if place[0] == "context" and len(place) > 1:
        known = [f"context.{place[1]}.{name}" for name in QUESTION]
    around = [one for one in known if f"{path}.".startswith(f"{one}.")]
    within = [one for one in known if one.startswith(f"{path}.")]
    return (around or within or [""])[0]
