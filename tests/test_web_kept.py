"""Pages of questions are drawn once; filled in, they are what rendering them would give."""

from random import Random

from flask import Flask, template_rendered

from recommender.engine import code
from recommender.engine.answers import to_fields
from recommender.engine.model import Answers
from recommender.engine.rulebook import Rulebook
from recommender.web import questionnaire as pages
from recommender.web.app import create_app
from recommender.web.forms import form
from recommender.web.kept import Pages
from tests.profiles import random_answers, shipped_rulebook

BOOK = shipped_rulebook()


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

    def note(_: Flask, template: object, **__: object) -> None:
        drawn.append(template.name)  # type: ignore[attr-defined]

    rng, reader = Random(9), app.test_client()
    with template_rendered.connected_to(note, app):
        for _ in range(20):
            reader.get(f"/2?a={_code(BOOK, random_answers(BOOK, rng))}&lang=en")
    assert drawn == ["questionnaire/step.html"]


def test_no_more_pages_are_kept_than_the_most() -> None:
    kept = Pages()
    for number in range(1000):
        kept.get(number, lambda marks: "a page" + marks.new(None))
    assert 0 < len(kept.drawn) <= 256


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
