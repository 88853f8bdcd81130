"""Reports to take away: a result as Markdown and as PDF, for a client or a strategist."""

from flask import Blueprint, Response, abort, request

from recommender.errors import FormatError
from recommender.render.formats import FORMATS, READERS
from recommender.web.drafts import asked_for, encoded
from recommender.web.page import language
from recommender.web.problems import answer
from recommender.web.running import answering

blueprint = Blueprint("report", __name__)


@blueprint.get("/r/<code>.md")
def markdown(code: str) -> Response:
    """The report as Markdown; `?reader=` is client (without it) or strategist."""
    return _report(code, "markdown", "md", "text/markdown")


@blueprint.get("/r/<code>.pdf")
def pdf(code: str) -> Response:
    """The report as PDF; 501 where this installation cannot write any."""
    return _report(code, "pdf", "pdf", "application/pdf")


def _report(code: str, format_: str, ending: str, media: str) -> Response:
    answers = asked_for(code)
    reader = request.args.get("reader", READERS[0])
    if reader not in READERS:
        abort(404)
    if answers.missing:
        return answer(422, "422", code=code)
    try:
        body = FORMATS[format_](answering(), answers, language(), reader)
    except FormatError:
        return answer(501, "501", code=code)
    name = f"{encoded(answers)}-{reader}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, mimetype=media, headers=headers)
