"""What the names in a rules folder mean: every one must lead somewhere, every example must hold."""

from collections.abc import Callable

from recommender.engine import code
from recommender.engine.model import Questionnaire
from recommender.rulebook import build, files
from recommender.rulebook.check_guidance import (
    check_advice,
    check_guide,
    check_platforms,
    check_services,
)
from recommender.rulebook.check_questionnaire import check_questionnaire
from recommender.rulebook.check_rules import check_rules
from recommender.rulebook.findings import Findings
from recommender.rulebook.names import (
    RulesFolder,
    check_answers,
    check_sources,
    known_type,
    must_be_known,
)


def check(folder: RulesFolder, findings: Findings) -> None:
    """Add a finding for everything that does not mean anything, or not what it says.

    Files that have no right form are passed over, and what depends on them, so that a mistake
    in one file does not hide those in others.
    """
    if "questionnaire.yaml" not in folder.forms:
        return
    asked = check_questionnaire(folder, findings)
    if asked is None:
        return  # nothing can be judged against a broken questionnaire
    for one, needed in _CHECKS:
        if all(f"{name}.yaml" in folder.forms for name in needed):
            one(folder, asked, findings)


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


def _check_types(folder: RulesFolder, asked: Questionnaire, findings: Findings) -> None:
    for id_, form in folder.forms["types.yaml"].types.items():
        for number, use in enumerate(form.uses):
            line = folder.line("types.yaml", "types", id_, "uses", number)
            check_sources(folder, "types.yaml", line, use.source, findings)


def _check_bands(folder: RulesFolder, asked: Questionnaire, findings: Findings) -> None:
    form: files.RulebookFile = folder.forms["rulebook.yaml"]
    known = [scenario.id for scenario in folder.forms["scenarios.yaml"].scenarios]
    line = folder.line("rulebook.yaml", "example")
    must_be_known(findings, "rulebook.yaml", line, "unknown_scenario", form.example, known)
    if not form.bands.strong > form.bands.good > form.bands.possible:
        findings.add("rulebook.yaml", folder.line("rulebook.yaml", "bands"), "bands_order")
    if form.thresholds.tie > form.thresholds.clear:
        findings.add("rulebook.yaml", folder.line("rulebook.yaml", "thresholds"), "ties_order")


def _check_scenarios(folder: RulesFolder, asked: Questionnaire, findings: Findings) -> None:
    name = "scenarios.yaml"
    for number, scenario in enumerate(folder.forms[name].scenarios):
        line = folder.line(name, "scenarios", number)
        check_answers(
            asked,
            name,
            folder.line(name, "scenarios", number, "answers"),
            scenario.answers,
            findings,
            require=None,
        )
        check_sources(folder, name, line, scenario.source, findings)
        if len(scenario.expect) != 1:
            findings.add(name, line, "one_expectation")
        for type_ in scenario.expect.values():
            known_type(folder, name, line, type_, findings)


def _check_contrasts(folder: RulesFolder, asked: Questionnaire, findings: Findings) -> None:
    name = "contrasts.yaml"
    for number, contrast in enumerate(folder.forms[name].contrasts):
        line = folder.line(name, "contrasts", number)
        for answers in (contrast.answers, {**contrast.answers, **contrast.change}):
            check_answers(asked, name, line, answers, findings, require=None)
        check_sources(folder, name, line, contrast.source, findings)
        for type_ in contrast.gap:
            known_type(folder, name, line, type_, findings)


_CHECKS: tuple[tuple[Callable[[RulesFolder, Questionnaire, Findings], None], tuple], ...] = (
    (_check_code, ("code",)),
    (_check_types, ("types", "sources")),
    (_check_bands, ("rulebook", "scenarios")),
    (_check_scenarios, ("scenarios", "sources", "types")),
    (_check_contrasts, ("contrasts", "sources", "types")),
    (check_advice, ("tactics", "sources", "types")),
    (check_platforms, ("platforms", "sources", "types")),
    (check_guide, ("guide", "sources", "types")),
    (check_services, ("services", "types")),
    (check_rules, ("types", "sources", "platforms")),
)
"""Each check and the files that it needs, beside the questionnaire and the rules."""
