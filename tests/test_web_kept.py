"""Pages of questions are drawn once; filled in, they are what rendering them would give."""

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date
from functools import cached_property
from random import Random

import pytest
import time_machine
from agencies import WHEN
from flask import Flask, template_rendered
from profiles import random_answers, shipped_rulebook

from recommender.engine import code
from recommender.engine.answers import to_fields
from recommender.engine.explain import explain
from recommender.engine.index import Index
from recommender.engine.model import Answers
from recommender.engine.rows import Row, rows_of
from recommender.engine.rulebook import Rulebook
from recommender.rulebook.shelf import Shelf
from recommender.web import questionnaire as pages
from recommender.web.app import create_app
from recommender.web.forms import form
from recommender.web.kept import MOST_RESULTS, Pages, Results
from recommender.web.limits import limits
from recommender.web.running import Running

BOOK = shipped_rulebook()


class CountingIndex(Index):
    """An index that counts how often it is asked for the rows of a type."""

    rows_asked = 0

    def rows_for(self, type_: str, fired: int) -> list[Row]:
        self.rows_asked += 1
        return super().rows_for(type_, fired)


class CountedRulebook(Rulebook):
    """A rulebook that counts how often its index is built."""

    built = 0

    @cached_property
    def index(self) -> CountingIndex:
        object.__setattr__(self, "built", self.built + 1)
        rows = (row for rule in self.rules.values() for row in rows_of(rule))
        return CountingIndex(self.types, rows)


@pytest.mark.slow
def test_a_page_filled_in_is_the_page_rendered_for_these_answers() -> None:
    rng, app = Random(4), create_app(BOOK)
    for _ in range(40):
        answers = random_answers(BOOK, rng, draft=True)
        number = rng.randint(1, len(BOOK.questionnaire.pages))
        look = rng.choice(["", "&return=result", "&lang=en", "&missing=1"])
        address = f"/{number}?a={_code(BOOK, answers)}{look}"
        assert app.test_client().get(address).text == _rendered(app, address, number, answers)


def test_a_page_is_drawn_once_for_each_way_it_looks() -> None:
    app = create_app(BOOK)
    drawn: list[str] = []
    rng, reader = Random(9), app.test_client()
    with template_rendered.connected_to(_noting(drawn), app):
        for _ in range(20):
            reader.get(f"/2?a={_code(BOOK, random_answers(BOOK, rng))}&lang=en")
    assert drawn == ["questionnaire/step.html"]


def test_no_more_pages_are_kept_than_the_most() -> None:
    kept = Pages()
    for number in range(1000):
        kept.get(number, lambda marks: "a page" + marks.new(None))
    assert 0 < len(kept.drawn) <= 256


def test_a_result_seen_again_is_the_same_page_and_neither_rendered_nor_explained_again() -> None:
    app, drawn = create_app(BOOK), []
    address = f"/r/{_code(BOOK, random_answers(BOOK, Random(12)))}"
    explain.cache_clear()
    # The page names the day.
    with time_machine.travel(WHEN, tick=False), template_rendered.connected_to(_noting(drawn), app):
        pages = [app.test_client().get(address).data for _ in range(3)]
        app.test_client().get(f"{address}.json")

    assert len({*pages}) == 1
    assert drawn == ["result/result.html"]
    assert explain.cache_info().misses == 1


@pytest.mark.slow
def test_a_result_is_rendered_anew_for_another_language_address_day_or_rulebook() -> None:
    day = [date(2026, 11, 24)]
    shelf = Shelf(BOOK)
    app, drawn = create_app(shelf), []
    app.extensions["recommender"] = Running(shelf, today=lambda: day[0], **limits())
    address = f"/r/{_code(BOOK, random_answers(BOOK, Random(13)))}"
    with template_rendered.connected_to(_noting(drawn), app):
        reader = app.test_client()
        seen = [reader.get(address).data]
        seen += [reader.get(address, headers={"Accept-Language": "en"}).data]
        seen += [reader.get(f"{address}?lang=id").data]
        seen += [reader.get(address, base_url="http://127.0.0.1/").data]
        day[0] = date(2026, 11, 25)
        seen += [reader.get(address).data]
        shelf.today = replace(BOOK, version="2027.01", digest="sha256:other")
        seen += [reader.get(address).data]

    assert len(drawn) == len({*seen}) == 6


@pytest.mark.slow
def test_no_more_results_are_kept_than_the_most_and_the_last_ones_stay() -> None:
    many, heavy = Results(), Results()
    for number in range(1000):
        many.keep(number, b"a page")
        heavy.keep(number, bytes(1024 * 1024))

    assert [many.get(999 - MOST_RESULTS), many.get(1000 - MOST_RESULTS)] == [None, b"a page"]
    assert [number for number in range(1000) if heavy.get(number)] == [*range(984, 1000)]


def test_a_result_asked_for_lately_is_kept_rather_than_an_older_one() -> None:
    kept = Results()
    for number in range(MOST_RESULTS):
        kept.keep(number, b"a page")
    kept.get(0)
    kept.keep(MOST_RESULTS, b"a page")

    assert (kept.get(0), kept.get(1)) == (b"a page", None)


def test_one_index_serves_all_requests_and_a_brief_answer_asks_it_for_no_rows() -> None:
    book = CountedRulebook(**{field.name: getattr(BOOK, field.name) for field in fields(BOOK)})
    app = create_app(book)
    reader = app.test_client()
    explain.cache_clear()
    given = dict(random_answers(BOOK, Random(14)).values)
    for _ in range(3):
        assert reader.post("/api/v1/recommendations?brief=1", json=given).status_code == 200
        reader.get(f"/r/{_code(book, random_answers(BOOK, Random(15)))}")

    assert book.built == 1
    assert book.index.rows_asked == len(BOOK.types)
    assert explain.cache_info().misses == 1


def _noting(drawn: list[str]) -> Callable[..., None]:
    def note(_: Flask, template: object, **__: object) -> None:
        drawn.append(template.name)  # type: ignore[attr-defined]

    return note


def _code(rulebook: Rulebook, answers: Answers) -> str:
    return code.encode(rulebook.layouts, answers) if answers.values else ""


def _rendered(app: Flask, address: str, number: int, answers: Answers) -> str:
    """The page with a form of its own, as a page with problems is made."""
    step = BOOK.questionnaire.pages[number - 1]
    with app.test_request_context(address):
        shown = form(BOOK.questionnaire, step.questions, pages.language(), to_fields(answers))
        return pages._draw(
            step, number, shown, _code(BOOK, answers), (), whole=not answers.missing, ignored=False
        )
