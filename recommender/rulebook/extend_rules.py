"""Rules of a folder that extends others: theirs as changes.yaml has them, and its own."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from recommender.rulebook.findings import Findings
from recommender.rulebook.places import listing, mapping, place_of, placed
from recommender.rulebook.yaml_text import List, Map

CHANGES = "changes.yaml"
CHANGEABLE = ("effects", "reason", "source")

Files = Mapping[str, Map]
"""Files of rules by name; every line knows its file."""

Known = Mapping[str, Map]
"""The rules that are extended, by id."""


@dataclass(frozen=True)
class RulesTogether:
    """Files of rules as they count; which rules are `own` or `changed`; those switched off."""

    files: Files
    origin: Mapping[str, str]
    off: List


def rules_together(own: Files, theirs: Files, said: Map, findings: Findings) -> RulesTogether:
    """Their rules with what changes.yaml has `said`, and the own ones; findings where it is wrong.

    A rule of theirs that an own one has the id of is left out, so that it is judged only once.
    """
    known = {rule["id"]: rule for content in theirs.values() for rule in content["rules"]}
    new = {rule["id"]: rule for content in own.values() for rule in content["rules"]}
    for id_ in new.keys() & known.keys():
        place = place_of(known[id_].lines["id"])
        findings.add("", new[id_].lines["id"], "extended_rule", value=id_, place=place)
    entries = _entries(said.get("changes", ()), known, {}, findings)
    changes = {id_: one for id_, one in entries.items() if _fits(known[id_], one, findings)}
    off = _entries(said.get("off", ()), known, entries, findings)
    left = {
        name: _kept(content, changes, off.keys() | new.keys()) for name, content in theirs.items()
    }
    return RulesTogether(
        {**own, **{name: content for name, content in left.items() if content["rules"]}},
        {**dict.fromkeys(changes, "changed"), **dict.fromkeys(new, "own")},
        listing(((known[id_], known[id_].line) for id_ in off), said.line),
    )


def _kept(content: Map, changes: Mapping[str, Map], gone: Iterable[str]) -> Map:
    """A file of their rules, changed, without those that are gone."""
    rules = content["rules"]
    kept = (
        (_changed(rule, changes.get(rule["id"])), line)
        for rule, line in zip(rules, rules.lines)
        if rule["id"] not in gone
    )
    return mapping({"rules": listing(kept, rules.line)}, content.lines, content.line)


def _entries(
    entries: Iterable[Map], known: Known, changed: Mapping[str, Map], findings: Findings
) -> dict[str, Map]:
    """Entries of changes.yaml by their rule, each rule once and in one part of the file only."""
    found: dict[str, Map] = {}
    for entry in entries:
        id_, line = entry["rule"], entry.lines["rule"]
        earlier = found.get(id_) or changed.get(id_)
        if id_ not in known:
            findings.add(CHANGES, line, "unknown_rule", value=id_, near=known)
        elif earlier is not None:
            key = "repeated_change" if id_ in found else "changed_and_off"
            findings.add(CHANGES, line, key, value=id_, place=earlier.lines["rule"])
        else:
            found[id_] = entry
    return found


def _fits(rule: Map, change: Map, findings: Findings) -> bool:
    """Whether a rule can be changed so; says what is wrong where the change says nothing new."""
    id_, effects = rule["id"], change.get("effects")
    if all(_plain(change[key]) == _plain(rule.get(key)) for key in CHANGEABLE if key in change):
        findings.add(CHANGES, change.lines["rule"], "no_change", value=id_)
    if effects is None:
        return True
    if "effects" not in rule:
        has = next(key for key in ("exclude", "close", "warn") if key in rule)
        findings.add(CHANGES, change.lines["effects"], "change_points", value=id_, has=has)
        return False
    if "reason" not in change:
        for type_, points in effects.items():
            if _sign(points) != _sign(rule["effects"].get(type_, "0")):
                at = effects.lines[type_]
                findings.add(CHANGES, at, "change_reason", value=id_, type=type_)
    return True


def _plain(value: Any) -> Any:
    """A value so that equal ones are equal however they were written: one id is a list of one."""
    if isinstance(value, dict):
        return {key: text.removeprefix("+") for key, text in value.items()}
    return [value] if isinstance(value, str) else value


def _sign(points: str) -> int:
    return (int(points) > 0) - (int(points) < 0)


def _changed(rule: Map, change: Map | None) -> Map:
    """A rule with what a change gives it, at the place of the change."""
    if change is None:
        return rule
    at = change.lines["rule"]
    made: Map = placed(rule, CHANGES, at)
    for key in CHANGEABLE:
        if key in change:
            made[key], made.lines[key] = change[key], change.lines[key]
    if "effects" in change:
        for example in made["examples"]:
            _claim(example, change["effects"])
    return made


def _claim(example: Map, effects: Map) -> None:
    """Let an example that says what its rule does say so of the points that the rule now gives."""
    if not {"raises", "lowers"} & example.keys():
        return
    for key, sign in (("raises", 1), ("lowers", -1)):
        example.pop(key, None)
        types = [type_ for type_, points in effects.items() if _sign(points) == sign]
        if types:
            example[key] = listing(((type_, effects.lines[type_]) for type_ in types), effects.line)
