"""An agency's services and the name of its rules, as readers of pages and reports meet them."""

from dataclasses import replace

import pytest
from own_rules import EXAMPLE
from page import Page, text_of
from profiles import PLAIN, load_once
from results import each_language, result_of

from recommender.engine.answers import read
from recommender.engine.content import Service
from recommender.render.formats import FORMATS
from recommender.web.app import create_app

VIDEO = {**PLAIN, "primary_goal": "sales_promotion", "content_strengths": ["video"]}
"""Answers for which the example's agency offers something for the first type."""

OFFERS = {"en": "What Kopi Studio offers for this", "id": "Yang ditawarkan Kopi Studio untuk ini"}
FILM_DAY = {"en": "Film day", "id": "Hari syuting"}
NAMED = {"en": "Kopi Studio's rules, version", "id": "Aturan Kopi Studio, versi"}


@pytest.mark.slow
@each_language
def test_each_card_shows_what_the_agency_offers_for_its_type(lang):
    own = load_once(EXAMPLE)
    page = result_of(own, VIDEO, lang)

    shown = {
        card.attributes["id"]: [text_of(one) for one in card.css(".services h4, .services li b")]
        for card in page.tree.css("details.card")
    }
    assert shown["media_sharing"] == shown["microblog"] == [OFFERS[lang], FILM_DAY[lang]]
    assert shown["blog"] == [OFFERS[lang], {"en": "Editorial desk", "id": "Meja redaksi"}[lang]]
    assert shown["forum"] == shown["social_network"] == shown["collaboration"] == []
    assert "https://kopi.example/film-day" in page.links("#media_sharing .services a")


@each_language
def test_without_services_nothing_speaks_of_them(rulebook, lang):
    page = result_of(rulebook, VIDEO, lang)

    assert page.texts(".services") == []
    assert "Kopi" not in page.text


@pytest.mark.slow
def test_what_an_agency_writes_is_shown_as_text():
    own = load_once(EXAMPLE)
    text = {"en": "<b>Bold</b> & cheap", "id": "<b>Tebal</b> & murah"}
    book = replace(own, services=(Service("a", "<i>Kopi</i>", ("blog",), text, text),))

    page = result_of(book, VIDEO, "en")

    assert page.texts("#blog .services h4") == ["What <i>Kopi</i> offers for this"]
    assert page.texts("#blog .services b") == ["<b>Bold</b> & cheap"]


@each_language
@pytest.mark.parametrize("address", ["/", "/guide", "/types/blog", "/sources"])
def test_every_page_says_whose_rules_answer(lang, address):
    own = load_once(EXAMPLE)
    page = Page(create_app(own).test_client(), lang).get(f"{address}?lang={lang}")

    assert f"{NAMED[lang]} {own.version}" in page.text


@each_language
@pytest.mark.parametrize("reader", ["client", "strategist"])
@pytest.mark.parametrize("format_", ["markdown", "html"])
def test_both_reports_tell_of_services_and_whose_rules_answer(lang, reader, format_):
    own = load_once(EXAMPLE)
    answers = read(own.questionnaire, VIDEO)

    made = FORMATS[format_](own, answers, lang, reader).decode()

    assert made.count(OFFERS[lang]) == 1
    assert made.count(f"{FILM_DAY[lang]}:") == 1
    assert NAMED[lang].partition("'")[2] in made
    assert "editorial-desk" not in made


@each_language
def test_reports_of_the_shipped_rules_have_no_such_section(rulebook, lang):
    answers = read(rulebook.questionnaire, VIDEO)

    for reader in ("client", "strategist"):
        made = FORMATS["markdown"](rulebook, answers, lang, reader).decode()
        assert {"en": "offers for this", "id": "Yang ditawarkan"}[lang] not in made
