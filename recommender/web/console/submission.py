"""One submission: what to raise, what the client saw, and what the team adds to it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from recommender.agency.written import written
from recommender.console.comparing import in_words
from recommender.console.raising import points
from recommender.console.rereading import reread
from recommender.engine.answers import read, to_fields
from recommender.engine.compare import compare
from recommender.engine.model import Answers
from recommender.engine.scoring import recommend
from recommender.errors import AnswersError, Problem
from recommender.i18n import words
from recommender.store import remarks
from recommender.store.putting import Moved
from recommender.store.retention import zone_of
from recommender.store.seen import seen_of
from recommender.web import forms
from recommender.web.console.guard import desk, seat
from recommender.web.console.opening import (
    Opened,
    answered,
    checked,
    context,
    letters,
    opened,
    whole,
)
from recommender.web.console.showing import page
from recommender.web.drafts import encoded, merged, sent_fields
from recommender.web.page import language, link
from recommender.web.running import running

MOST_NOTE = 4000
DONE = {
    "noted": "note_is_added",
    "unnoted": "note_is_removed",
    "own": "own_is_kept",
    "unowned": "own_is_removed",
    "moved": "practice_moved_removing",
    "test": "test_is_marked",
    "client": "test_is_unmarked",
}
"""What was done before the page was asked for, and the sentence that says so."""

blueprint = Blueprint("submission", __name__, url_prefix="/submissions/<id_>")


@blueprint.get("")
def show(id_: str) -> str:
    """All there is about one submission; it begins with what to raise at the next meeting."""
    return _page(opened(id_))


@blueprint.post("/notes")
def add_note(id_: str) -> AnyResponse | tuple[str, int]:
    """Write something down for the team."""
    one, raw = opened(id_), request.form.get("note", "")
    text = written(raw, lines=True)
    if wrong := _wrong(text):
        return _page(one, note=raw, problem=wrong), 422
    _must(remarks.add_note(desk(), id_, text or "", seat().email, running().now()))
    return _back(id_, "noted", "notes")


@blueprint.post("/notes/<note>/remove")
def remove_note(id_: str, note: str) -> AnyResponse:
    """Take a note away: one's own, or as an owner anybody's."""
    checked(id_, note)
    who, now, all_ = seat(), running().now(), seat().role == "owner"
    _must(remarks.remove_note(desk(), id_, note, who.email, now, of_others=all_))
    return _back(id_, "unnoted", "notes")


@blueprint.post("/test")
def mark(id_: str) -> AnyResponse:
    """Mark it as a try of the team's own, or with `test=no` as a client's again."""
    one, test = opened(id_), request.form.get("test") != "no"
    sent = one.stored.listed.created_at.astimezone(zone_of(one.began.time_zone))
    _must(remarks.mark_test(desk(), id_, test, sent.date(), seat().email, running().now()))
    return _back(id_, "test" if test else "client", "manage")


@blueprint.get("/own")
def own(id_: str) -> str:
    """The strategist's own answers beside the client's, or, without any, the questions.

    `?edit=1` shows the questions filled in with them, `?start=client` with the client's.
    """
    one = opened(id_)
    opinion = remarks.opinion(desk(), id_)
    answers = whole(opinion.code) if opinion else None
    if opinion and answers and one.answers and not _edits():
        return page("submission_beside.html", **_beside(one, opinion, one.answers, answers))
    begun = one.answers if request.args.get("start") == "client" else answers
    return _own_page(one, to_fields(begun) if begun else {}, kept_before=bool(answers))


@blueprint.post("/own")
def keep_own(id_: str) -> AnyResponse | tuple[str, int]:
    """Keep the strategist's own answers, whole ones only."""
    one, sent = opened(id_), sent_fields(request.form)
    try:
        answers = read(one.book.questionnaire, merged(Answers({}), sent))
    except AnswersError as error:
        return _own_page(one, sent, error.problems), 422
    code, seen = encoded(answers), request.form.get("seen")
    try:
        kept = remarks.keep_opinion(desk(), id_, code, seat().email, running().now(), seen)
    except Moved:
        return _own_page(one, sent, moved=_moved(one, answers)), 409
    _must(kept)
    return redirect(link("console.submission.own", id_=id_, done="own"), 303)


@blueprint.post("/own/remove")
def remove_own(id_: str) -> AnyResponse:
    """Take the strategist's own answers away."""
    checked(id_)
    seen = request.form.get("seen")
    try:
        gone = remarks.remove_opinion(desk(), id_, seat().email, running().now(), seen)
    except Moved:
        return redirect(link("console.submission.own", id_=id_, done="moved"), 303)
    _must(gone)
    return _back(id_, "unowned", "own")


@blueprint.get("/erase")
def ask(id_: str) -> str:
    """Ask whether to erase it; whoever merely opens this changes nothing."""
    return page("submission_erase.html", **_shared(opened(id_)))


@blueprint.post("/erase")
def erase(id_: str) -> AnyResponse:
    """Erase it with all that belongs to it."""
    checked(id_)
    _must(remarks.erase_one(desk(), id_, seat().email, running().now()))
    return redirect(link("console.submissions.index", done="erased"), 303)


def _must(found: object) -> None:
    """What is not the agency's is not there."""
    if not found:
        abort(404)


def _back(id_: str, done: str, place: str) -> AnyResponse:
    return redirect(f"{link('console.submission.show', id_=id_, done=done)}#{place}", 303)


def _edits() -> bool:
    return "edit" in request.args or "start" in request.args


def _page(one: Opened, note: str = "", problem: str | None = None) -> str:
    document = one.document
    around = remarks.around(desk(), one.stored)
    own = whole(around.opinion.code) if around.opinion else None
    return page(
        "submission.html",
        **_shared(one),
        around=around,
        raised=points(document, one.book, one.answers if one.then else None),
        reread=reread(document, one.then, one.today, language()),
        found=compare(one.book, one.answers, own) if own and one.answers else None,
        own_first=_leading(one, own) if own else [],
        letters=list(letters(one)),
        context=list(context(one, language())),
        answered=list(answered(one, language())),
        note=note,
        problem=problem,
        most=MOST_NOTE,
    )


def _shared(one: Opened) -> dict[str, Any]:
    """What every page of a submission shows of it."""
    return {
        "opened": one,
        "stored": one.stored,
        "id_": one.stored.listed.id,
        "document": one.document,
        "when": lambda moment: _when(moment.astimezone(zone_of(one.began.time_zone))),
        "done": DONE.get(request.args.get("done", "")),
    }


def _leading(one: Opened, answers: Answers) -> list[str]:
    """The types at rank 1, as a sentence names them."""
    made = recommend(one.book, answers)
    return [one.book.types[entry.type].in_sentence[language()] for entry in made.first]


def _when(there: datetime) -> str:
    """A moment by the clock of the form, in words."""
    w = words(language())
    clock = {"hour": f"{there:%H}", "minute": f"{there:%M}", "zone": there.tzname()}
    return w("moment", date=w.date(there), **clock)


def _beside(one: Opened, opinion: remarks.Opinion, client: Answers, own: Answers) -> dict[str, Any]:
    """The client's answers and the strategist's, by the same rulebook."""
    book, found = one.book, compare(one.book, client, own)
    people = (("beside_client", client), ("beside_own", own))
    return _shared(one) | {
        "opinion": opinion,
        "found": found,
        "one": client,
        "two": own,
        "people": [
            (who, recommend(book, said), one.address("result.show", code=encoded(said)))
            for who, said in people
        ],
        "alike": [q for q in book.questionnaire.questions if q not in found.differing],
    }


def _own_page(
    one: Opened,
    fields: Mapping[str, list[str]],
    problems: Iterable[Problem] = (),
    *,
    kept_before: bool = False,
    moved: Mapping[str, Any] | None = None,
) -> str:
    """The questions, filled in. `moved` is what somebody else saved meanwhile."""
    asked = one.book.questionnaire
    known = moved["known"] if moved else remarks.opinion(desk(), one.stored.listed.id)
    stepped = {id_ for step in asked.steps for id_ in step.questions}
    return page(
        "submission_own.html",
        **_shared(one),
        form=forms.form(asked, asked.questions, language(), fields, problems),
        rest=[id_ for id_ in asked.questions if id_ not in stepped],
        problems=tuple(problems),
        kept_before=kept_before,
        moved=moved,
        seen=seen_of(known) if moved else request.form.get("seen", seen_of(known)),
    )


def _moved(one: Opened, mine: Answers) -> dict[str, Any]:
    """What somebody else has kept since the page was asked for, and where it differs from mine."""
    known = remarks.opinion(desk(), one.stored.listed.id)
    theirs = (whole(known.code) if known else None) or Answers({})
    differing = [
        (question.short[language()], *(in_words(question, a.get(id_), language()) for a in both))
        for both in [(theirs, mine)]
        for id_, question in one.book.questionnaire.questions.items()
        if theirs.get(id_) != mine.get(id_)
    ]
    return {"known": known, "differing": differing if theirs.values else []}


def _wrong(text: str | None) -> str | None:
    """What is wrong with a note, as the key of the words that say so."""
    if text is None:
        return "note_letters"
    if len(text) > MOST_NOTE:
        return "note_long"
    return None if text else "note_empty"
