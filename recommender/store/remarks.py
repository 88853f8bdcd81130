"""What an agency adds to one submission, and what else belongs to the same client."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, Select, delete, func, select, update
from sqlalchemy.exc import IntegrityError

from recommender.store.audit import note
from recommender.store.database import new_id
from recommender.store.desk import Desk
from recommender.store.erasing import erase
from recommender.store.reading import LISTED, invited, listed
from recommender.store.records import Invitation, Listed, Stored
from recommender.store.seen import mine_to_change, must_be_seen
from recommender.store.storing import add
from recommender.store.tables import counters, invitations, notes, second_opinions, submissions
from recommender.store.upsert import insert

MOST_OTHERS = 50
"""Of the answers of one client: anybody can send many under one address."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something that a member wrote down about a submission; `author` is her address."""

    id: str
    author: str
    text: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Opinion:
    """How the strategist herself would answer, as a code."""

    author: str
    code: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a submission.

    `notes` are those of the team, the newest first; `others` the other answers of the same
    client, the oldest first, of many the newest ones.
    """

    notes: Sequence[Note]
    opinion: Opinion | None
    others: Sequence[Listed]
    invitation: Invitation | None


def around(desk: Desk, one: Stored) -> Around:
    """What stands around one of the agency's submissions."""
    id_, thread = one.listed.id, one.listed.thread
    same = LISTED.where(desk.owns(submissions), submissions.c.thread == thread)
    newest = same.order_by(submissions.c.revision.desc()).limit(MOST_OTHERS + 1)
    by = select(submissions.c.invitation_id).where(desk.owns(submissions), submissions.c.id == id_)
    mine = invitations.c.id == by.scalar_subquery()
    with desk.database.reading() as connection:
        asked = connection.execute(select(invitations).where(desk.owns(invitations), mine))
        row = asked.one_or_none()
        return Around(
            [Note(**found._mapping) for found in connection.execute(_notes(desk, id_))],
            _opinion(connection, desk, id_),
            [
                listed(found)
                for found in reversed(connection.execute(newest).all())
                if found.id != id_
            ],
            invited(row) if row else None,
        )


def add_note(desk: Desk, id_: str, text: str, by: str, now: datetime) -> Note | None:
    """Write something down about a submission; None if the agency has no such one."""
    made = Note(new_id(), by, text, now)
    row = {"id": made.id, "author": by, "text": text, "created_at": now}
    about = {"agency_id": desk.agency_id, "submission_id": id_}
    try:
        with desk.database.writing() as connection:
            if not _is_there(connection, desk, id_):
                return None
            connection.execute(notes.insert(), row | about)
            _did(connection, desk, id_, by, "note_added", now)
    except IntegrityError:  # erased meanwhile
        return None
    return made


def remove_note(
    desk: Desk, id_: str, note_id: str, by: str, now: datetime, *, of_others: bool
) -> bool:
    """Take a note away; somebody else's only with `of_others`."""
    gone = delete(notes).where(
        desk.owns(notes), notes.c.submission_id == id_, notes.c.id == note_id
    )
    with desk.database.writing() as connection:
        found = connection.execute(gone if of_others else gone.where(notes.c.author == by)).rowcount
        if found:
            _did(connection, desk, id_, by, "note_removed", now)
    return bool(found)


def opinion(desk: Desk, id_: str) -> Opinion | None:
    """How the strategist would answer, if she has."""
    with desk.database.reading() as connection:
        return _opinion(connection, desk, id_)


def keep_opinion(
    desk: Desk, id_: str, code: str, by: str, now: datetime, seen: str | None = None
) -> bool:
    """Keep how the strategist would answer, in place of an earlier one.

    Raises Moved if what is kept is no longer what was `seen`, see `seen_of`.
    """
    row = {"author": by, "code": code, "changed_at": now}
    about = {"agency_id": desk.agency_id, "submission_id": id_}
    try:
        with desk.database.writing() as connection:
            if not mine_to_change(connection, desk, id_):
                return False
            must_be_seen(_opinion(connection, desk, id_), seen)
            keeping = insert(connection, second_opinions).values(row | about)
            connection.execute(
                keeping.on_conflict_do_update(index_elements=["submission_id"], set_=row)
            )
            _did(connection, desk, id_, by, "opinion_kept", now)
    except IntegrityError:  # erased meanwhile
        return False
    return True


def remove_opinion(desk: Desk, id_: str, by: str, now: datetime, seen: str | None = None) -> bool:
    """Take it away; False if there was none. Raises Moved."""
    mine = desk.owns(second_opinions) & (second_opinions.c.submission_id == id_)
    with desk.database.writing() as connection:
        if not mine_to_change(connection, desk, id_):
            return False
        must_be_seen(_opinion(connection, desk, id_), seen)
        gone = connection.execute(delete(second_opinions).where(mine)).rowcount
        if gone:
            _did(connection, desk, id_, by, "opinion_removed", now)
    return bool(gone)


def mark_test(desk: Desk, id_: str, test: bool, day: date, by: str, now: datetime) -> bool:
    """Mark a submission as a try of the team, or as a client's own again.

    On the `day` on which it came in, by the clock of its form, one less or more was sent.
    """
    mine = desk.owns(submissions) & (submissions.c.id == id_)
    other = mine & (submissions.c.test != test)
    with desk.database.writing() as connection:
        if not mine_to_change(connection, desk, id_):
            return False
        if connection.execute(update(submissions).where(other).values(test=test)).rowcount:
            _count_anew(connection, id_, day, test=test)
            _did(connection, desk, id_, by, "marked_test" if test else "unmarked_test", now)
    return True


def _count_anew(connection: Connection, id_: str, day: date, *, test: bool) -> None:
    """What was sent on this day, and whether the invitation was answered, without tests."""
    one = select(submissions.c.form_id, submissions.c.invitation_id).where(submissions.c.id == id_)
    form, invited = connection.execute(one).one()
    if test:
        on_day = (counters.c.form_id == form) & (counters.c.day == day.isoformat())
        sent = on_day & (counters.c.name == "sent") & (counters.c.count > 0)
        connection.execute(update(counters).where(sent).values(count=counters.c.count - 1))
    else:
        add(connection, form, day, "sent")
    answers = select(func.min(submissions.c.created_at)).where(
        submissions.c.invitation_id == invited, ~submissions.c.test
    )
    answered = update(invitations).where(invitations.c.id == invited)
    connection.execute(answered.values(answered_at=answers.scalar_subquery()))


def erase_one(desk: Desk, id_: str, by: str, now: datetime) -> bool:
    """Erase a submission with all that belongs to it. It cannot be got back."""
    with desk.database.writing() as connection:
        gone = _is_there(connection, desk, id_) and erase(connection, [id_], "agency", now)
        if gone:
            _did(connection, desk, id_, by, "erased", now)
    desk.database.forget()
    return bool(gone)


def _did(connection: Connection, desk: Desk, id_: str, by: str, what: str, now: datetime) -> None:
    note(connection, desk.agency_id, by, what, now, submission=id_)


def _is_there(connection: Connection, desk: Desk, id_: str) -> bool:
    mine = select(submissions.c.id).where(desk.owns(submissions), submissions.c.id == id_)
    return connection.execute(mine).one_or_none() is not None


def _notes(desk: Desk, id_: str) -> Select:
    columns = notes.c.id, notes.c.author, notes.c.text, notes.c.created_at
    mine = select(*columns).where(desk.owns(notes), notes.c.submission_id == id_)
    return mine.order_by(notes.c.created_at.desc(), notes.c.id.desc())


def _opinion(connection: Connection, desk: Desk, id_: str) -> Opinion | None:
    columns = second_opinions.c.author, second_opinions.c.code, second_opinions.c.changed_at
    mine = desk.owns(second_opinions) & (second_opinions.c.submission_id == id_)
    row = connection.execute(select(*columns).where(mine)).one_or_none()
    return Opinion(**row._mapping) if row else None
