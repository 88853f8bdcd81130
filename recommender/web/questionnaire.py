"""The pages of questions. The address carries all answers so far; a page adds its own."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from flask import Blueprint, abort, redirect, request
from werkzeug.wrappers import Response

from recommender.console.stops import passed
from recommender.engine.answers import read
from recommender.engine.model import Answers, Step
from recommender.engine.scoring import recommend
from recommender.errors import AnswersError, Problem
from recommender.i18n import words
from recommender.web import forms
from recommender.web.drafts import carried, encoded, kept, merged, sent_fields
from recommender.web.embedding import LIVE, answers_while, carrying, counted, unproven, visiting
from recommender.web.kept import Marks, blanks
from recommender.web.page import chosen_language, language, link, link_to_result, render
from recommender.web.problems import answer
from recommender.web.running import answering, asked, running
from recommender.web.security import FORM_TYPES

blueprint = Blueprint("questionnaire", __name__)


@blueprint.get("/")
@blueprint.get("/<int:number>")
@answers_while(LIVE)
def show(number: int = 1) -> bytes:
    """A page, filled in from `?a=<code>` and `?<question>=<option>`."""
    step = _step(number)
    answers, whole = carried(), True
    if filled := sent_fields(asked().args):
        answers, whole = kept(merged(answers, filled))
    visit = visiting()
    if number == 1 and visit and not visit.proven and request.method == "GET":
        counted("seen")
    ignored = not whole or (visit is not None and visit.ignored)
    fields = {question: answers.options(question) for question in step.questions}
    return _page(step, number, answers, fields, ignored=ignored)


@blueprint.get("/so-far")
@answers_while(LIVE)
def so_far() -> str:
    """A part of a page: how the types stand on the answers given so far, complete or not."""
    book, lang = answering(), language()
    made = recommend(book, kept(merged(carried(), sent_fields(request.args)))[0])
    w = words(lang)
    leading = w.listed([book.types[entry.type].in_sentence[lang] for entry in made.first])
    leader = w("so_far_leads" if len(made.first) == 1 else "so_far_tie", type=leading)
    places = [{"entry": entry, "range": None} for entry in made.ranking]
    return render("questionnaire/so_far.html", places=places, leader=leader[0].upper() + leader[1:])


@blueprint.post("/")
@blueprint.post("/<int:number>")
@answers_while(LIVE)
def submit(number: int = 1) -> Response | tuple[bytes, int]:
    """Take a page's answers and lead on, or show the page again with every problem."""
    step, sending = _step(number), asked()
    if sending.mimetype not in FORM_TYPES:
        abort(415)
    if sending.files:
        return answer(422, "400")
    nothing: dict[str, list[str]] = {question: [] for question in step.questions}
    sent = nothing | sent_fields(sending.form)
    given = merged(carried(), sent)
    if unproven():
        return _page(step, number, kept(given)[0], sent), 422
    questionnaire = answering().questionnaire
    last = number == len(questionnaire.pages)
    try:
        answers = read(questionnaire, given, require=None if last else step.questions)
    except AnswersError as error:
        return _page(step, number, kept(given)[0], sent, error.problems), 422
    returning = sending.args.get("return")
    if not returning:  # whoever changes an answer has been here before
        counted(*passed(number, len(questionnaire.pages)))
    if last or (returning and not answers.missing):
        return redirect(_after_questions(encoded(answers)), 303)
    return redirect(link("questionnaire.show", number=number + 1, a=encoded(answers)), 303)


def _after_questions(code: str) -> str:
    """The result; on the way there for the first time, the contact that a form wants before it."""
    visit = visiting()
    if visit and visit.settings.contact == "before" and not request.args.get("return"):
        return link("send.show", a=code, v=answering().version)
    return link_to_result(code)


def optional_questions() -> tuple[str, ...]:
    """The questions that no page asks: those beside the result, then settings (the market)."""
    questionnaire = answering().questionnaire
    paged = {question for page in questionnaire.pages for question in page.questions}
    offered = [q for step in questionnaire.steps if step.optional for q in step.questions]
    settings = [q for q in questionnaire.questions if q not in paged and q not in offered]
    return (*offered, *settings)


def first_missing(answers: Answers) -> str:
    """The first page that lacks a required answer, filled in with all the others."""
    pages = answering().questionnaire.pages
    number = next(
        n for n, page in enumerate(pages, 1) if set(page.questions) & set(answers.missing)
    )
    return link(
        "questionnaire.show", number=number if number > 1 else None, a=encoded(answers), missing=1
    )


def page_of(question: str) -> int | None:
    """The number of the page that asks a question; None for those beside the result."""
    pages = answering().questionnaire.pages
    return next((n for n, page in enumerate(pages, 1) if question in page.questions), None)


def _step(number: int) -> Step:
    pages = answering().questionnaire.pages
    if not 1 <= number <= len(pages):
        abort(404)
    return pages[number - 1]


def _page(
    step: Step,
    number: int,
    answers: Answers,
    fields: Mapping[str, Sequence[str]],
    problems: Iterable[Problem] = (),
    ignored: bool = False,
) -> bytes:
    """A page of questions. One without problems is drawn once and filled in from then on."""
    code, book, address = encoded(answers), answering(), asked().args
    back, whole = address.get("return", ""), not answers.missing
    drawing = partial(_draw, step, number, whole=whole, ignored=ignored)
    if problems or back not in ("", "result"):
        form = forms.form(book.questionnaire, step.questions, language(), fields, problems)
        return drawing(form, code, tuple(problems)).encode()
    visit = visiting()
    look = (number, bool(code), back, whole, ignored, "missing" in address)
    key = (book.digest, language(), chosen_language(), look, visit and visit.look)

    def draw(marks: Marks) -> str:
        with carrying(marks.new("token") if visit else ""):
            return drawing(blanks(step.questions, marks), marks.new("code") if code else "", ())

    said = {"code": code, "token": visit.signed if visit else ""}
    return running().pages.get(key, draw).filled(said, fields)


def _draw(
    step: Step,
    number: int,
    form: Any,
    code: str,
    problems: tuple[Problem, ...],
    *,
    whole: bool,
    ignored: bool,
) -> str:
    return render(
        "questionnaire/step.html",
        step=step,
        number=number,
        total=len(answering().questionnaire.pages),
        form=form,
        problems=problems,
        page_of=page_of,
        code=code,
        whole=whole,
        ignored=ignored,
        message={"type": "rc:step", "step": number, "total": len(answering().questionnaire.pages)},
    )
