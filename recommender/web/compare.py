"""Types beside each other, and two people's answers beside each other."""

from collections.abc import Callable

from flask import Blueprint, Response, request

from recommender.engine.compare import compare
from recommender.engine.guidance import advice_for, platforms_for
from recommender.engine.model import Answers, Entry
from recommender.engine.scoring import recommend
from recommender.i18n import Words, number, words
from recommender.web.drafts import asked_for, decoded
from recommender.web.page import language, render
from recommender.web.problems import answer
from recommender.web.running import answering

blueprint = Blueprint("compare", __name__)

MOST_TYPES = 3


@blueprint.get("/compare")
def show() -> Response | str:
    """Two codes compare people; one code with `type` compares two or three types."""
    one = asked_for(request.args.get("a", ""))
    other = request.args.get("b")
    if one.missing:
        return answer(422, "422")
    if other is None:
        return _types(one)
    two = decoded(other)
    return answer(422, "422") if two.missing else _people(one, two)


def _people(one: Answers, two: Answers) -> str:
    book = answering()
    found = compare(book, one, two)
    return render(
        "compare/people.html",
        found=found,
        one=one,
        two=two,
        first=recommend(book, one),
        second=recommend(book, two),
        alike=[q for q in book.questionnaire.questions if q not in found.differing],
    )


def _types(answers: Answers) -> str:
    book = answering()
    made = recommend(book, answers)
    asked = [type_ for type_ in request.args.getlist("type") if type_ in book.types]
    chosen = list(dict.fromkeys(asked))[:MOST_TYPES]
    if len(chosen) < 2:
        chosen = [entry.type for entry in made.ranking[:2]]
    entries = [entry for entry in made.ranking if entry.type in chosen]
    rows = [(key, [cell(answers, entry) for entry in entries]) for key, cell in ROWS.items()]
    differing = [row for row in rows if len(set(row[1])) > 1]
    return render(
        "compare/types.html",
        made=made,
        entries=entries,
        chosen=chosen,
        differing=differing,
        alike=[row for row in rows if row not in differing],
    )


Cell = Callable[[Answers, Entry], str]


def _w() -> Words:
    return words(language())


def _fits(answers: Answers, entry: Entry) -> str:
    band = _w()("excluded" if entry.excluded else f"band_{entry.band}")
    return f"{band}, {_w().count('points', entry.points)}"


def _sums(answers: Answers, entry: Entry) -> str:
    return _w()("sum_short", fit=number(entry.fit), capacity=number(entry.capacity))


def _best(answers: Answers, entry: Entry) -> str:
    said = [c.reason[language()] for c in entry.contributions if c.points > 0]
    return said[0] if said else _w()("why_nothing")


def _worst(answers: Answers, entry: Entry) -> str:
    said = [c.reason[language()] for c in entry.contributions if c.points <= 0]
    return said[-1] if said else _w()("why_not_nothing")


def _advice(kind: str) -> Cell:
    def cell(answers: Answers, entry: Entry) -> str:
        chosen = advice_for(answering(), answers, entry.type)
        return next((one.text[language()] for one in chosen if one.kind == kind), "")

    return cell


def _platforms(answers: Answers, entry: Entry) -> str:
    book = answering()
    notes = platforms_for(book, answers, entry.type, entry.warnings)
    return ", ".join(book.platforms[note.id].name for note in notes if note.advised)


ROWS: dict[str, Cell] = {
    "compare_fits": _fits,
    "compare_sums": _sums,
    "why": _best,
    "why_not": _worst,
    "rhythm": _advice("rhythm"),
    "reply": _advice("reply"),
    "first_week": _advice("first_week"),
    "measure": _advice("measure"),
    "risk": _advice("risk"),
    "platforms": _platforms,
}
