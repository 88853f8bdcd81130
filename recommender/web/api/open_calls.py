"""What the API does for everybody: recommendations, one or many, and what they are made of."""

import json
from collections.abc import Iterable

from flask import Blueprint

from recommender.engine.answers import read
from recommender.engine.rulebook import Rulebook
from recommender.errors import AnswersError
from recommender.render.document import brief, canonical, document
from recommender.render.questionnaire import questionnaire_object
from recommender.render.rules_list import rules_object
from recommender.web.api import models
from recommender.web.api.door import Refused
from recommender.web.api.operations import Call, Operation, operation
from recommender.web.api.reading import problem
from recommender.web.running import answering

MOST_BULK = 1024 * 1024

blueprint = Blueprint("open", __name__)


@blueprint.post("/api/v1/recommendations")
@operation(
    Operation(
        "AnyRecommendation", "recommend", open_to_all=True, query=models.Brevity, body="Answers"
    )
)
def recommendations(call: Call) -> bytes:
    """Answers object in, recommendation document out; `?brief=1` gives type, rank and points."""
    try:
        answers = read(answering().questionnaire, call.body)
    except AnswersError as error:
        raise Refused(422, "422", error.problems) from None
    make = brief if call.query.brief == "1" else document
    return canonical(make(answering(), answers))


@blueprint.post("/api/v1/recommendations/bulk")
@operation(
    Operation(
        models.BulkResults,
        "recommend",
        query=models.Brevity,
        body=models.Bulk,
        most_bytes=MOST_BULK,
    )
)
def bulk(call: Call) -> bytes:
    """Many sets of answers in, a recommendation or every problem out for each, in their order."""
    items, is_brief = call.body.items, call.query.brief == "1"
    if not is_brief and len(items) > models.MOST_WHOLE:
        raise Refused(422, "request", (problem("items", "many", n=models.MOST_WHOLE),))
    lines = [json.dumps(item).encode() for item in items]
    done = _each(answering(), lines, is_brief)
    return b'{"items":[' + b",".join(line.strip() for line in done) + b"]}"


@blueprint.get("/api/v1/questionnaire")
@operation(Operation(models.Questionnaire, open_to_all=True))
def questionnaire(call: Call) -> bytes:
    """Every question and option with its words in both languages."""
    return canonical(questionnaire_object(answering().questionnaire))


@blueprint.get("/api/v1/rules")
@operation(Operation(models.Rules, open_to_all=True))
def rules(call: Call) -> bytes:
    """Every rule in words, with its points and sources."""
    return canonical(rules_object(answering()))


def _each(book: Rulebook, lines: list[bytes], is_brief: bool) -> Iterable[bytes]:
    from recommender.batch import brief_lines, from_json_lines, json_object  # most ask for one

    if is_brief:
        return brief_lines(book, lines)
    return (canonical(json_object(book, one)) for one in from_json_lines(book, lines))
