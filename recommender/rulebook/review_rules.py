"""Rules beside each other and beside all valid answers: what cannot be meant as it stands."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from recommender.engine.model import Answers, Conditions, Question, Rule
from recommender.engine.pairs import EXCLUDED
from recommender.engine.rows import Row, rows_of
from recommender.engine.rulebook import Rulebook
from recommender.rulebook.deeds import done
from recommender.rulebook.findings import Findings
from recommender.rulebook.holding import Condition, Holding, conditions, without
from recommender.rulebook.names import RulesFolder, must_be_known

META = "rulebook.yaml"


@dataclass(frozen=True)
class Standing:
    """A rule and where it stands."""

    folder: RulesFolder
    file: str
    number: int
    rule: Rule

    def line(self, *path: Any) -> int:
        return self.folder.line(self.file, "rules", self.number, *path)

    def add(self, findings: Findings, key: str, *path: Any, **values: Any) -> None:
        findings.add(self.file, self.line(*path), key, rule=self.rule.id, **values)

    @property
    def place(self) -> str:
        line = self.line("id")
        return f"{getattr(line, 'file', self.file)}:{line}"


def review_rules(folder: RulesFolder, rulebook: Rulebook, findings: Findings) -> None:
    standing = list(_standing(folder, rulebook))
    holding = Holding(rulebook.questionnaire)
    for each in standing:
        if holding.can_hold(each.rule):
            _review_conditions(each, holding, findings)
            _review_examples(each, findings)
        else:
            each.add(findings, "never_holds", "when")
    for question, upwards in _never_lowering(folder, rulebook, findings).items():
        _review_more(standing, question, upwards, findings)
    _review_alike(standing, findings)


def _standing(folder: RulesFolder, rulebook: Rulebook) -> Iterator[Standing]:
    for file in folder.rules_files():
        for number, form in enumerate(folder.forms[file].rules):
            yield Standing(folder, file, number, rulebook.rules[form.id])


def _review_conditions(each: Standing, holding: Holding, findings: Findings) -> None:
    """Every option that the rule lists can make a difference."""
    for condition in conditions(each.rule):
        if not holding.can_matter(each.rule, condition):
            part, question, option = condition
            each.add(findings, "dead_option", part, question, option=option, part=part)


def _never_lowering(
    folder: RulesFolder, rulebook: Rulebook, findings: Findings
) -> dict[str, list[str]]:
    """For each question of which more never lowers a type, its options from less to more."""
    questions = rulebook.questionnaire.questions
    found = {}
    for number, id_ in enumerate(folder.forms[META].never_lowers):
        line = folder.line(META, "never_lowers", number)
        must_be_known(findings, META, line, "unknown_question", id_, questions)
        if id_ in questions:
            found[id_] = _upwards(questions[id_])
            if not found[id_]:
                findings.add(META, line, "no_order", question=id_)
    return found


def _upwards(question: Question) -> list[str]:
    """The options from less to more; none unless all have their order."""
    orders = {option.id: option.order for option in question.options.values()}
    return [] if None in orders.values() else sorted(orders, key=lambda id_: orders[id_] or 0)


def _review_more(
    standing: list[Standing], question: str, upwards: list[str], findings: Findings
) -> None:
    """More never lowers a type: of the rows that ask the same of all else, all points together."""
    groups: dict[tuple, list[tuple[Standing, list[int]]]] = {}
    for each in standing:
        for row in rows_of(each.rule):
            if question in row.reads() and not row.warning:
                alike = row.type, _besides(row.when, question), _besides(row.unless, question)
                groups.setdefault(alike, []).append((each, _points_by(row, question, upwards)))
    for (type_, *_), group in groups.items():
        if not _rises([sum(points) for points in zip(*(each[1] for each in group))]):
            for each, points in group:
                if not _rises(points):
                    holds = ", ".join(id_ for id_, given in zip(upwards, points) if given)
                    values = {"question": question, "type": type_, "holds": holds}
                    each.add(findings, "more_lowers", "id", **values)


def _besides(listed: Conditions, question: str) -> frozenset:
    return frozenset(pair for pair in listed if pair[0] != question)


def _points_by(row: Row, question: str, upwards: list[str]) -> list[int]:
    """What a row gives for each answer to a question while all else that it asks holds."""
    when, unless = dict(row.when).get(question), dict(row.unless).get(question, ())
    given = EXCLUDED if row.excludes else row.points
    return [given if (when is None or o in when) and o not in unless else 0 for o in upwards]


def _rises(points: list[int]) -> bool:
    return points == sorted(points)


def _review_examples(each: Standing, findings: Findings) -> None:
    """Every option that the rule lists and all that it does is shown by some example."""
    unshown = [
        f"{question}: {option}" if part == "when" else f"{part} {question}: {option}"
        for part, question, option in conditions(each.rule)
        if not _shown(each.rule, (part, question, option))
    ]
    named = {deed for example in each.rule.examples for deed in example.does}
    unshown += [f"{deed}: {type_}" for deed, type_ in sorted(done(rows_of(each.rule)) - named)]
    if unshown:
        each.add(findings, "not_shown", "examples", warning=True, what="; ".join(unshown))


def _shown(rule: Rule, condition: Condition) -> bool:
    """Whether an example comes out otherwise where this option is not listed."""
    rows = list(rows_of(without(rule, condition)))
    return any(
        any(row.holds(Answers(example.answers)) for row in rows) != example.fires
        for example in rule.examples
    )


def _review_alike(standing: list[Standing], findings: Findings) -> None:
    """No two rules do the same to a type under the same conditions, or undo each other."""
    seen: dict[tuple, Standing] = {}
    for each in standing:
        asked = frozenset(each.rule.when), frozenset(each.rule.unless)
        for deed, type_ in sorted(done(rows_of(each.rule))):
            kind = "points" if type_ in each.rule.effects else deed
            other = seen.setdefault((asked, kind, type_), each)
            if other is each:
                continue
            total = other.rule.effects.get(type_, 0) + each.rule.effects.get(type_, 0)
            key = "cancel" if kind == "points" and not total else "alike"
            values = {"other": other.rule.id, "place": other.place, "type": type_}
            each.add(findings, key, "id", **values)
