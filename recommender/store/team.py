"""An agency's team: who belongs to it, who may sign in, and links that let somebody choose a
password. What a password is hashed with is decided in `console.passwords`."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Row, Select, delete, func, select, update
from sqlalchemy.exc import IntegrityError

from recommender.i18n import LANGUAGES
from recommender.store import mails
from recommender.store.audit import note
from recommender.store.database import Database, hashed, new_id
from recommender.store.desk import Desk, Taken
from recommender.store.records import Member, Seat
from recommender.store.tables import agencies, members, passes
from recommender.store.tables import mails as mails_table

PASS_DAYS = 7
"""For so long a link to choose a password can be used."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """Whether mail tells a member of new submissions, and the language of her mails."""

    told: bool
    lang: str


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


def pass_for(desk: Desk, email: str, by: str, now: datetime, mail: str = "") -> str | None:
    """The token of a new link by which this member chooses a password; None for no such member.

    Earlier links of hers end. Her password and her sessions hold until she has chosen. With a
    language in `mail` she gets the link by mail, in that language unless she has one of her own.
    """
    with desk.database.writing() as connection:
        row = connection.execute(select(members).where(_called(desk, email))).one_or_none()
        if row is None:
            return None
        token = _new_pass(connection, row, now)
        note(connection, desk.agency_id, by, "pass_made", now, email=row.email)
        if mail:
            _mail_pass(connection, row, mails.WELCOME, token, row.lang or mail, now)
    return token


def forget(database: Database, email: str, lang: str, now: datetime) -> None:
    """Write down that somebody of this address, if there is such a one, needs another password.

    Nothing is looked up, so that nobody learns from an answer, or from its time, who is known.
    """
    with database.writing() as connection:
        mails.put(connection, mails.FORGOTTEN, email.lower(), lang, now)


def remember(database: Database, wish: mails.Mail, now: datetime) -> None:
    """Make of such a wish a link, and a mail with it, for every place that she has."""
    hers = select(members).where(members.c.email == wish.email).order_by(members.c.id)
    with database.writing() as connection:
        mine = delete(mails_table).where(mails_table.c.id == wish.id)
        if not connection.execute(mine).rowcount:
            return  # somebody else has done it
        for row in connection.execute(hers).all():
            token = _new_pass(connection, row, now)
            note(connection, row.agency_id, row.email, "pass_asked", now, email=row.email)
            _mail_pass(connection, row, mails.PASSWORD, token, row.lang or wish.lang, now)


def holder(database: Database, token: str, now: datetime) -> Seat | None:
    """Whose password this link lets be chosen; None for one that was used or is over."""
    with database.reading() as connection:
        return _seat(connection, _holding(token, now))


def choose_password(
    database: Database, token: str, password_hash: str, now: datetime, lang: str = ""
) -> bool:
    """Set the password of the link's member, end the link and all her sessions.

    `lang` is the language that she reads, if she has chosen none yet.

    False for a link that was used or is over: of two at once one sets it.
    """
    mine = (passes.c.token_hash == hashed(token)) & (passes.c.expires_at > now)
    with database.writing() as connection:
        seat = _seat(connection, _holding(token, now))
        if seat is None or not connection.execute(delete(passes).where(mine)).rowcount:
            return False
        _set_password(connection, seat, password_hash, now)
        _speaks(connection, seat, lang)
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


def signed_in(database: Database, seat: Seat, lang: str, now: datetime) -> None:
    """Note when a member was last seen, and in which language if she has chosen none yet."""
    with database.writing() as connection:
        mine = update(members).where(members.c.id == seat.member_id)
        connection.execute(mine.values(seen_at=now))
        _speaks(connection, seat, lang)
        note(connection, seat.agency_id, seat.email, "signed_in", now)


def wishes(database: Database, seat: Seat) -> Wishes:
    """What a member wants of mail."""
    mine = select(members.c.told, members.c.lang).where(members.c.id == seat.member_id)
    with database.reading() as connection:
        row = connection.execute(mine).one()
    told = seat.role == "owner" if row.told is None else row.told
    return Wishes(told, row.lang or LANGUAGES[0])


def wish(database: Database, seat: Seat, wanted: Wishes, now: datetime) -> None:
    """Keep what a member wants of mail."""
    with database.writing() as connection:
        mine = update(members).where(members.c.id == seat.member_id)
        connection.execute(mine.values(told=wanted.told, lang=wanted.lang))
        note(connection, seat.agency_id, seat.email, "mail_chosen", now)


def seats(database: Database, email: str) -> list[Seat]:
    """Every place that somebody of this address has and can sign in to; one in each agency."""
    chosen = members.c.password_hash != ""  # nosec B105 - empty until one is chosen
    wanted = SEATS.where(members.c.email == email.lower(), chosen)
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


def _speaks(connection: Connection, seat: Seat, lang: str) -> None:
    silent = (members.c.id == seat.member_id) & members.c.lang.is_(None)
    connection.execute(update(members).where(silent).values(lang=lang or None))


def _new_pass(connection: Connection, member: Row, now: datetime) -> str:
    """The token of a new link for this member."""
    token = secrets.token_urlsafe(32)
    _end_passes(connection, member.id)
    row = {"id": new_id(), "agency_id": member.agency_id, "member_id": member.id}
    times = {"created_at": now, "expires_at": now + timedelta(days=PASS_DAYS)}
    connection.execute(passes.insert(), row | times | {"token_hash": hashed(token)})
    return token


def _end_passes(connection: Connection, member_id: str) -> None:
    """End a member's links, and the mails that would bring them."""
    connection.execute(delete(passes).where(passes.c.member_id == member_id))
    bringing = mails_table.c.kind.in_((mails.WELCOME, mails.PASSWORD))
    mine = (mails_table.c.member_id == member_id) & (mails_table.c.state == "waiting")
    connection.execute(delete(mails_table).where(mine, bringing))


def _mail_pass(
    connection: Connection, member: Row, kind: str, token: str, lang: str, now: datetime
) -> None:
    own = {"agency_id": member.agency_id, "member_id": member.id}
    said = {"name": member.name, "token": token}
    mails.put(connection, kind, member.email, lang, now, **own, said=said)


def _called(desk: Desk, email: str) -> ColumnElement[bool]:
    return desk.owns(members) & (members.c.email == email.lower())


def _set_password(connection: Connection, seat: Seat, password_hash: str, now: datetime) -> str:
    """Links to choose a password, and sessions, end with the old one."""
    key = new_id()
    _end_passes(connection, seat.member_id)
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
