"""What a result shows: for every case and many random answers, whole, and in one language."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from page import Page, text_of
from profiles import MANY
from views import (
    BOOK,
    case_answers,
    foreign,
    random_profiles,
    texts,
    vocabulary,
)

from recommender.engine import code
from recommender.engine.guidance import SHOWN
from recommender.engine.model import Answers
from recommender.engine.scoring import recommend
from recommender.i18n import LANGUAGES, words
from recommender.render.text import text
from recommender.render.view import Card, View, view
from recommender.web.app import create_app

each_language = pytest.mark.parametrize("lang", LANGUAGES)
each_share = pytest.mark.parametrize(
    "answers_of",
    [
        pytest.param(case_answers, id="the cases"),
        pytest.param(lambda: random_profiles(MANY), id="random answers"),
    ],
)


def test_there_are_forty_cases_and_random_answers_of_which_no_two_are_alike():
    assert len(case_answers()) == 40
    assert len(set(map(str, random_profiles(MANY)))) == MANY


@pytest.mark.slow
def test_the_words_of_the_two_languages_can_be_told_apart():
    """Without this, a check that finds no foreign word would say nothing."""
    book = replace(BOOK, sources={})
    english, indonesian = ([text[lang] for text in texts(book)] for lang in ("en", "id"))

    assert [said for said in english if len(said.split()) > 4 and not foreign(said, "id")] == []
    assert [said for said in indonesian if len(said.split()) > 4 and not foreign(said, "en")] == []


@pytest.mark.slow
@each_language
@each_share
def test_every_card_says_why_why_not_what_would_change_it_and_what_to_do(answers_of, lang):
    for answers in answers_of():
        shown = view(BOOK, answers, lang)
        assert [card.entry for card in shown.cards] == list(recommend(BOOK, answers).ranking)
        for card in shown.cards:
            check_reasons(card)
            check_changes(shown, card, lang)
            check_sources(card)
            check_guidance(answers, card)
        for sentence in said_in(shown):
            assert sentence.strip() == sentence != ""
            assert not {"{", "}"} & {*sentence}, sentence
            assert not foreign(sentence, lang), (sentence, foreign(sentence, lang))


def check_reasons(card: Card) -> None:
    """All contributions, those for and those against, and for a type that lags why it does."""
    entry = card.entry
    assert all(said.points > 0 for said in card.reasons_for)
    assert all(said.points <= 0 for said in card.reasons_against)
    parts = [*card.reasons_for, *card.reasons_against]
    assert sorted(map(repr, parts)) == sorted(map(repr, entry.contributions))
    assert sum(said.points for said in parts) == entry.points
    assert card.reasons_against or card.lower or entry.rank == 1
    assert bool(card.lower) == (entry.rank > 1 and not entry.excluded)
    least, most = card.range
    assert least <= entry.points <= most


def check_changes(shown: View, card: Card, lang: str) -> None:
    """One to three changes, or one sentence that there is none of up to two answers."""
    found = shown.explained.changes[card.entry.type]
    assert len(card.changes) == min(len(found), 3) or (not found and len(card.changes) == 1)
    limit = {"en": "change of up to two answers", "id": "perubahan hingga dua jawaban"}[lang]
    assert all((limit in sentence) == (not found) for sentence in card.changes)
    assert len(set(card.changes)) == len(card.changes)


def check_sources(card: Card) -> None:
    """Every reason, warning, platform and piece of advice has a source that is there."""
    advice = [one for kind in card.advice.values() for one in kind]
    said = [*card.entry.contributions, *card.warnings, *card.platforms, *advice]
    assert said
    for one in said:
        assert one.sources
        assert {*one.sources} <= {*BOOK.sources}


def check_guidance(answers: Answers, card: Card) -> None:
    """Advice of every kind, as much as a card shows, and platforms wherever there are any."""
    assert {kind: len(found) for kind, found in card.advice.items()} == SHOWN
    for kind, found in card.advice.items():
        assert all(one.kind == kind for one in found)
        assert len({one.id for one in found}) == len(found)
    market = answers.get("market")
    there = [
        platform.id
        for platform in BOOK.platforms.values()
        if card.entry.type in platform.types and market in (None, *platform.markets)
    ]
    assert {*there} <= {note.id for note in card.platforms}
    assert card.platforms or not there


def said_in(shown: View) -> Iterator[str]:
    """Every sentence that a view holds, whatever it is for."""
    yield from (shown.headline, shown.confidence, shown.confidence_line)
    yield from filter(None, (shown.lead, shown.runner_up))
    for tried in shown.what_ifs:
        yield from (tried.clause, tried.outcome)
    for card in shown.cards:
        advice = [one.text for kind in card.advice.values() for one in kind]
        reasons = [one.reason for one in (*card.entry.contributions, *card.warnings)]
        reasons += [note.reason for note in card.platforms]
        yield from (one[shown.lang] for one in (*advice, *reasons))
        yield from filter(None, (card.lower, card.capacity_gap, *card.changes))


# What page and terminal make of it


@pytest.mark.slow
@each_language
def test_the_page_of_every_case_says_something_in_every_place_and_in_one_language(lang):
    reader = Page(create_app(BOOK).test_client())
    for answers in case_answers():
        reader.get(f"/r/{code.encode(BOOK.layouts, answers)}?lang={lang}")
        made = recommend(BOOK, answers)
        for card, entry in zip(reader.tree.css("details.card"), made.ranking, strict=True):
            reasons_for, against = (
                [text_of(li) for li in card.css(f".body > div:nth-child({n}) ul.reasons li")]
                for n in (1, 2)
            )
            nothing = words(lang)("why_nothing")
            assert (nothing in reasons_for) == all(c.points <= 0 for c in entry.contributions)
            assert reasons_for
            assert against
            assert card.css("a.mark")
            empty = [node.html for node in card.css("li, dd, dt, h4, p") if not text_of(node)]
            assert empty == []
        own = [node for node in reader.tree.css("main > *") if not node.css("ol.sources, code")]
        assert foreign(" ".join(node.text(separator=" ") for node in own), lang) == set()


@pytest.mark.slow
@each_language
def test_the_text_of_every_case_holds_what_its_view_says_and_nothing_foreign(lang):
    w = words(lang)
    for answers in case_answers():
        shown, printed = view(BOOK, answers, lang), text(BOOK, answers, lang)
        flat = " ".join(printed.split())
        for card in shown.cards:
            for said in (*card.reasons_for, *card.reasons_against, *card.warnings):
                assert " ".join(said.reason[lang].split()) in flat
            for sentence in card.changes:
                assert sentence in flat
        for tried in shown.what_ifs:
            assert w("what_if_text", clause=tried.clause, outcome=tried.outcome) in flat
        assert shown.headline in flat
        assert shown.confidence_line in flat
        assert printed.count(f"   {w('why')}\n") == printed.count(f"   {w('change_this')}\n") == 6
        sources = {*BOOK.sources}
        assert all(
            {*cited.split(", ")} <= sources
            for cited in (part.partition("]")[0] for part in flat.split(" [")[1:])
        )


@pytest.mark.slow
def test_a_vocabulary_holds_the_words_of_its_language():
    assert {"mulai", "jenis", "instagram"} <= vocabulary("id")
    assert {"start", "types", "instagram"} <= vocabulary("en")
