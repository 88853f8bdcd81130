"""Every rule in words, with its sources, as plain values for programs."""

from typing import Any

from recommender.engine.content import Source
from recommender.engine.model import Rule
from recommender.engine.rulebook import Rulebook
from recommender.i18n import LANGUAGES
from recommender.render.rule import condition, outcome


def rules_object(rulebook: Rulebook) -> dict[str, Any]:
    """The rules in the rulebook's order, then the sources that they name by id."""
    return {
        "version": rulebook.version,
        "digest": rulebook.digest,
        "rules": [_rule(rulebook, rule) for rule in rulebook.rules.values()],
        "sources": [_source(source) for source in rulebook.sources.values()],
    }


def _rule(rulebook: Rulebook, rule: Rule) -> dict[str, Any]:
    asked = rulebook.questionnaire
    return {
        "id": rule.id,
        "kind": rule.kind,
        "condition": {x: condition(asked, rule.when, rule.unless, x) for x in LANGUAGES},
        "outcome": {lang: outcome(rulebook, rule, lang) for lang in LANGUAGES},
        "points": dict(rule.effects),
        "exclude": list(rule.exclude),
        "close": {type_: list(platforms) for type_, platforms in rule.close.items()},
        "warn": list(rule.warn),
        "reason": dict(rule.reason),
        "sources": list(rule.sources),
    }


def _source(source: Source) -> dict[str, Any]:
    return {
        "id": source.id,
        "title": dict(source.title),
        "strength": source.strength,
        "place": dict(source.place) if source.place else None,
        "year": source.year,
        "url": source.url,
    }
