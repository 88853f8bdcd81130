"""Other rule engines, each given the same rows in the fastest form found for it.

Every adapter is built from rows and evaluates a flat profile: text for a one-choice question
(empty for unknown) and a list for a many-choice one. All give points and fired rule ids.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from itertools import compress
from typing import Any

from recommender.engine.model import Answers, Questionnaire
from recommender.engine.rows import Row

Result = tuple[dict[str, int], list[str]]
Profile = dict[str, Any]


def flat(questionnaire: Questionnaire, answers: Answers) -> Profile:
    """Answers in the shape that the peers like best."""
    return {
        question.id: list(answers.options(question.id))
        if question.many
        else answers.get(question.id) or ""
        for question in questionnaire.questions.values()
    }


class Peer:
    """What adapters share: the rows, and what to make of those that fired."""

    name = ""

    def __init__(self, questionnaire: Questionnaire, types: Iterable[str], rows: Sequence[Row]):
        self.many = {q.id for q in questionnaire.questions.values() if q.many}
        self.types = tuple(types)
        self.effects = [(row.type, row.points, row.rule) for row in rows]
        self.build(rows)

    def build(self, rows: Sequence[Row]) -> None:
        raise NotImplementedError

    def evaluate(self, profile: Profile) -> Result:
        raise NotImplementedError

    def tally(self, fired: Iterable[tuple[str, int, str]]) -> Result:
        points, ids = dict.fromkeys(self.types, 0), []
        for type_, given, rule in fired:
            points[type_] += given
            ids.append(rule)
        return points, ids

    def text(self, row: Row, and_: str, or_: str, not_: str) -> str:
        """The row's conditions as an expression, in the engine's own spelling of the words."""
        every = [self._any(question, options, or_) for question, options in row.when]
        none = [f"{not_}({self._any(question, options, or_)})" for question, options in row.unless]
        return and_.join(every + none)

    def _any(self, question: str, options: Iterable[str], or_: str) -> str:
        form = "'{o}' in {q}" if question in self.many else "{q} == '{o}'"
        tests = or_.join(form.format(q=question, o=option) for option in sorted(options))
        return f"({tests})"


class Naive(Peer):
    name = "naive loop"

    def build(self, rows: Sequence[Row]) -> None:
        self.rows = [
            ([(q, tuple(o)) for q, o in row.when], [(q, tuple(o)) for q, o in row.unless], effect)
            for row, effect in zip(rows, self.effects)
        ]

    def evaluate(self, profile: Profile) -> Result:
        points, ids = dict.fromkeys(self.types, 0), []
        for when, unless, (type_, given, rule) in self.rows:
            if _all_said(profile, when) and not _one_said(profile, unless):
                points[type_] += given
                ids.append(rule)
        return points, ids


def _all_said(profile: Profile, conditions: list) -> bool:
    for question, options in conditions:
        said = profile[question]
        for option in options:
            if option in said if said.__class__ is list else option == said:
                break
        else:
            return False
    return True


def _one_said(profile: Profile, conditions: list) -> bool:
    for question, options in conditions:
        said = profile[question]
        for option in options:
            if option in said if said.__class__ is list else option == said:
                return True
    return False


class Zen(Peer):
    name = "zen-engine"

    def build(self, rows: Sequence[Row]) -> None:
        import zen

        texts = (self.text(row, " and ", " or ", "not ") for row in rows)
        self.list = zen.compile_expression(f"[{', '.join(texts)}]")

    def evaluate(self, profile: Profile) -> Result:
        return self.tally(compress(self.effects, self.list.evaluate(profile)))


class DataLogic(Peer):
    name = "datalogic-py"

    def build(self, rows: Sequence[Row]) -> None:
        import datalogic_py

        self.list = datalogic_py.Engine().compile(json.dumps([self._logic(row) for row in rows]))

    def evaluate(self, profile: Profile) -> Result:
        return self.tally(compress(self.effects, self.list.evaluate(profile)))

    def _logic(self, row: Row) -> dict:
        every = [self._or(question, options) for question, options in row.when]
        none = [{"!": [self._or(question, options)]} for question, options in row.unless]
        tests = every + none
        return {"and": tests} if len(tests) > 1 else tests[0]

    def _or(self, question: str, options: Iterable[str]) -> dict:
        said = {"var": question}
        many = question in self.many
        tests = [{"in": [o, said]} if many else {"==": [said, o]} for o in sorted(options)]
        return {"or": tests} if len(tests) > 1 else tests[0]


class Cel(Peer):
    name = "common-expression-language"

    def build(self, rows: Sequence[Row]) -> None:
        import cel

        self.context = cel.Context
        self.programs = [cel.compile(self.text(row, " && ", " || ", "!")) for row in rows]

    def evaluate(self, profile: Profile) -> Result:
        context = self.context(variables=profile)
        holds = (program.execute(context) for program in self.programs)
        return self.tally(compress(self.effects, holds))


class RuleEngine(Peer):
    name = "rule-engine"

    def build(self, rows: Sequence[Row]) -> None:
        import rule_engine

        self.rules = [rule_engine.Rule(self.text(row, " and ", " or ", "not ")) for row in rows]

    def evaluate(self, profile: Profile) -> Result:
        return self.tally(compress(self.effects, (rule.matches(profile) for rule in self.rules)))


class BusinessRules(Peer):
    name = "business-rules"

    def build(self, rows: Sequence[Row]) -> None:
        from business_rules import run_all

        self.run_all = run_all
        self.variables = _variables(sorted({q for row in rows for q, _ in row.when + row.unless}))
        self.actions = _actions()
        self.rules = [
            {
                "conditions": self._conditions(row),
                "actions": [{"name": "fire", "params": {"row": number}}],
            }
            for number, row in enumerate(rows)
        ]

    def evaluate(self, profile: Profile) -> Result:
        actions = self.actions()
        self.run_all(self.rules, self.variables(profile), actions)
        return self.tally(self.effects[number] for number in actions.fired)

    def _conditions(self, row: Row) -> dict:
        every = [
            {"any": [self._test(q, "contains", option) for option in sorted(options)]}
            for q, options in row.when
        ]
        none = [self._test(q, "does_not_contain", o) for q, os in row.unless for o in sorted(os)]
        return {"all": every + none}

    def _test(self, question: str, operator: str, option: str) -> dict:
        return {"name": question, "operator": operator, "value": option}


def _variables(questions: Iterable[str]) -> type:
    """The engine's own kind of class, with one variable for each question; all hold lists."""
    from business_rules.variables import BaseVariables, select_rule_variable

    def variable(question: str) -> Callable:
        def said(self: Any) -> list[str]:
            value = self.profile[question]
            return value if isinstance(value, list) else [value]

        said.__name__ = question
        return select_rule_variable()(said)

    def begin(self: Any, profile: Profile) -> None:
        self.profile = profile

    members = {question: variable(question) for question in questions}
    return type("Variables", (BaseVariables,), {"__init__": begin, **members})


def _actions() -> type:
    from business_rules.actions import BaseActions, rule_action
    from business_rules.fields import FIELD_NUMERIC

    class Actions(BaseActions):
        def __init__(self) -> None:
            self.fired: list[int] = []

        @rule_action(params={"row": FIELD_NUMERIC})
        def fire(self, row: int) -> None:
            self.fired.append(row)

    return Actions


PEERS = (DataLogic, Zen, Cel, BusinessRules, RuleEngine)
"""The peers; the naive loop is the baseline, not one of them."""
