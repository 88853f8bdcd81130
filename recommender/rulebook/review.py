"""A rulebook under review: what is in order for `load` and yet cannot be meant.

`rules check` alone asks for it, since it takes longer than loading.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from recommender.engine.model import NONE, Answers
from recommender.engine.rows import rows_of
from recommender.engine.rulebook import Rulebook
from recommender.errors import Finding
from recommender.rulebook.deeds import done, said
from recommender.rulebook.findings import Findings
from recommender.rulebook.names import RulesFolder, check_sources, known_type, must_be_known
from recommender.rulebook.review_rules import META, review_rules
from recommender.rulebook.witness import TRIES, witnesses

STATEMENTS = "statements.yaml"


@dataclass(frozen=True, slots=True)
class Review:
    """What was found, warnings included, and for each type answers that put it first alone."""

    findings: tuple[Finding, ...]
    witnesses: Mapping[str, Answers]

    @property
    def wrong(self) -> bool:
        """Whether anything was found but warnings."""
        return not all(finding.warning for finding in self.findings)


def review(folder: RulesFolder, rulebook: Rulebook) -> Review:
    """Look through a folder that was found right, and the rulebook that was made of it."""
    findings = Findings()
    judge(folder, rulebook, findings)
    found = witnesses(rulebook)
    for type_, answers in found.items():
        if answers is None:
            line = folder.line("types.yaml", "types", type_)
            findings.add("types.yaml", line, "no_witness", warning=True, type=type_, tries=TRIES)
    shown = {type_: answers for type_, answers in found.items() if answers is not None}
    return Review(findings.all(), shown)


def judge(folder: RulesFolder, rulebook: Rulebook, findings: Findings) -> None:
    """All of the review but the search for witnesses."""
    review_rules(folder, rulebook, findings)
    _review_options(folder, rulebook, findings)
    if STATEMENTS in folder.forms:
        _review_statements(folder, rulebook, findings)


def _review_options(folder: RulesFolder, rulebook: Rulebook, findings: Findings) -> None:
    """Every option is read by some rule, or said to be without effect and why."""
    read = _read(rulebook)
    declared = set()
    for number, form in enumerate(folder.forms[META].without_effect):
        line = folder.line(META, "without_effect", number)
        declared.add((form.question, form.option))
        asked = rulebook.questionnaire.questions.get(form.question)
        if asked is None:
            near = rulebook.questionnaire.questions
            findings.add(META, line, "unknown_question", value=form.question, near=near)
            continue
        choices = [*asked.options, *([NONE] if asked.none else [])]
        filled = {"question": form.question}
        must_be_known(findings, META, line, "unknown_option", form.option, choices, **filled)
        reader = read.get((form.question, form.option))
        if reader:
            findings.add(META, line, "has_effect", option=form.option, rule=reader, **filled)
    for question in rulebook.questionnaire.questions.values():
        for option in [*question.options, *([NONE] if question.none else [])]:
            if (question.id, option) not in read.keys() | declared:
                line = folder.line("questionnaire.yaml", "questions", question.id)
                findings.add(
                    "questionnaire.yaml", line, "unread", option=option, question=question.id
                )


def _read(rulebook: Rulebook) -> dict[tuple[str, str], str]:
    """For each question and option that rules read, the first of them."""
    found: dict[tuple[str, str], str] = {}
    for rule in rulebook.rules.values():
        for row in rows_of(rule):
            for question, options in (*row.when, *row.unless):
                for option in options:
                    found.setdefault((question, option), rule.id)
    return found


def _review_statements(folder: RulesFolder, rulebook: Rulebook, findings: Findings) -> None:
    """Every statement is used as it says, by rules that name its source, or left out with why."""
    for id_, form in folder.forms[STATEMENTS].statements.items():
        line = folder.line(STATEMENTS, "statements", id_)
        known_type(folder, STATEMENTS, line, form.type, findings)
        check_sources(folder, STATEMENTS, line, form.source, findings)
        if bool(form.rules) == bool(form.why):
            findings.add(STATEMENTS, line, "statement_use", statement=id_)
        for rule in form.rules:
            _review_use(folder, rulebook, id_, rule, findings)


def _review_use(
    folder: RulesFolder, rulebook: Rulebook, statement: str, id_: str, findings: Findings
) -> None:
    """One rule that a statement names; what an extending folder does to it is its own affair."""
    marks = folder.marks
    if id_ in marks.origin or any(form.id == id_ for form in marks.off):
        return
    form = folder.forms[STATEMENTS].statements[statement]
    line = folder.line(STATEMENTS, "statements", statement, "rules", id_)
    rule = rulebook.rules.get(id_)
    if rule is None:
        findings.add(STATEMENTS, line, "statement_rule", value=id_, near=rulebook.rules)
        return
    for deed, type_ in said(form.rules[id_]):
        if (deed, type_) not in done(rows_of(rule)):
            findings.add(STATEMENTS, line, "statement_deed", rule=id_, deed=deed, type=type_)
    if not set(form.source) & set(rule.sources):
        sources = ", ".join(form.source)
        findings.add(STATEMENTS, line, "statement_source", rule=id_, source=sources)
