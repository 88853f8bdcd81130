"""JSON Schemas of the files of a rules folder, for editors: its forms and its own names.

An editor that knows yaml-language-server reads them by the first line of each file and then
completes names, explains keys and marks what `load` would refuse. What needs more than form and
names (examples, signs, sense) is told by `rules check` alone.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from recommender.engine.model import NONE, Question
from recommender.engine.rows import GOAL
from recommender.engine.rulebook import Rulebook
from recommender.errors import Text
from recommender.rulebook import extend, files
from recommender.rulebook.check_guidance import FIXED_PLACES
from recommender.rulebook.findings import Findings
from recommender.rulebook.hovers import HOVERS
from recommender.rulebook.load import FORMS, OPTIONAL
from recommender.rulebook.yaml_text import parse

FOLDER = ".schema"
"""Where the schemas stand in a rules folder; the loader passes over what starts with a dot."""

MESSAGES: dict[str, Text] = {
    "current": {
        "en": "{folder}/{inside}: the schemas fit the rules.",
        "id": "{folder}/{inside}: skema sudah sesuai dengan aturan.",
    },
    "outdated": {
        "en": "{folder}/{inside}/{file}:1: the schema is out of date; run "
        "`recommender rules schema {folder}`",
        "id": "{folder}/{inside}/{file}:1: skema sudah usang; jalankan "
        "`recommender rules schema {folder}`",
    },
}

META = "rulebook.yaml"
Schema = dict[str, Any]

_NAMED = {
    "source": "source",
    "exclude": "type",
    "warn": "type",
    "types": "type",
    "type": "type",
    "raises": "type",
    "lowers": "type",
    "excludes": "type",
    "closes": "type",
    "warns": "type",
    "gap": "type",
    "expect": "type",
    "effects": "type",
    "close": "type",
    "markets": "options.market",
    "example": "scenario",
    "question": "question",
    "rule": "rule",
    "never_lowers": "question",
}
"""Keys whose ids, in lists and as keys of a map, are names of one kind."""


def schemas(rulebook: Rulebook, *, extends: bool = False) -> dict[str, str]:
    """The schemas of a rulebook's files as JSON: `rules.json`, and one for each fixed file.

    `extends` tells whether its folder extends other rules, and so has files of its own kind.
    """
    forms: dict[str, type[files.Form]] = {"rules": files.RulesFile}
    fixed = extend.FORMS if extends else FORMS | OPTIONAL
    forms |= {Path(name).stem: form for name, form in fixed.items()}
    names = _names(rulebook)
    return {
        f"{stem}.json": json.dumps(_file(form, rulebook, names), ensure_ascii=False, indent=1)
        + "\n"
        for stem, form in forms.items()
    }


def first_line(file: str) -> str:
    """The first line of a rules file, which leads an editor to its schema."""
    path = Path(file)
    name = path.stem if file in FORMS | OPTIONAL | extend.FORMS else "rules"
    up = "../" * (len(path.parts) - 1)
    return f"# yaml-language-server: $schema={up}{FOLDER}/{name}.json"


def extends(folder: Path) -> bool:
    """Whether a folder says that it extends other rules."""
    meta = parse(META, (folder / META).read_bytes(), Findings())
    return extend.extended({META: meta}) is not None


def outdated(folder: Path, written: Mapping[str, str]) -> list[str]:
    """The names of the schemas that are not in the folder as they should be."""
    return [
        name
        for name, content in written.items()
        if not (path := folder / FOLDER / name).is_file() or path.read_text("utf-8") != content
    ]


def write(folder: Path, written: Mapping[str, str]) -> None:
    (folder / FOLDER).mkdir(exist_ok=True)
    for name, content in written.items():
        (folder / FOLDER / name).write_text(content, "utf-8", newline="\n")


def words(key: str, folder: Path, lang: str, file: str = "") -> str:
    return MESSAGES[key][lang].format(folder=folder, inside=FOLDER, file=file)


def _file(form: type[files.Form], rulebook: Rulebook, names: Mapping[str, Schema]) -> Schema:
    """The schema of one file: what its form allows, with the names that this folder has."""
    raw = form.model_json_schema()
    objects = {name: _object(name, one, rulebook) for name, one in raw.pop("$defs", {}).items()}
    whole = {"$schema": "http://json-schema.org/draft-07/schema#", **_object("", raw, rulebook)}
    used: Schema = {}
    waiting = [whole]
    while waiting:
        for name in set(_references(waiting.pop())) - used.keys():
            used[name] = objects.get(name) or names[name]
            waiting.append(used[name])
    return {**whole, "$defs": dict(sorted(used.items()))}


def _object(form: str, raw: Schema, rulebook: Rulebook) -> Schema:
    properties = {
        key: {
            **_property(form, key, one, rulebook),
            "description": HOVERS.get(f"{form}.{key}") or HOVERS.get(key, ""),
        }
        for key, one in raw["properties"].items()
    }
    required = {"required": raw["required"]} if "required" in raw else {}
    return {**_closed(properties), **required}


def _property(form: str, key: str, raw: Schema, rulebook: Rulebook) -> Schema:
    questions = rulebook.questionnaire.questions
    if key in ("when", "unless", "suits"):
        goal = (form, key) == ("RuleForm", "when")
        return _conditions(questions, goal=goal, least=raw.get("minProperties", 0))
    if key in ("answers", "change"):
        return _closed({id_: _answer(one) for id_, one in questions.items()})
    if (form, key) == ("LeadForm", "to"):
        return _reference("place")
    if (form, key) == ("RuleForm", "close"):
        return _closed({type_: _some_of(_platforms(rulebook, type_)) for type_ in rulebook.types})
    return _clean(raw, _NAMED.get(key), list(rulebook.types))


def _clean(raw: Schema, named: str | None, types: Iterable[str]) -> Schema:
    """A property without pydantic's titles and defaults, its ids made references to names."""
    if raw.get("pattern") == files.ID and named:
        return _reference(named)
    choices = [one for one in raw.get("anyOf", ()) if one.get("type") != "null"]
    if len(choices) == 1:  # a key that may be left out, but not be empty
        return _clean(choices[0], named, types)
    unsaid = ("title", "default", *(["type"] if "enum" in raw else []))
    kept = {key: one for key, one in raw.items() if key not in unsaid}
    if "enum" in kept and all(one.lstrip("-").isdigit() for one in kept["enum"]):
        kept["enum"] = [int(one) for one in kept["enum"]]  # as an editor reads them
    if choices:
        kept["anyOf"] = [_clean(one, named, types) for one in choices]
    for key in ("items", "additionalProperties"):
        if isinstance(kept.get(key), dict):
            kept[key] = _clean(kept[key], named, types)
    if "patternProperties" in kept:
        [(pattern, one)] = kept.pop("patternProperties").items()
        value = _clean(one, named, types)
        used = named == "type" and "$ref" not in one  # types.yaml itself makes them
        inside = {type_: value for type_ in types} if used else {}
        kept |= {"properties": inside} if inside else {"patternProperties": {pattern: value}}
        kept["additionalProperties"] = False
    return kept


def _conditions(questions: Mapping[str, Question], *, goal: bool, least: int) -> Schema:
    inside = {
        id_: {**_some_of(_reference(f"options.{id_}")), "description": _both(one.label)}
        for id_, one in questions.items()
    }
    if goal:
        main = {**inside["primary_goal"], "description": HOVERS[GOAL]}
        inside = {GOAL: main, **inside}
    return {**_closed(inside), "minProperties": least}


def _answer(question: Question) -> Schema:
    options = _reference(f"options.{question.id}")
    many = {"type": "array", "items": options, "maxItems": question.most}
    return {**(many if question.many else options), "description": _both(question.label)}


def _platforms(rulebook: Rulebook, type_: str) -> Schema:
    fitting = (one for one in rulebook.platforms.values() if type_ in one.types)
    return _enum((one.id, one.name) for one in fitting)


def _some_of(one: Schema) -> Schema:
    """One name, or a list of names."""
    return {"anyOf": [one, {"type": "array", "items": one, "minItems": 1}]}


def _closed(properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _reference(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _references(schema: Any) -> Iterator[str]:
    """The names of the definitions that a schema leads to."""
    if isinstance(schema, dict):
        if "$ref" in schema:
            yield schema["$ref"].removeprefix("#/$defs/")
        schema = list(schema.values())
    if isinstance(schema, list):
        for one in schema:
            yield from _references(one)


def _names(rulebook: Rulebook) -> dict[str, Schema]:
    """The names that one file of the folder may use of another, each kind as a definition."""
    questions = rulebook.questionnaire.questions
    rules = (*rulebook.rules.values(), *rulebook.off)
    places = [*((place, "") for place in FIXED_PLACES)]
    places += [(f"type.{id_}", _both(one.name)) for id_, one in rulebook.types.items()]
    places += [(f"guide.{chapter.id}", _both(chapter.title)) for chapter in rulebook.guide]
    return {
        "source": _enum((id_, _both(one.title)) for id_, one in rulebook.sources.items()),
        "type": _enum((id_, _both(one.gloss)) for id_, one in rulebook.types.items()),
        "scenario": _enum((one.id, _both(one.title)) for one in rulebook.scenarios),
        "rule": _enum((one.id, _both(one.reason)) for one in rules),
        "question": _enum((id_, _both(one.label)) for id_, one in questions.items()),
        "place": _enum(places),
        **{f"options.{id_}": _enum(_options(one)) for id_, one in questions.items()},
    }


def _options(question: Question) -> list[tuple[str, str]]:
    options = [(id_, _both(one.label)) for id_, one in question.options.items()]
    return [*options, (NONE, _both(question.none))] if question.none else options


def _enum(names: Iterable[tuple[str, str]]) -> Schema:
    """A text that is one of these; the words beside each are shown while one is chosen."""
    listed = dict(names)
    return {"enum": [*listed], "enumDescriptions": [*listed.values()]}


def _both(words: Text) -> str:
    return words["en"] if words["en"] == words["id"] else f"{words['en']} / {words['id']}"
