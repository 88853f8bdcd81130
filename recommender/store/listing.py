"""The list of submissions: filtered or searched, in as much time however many there are.

A page of the list looks at no more than LOOKS submissions and a search at no more than
MOST_FOUND: whoever wants more goes on from where it stopped, or writes more letters.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Row,
    Select,
    bindparam,
    exists,
    func,
    not_,
    select,
)

from recommender.store.desk import Desk
from recommender.store.reading import LISTED, listed
from recommender.store.records import Listed
from recommender.store.searching import MOST_WORDS, looked_for
from recommender.store.tables import counters, forms, search_words, submissions

MOST_FOUND = 500
LOOKS = (200, 5_000)
"""How many are looked at for a page: mostly a few do, else so many and no more."""
TIMED = 1_000
"""Of so many submissions, the newest ones, the median time is taken."""

Place = tuple[datetime, str]
"""Where in the list a submission stands: by its time, then by its id; the newest comes first."""

_LAST_LETTER = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which submissions are asked for. `type` holds rank 1; `until` is the first moment after."""

    query: str = ""
    form_id: str | None = None
    type: str | None = None
    label: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    tests: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of the list. What stands before `after` is the next page; None at the end.

    `looked_to` is there where the page is not full because enough was looked at.
    """

    rows: tuple[Listed, ...] = ()
    after: Place | None = None
    looked_to: datetime | None = None
    too_many: bool = False


def listing(desk: Desk, wanted: Wanted, before: Place | None = None, limit: int = 50) -> Listing:
    """The newest submissions of those asked for, from `before` on."""
    with desk.database.reading() as connection:
        if wanted.query:
            found = _found(connection, desk, looked_for(wanted.query))
            if found is None:
                return Listing(too_many=True)
            if not found.ids:
                return Listing()
            return _page(connection, _searched(desk, wanted, found, before), limit)
        return _walked(connection, desk, wanted, before, limit)


def counts(desk: Desk, since: date, form_id: str | None = None) -> Mapping[str, int]:
    """How often a form, or any of them, was seen, begun, finished and sent since that day."""
    total = func.sum(counters.c.count)
    wanted = select(counters.c.name, total).where(
        desk.owns(counters), counters.c.day >= since.isoformat()
    )
    if form_id:
        wanted = wanted.where(counters.c.form_id == form_id)
    with desk.database.reading() as connection:
        return {name: int(n) for name, n in connection.execute(wanted.group_by(counters.c.name))}


def median_seconds(desk: Desk, since: datetime, form_id: str | None = None) -> int | None:
    """How long half of the newest submissions took at most; tests do not count."""
    wanted = Wanted(form_id=form_id, since=since)
    newest = select(submissions.c.seconds, submissions.c.test)
    newest = newest.where(_way(desk, wanted), *_between(wanted, None))
    with desk.database.reading() as connection:
        rows = connection.execute(_ordered(newest).limit(_plainly(TIMED))).all()
    timed = [row.seconds for row in rows if not row.test and row.seconds is not None]
    return round(median(timed)) if timed else None


def _walked(
    connection: Connection, desk: Desk, wanted: Wanted, before: Place | None, limit: int
) -> Listing:
    way = [_way(desk, wanted), *_between(wanted, before)]
    for looked in LOOKS:
        end = connection.execute(_newest(way).offset(_plainly(looked - 1))).first()
        chosen = LISTED.where(*way, *_down_to(end), *_filters(wanted))
        page = _page(connection, chosen, limit)
        if page.after or not end:
            return page
        stopped = Listing(page.rows, (end.created_at, end.id), end.created_at)
    return stopped


def _page(connection: Connection, chosen: Select, limit: int) -> Listing:
    rows = [listed(row) for row in connection.execute(_ordered(chosen).limit(_plainly(limit + 1)))]
    last = rows[limit - 1] if len(rows) > limit else None
    return Listing(tuple(rows[:limit]), (last.created_at, last.id) if last else None)


def _newest(way: Sequence[ColumnElement[bool]]) -> Select:
    newest = select(submissions.c.created_at, submissions.c.id).where(*way)
    return _ordered(newest).limit(_plainly(1))


def _plainly(count: int) -> BindParameter[int]:
    """A number that is written into the statement.

    PostgreSQL plans a statement that it has seen often once and for all, but only if that plan
    is as good as one for these values; and of how many rows a page has it must know then.
    """
    return bindparam(None, count, literal_execute=True)


def _ordered(chosen: Select) -> Select:
    return chosen.order_by(submissions.c.created_at.desc(), submissions.c.id.desc())


def _way(desk: Desk, wanted: Wanted) -> ColumnElement[bool]:
    """The condition by whose index the list is walked: the agency's, or one form's of it."""
    if not wanted.form_id:
        return desk.owns(submissions)
    own = select(forms.c.id).where(desk.owns(forms), forms.c.id == wanted.form_id)
    return submissions.c.form_id == own.scalar_subquery()


def _between(wanted: Wanted, before: Place | None) -> list[ColumnElement[bool]]:
    since, until = wanted.since, wanted.until
    return [
        *([submissions.c.created_at >= since] if since else []),
        *([submissions.c.created_at < until] if until else []),
        *_before(before),
    ]


# SQLite walks an index between two ends only where each is one column, not a pair. And PostgreSQL
# takes it that few rows are left out where these are few of one moment, and not where they are
# either earlier or of a lower id.


def _before(place: Place | None) -> list[ColumnElement[bool]]:
    if not place:
        return []
    when, id_ = place
    here = (submissions.c.created_at == when) & (submissions.c.id >= id_)
    return [submissions.c.created_at <= when, not_(here)]


def _down_to(place: Place | Row | None) -> list[ColumnElement[bool]]:
    if not place:
        return []
    when, id_ = place
    beyond = (submissions.c.created_at == when) & (submissions.c.id < id_)
    return [submissions.c.created_at >= when, not_(beyond)]


def _filters(wanted: Wanted) -> list[ColumnElement[bool]]:
    among = " " + submissions.c.first + " "
    return [
        *([] if wanted.tests else [~submissions.c.test]),
        *([among.contains(f" {wanted.type} ", autoescape=True)] if wanted.type else []),
        *([submissions.c.label == wanted.label] if wanted.label else []),
    ]


def _searched(desk: Desk, wanted: Wanted, found: "_Found", before: Place | None) -> Select:
    """Those of the few that are asked for.

    They are fetched by their ids: without the empty text that is added to these columns, SQLite
    would rather walk the agency's whole list.
    """
    own = [submissions.c.agency_id.concat("") == desk.agency_id]
    if wanted.form_id:
        own.append(submissions.c.form_id.concat("") == wanted.form_id)
    asked = [*own, *_between(wanted, before), *_filters(wanted)]
    named = [
        exists().where(search_words.c.submission_id == submissions.c.id, _begins(word))
        for word in found.words
    ]
    return LISTED.where(submissions.c.id.in_(found.ids), *asked, *named)


@dataclass(frozen=True, slots=True)
class _Found:
    """Submissions one of whose words begins as asked; each of these other `words` has to, too."""

    ids: Sequence[str] = ()
    words: Sequence[str] = ()


def _found(connection: Connection, desk: Desk, words: Sequence[str]) -> _Found | None:
    """The submissions among which to look; None if each of the words begins those of too many."""
    apart = [w for w in dict.fromkeys(words) if not any(o != w and o.startswith(w) for o in words)]
    if not apart or len(apart) > MOST_WORDS:
        return _Found()  # none has so many words, and no word begins with two of these
    for word in sorted(reversed(apart), key=len, reverse=True):  # the longest is mostly the rarest
        ids = _holders(connection, desk, word)
        if len(ids) <= MOST_FOUND:
            return _Found(ids, [other for other in apart if other != word])
    return None


def _holders(connection: Connection, desk: Desk, word: str) -> Sequence[str]:
    """Some of the submissions that have a word which begins so, one more than may be found.

    Words that begin alike are mostly few of one submission: a part of what may have to be read
    usually shows that there are too many.
    """
    own = desk.owns(search_words) & _begins(word)
    for few in (MOST_FOUND // 6, MOST_FOUND):
        read = select(search_words.c.submission_id).where(own).limit(_plainly(MOST_WORDS * few + 1))
        ids = read.subquery().c.submission_id
        held = connection.scalars(select(ids).distinct().limit(_plainly(MOST_FOUND + 1))).all()
        if len(held) <= few or len(held) > MOST_FOUND:
            break
    return held


def _begins(word: str) -> ColumnElement[bool]:
    return (search_words.c.word >= word) & (search_words.c.word < word + _LAST_LETTER)
