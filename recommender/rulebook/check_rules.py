"""Rules: every name leads somewhere, points have one sign, examples hold."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from recommender.engine.model import NONE, Questionnaire, Rule
from recommender.engine.rows import GOAL, rows_of
from recommender.rulebook import build, files
from recommender.rulebook.expectations import surprises
from recommender.rulebook.findings import Findings
from recommender.rulebook.holding import Holding
from recommender.rulebook.names import RulesFolder, check_answers, check_sources, known_type


def check_rules(folder: RulesFolder, asked: Questionnaire, findings: Findings) -> None:
    seen: dict[str, str] = {}
    for name in folder.rules_files():
        for number, form in enumerate(folder.forms[name].rules):
            place = _Place(folder, name, number, form, asked, findings)
            if form.id in seen:
                place.add("repeated_rule", "id", value=form.id, place=seen[form.id])
            seen.setdefault(form.id, f"{name}:{place.line('id')}")
            _check_rule(place)
    if not seen and not findings:
        findings.add("rulebook.yaml", 1, "no_rules")


@dataclass(frozen=True)
class _Place:
    """One rule where it stands, so that findings point at its lines."""

    folder: RulesFolder
    file: str
    number: int
    form: files.RuleForm
    asked: Questionnaire
    findings: Findings

    def line(self, *path: Any) -> int:
        return self.folder.line(self.file, "rules", self.number, *path)

    def add(self, key: str, *path: Any, near: Iterable[str] = (), **filled: Any) -> None:
        self.findings.add(self.file, self.line(*path), key, near=near, **filled)


def _check_rule(place: _Place) -> None:
    form = place.form
    names = _check_conditions(place, "when") & _check_conditions(place, "unless")
    _check_effects(place)
    _check_closed(place)
    check_sources(place.folder, place.file, place.line("source"), form.source, place.findings)
    readable = [
        check_answers(
            place.asked,
            place.file,
            place.line("examples", number, "answers"),
            example.answers,
            place.findings,
            require=(),
        )
        for number, example in enumerate(form.examples)
    ]
    if {example.fires for example in form.examples} != {True, False}:
        place.add("example_both", "examples", rule=form.id)
    does = form.effects or form.exclude or form.close or form.warn
    if names and does and all(readable):
        _check_examples(place, build.rule(form, place.asked))


def _check_conditions(place: _Place, part: str) -> bool:
    """Whether every name in these conditions is known, and stands where it may."""
    good = True
    for question, options in getattr(place.form, part).items():
        if question == GOAL:
            if part == "unless" or not place.form.effects:
                place.add("goal_place", part, GOAL)
                good = False
            question = "primary_goal"
        elif question not in place.asked.questions:
            place.add(
                "unknown_question",
                part,
                question,
                value=question,
                near=[*place.asked.questions, GOAL],
            )
            good = False
            continue
        known = place.asked.questions[question]
        choices = [*known.options, *([NONE] if known.none else [])]
        for option in options:
            if option not in choices:
                where = (part, question) if question in getattr(place.form, part) else (part, GOAL)
                place.add("unknown_option", *where, value=option, question=question, near=choices)
                good = False
    return good


def _check_effects(place: _Place) -> None:
    form = place.form
    filled = [key for key in ("effects", "exclude", "close", "warn") if getattr(form, key)]
    if len(filled) != 1:
        place.add("one_effect", "id", rule=form.id)
    for key in filled:
        for type_ in getattr(form, key):
            known_type(place.folder, place.file, place.line(key, type_), type_, place.findings)
    if (form.exclude or form.close) and form.kind != "gate":
        place.add("gate_kind", "kind", rule=form.id)
    if form.effects and form.kind == "gate":
        place.add("gate_points", "kind", rule=form.id)
    if len({points > 0 for points in form.effects.values()}) > 1:
        place.add("one_sign", "effects", rule=form.id)
    for type_, points in form.effects.items():
        if points == 0:
            place.add("zero_points", "effects", type_, rule=form.id, type=type_)
        if GOAL in form.when and points % 2:
            place.add("odd_goal", "effects", type_, rule=form.id, points=points)


def _check_closed(place: _Place) -> None:
    """Every platform that a rule closes is one of its type."""
    platforms = place.folder.forms["platforms.yaml"].platforms
    for type_, closed in place.form.close.items():
        near = [id_ for id_, platform in platforms.items() if type_ in platform.types]
        for platform in closed:
            if platform not in near:
                where = ("close", type_)
                place.add("unknown_platform", *where, value=platform, near=near, type=type_)


def _check_examples(place: _Place, rule: Rule) -> None:
    found = list(surprises(rule))
    silent = any(each.example.fires and not each.fires for each in found)
    if silent and [*rows_of(rule)] and not Holding(place.asked).can_hold(rule):
        place.add("never_holds", "when", rule=rule.id)
        return
    for surprise in found:
        where = ("examples", surprise.number)
        if surprise.deed:
            place.add("example_effect", *where, rule=rule.id, type=surprise.deed[1])
        else:
            said, actual = (_FIRES[fires] for fires in (surprise.example.fires, surprise.fires))
            place.add("example_wrong", *where, rule=rule.id, said=said, actual=actual)


_FIRES = {True: "yes", False: "no"}
