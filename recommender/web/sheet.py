"""The 90-day sheet as a page to print and as a table to download."""

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from recommender.render.sheet import as_csv, columns, read_start, sheet
from recommender.web.drafts import asked_for
from recommender.web.page import language, render
from recommender.web.problems import answer
from recommender.web.questionnaire import first_missing
from recommender.web.running import answering

blueprint = Blueprint("sheet", __name__)


@blueprint.get("/r/<code>/sheet")
def show(code: str) -> AnyResponse | str:
    """The sheet for a result's first type; `?start=` sets the dates."""
    answers = asked_for(code)
    if answers.missing:
        return redirect(first_missing(answers), 303)
    start = read_start(request.args.get("start", ""))
    made = sheet(answering(), answers, language(), start)
    return render(
        "result/sheet.html",
        made=made,
        columns=columns(made, language()),
        code=code,
        start=start.isoformat() if start else "",
        not_a_date=bool(request.args.get("start")) and start is None,
    )


@blueprint.get("/r/<code>/sheet.csv")
def download(code: str) -> Response:
    """The same table for a spreadsheet."""
    answers = asked_for(code)
    if answers.missing:
        return answer(422, "422")
    made = sheet(answering(), answers, language(), read_start(request.args.get("start", "")))
    headers = {"Content-Disposition": 'attachment; filename="90-days.csv"'}
    return Response(as_csv(made, language()), mimetype="text/csv", headers=headers)
