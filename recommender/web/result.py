"""The result of a code, and the pages its reasons lead to."""

from collections.abc import Iterable, Mapping

from flask import Blueprint, Response, abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from recommender.engine.answers import read, to_fields
from recommender.engine.content import Use
from recommender.engine.model import Answers, Contribution, Recommendation, WarningNote
from recommender.engine.scoring import recommend
from recommender.errors import AnswersError, Problem
from recommender.render.document import canonical, document
from recommender.render.phrases import headline, headline_key, main_reason, runner_up
from recommender.web import forms
from recommender.web.drafts import carried, decoded, encoded, merged, sent_fields
from recommender.web.page import language, link_to_result, render
from recommender.web.problems import UnknownVersion, answer
from recommender.web.questionnaire import FORM_TYPES, first_missing, optional_questions, page_of
from recommender.web.running import running

blueprint = Blueprint("result", __name__)


@blueprint.get("/r/<code>")
def show(code: str) -> AnyResponse | str:
    """The result page; a draft leads to the first page that lacks a required answer."""
    answers = decoded(code)
    _check_version(code)
    if answers.missing:
        return redirect(first_missing(answers), 303)
    return result_page(answers, to_fields(answers))


@blueprint.get("/r/<code>.json")
def show_json(code: str) -> Response:
    """The recommendation document, in its canonical form."""
    answers = decoded(code)
    _check_version(code)
    if answers.missing:
        return answer(422, "422")
    made = recommend(running().rulebook, answers)
    return Response(canonical(document(made)), mimetype="application/json")


@blueprint.post("/refine")
def refine() -> AnyResponse | tuple[str, int]:
    """Take the optional answers given beside a result, and lead to the new result."""
    if request.mimetype not in FORM_TYPES:
        abort(415)
    earlier = carried()
    if earlier.missing or not earlier.values:
        return redirect(first_missing(earlier), 303)
    sent: dict[str, list[str]] = {question: [] for question in optional_questions()} | sent_fields(
        request.form
    )
    try:
        answers = read(running().rulebook.questionnaire, merged(earlier, sent))
    except AnswersError as error:
        return result_page(earlier, sent, error.problems), 422
    return redirect(link_to_result(encoded(answers)), 303)


@blueprint.get("/types/<id_>")
def type_(id_: str) -> str:
    """One type explained."""
    known = running().rulebook.types.get(id_)
    if known is None:
        abort(404)
    return render("types/type.html", type=known, cited=_numbered(known.uses))


@blueprint.get("/sources")
def sources() -> str:
    """Every source of the rulebook."""
    return render("types/sources.html")


def result_page(
    answers: Answers, fields: Mapping[str, list[str]], problems: Iterable[Problem] = ()
) -> str:
    """The page of a result; `fields` and `problems` are those of the form beside it."""
    rulebook, lang = running().rulebook, language()
    made = recommend(rulebook, answers)
    asked = optional_questions()
    return render(
        "result/result.html",
        made=made,
        answers=answers,
        headline=headline_key(made),
        plain_headline=headline(rulebook, made, lang),
        runner_up=runner_up(rulebook, made, lang),
        main_reason=main_reason(made, lang),
        cited=cited(made),
        form=forms.form(rulebook.questionnaire, asked, lang, fields, problems),
        problems=tuple(problems),
        page_of=page_of,
        is_example=dict(answers.values) == dict(rulebook.example.answers),
    )


def cited(made: Recommendation) -> dict[str, int]:
    """The sources of a result, numbered in the order in which the page cites them."""
    said: list[Contribution | WarningNote] = []
    for entry in made.ranking:
        said += [*entry.contributions, *entry.warnings]
    return _numbered(said)


def _numbered(said: Iterable[Contribution | WarningNote | Use]) -> dict[str, int]:
    order = dict.fromkeys(source for one in said for source in one.sources)
    return {source: n for n, source in enumerate(order, 1)}


def _check_version(code: str) -> None:
    """Old rules are kept once there are releases; until then only today's are."""
    # A plus sign in an address reads as a space unless it was escaped.
    wanted = request.args.get("v", "").replace(" ", "+")
    if wanted and wanted != running().rulebook.version:
        raise UnknownVersion(wanted[:40], code)
