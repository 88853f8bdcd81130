"""Advice, platforms and the guide: every condition, source and place is known."""

from recommender.engine.model import Questionnaire
from recommender.rulebook import content_files
from recommender.rulebook.findings import Findings
from recommender.rulebook.names import (
    RulesFolder,
    check_names,
    check_sources,
    known_type,
    must_be_known,
)

FIXED_PLACES = ("questionnaire", "example", "sources")
"""The pages that a chapter of the guide may lead to, beside types and other chapters."""


def check_advice(folder: RulesFolder, asked: Questionnaire, findings: Findings) -> None:
    """Names in conditions, types and sources are known, and no id stands twice."""
    name = "tactics.yaml"
    seen: set[str] = set()
    for number, form in enumerate(folder.forms[name].advice):
        line = folder.line(name, "advice", number)
        if form.id in seen:
            findings.add(name, line, "repeated_advice", value=form.id)
        seen.add(form.id)
        check_sources(folder, name, line, form.source, findings)
        for type_ in form.types:
            known_type(folder, name, line, type_, findings)
        for conditions in (form.when, form.unless):
            check_names(asked, name, line, conditions, findings)


def check_platforms(folder: RulesFolder, asked: Questionnaire, findings: Findings) -> None:
    name = "platforms.yaml"
    form: content_files.PlatformsFile = folder.forms[name]
    markets = asked.questions["market"].options
    for id_, platform in form.platforms.items():
        line = folder.line(name, "platforms", id_)
        check_sources(folder, name, line, platform.source, findings)
        for type_ in platform.types:
            known_type(folder, name, line, type_, findings)
        check_names(asked, name, line, platform.suits, findings)
        for market in platform.markets:
            must_be_known(
                findings, name, line, "unknown_option", market, markets, question="market"
            )
        for number, one in enumerate(platform.unadvised):
            at = folder.line(name, "platforms", id_, "unadvised", number)
            check_sources(folder, name, at, one.source, findings)
            check_names(asked, name, at, one.when, findings)
            check_names(asked, name, at, one.unless, findings)
    for id_, companion in form.companions.items():
        line = folder.line(name, "companions", id_)
        check_sources(folder, name, line, companion.source, findings)


def check_services(folder: RulesFolder, asked: Questionnaire, findings: Findings) -> None:
    """Types are known, and no id stands twice."""
    name = "services.yaml"
    seen: set[str] = set()
    for number, form in enumerate(folder.forms[name].services):
        if form.id in seen:
            line = folder.line(name, "services", number)
            findings.add(name, line, "repeated_service", value=form.id)
        seen.add(form.id)
        for type_ in form.types:
            known_type(
                folder, name, folder.line(name, "services", number, "types"), type_, findings
            )


def check_guide(folder: RulesFolder, asked: Questionnaire, findings: Findings) -> None:
    chapters = folder.forms["guide.yaml"].guide
    places = [
        *FIXED_PLACES,
        *(f"type.{type_}" for type_ in folder.forms["types.yaml"].types),
        *(f"guide.{chapter.id}" for chapter in chapters),
    ]
    for number, chapter in enumerate(chapters):
        line = folder.line("guide.yaml", "guide", number)
        check_sources(folder, "guide.yaml", line, chapter.source, findings)
        must_be_known(findings, "guide.yaml", line, "unknown_place", chapter.leads_to.to, places)
