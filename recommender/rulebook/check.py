"""What the names in a rules folder mean: every one must lead somewhere, every example must hold."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from recommender.engine import code
from recommender.engine.answers import read
from recommender.engine.model import NONE, Answers, Questionnaire, Rule
from recommender.engine.rows import GOAL, rows_of
from recommender.errors import AnswersError
from recommender.rulebook import build, files
from recommender.rulebook.findings import Findings
from recommender.rulebook.yaml_text import line_of


@dataclass(frozen=True)
class RulesFolder:
    """The parsed files of a folder whose form is right: name, raw data with lines, model."""

    data: Mapping[str, Any]
    forms: Mapping[str, Any]

    def rules_files(self) -> list[str]:
        return sorted(
            name for name, form in self.forms.items() if isinstance(form, files.RulesFile)
        )

    def line(self, file: str, *path: Any) -> int:
        return line_of(self.data[file], path)


def check(folder: RulesFolder, findings: Findings) -> None:
    """Add a finding for everything that does not mean anything, or not what it says."""
    _check_questionnaire(folder, findings)
    if findings:
        return  # rules cannot be judged against a broken questionnaire
    asked = build.questionnaire(folder.forms["questionnaire.yaml"])
    _check_code(folder, asked, findings)
    _check_types(folder, findings)
    _check_bands(folder, findings)
    _check_scenarios(folder, asked, findings)
    _check_contrasts(folder, asked, findings)
    _check_rules(folder, asked, findings)


def _check_questionnaire(folder: RulesFolder, findings: Findings) -> None:
    name = "questionnaire.yaml"
    form: files.QuestionnaireFile = folder.forms[name]
    for number, step in enumerate(form.steps):
        for question in step.questions:
            line = folder.line(name, "steps", number, "questions")
            _known(findings, name, line, "unknown_question", question, form.questions)
    for id_, asked in form.questions.items():
        owner = form.questions.get(asked.options_of or id_)
        line = folder.line(name, "questions", id_)
        if owner is None or not owner.options:
            findings.add(name, line, "missing_key", name=f"questions.{id_}.options")
            continue
        for group in asked.groups:
            for option in group.options:
                where = folder.line(name, "questions", id_, "groups")
                _known(findings, name, where, "unknown_option", option, owner.options, question=id_)


def _check_code(folder: RulesFolder, asked: Questionnaire, findings: Findings) -> None:
    name = "code.yaml"
    form: files.CodeFile = folder.forms[name]
    if [layout.version for layout in form.layouts] != list(
        range(1, 1 + min(len(form.layouts), 31))
    ):
        findings.add(name, folder.line(name, "layouts"), "layout_versions")
    newest, at = form.layouts[-1], len(form.layouts) - 1
    for id_, question in asked.questions.items():
        part = newest.questions.get(id_)
        fits = part is not None and (
            part.options == list(question.options)
            and part.kind == ("many" if question.many else "one")
            and (part.most or len(part.options)) >= question.most
            and part.none == (question.none is not None)
        )
        if not fits:
            line = folder.line(name, "layouts", at, "questions", id_)
            findings.add(name, line, "layout", question=id_)
    letters = code.letters(build.layouts(form)[-1])
    if letters > 20:
        findings.add(name, folder.line(name, "layouts", at), "code_length", letters=letters)


def _check_types(folder: RulesFolder, findings: Findings) -> None:
    for id_, form in folder.forms["types.yaml"].types.items():
        for number, use in enumerate(form.uses):
            line = folder.line("types.yaml", "types", id_, "uses", number)
            _check_sources(folder, "types.yaml", line, use.source, findings)


def _check_bands(folder: RulesFolder, findings: Findings) -> None:
    form: files.RulebookFile = folder.forms["rulebook.yaml"]
    known = [scenario.id for scenario in folder.forms["scenarios.yaml"].scenarios]
    line = folder.line("rulebook.yaml", "example")
    _known(findings, "rulebook.yaml", line, "unknown_scenario", form.example, known)


def _check_scenarios(folder: RulesFolder, asked: Questionnaire, findings: Findings) -> None:
    name = "scenarios.yaml"
    for number, scenario in enumerate(folder.forms[name].scenarios):
        line = folder.line(name, "scenarios", number)
        _check_answers(
            asked,
            name,
            folder.line(name, "scenarios", number, "answers"),
            scenario.answers,
            findings,
            require=None,
        )
        _check_sources(folder, name, line, scenario.source, findings)
        if len(scenario.expect) != 1:
            findings.add(name, line, "one_expectation")
        for type_ in scenario.expect.values():
            _known_type(folder, name, line, type_, findings)


def _check_contrasts(folder: RulesFolder, asked: Questionnaire, findings: Findings) -> None:
    name = "contrasts.yaml"
    for number, contrast in enumerate(folder.forms[name].contrasts):
        line = folder.line(name, "contrasts", number)
        for answers in (contrast.answers, {**contrast.answers, **contrast.change}):
            _check_answers(asked, name, line, answers, findings, require=None)
        _check_sources(folder, name, line, contrast.source, findings)
        for type_ in contrast.gap:
            _known_type(folder, name, line, type_, findings)


def _check_rules(folder: RulesFolder, asked: Questionnaire, findings: Findings) -> None:
    seen: dict[str, str] = {}
    for name in folder.rules_files():
        for number, form in enumerate(folder.forms[name].rules):
            place = _Place(folder, name, number, form, asked, findings)
            if form.id in seen:
                place.add("repeated_rule", "id", value=form.id, place=seen[form.id])
            seen.setdefault(form.id, f"{name}:{place.line('id')}")
            _check_rule(place)
    if not seen:
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
    _check_sources(place.folder, place.file, place.line("source"), form.source, place.findings)
    readable = [
        _check_answers(
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
    if names and all(readable):
        _check_examples(place, build.rule(form, place.asked))


def _check_conditions(place: _Place, part: str) -> bool:
    """Whether every name in these conditions is known."""
    good = True
    for question, options in getattr(place.form, part).items():
        if question == GOAL:
            if part == "unless" or not place.form.effects:
                place.add("goal_place", part, GOAL)
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
            _known_type(place.folder, place.file, place.line(key, type_), type_, place.findings)
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


def _check_examples(place: _Place, rule: Rule) -> None:
    rows = list(rows_of(rule))
    for number, example in enumerate(rule.examples):
        answers = Answers(example.answers)
        holding = [row for row in rows if row.holds(answers)]
        if bool(holding) != example.fires:
            said, actual = (
                {True: "yes", False: "no"}[fires] for fires in (example.fires, bool(holding))
            )
            place.add("example_wrong", "examples", number, rule=rule.id, said=said, actual=actual)
        for type_, sign in ((example.raises, 1), (example.lowers, -1)):
            if type_ and not any(row.type == type_ and row.points * sign > 0 for row in holding):
                place.add("example_effect", "examples", number, rule=rule.id, type=type_)


def _check_answers(
    asked: Questionnaire,
    file: str,
    line: int,
    raw: Any,
    findings: Findings,
    *,
    require: tuple | None,
) -> bool:
    try:
        read(asked, raw, require=require)
    except AnswersError as error:
        for problem in error.problems:
            why = {lang: f"{problem.question}: {words}" for lang, words in problem.message.items()}
            findings.add(file, line, "answers", why=why)
        return False
    return True


def _check_sources(
    folder: RulesFolder, file: str, line: int, sources: list[str], findings: Findings
) -> None:
    known = folder.forms["sources.yaml"].sources
    for source in sources:
        _known(findings, file, line, "unknown_source", source, known)


def _known_type(folder: RulesFolder, file: str, line: int, type_: str, findings: Findings) -> None:
    _known(findings, file, line, "unknown_type", type_, folder.forms["types.yaml"].types)


def _known(
    findings: Findings,
    file: str,
    line: int,
    key: str,
    value: str,
    known: Iterable[str],
    **filled: Any,
) -> None:
    if value not in known:
        findings.add(file, line, key, value=value, near=known, **filled)
