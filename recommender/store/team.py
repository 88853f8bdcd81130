"""An agency's team: who belongs to it, who may sign in, and links that let somebody choose a
password. What a password is hashed with is decided in `console.passwords`."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Select, delete, func, select, update
from sqlalchemy.exc import IntegrityError

from recommender.store.audit import note
from recommender.store.database import Database, hashed, new_id
from recommender.store.desk import Desk, Taken
from recommender.store.records import Member, Seat
from recommender.store.tables import agencies, members, passes

PASS_DAYS = 7
"""For so long a link to choose a password can be used."""


class LastOwner(Exception):
    """An agency needs an owner: its last one can neither go nor become a member."""


def team(desk: Desk) -> list[Member]:
    """The agency's members, by address."""
    mine = select(members).where(desk.owns(members)).order_by(members.c.email)
    with desk.database.reading() as connection:
        return [
            Member(
                row.id,
                row.email,
                row.name,
                row.role,
                row.created_at,
                may_sign_in=bool(row.password_hash),
                seen_at=row.seen_at,
            )
            for row in connection.execute(mine)
        ]


def add(desk: Desk, email: str, name: str, role: str, by: str, now: datetime) -> Member:
    """A new member, who cannot sign in before she has chosen a password.

    `by` is the address of whoever adds her. Raises Taken if the agency has a member of this
    address.
    """
    made = Member(new_id(), email.lower(), name, role, now)
    row = {"id": made.id, "email": made.email, "name": name, "role": role, "created_at": now}
    try:
        with desk.database.writing() as connection:
            connection.execute(members.insert(), row | {"agency_id": desk.agency_id})
            note(connection, desk.agency_id, by, "member_added", now, email=made.email, role=role)
    except IntegrityError:
        raise Taken from None
    return made


def remove(desk: Desk, email: str, by: str, now: datetime, *, keep_owner: bool = True) -> bool:
    """Take a member away, and end her sessions. Raises LastOwner unless told otherwise."""
    with desk.database.writing() as connection:
        _alone(connection, desk)
        gone = connection.execute(delete(members).where(_called(desk, email))).rowcount
        if gone and keep_owner:
            _need_owner(connection, desk)
        if gone:
            note(connection, desk.agency_id, by, "member_removed", now, email=email.lower())
    return bool(gone)


def change_role(desk: Desk, email: str, role: str, by: str, now: datetime) -> bool:
    """Make a member an owner or the other way round. Raises LastOwner."""
    with desk.database.writing() as connection:
        _alone(connection, desk)
        changing = update(members).where(_called(desk, email), members.c.role != role)
        changed = connection.execute(changing.values(role=role)).rowcount
        _need_owner(connection, desk)
        if changed:
            about = {"email": email.lower(), "role": role}
            note(connection, desk.agency_id, by, "role_changed", now, **about)
    return bool(changed)


def pass_for(desk: Desk, email: str, by: str, now: datetime) -> str | None:
    """The token of a new link by which this member chooses a password; None for no such member.

    Earlier links of hers end. Her password and her sessions hold until she has chosen.
    """
    token = secrets.token_urlsafe(32)
    with desk.database.writing() as connection:
        id_ = connection.execute(select(members.c.id).where(_called(desk, email))).scalar()
        if id_ is None:
            return None
        connection.execute(delete(passes).where(passes.c.member_id == id_))
        row = {"id": new_id(), "agency_id": desk.agency_id, "member_id": id_}
        times = {"created_at": now, "expires_at": now + timedelta(days=PASS_DAYS)}
        connection.execute(passes.insert(), row | times | {"token_hash": hashed(token)})
        note(connection, desk.agency_id, by, "pass_made", now, email=email.lower())
    return token


def holder(database: Database, token: str, now: datetime) -> Seat | None:
    """Whose password this link lets be chosen; None for one that was used or is over."""
    with database.reading() as connection:
        return _seat(connection, _holding(token, now))


def choose_password(database: Database, token: str, password_hash: str, now: datetime) -> bool:
    """Set the password of the link's member, end the link and all her sessions.

    False for a link that was used or is over: of two at once one sets it.
    """
    mine = (passes.c.token_hash == hashed(token)) & (passes.c.expires_at > now)
    with database.writing() as connection:
        seat = _seat(connection, _holding(token, now))
        if seat is None or not connection.execute(delete(passes).where(mine)).rowcount:
            return False
        _set_password(connection, seat, password_hash, now)
    return True


def change_password(database: Database, seat: Seat, password_hash: str, now: datetime) -> str:
    """Set another password; every session ends but one that knows the new key, which is given."""
    with database.writing() as connection:
        return _set_password(connection, seat, password_hash, now)


def end_sessions(database: Database, seat: Seat, now: datetime) -> None:
    """Sign this member out everywhere."""
    with database.writing() as connection:
        mine = update(members).where(members.c.id == seat.member_id)
        connection.execute(mine.values(session_key=new_id()))
        note(connection, seat.agency_id, seat.email, "signed_out", now)


def signed_in(database: Database, seat: Seat, now: datetime) -> None:
    """Note when a member was last seen."""
    with database.writing() as connection:
        mine = update(members).where(members.c.id == seat.member_id)
        connection.execute(mine.values(seen_at=now))
        note(connection, seat.agency_id, seat.email, "signed_in", now)


def seats(database: Database, email: str) -> list[Seat]:
    """Every place that somebody of this address has and can sign in to; one in each agency."""
    wanted = SEATS.where(members.c.email == email.lower(), members.c.password_hash != "")
    with database.reading() as connection:
        found = connection.execute(wanted.order_by(agencies.c.slug))
        return [Seat(**row._mapping) for row in found]


def seat(database: Database, member_id: str, session_key: str) -> Seat | None:
    """Who has this session; None once it has ended or she has left."""
    mine = (members.c.id == member_id) & (members.c.session_key == session_key)
    with database.reading() as connection:
        return _seat(connection, SEATS.where(mine, members.c.session_key != ""))


SEATS = select(
    members.c.id.label("member_id"),
    members.c.agency_id,
    agencies.c.slug.label("agency_slug"),
    agencies.c.name.label("agency_name"),
    members.c.email,
    members.c.name,
    members.c.role,
    members.c.password_hash,
    members.c.session_key,
).join(agencies, agencies.c.id == members.c.agency_id)


def _seat(connection: Connection, wanted: Select) -> Seat | None:
    row = connection.execute(wanted).one_or_none()
    return Seat(**row._mapping) if row else None


def _holding(token: str, now: datetime) -> Select:
    mine = (passes.c.token_hash == hashed(token)) & (passes.c.expires_at > now)
    return SEATS.join(passes, passes.c.member_id == members.c.id).where(mine)


def _called(desk: Desk, email: str) -> ColumnElement[bool]:
    return desk.owns(members) & (members.c.email == email.lower())


def _set_password(connection: Connection, seat: Seat, password_hash: str, now: datetime) -> str:
    """Links to choose a password, and sessions, end with the old one."""
    key = new_id()
    connection.execute(delete(passes).where(passes.c.member_id == seat.member_id))
    values = {"password_hash": password_hash, "session_key": key}
    connection.execute(update(members).where(members.c.id == seat.member_id).values(values))
    note(connection, seat.agency_id, seat.email, "password_chosen", now)
    return key


def _alone(connection: Connection, desk: Desk) -> None:
    """Two owners must not remove each other at the same moment."""
    mine = select(agencies.c.id).where(agencies.c.id == desk.agency_id)
    connection.execute(mine.with_for_update()).all()


def _need_owner(connection: Connection, desk: Desk) -> None:
    """Raises LastOwner, with which the transaction is taken back."""
    owners = select(func.count()).select_from(members)
    if not connection.execute(owners.where(desk.owns(members), members.c.role == "owner")).scalar():
        raise LastOwner
