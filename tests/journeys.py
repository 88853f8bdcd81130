"""Answers by the page that asks for them, and codes in addresses, for tests of the pages."""

from page import Page

from recommender.engine import code
from recommender.engine.answers import read
from recommender.engine.rulebook import Rulebook

GOAL = {"primary_goal": "brand_awareness", "organisation": "consumer_business"}
AUDIENCE = {"audience_activity": ["watches_listens", "reacts_shares"]}
CAPACITY = {"content_strengths": ["photos"], "pace": "daily"}
WHOLE = GOAL | AUDIENCE | CAPACITY


def draft_code(rulebook: Rulebook, answers: dict) -> str:
    """The code of these answers, or of a draft."""
    return code.encode(rulebook.layouts, read(rulebook.questionnaire, answers, require=()))


def answers_of(rulebook: Rulebook, page: Page) -> dict:
    """The answers in the code that a page's address carries."""
    carried = page.query.get("a") or [page.address.split("?")[0].rpartition("/")[2]]
    return code.decode(rulebook.layouts, carried[0])


def actions(page: Page) -> list[str]:
    """Where the forms of a page are sent."""
    return [form.attributes["action"] for form in page.tree.css("form")]
