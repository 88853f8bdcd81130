"""What became of a recommendation: another type that was chosen, how it went months later, and
whether the rules may learn from it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, delete, exists, select, tuple_
from sqlalchemy.exc import IntegrityError

from recommender.store.audit import note
from recommender.store.desk import Desk
from recommender.store.erasing import batched
from recommender.store.reading import LISTED, listed
from recommender.store.records import Listed
from recommender.store.seen import mine_to_change, must_be_seen
from recommender.store.tables import (
    documents,
    followups,
    learning_consents,
    overrules,
    submissions,
)
from recommender.store.upsert import insert

Rules = tuple[str, str]
"""The version of a rulebook, and its digest."""

WENT = ("well", "mixed", "badly", "unknown")
"""How something went, as far as a strategist can tell."""


@dataclass(frozen=True, slots=True)
class Overrule:
    """A type chosen beside the recommended one, and why; `author` is a member's address."""

    author: str
    type: str
    reason: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Followup:
    """What was done with which types, how it went (WENT), and rates in percent of people
    reached."""

    author: str
    types: tuple[str, ...]
    done: str
    rate_before: float | None
    rate_after: float | None
    went: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Learning:
    """That the client lets the rules learn from her answers, and how she said so."""

    author: str
    how: str
    given_at: datetime

    @property
    def changed_at(self) -> datetime:
        return self.given_at


@dataclass(frozen=True, slots=True)
class Practice:
    """All that became of one recommendation; None is what nobody wrote down."""

    overrule: Overrule | None = None
    followup: Followup | None = None
    learning: Learning | None = None


@dataclass(frozen=True, slots=True)
class Practised:
    """A submission's recommendation with what became of it; `first` are the types at rank 1.

    Its code and the rules that it was made by say the same as its document, which is a thousand
    times as long and empty where those rules are known.
    """

    id: str
    first: tuple[str, ...]
    document: bytes
    practice: Practice
    code: str = ""
    rules: Rules = ("", "")


Known = Callable[[Rules], object]
"""Whether these rules are there, so that nobody needs what they said."""

_KINDS: Mapping[type, tuple[Table, str, str]] = {
    Overrule: (overrules, "overruled", "overrule_removed"),
    Followup: (followups, "followed_up", "followup_removed"),
    Learning: (learning_consents, "learning_agreed", "learning_withdrawn"),
}
"""Where each kind is kept, and what the audit list calls keeping it and taking it away."""


def _unknown(_: Rules) -> bool:
    return False


def of_one(desk: Desk, id_: str) -> Practice:
    """What became of one submission; nothing for one that is not the agency's."""
    return of_some(desk, [id_]).get(id_, Practice())


def of_some(desk: Desk, ids: Sequence[str]) -> dict[str, Practice]:
    """What became of those of these submissions of which anything is known, by id; at most 500."""
    with desk.database.reading() as connection:
        found = [_kept(connection, desk, kind, ids) for kind in _KINDS]
    return {
        id_: Practice(*(kept.get(id_) for kept in found))
        for id_ in ids
        if any(id_ in kept for kept in found)
    }


def keep(
    desk: Desk,
    id_: str,
    value: Overrule | Followup | Learning,
    now: datetime,
    seen: str | None = None,
) -> bool:
    """Keep this of a submission in place of an earlier one; False if the agency has no such one.

    Raises Moved if what is kept is no longer what was `seen`, see `seen_of`.
    """
    table, what, _ = _KINDS[type(value)]
    row = {name: " ".join(one) if name == "types" else one for name, one in asdict(value).items()}
    about = {"agency_id": desk.agency_id, "submission_id": id_}
    try:
        with desk.database.writing() as connection:
            if not mine_to_change(connection, desk, id_):
                return False
            must_be_seen(_kept(connection, desk, type(value), [id_]).get(id_), seen)
            keeping = insert(connection, table).values(row | about)
            connection.execute(
                keeping.on_conflict_do_update(index_elements=["submission_id"], set_=row)
            )
            note(connection, desk.agency_id, value.author, what, now, submission=id_)
    except IntegrityError:  # erased meanwhile
        return False
    return True


def drop(desk: Desk, id_: str, kind: type, by: str, now: datetime, seen: str | None = None) -> bool:
    """Take one kind away from a submission; False if there was nothing of it. Raises Moved."""
    table, _, what = _KINDS[kind]
    mine = desk.owns(table) & (table.c.submission_id == id_)
    with desk.database.writing() as connection:
        if not mine_to_change(connection, desk, id_):
            return False
        must_be_seen(_kept(connection, desk, kind, [id_]).get(id_), seen)
        gone = connection.execute(delete(table).where(mine)).rowcount
        if gone:
            note(connection, desk.agency_id, by, what, now, submission=id_)
    return bool(gone)


def due(
    desk: Desk,
    until: datetime,
    since: datetime | None = None,
    limit: int = 50,
    before: tuple[datetime, str] | None = None,
) -> list[Listed]:
    """Submissions from `since` up to `until` without a follow-up, the newest first.

    Of one client's answers only the last ones count; tries do not. `before` is the last one of
    the page seen earlier.
    """
    later = submissions.alias()
    wanted = LISTED.where(
        desk.owns(submissions),
        ~submissions.c.test,
        submissions.c.created_at <= until,
        ~exists().where(followups.c.submission_id == submissions.c.id),
        ~exists().where(
            later.c.agency_id == submissions.c.agency_id,
            later.c.thread == submissions.c.thread,
            later.c.revision > submissions.c.revision,
            ~later.c.test,
        ),
    )
    if since:
        wanted = wanted.where(submissions.c.created_at >= since)
    if before:
        wanted = wanted.where(tuple_(submissions.c.created_at, submissions.c.id) < before)
    newest = wanted.order_by(submissions.c.created_at.desc(), submissions.c.id.desc())
    with desk.database.reading() as connection:
        return [listed(row) for row in connection.execute(newest.limit(limit))]


def newest(desk: Desk, limit: int, known: Known = _unknown) -> Iterator[Practised]:
    """The newest submissions, tries left out."""
    wanted = _PRACTISED.where(desk.owns(submissions), ~submissions.c.test)
    order = submissions.c.created_at.desc(), submissions.c.id.desc()
    return _practised(desk, wanted.order_by(*order).limit(limit), known)


def overruled(desk: Desk, limit: int, known: Known = _unknown) -> Iterator[Practised]:
    """Submissions of which another type was chosen, the newest choice first, tries left out."""
    wanted = _PRACTISED.join(overrules, overrules.c.submission_id == submissions.c.id)
    mine = wanted.where(desk.owns(overrules), ~submissions.c.test)
    order = overrules.c.changed_at.desc(), overrules.c.submission_id
    return _practised(desk, mine.order_by(*order).limit(limit), known)


def learnable(desk: Desk, limit: int) -> Iterator[Practised]:
    """Submissions whose clients let the rules learn from them, those who agreed last first.

    Tries are left out.
    """
    wanted = _PRACTISED.join(
        learning_consents, learning_consents.c.submission_id == submissions.c.id
    )
    mine = wanted.where(desk.owns(learning_consents), ~submissions.c.test)
    order = learning_consents.c.given_at.desc(), learning_consents.c.submission_id
    return _practised(desk, mine.order_by(*order).limit(limit), _unknown)


def followed_up(desk: Desk, limit: int) -> list[tuple[tuple[str, ...], Practice]]:
    """Types at rank 1 and what became of them, the newest follow-up first, tries left out."""
    wanted = (
        select(submissions.c.id, submissions.c.first)
        .join(followups, followups.c.submission_id == submissions.c.id)
        .where(desk.owns(followups), ~submissions.c.test)
        .order_by(followups.c.changed_at.desc(), followups.c.submission_id)
    )
    with desk.database.reading() as connection:
        rows = connection.execute(wanted.limit(limit)).all()
    first = {row.id: tuple(row.first.split()) for row in rows}
    return [
        (first[id_], practice)
        for some in batched(list(first))
        for id_, practice in of_some(desk, some).items()
    ]


_AT_ONCE = 100
_PRACTISED = select(
    submissions.c.id,
    submissions.c.first,
    submissions.c.document_id,
    documents.c.code,
    documents.c.rules_version,
    documents.c.rules_digest,
).join(documents, documents.c.id == submissions.c.document_id)


def _practised(desk: Desk, wanted: Select, known: Known) -> Iterator[Practised]:
    """What a statement finds, some rows at once: documents are large."""
    with desk.database.reading() as connection:
        found = connection.execute(wanted, execution_options={"yield_per": _AT_ONCE})
        for some in found.partitions():
            practice = of_some(desk, [row.id for row in some])
            rules = [(row.rules_version, row.rules_digest) for row in some]
            told = {row.document_id for row, by in zip(some, rules) if not known(by)}
            bodies = _bodies(connection, told)
            for row, by in zip(some, rules):
                body, became = bodies.get(row.document_id, b""), practice.get(row.id, Practice())
                yield Practised(row.id, tuple(row.first.split()), body, became, row.code, by)


def _bodies(connection: Connection, ids: Iterable[str]) -> dict[str, bytes]:
    wanted = select(documents.c.id, documents.c.body).where(documents.c.id.in_(ids))
    return {row.id: row.body for row in connection.execute(wanted)} if ids else {}


def _kept(connection: Connection, desk: Desk, kind: type, ids: Sequence[str]) -> dict[str, Any]:
    """Looked up by the ids alone: along an agency's index all of its rows would be read."""
    table = _KINDS[kind][0]
    own = exists().where(submissions.c.id == table.c.submission_id, desk.owns(submissions))
    mine = select(table).where(table.c.submission_id.in_(ids), own)
    return {row.submission_id: _value(kind, row) for row in connection.execute(mine)}


def _value(kind: type, row: Row) -> Any:
    known = {name: row._mapping[name] for name in kind.__dataclass_fields__}  # type: ignore[attr-defined]
    if kind is Followup:
        known["types"] = tuple(known["types"].split())
    return kind(**known)
