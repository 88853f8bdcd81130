"""The result of a code: as a page, as a part of one, and as the document."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from recommender.engine import code as codes
from recommender.engine.answers import read, to_fields
from recommender.engine.model import Answers
from recommender.errors import AnswersError, Problem
from recommender.i18n import words
from recommender.render.document import answers_object, canonical, document
from recommender.render.phrases import change_clause
from recommender.render.trying import difference
from recommender.render.view import View, view
from recommender.web import forms
from recommender.web.drafts import asked_for, carried, decoded, encoded, merged, sent_fields
from recommender.web.embedding import LIVE, answers_while, unproven, visiting
from recommender.web.page import language, link, link_to_result, render
from recommender.web.problems import answer
from recommender.web.questionnaire import first_missing, optional_questions, page_of
from recommender.web.running import answering, running, today
from recommender.web.security import FORM_TYPES

blueprint = Blueprint("result", __name__)


@blueprint.get("/r/<code>")
def show(code: str) -> AnyResponse | bytes:
    """The result page; a draft leads to the first page that lacks a required answer.

    `?part=outcome` gives headline and ranking alone, for a change that is tried in place;
    `?from=<code>` tells whose answers are being tried on. A page that was asked for lately is
    the same again.
    """
    kept, key = running().results, _same_page()
    page = kept.get(key)
    if page is None:
        answers = asked_for(code)
        if answers.missing:
            return redirect(first_missing(answers), 303)
        page = _shown(answers).encode()
        if not visiting():  # pages of a form hold a person's token, which is kept nowhere
            kept.keep(key, page)
    return page


def _same_page() -> Hashable:
    """All that a page of a result is made of outside forms: rules, language, address and day."""
    digests = (answering().digest, today().digest)
    return digests, language(), request.root_url, request.full_path, running().today()


def _shown(answers: Answers) -> str:
    if request.args.get("part") == "outcome":
        return render("result/outcome.html", **_outcome(answers))
    return result_page(answers)


@blueprint.get("/r/<code>.json")
def show_json(code: str) -> Response:
    """The recommendation document, in its canonical form."""
    answers = asked_for(code)
    if answers.missing:
        return answer(422, "422")
    body = canonical(document(answering(), answers))
    return Response(body, mimetype="application/json")


@blueprint.get("/refine")
@answers_while(LIVE)
def open_questions() -> AnyResponse | str:
    """Every question that no page before the result asks, on one page."""
    answers = carried()
    if answers.missing:
        return redirect(first_missing(answers), 303)
    return _refine_page(answers, to_fields(answers))


@blueprint.post("/refine")
@answers_while(LIVE)
def refine() -> AnyResponse | tuple[str, int]:
    """Take open answers, some or all, and lead to the new result."""
    if request.mimetype not in FORM_TYPES:
        abort(415)
    earlier = carried()
    if earlier.missing:
        return redirect(first_missing(earlier), 303)
    sent = sent_fields(request.form)
    if unproven():
        return _refine_page(earlier, {**to_fields(earlier), **sent}), 422
    try:
        answers = read(answering().questionnaire, merged(earlier, sent))
    except AnswersError as error:
        return _refine_page(earlier, {**to_fields(earlier), **sent}, error.problems), 422
    return redirect(link_to_result(encoded(answers)), 303)


def _refine_page(
    answers: Answers, fields: Mapping[str, list[str]], problems: Iterable[Problem] = ()
) -> str:
    questionnaire = answering().questionnaire
    return render(
        "result/refine.html",
        form=forms.form(questionnaire, optional_questions(), language(), fields, problems),
        problems=tuple(problems),
        page_of=page_of,
        code=encoded(answers),
    )


def result_page(answers: Answers) -> str:
    """The page of a result."""
    rulebook, lang = answering(), language()
    shown, code = _outcome(answers), encoded(answers)
    sharpen = shown["view"].sharpen
    return render(
        "result/result.html",
        **shown,
        answers=answers,
        since=_since(answers),
        seen_on=running().today(),
        cited=cited(shown["view"]),
        form=forms.form(rulebook.questionnaire, sharpen, lang, to_fields(answers)),
        address_of=lambda question: _address_of(question, code),
        message={
            "type": "rc:result",
            "first": shown["made"].ranking[0].type,
            "second": shown["made"].ranking[1].type,
            "label": shown["view"].explained.confidence.label,
        },
        is_example=dict(answers.values) == dict(rulebook.example.answers),
    )


def _address_of(question: str, code: str) -> str:
    """The page on which an answer can be changed, leading straight back to the result."""
    number = page_of(question)
    if number is None:
        return link("result.open_questions", a=code)
    back = {"return": "result"}
    return link("questionnaire.show", number=number if number > 1 else None, a=code, **back)


def cited(shown: View) -> dict[str, int]:
    """The sources of a result, numbered in the order in which the page cites them."""
    said: list[Any] = []
    for card in shown.cards:
        said += [*card.reasons_for, *card.reasons_against, *card.warnings, *card.told]
    order = dict.fromkeys(source for one in said for source in one.sources)
    return {source: n for n, source in enumerate(order, 1)}


def _since(answers: Answers) -> dict[str, Any] | None:
    """What today's rules say, below a result of others; None below one of today's."""
    old, new = answering(), today()
    if old.version == new.version:
        return None
    from recommender.render.since import since  # it brings what compares rulebooks

    try:
        now = read(new.questionnaire, answers_object(answers))
    except AnswersError:
        return {"found": None, "version": new.version}
    address = link("result.show", code=codes.encode(new.layouts, now), v=new.version)
    found, lang = since(old, new, answers, now), language()
    first = words(lang).listed([new.types[type_].in_sentence[lang] for type_ in found.leaders])
    return {"found": found, "version": new.version, "first": first, "address": address}


def _outcome(answers: Answers) -> dict[str, Any]:
    """What page and part share: the view, and whose answers are being tried on."""
    rulebook, lang = answering(), language()
    shown = view(rulebook, answers, lang)
    visit = visiting()
    if visit and not visit.settings.sharpen:
        shown = replace(shown, sharpen=())
    return {"view": shown, "made": shown.made, "tried": _tried(answers, lang)}


def _tried(answers: Answers, lang: str) -> dict[str, str] | None:
    """The code that these answers are a try of, and the change in words."""
    text = request.args.get("from", "")
    if not text:
        return None
    original = decoded(text)
    changes = difference(answering().questionnaire, original, answers)
    if original.missing or not changes:
        return None
    return {
        "code": encoded(original),
        "clause": change_clause(answering(), changes, lang),
    }
