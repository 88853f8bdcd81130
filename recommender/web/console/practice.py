"""Practice: where a strategist knows better, what came of it, and what the rules learn from it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import chain
from typing import Any

from flask import Blueprint, Response, abort, redirect, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from recommender.console import following
from recommender.console.cases import cases
from recommender.console.filtering import place, placed, zone_name
from recommender.console.practice import ENOUGH, contest, outcomes
from recommender.engine.rulebook import Rulebook
from recommender.errors import Problem
from recommender.store import practice
from recommender.store.exporting import note_taken
from recommender.store.practice import WENT, Followup, Learning, Overrule, Practice
from recommender.store.putting import Moved
from recommender.store.retention import zone_of
from recommender.store.seen import seen_of
from recommender.web.console.guard import desk, for_owners, seat
from recommender.web.console.opening import Opened, checked, opened
from recommender.web.console.showing import page
from recommender.web.page import language, link
from recommender.web.running import answering, running

DUE_DAYS = 90
RANGES = {"30": 30, "90": 90, "all": 0}
"""Since when submissions have been due: so many days, or at any time."""
A_PAGE, SHOWN = 50, 10
"""Of a list; and rules of the report before the rest is folded away."""
LOOKED, LOOKED_OVERRULED, LOOKED_FOLLOWED = 300, 200, 2000
"""The newest submissions, choices and follow-ups that the reports count; more would take long."""
MOST_CASES = 2000

Kept = Overrule | Followup | Learning
Read = Callable[[Opened, following.Fields], Kept | tuple[Problem, ...]]


@dataclass(frozen=True, slots=True)
class _Kind:
    """Something that is written down: how it is called, read, and how its form begins."""

    of: type
    read: Read
    begun: Callable[[Any], Mapping[str, list[str]]]


def _read_overrule(one: Opened, sent: following.Fields) -> Overrule | tuple[Problem, ...]:
    now, first = running().now(), one.stored.listed.first
    return following.read_overrule(sent, one.book.types, first, seat().email, now)


def _read_followup(one: Opened, sent: following.Fields) -> Followup | tuple[Problem, ...]:
    return following.read_followup(sent, one.book.types, seat().email, running().now())


def _read_learning(one: Opened, sent: following.Fields) -> Learning | tuple[Problem, ...]:
    return following.read_learning(sent, seat().email, running().now())


_KINDS = {
    "overrule": _Kind(Overrule, _read_overrule, lambda v: {"type": [v.type], "reason": [v.reason]}),
    "followup": _Kind(Followup, _read_followup, lambda v: _followup_fields(v)),
    "learning": _Kind(Learning, _read_learning, lambda v: {"agreed": ["yes"], "how": [v.how]}),
}
_ONE = "/submissions/<id_>/<any(overrule, followup, learning):kind>"

blueprint = Blueprint("practice", __name__)


@blueprint.app_template_global()
def practice_of(id_: str) -> Practice:
    """What became of a submission that a page of the console shows."""
    return practice.of_one(desk(), id_)


@blueprint.app_template_global()
def percent(rate: float) -> str:
    """A rate in the reader's language."""
    return following.percent(rate, language())


@blueprint.get("/practice")
def index() -> str:
    """Which rules were overruled how often, who was right, and what may be learnt from."""
    mine, under = desk(), cache(running().shelf.under)

    def book_of(rules: practice.Rules) -> Rulebook | None:
        book = under(rules[0])
        return book if book and book.digest == rules[1] else None

    looked_at = chain(
        practice.newest(mine, LOOKED, book_of), practice.overruled(mine, LOOKED_OVERRULED, book_of)
    )
    return page(
        "practice.html",
        contest=contest(looked_at, book_of),
        outcomes=outcomes(practice.followed_up(mine, LOOKED_FOLLOWED)),
        went=WENT,
        titles=_titles,
        enough=ENOUGH,
        shown=SHOWN,
        looked=LOOKED,
        looked_overruled=LOOKED_OVERRULED,
        looked_followed=LOOKED_FOLLOWED,
        due=len(practice.due(mine, _due_until(), limit=A_PAGE + 1)),
        most_due=A_PAGE,
        most_cases=MOST_CASES,
        without="none" if request.args.get("cases") == "none" else "",
    )


@blueprint.get("/practice/due")
def due() -> str:
    """Submissions of three months ago and before, of which nobody has said what became."""
    chosen = request.args.get("days", "")
    chosen = chosen if chosen in RANGES else "90"
    days, until = RANGES[chosen], _due_until()
    since = until - timedelta(days=days) if days else None
    before = request.args.get("before", "")
    found = practice.due(desk(), until, since, A_PAGE + 1, place(before) if before else None)
    last = found[A_PAGE - 1] if len(found) > A_PAGE else None
    zone = zone_of(zone_name(desk().forms(), ""))
    return page(
        "practice_due.html",
        found=found[:A_PAGE],
        chosen=chosen,
        ranges=[*RANGES],
        older=placed((last.created_at, last.id)) if last else None,
        paged=bool(before),
        in_zone=lambda moment: moment.astimezone(zone),
    )


@blueprint.post("/practice/cases")
@for_owners
def take_cases() -> AnyResponse:
    """The cases that can be made of what clients let the rules learn from, as a file."""
    taken = cases(running().shelf.today, practice.learnable(desk(), MOST_CASES + 1), MOST_CASES)
    if not taken.cases:
        return redirect(link("console.practice.index", cases="none") + "#cases", 303)
    note_taken(desk(), seat().email, "cases_exported", running().now(), cases=taken.cases)
    headers = {"Content-Disposition": 'attachment; filename="cases.yaml"'}
    return Response(taken.content, mimetype="application/yaml", headers=headers)


@blueprint.get(_ONE)
def write(id_: str, kind: str) -> str:
    """The form for one kind of what became of a submission, as it was filled in last."""
    one, known = opened(id_), _known(id_, kind)
    begun = _KINDS[kind].begun(known) if known else {}
    return _form(one, kind, begun, known=known)


@blueprint.post(_ONE)
def keep(id_: str, kind: str) -> AnyResponse | tuple[str, int]:
    """Keep it beside the recommendation, in place of an earlier one."""
    one, sent = opened(id_), dict(request.form.lists())
    read = _KINDS[kind].read(one, sent)
    if isinstance(read, tuple):
        return _form(one, kind, sent, read, known=_known(id_, kind)), 422
    try:
        kept = practice.keep(desk(), id_, read, running().now(), request.form.get("seen"))
    except Moved:
        return _form(one, kind, sent, known=_known(id_, kind), moved=True), 409
    if not kept:
        abort(404)
    return _back(id_, kind)


@blueprint.post(f"{_ONE}/remove")
def remove(id_: str, kind: str) -> AnyResponse:
    """Take it away again."""
    checked(id_)
    about = _KINDS[kind].of, seat().email, running().now(), request.form.get("seen")
    try:
        gone = practice.drop(desk(), id_, *about)
    except Moved:
        return redirect(link("console.practice.write", id_=id_, kind=kind, done="moved"), 303)
    if not gone:
        abort(404)
    return _back(id_, f"no_{kind}")


def _known(id_: str, kind: str) -> Kept | None:
    found: Kept | None = getattr(practice.of_one(desk(), id_), kind)
    return found


def _back(id_: str, done: str) -> AnyResponse:
    return redirect(link("console.submission.show", id_=id_, practised=done) + "#practice", 303)


def _form(
    one: Opened,
    kind: str,
    fields: Mapping[str, list[str]],
    problems: tuple[Problem, ...] = (),
    known: Kept | None = None,
    *,
    moved: bool = False,
) -> str:
    """The form with what was filled in, and below it a way to take away what is `known`.

    With `moved`, somebody else has saved that meanwhile; another press replaces it.
    """
    lang, zone = language(), zone_of(one.began.time_zone)
    return page(
        f"{kind}.html",
        one=one.stored.listed,
        document=one.document,
        kind=kind,
        known=known,
        moved=moved,
        unremoved=request.args.get("done") == "moved",
        shown=seen_of(known),
        seen=seen_of(known) if moved else request.form.get("seen", seen_of(known)),
        in_zone=lambda moment: moment.astimezone(zone),
        fields=MultiDict(fields),
        chosen=fields.get("used", []),
        problems=problems,
        errors={problem.question: problem.message[lang] for problem in reversed(problems)},
        went=WENT,
        whens=following.WHENS,
    )


def _followup_fields(known: Followup) -> dict[str, list[str]]:
    """A follow-up as its form shows it; rates stand as they were worked out."""
    rates = zip(following.WHENS, (known.rate_before, known.rate_after))
    lang = language()
    return {
        "used": [*known.types],
        "done": [known.done],
        "went": [known.went],
        **{f"{w}_rate": [following.percent(r, lang)] for w, r in rates if r is not None},
    }


def _titles(sources: Iterable[str]) -> list[str]:
    """The titles of sources, each once; places in one document share its title."""
    known, lang = answering().sources, language()
    return [*dict.fromkeys(known[id_].title[lang] if id_ in known else id_ for id_ in sources)]


def _due_until() -> datetime:
    return running().now() - timedelta(days=DUE_DAYS)
