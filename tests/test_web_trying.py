"""Trying a change on the result page: links, not scripts, and the way back to one's own answers."""

import pytest
from flask.testing import FlaskClient
from journeys import GOAL, draft_code
from page import Page, text_of
from results import BASE, PROFILES, each_language, made_of
from selectolax.lexbor import LexborHTMLParser

from recommender.engine.answers import read
from recommender.i18n import words
from recommender.render.view import view

each_profile = pytest.mark.parametrize("answers", PROFILES.values(), ids=PROFILES)


@pytest.mark.slow
@each_language
@each_profile
def test_every_what_if_stands_on_the_page_and_leads_to_its_result(client, rulebook, answers, lang):
    made, w = made_of(rulebook, answers), words(lang)
    page = Page(client).get(f"/r/{made.code}?lang={lang}")
    offered = view(rulebook, read(rulebook.questionnaire, answers), lang).what_ifs

    shown = [(text_of(a.css_first("b")), text_of(a.css_first("span"))) for a in tries(page)]
    assert shown == [(w("what_if_clause", clause=one.clause), one.outcome) for one in offered]
    for one, link in zip(offered, page.links("ul.tries a"), strict=True):
        there = Page(client).get(link)
        assert there.address.startswith(f"/r/{one.code}?")
        assert there.texts(".foot code") == [one.code]
        notice = there.texts(".answer .notice")
        assert notice == [f"{w('what_if_shown', clause=one.clause)} {w('what_if_back')}"]
        assert not there.tree.css("ul.tries")
        there.follow(w("what_if_back"))
        assert there.texts(".foot code") == [made.code]
        assert not there.tree.css(".answer .notice")


def tries(page: Page) -> list:
    return page.tree.css("ul.tries a")


@pytest.mark.slow
@each_language
def test_the_other_language_keeps_the_try_and_the_way_back(client: FlaskClient, rulebook, lang):
    made = made_of(rulebook, PROFILES["warnings"])
    page = Page(client).get(f"/r/{made.code}?lang={lang}")
    page.get(page.links("ul.tries a")[0])

    other = {"id": "en", "en": "id"}[lang]
    page.follow({"id": "Indonesia", "en": "English"}[other])

    assert page.query["from"] == [made.code]
    page.follow(words(other)("what_if_back"))
    assert page.texts(".foot code") == [made.code]


def test_the_part_of_a_page_is_headline_and_ranking_as_on_the_whole_page(client, rulebook):
    made = made_of(rulebook, BASE)
    page = Page(client).get(f"/r/{made.code}?lang=en")
    link = page.links("ul.tries a")[0]

    tree = LexborHTMLParser(client.get(f"{link}&part=outcome").get_data(as_text=True))

    whole = Page(client).get(link)
    assert text_of(tree.css_first("body")) == text_of(whole.one("#outcome"))
    assert not tree.css("details.card, main, header")


def test_answers_that_are_the_same_or_a_draft_are_no_try(reader: Page, rulebook):
    made = made_of(rulebook, BASE)
    for earlier in (made.code, draft_code(rulebook, GOAL)):
        reader.get(f"/r/{made.code}?from={earlier}")
        assert not reader.tree.css(".answer .notice")


def test_a_try_of_a_code_that_is_none_of_ours_is_not_found(reader: Page, rulebook):
    reader.get(f"/r/{made_of(rulebook, BASE).code}?from=nothing", status=404)
