"""Result pages for tests: answers of several kinds, and rulebooks small enough to foresee."""

from collections.abc import Iterable
from dataclasses import replace

import pytest
from page import Page, text_of
from selectolax.lexbor import LexborNode

from recommender.engine.answers import read
from recommender.engine.guidance import platforms_for
from recommender.engine.model import Entry, Recommendation, Rule
from recommender.engine.rulebook import Rulebook
from recommender.engine.scoring import recommend
from recommender.web.app import create_app

BASE = {
    "primary_goal": "brand_awareness",
    "organisation": "consumer_business",
    "audience_activity": ["watches_listens"],
    "content_strengths": ["photos"],
}
PROFILES = {
    "only what is required": BASE,
    "warnings": BASE
    | {
        "primary_goal": "community_loyalty",
        "audience_age": ["age_under_18"],
        "risk_exposure": ["sensitive_topics", "misinformation_target"],
        "response_time": "few_days",
        "pace": "daily",
    },
    "types ruled out": BASE
    | {"primary_goal": "customer_service", "response_time": "cannot_reply", "risk_exposure": []},
    "words alone": BASE
    | {
        "primary_goal": "credibility",
        "secondary_goals": ["audience_education", "reference_accuracy"],
        "organisation": "business_to_business",
        "audience_activity": ["reads_in_depth", "contributes_knowledge"],
        "content_strengths": ["long_articles", "reference_data"],
        "conversation": "group",
        "market": "elsewhere",
    },
}
each_profile = pytest.mark.parametrize("answers", PROFILES.values(), ids=PROFILES)
each_language = pytest.mark.parametrize("lang", ["id", "en"])


def made_of(rulebook: Rulebook, answers: dict) -> Recommendation:
    return recommend(rulebook, read(rulebook.questionnaire, answers))


def result_of(rulebook: Rulebook, answers: dict, lang: str = "id") -> Page:
    """The result page of these answers under this rulebook."""
    reader = Page(create_app(rulebook).test_client())
    return reader.get(f"/r/{made_of(rulebook, answers).code}?lang={lang}")


def with_rules(rulebook: Rulebook, *rules: Rule) -> Rulebook:
    """The rulebook with other rules and a fixed scale: the test itself says what comes out."""
    bands = (("strong", 18), ("good", 12), ("possible", 5))
    scale = replace(rulebook.scale, least=-12, most=44, bands=bands)
    return replace(rulebook, rules={rule.id: rule for rule in rules}, scale=scale)


def rule(id_: str, **does) -> Rule:
    """A rule that fires for everyone who sells to consumers."""
    return Rule(
        id=id_,
        kind="gate" if "exclude" in does else "fit",
        when=(("organisation", frozenset({"consumer_business"})),),
        unless=(),
        reason={"en": f"Reason of {id_}.", "id": f"Alasan {id_}."},
        sources=("seed-b-blog",),
        **does,
    )


def cards(page: Page, made: Recommendation) -> Iterable[tuple[LexborNode, Entry]]:
    """Each card of the page with its entry of the ranking."""
    return zip(page.tree.css("details.card"), made.ranking, strict=True)


def shown_points(card: LexborNode) -> list[int]:
    """The signed points of a card, as numbers."""
    texts = [text_of(node) for node in card.css(".reasons .points:not(.caution)")]
    return [int(text.replace("\N{MINUS SIGN}", "-")) for text in texts]


def sources_of(rulebook: Rulebook, made: Recommendation, entry: Entry) -> list[str]:
    """The sources that a card cites: of its points, its warnings and the platforms it tells of.

    Below the first two types these are only the poor ideas, with the reason why.
    """
    platforms = [
        note
        for note in platforms_for(rulebook, made.answers, entry.type, entry.warnings)
        if entry.rank <= 2 or not note.advised
    ]
    # A warning that closes a platform is said there.
    cautions = [note for note in entry.warnings if not note.closes]
    said = (*entry.contributions, *cautions, *platforms)
    return [source for one in said for source in one.sources]
