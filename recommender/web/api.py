"""The JSON API, and what tells an operator that the app is alive and ready."""

from flask import Blueprint, Response, abort, request

from recommender.engine.answers import read
from recommender.errors import AnswersError, Problem
from recommender.json_text import JsonError, parse
from recommender.render.document import brief, canonical, document
from recommender.render.questionnaire import questionnaire_object
from recommender.web.problems import answer
from recommender.web.running import answering

blueprint = Blueprint("api", __name__)


@blueprint.post("/api/v1/recommendations")
def recommendations() -> Response:
    """Answers object in, recommendation document out; `?brief=1` gives type, rank and points."""
    if request.mimetype != "application/json" or request.content_encoding:
        abort(415)
    try:
        given = parse(request.get_data())
    except JsonError as error:
        return answer(400, "400", (Problem(None, error.code, error.message),))
    try:
        answers = read(answering().questionnaire, given)
    except AnswersError as error:
        return answer(422, "422", error.problems)
    make = brief if request.args.get("brief") == "1" else document
    return Response(canonical(make(answering(), answers)), mimetype="application/json")


@blueprint.get("/api/v1/questionnaire")
def questionnaire() -> Response:
    """Every question and option with its words in both languages."""
    body = questionnaire_object(answering().questionnaire)
    return Response(canonical(body), mimetype="application/json")


@blueprint.get("/healthz")
def alive() -> Response:
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
def ready() -> Response:
    """Ready once a rulebook is loaded, which it is before the app exists."""
    return Response(f"ok {answering().version}\n", mimetype="text/plain")
