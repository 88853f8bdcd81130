"""An agency's desk: the one place from which its data is read and changed.

Every statement here names the agency. What belongs to another agency is not there: it gives
None, or changes nothing, just as for an id that was never given out.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    delete,
    func,
    select,
    tuple_,
)
from sqlalchemy.exc import IntegrityError

from recommender.store import inviting, logos
from recommender.store.audit import COMMAND, note
from recommender.store.database import Database, new_id
from recommender.store.erasing import batched, drop_unused, erase
from recommender.store.putting import put
from recommender.store.reading import FORMS, LISTED, STORED, invited, listed, stored
from recommender.store.records import (
    AgencyRecord,
    FormRecord,
    Invitation,
    Listed,
    Stored,
)
from recommender.store.tables import (
    agencies,
    counters,
    form_versions,
    forms,
    invitations,
    members,
    submissions,
    tombstones,
)


class Taken(Exception):
    """A name that must be one of its kind is another one's already."""


def create_agency(database: Database, slug: str, name: str, now: datetime) -> AgencyRecord:
    """A new agency. Raises Taken if another one has this slug."""
    made = AgencyRecord(new_id(), slug, name, now)
    row = {"id": made.id, "slug": slug, "name": name, "created_at": now}
    try:
        with database.writing() as connection:
            connection.execute(agencies.insert(), row)
    except IntegrityError:
        raise Taken from None
    return made


def all_agencies(database: Database) -> list[AgencyRecord]:
    with database.reading() as connection:
        found = connection.execute(select(agencies).order_by(agencies.c.slug))
        return [AgencyRecord(**row._mapping) for row in found]


def agency_by_slug(database: Database, slug: str) -> AgencyRecord | None:
    with database.reading() as connection:
        found = connection.execute(select(agencies).where(agencies.c.slug == slug)).one_or_none()
    return AgencyRecord(**found._mapping) if found else None


@dataclass(frozen=True, slots=True)
class Desk:
    """What one agency can see and do."""

    database: Database
    agency_id: str

    def forms(self) -> list[FormRecord]:
        """The forms, by slug, each under its newest settings."""
        with self.database.reading() as connection:
            found = connection.execute(self._forms().order_by(forms.c.slug))
            return [FormRecord(**row._mapping) for row in found]

    def form(self, slug: str) -> FormRecord | None:
        with self.database.reading() as connection:
            found = connection.execute(self._forms().where(forms.c.slug == slug)).one_or_none()
        return FormRecord(**found._mapping) if found else None

    def put_form(
        self,
        slug: str,
        state: str,
        settings: Mapping[str, Any],
        now: datetime,
        logo: tuple[str, bytes] | None = None,
        *,
        by: str = COMMAND,
        seen: int | None = None,
    ) -> FormRecord:
        """Make a form, or change it by a new version of its settings, and with them its logo.

        Without `logo` (its kind and bytes; no bytes take it away) that stays as it is. Whoever has
        begun to answer goes on under the earlier version. Raises Taken if another agency has a
        form of this slug, and Moved if its version is no longer the one that was `seen` (0: no
        form yet).
        """
        try:
            with self.database.writing() as connection:
                form = self.agency_id, slug, state, settings
                id_, version = put(connection, *form, now, seen)
                about = {"slug": slug, "version": version}
                note(connection, self.agency_id, by, "form_changed", now, **about)
                if logo is not None:
                    logos.keep(connection, id_, *logo)
                    note(connection, self.agency_id, by, "logo_changed", now, **about)
        except IntegrityError:
            raise Taken from None
        made = self.form(slug)
        assert made is not None
        return made

    def invite(self, invitation: Invitation, token: str) -> None:
        """Keep an invitation of one of the agency's forms; of its token only the hash."""
        self.invite_all([(invitation, token)], COMMAND)

    def invite_all(self, made: Sequence[tuple[Invitation, str]], by: str, mail: str = "") -> None:
        """Keep invitations, each with its token: all of them, or none.

        With a language in `mail`, those with an address are sent by mail.
        """
        with self.database.writing() as connection:
            for invitation, token in made:
                inviting.keep(connection, self.agency_id, invitation, token, by, mail)

    def invitations(self) -> list[Invitation]:
        """All invitations, the newest first."""
        mine = select(invitations).where(invitations.c.agency_id == self.agency_id)
        newest = mine.order_by(invitations.c.created_at.desc(), invitations.c.id)
        with self.database.reading() as connection:
            return [invited(row) for row in connection.execute(newest)]

    def submissions(
        self, limit: int = 50, before: tuple[datetime, str] | None = None, form: str | None = None
    ) -> list[Listed]:
        """Submissions, the newest first; `before` is the last one of the page seen earlier."""
        wanted = LISTED.where(submissions.c.agency_id == self.agency_id)
        place = tuple_(submissions.c.created_at, submissions.c.id)
        if before:
            wanted = wanted.where(place < before)
        if form:
            wanted = wanted.where(forms.c.slug == form)
        newest = wanted.order_by(submissions.c.created_at.desc(), submissions.c.id.desc())
        with self.database.reading() as connection:
            return [listed(row) for row in connection.execute(newest.limit(limit))]

    def submission(self, id_: str) -> Stored | None:
        """One submission with everything that belongs to it."""
        mine = (submissions.c.agency_id == self.agency_id) & (submissions.c.id == id_)
        with self.database.reading() as connection:
            found = connection.execute(STORED.where(mine)).one_or_none()
        return stored(found) if found else None

    def export(self, batch: int = 50) -> Iterator[Stored]:
        """Every submission with everything that belongs to it, the oldest first."""
        for page in self.pages(batch):
            yield from page

    def pages(
        self,
        batch: int = 50,
        since: datetime | None = None,
        until: datetime | None = None,
        form: str | None = None,
    ) -> Iterator[list[Stored]]:
        """Submissions from `since` to before `until`, the oldest first, `batch` at once.

        Read in pages, so that neither memory nor a long transaction grows with their number.
        """
        place = tuple_(submissions.c.created_at, submissions.c.id)
        mine = STORED.where(submissions.c.agency_id == self.agency_id).order_by(
            submissions.c.created_at, submissions.c.id
        )
        if since:
            mine = mine.where(submissions.c.created_at >= since)
        if until:
            mine = mine.where(submissions.c.created_at < until)
        if form:
            mine = mine.where(forms.c.slug == form)
        after: tuple[datetime, str] | None = None
        while True:
            page = mine.where(place > after) if after else mine
            with self.database.reading() as connection:
                found = [stored(row) for row in connection.execute(page.limit(batch))]
            if found:
                yield found
            if len(found) < batch:
                return
            after = (found[-1].listed.created_at, found[-1].listed.id)

    def erase(self, ids: Sequence[str], now: datetime) -> int:
        """Erase some of the agency's submissions; how many there were."""
        gone = 0
        with self.database.writing() as connection:
            for some in batched(ids):
                # Each by itself: of a list SQLite would read all that the agency has.
                own = [id_ for id_ in some if self._is_there(connection, id_)]
                gone += erase(connection, own, "agency", now)
                for id_ in own:
                    note(connection, self.agency_id, COMMAND, "erased", now, submission=id_)
        self.database.forget()
        return gone

    def counts(self, form: str) -> dict[str, dict[str, int]]:
        """Counts by day and name of one form: who saw, began and sent it, without a person."""
        wanted = (
            select(counters.c.day, counters.c.name, counters.c.count)
            .join(forms, forms.c.id == counters.c.form_id)
            .where(forms.c.agency_id == self.agency_id, forms.c.slug == form)
            .order_by(counters.c.day, counters.c.name)
        )
        days: dict[str, dict[str, int]] = {}
        with self.database.reading() as connection:
            for day, name, number in connection.execute(wanted):
                days.setdefault(day, {})[name] = number
        return days

    def rows(self, table: Table, *columns: str) -> Iterator[dict[str, Any]]:
        """The agency's rows of one table, these columns of them, by its key; a few at once."""
        wanted = select(*(table.c[name] for name in columns)).where(self.owns(table))
        ordered, some = wanted.order_by(*table.primary_key), {"yield_per": 500}
        with self.database.reading() as connection:
            for row in connection.execute(ordered, execution_options=some):
                yield dict(row._mapping)

    def holdings(self) -> dict[str, int]:
        """How many rows the agency has of what it may not lose, by table."""
        with self.database.reading() as connection:
            return self._holdings(connection)

    def leave(self, seen: Mapping[str, int] | None = None) -> bool:
        """Delete the agency with everything it has. Nothing of it can be got back.

        `seen` are the holdings that an archive was made of: with anything more or less there,
        nothing is deleted and the answer is False. Use `archive.leave`.
        """
        with self.database.writing() as connection:
            mine = agencies.c.id == self.agency_id
            connection.execute(select(agencies.c.id).where(mine).with_for_update()).all()
            if seen is not None and seen != self._holdings(connection):
                return False
            own = select(submissions.c.document_id).where(self.owns(submissions)).distinct()
            used = list(connection.execute(own).scalars())
            connection.execute(delete(submissions).where(self.owns(submissions)))
            for some in batched(used):
                drop_unused(connection, some)
            connection.execute(delete(agencies).where(mine))
        self.database.forget()
        return True

    def _is_there(self, connection: Connection, id_: str) -> bool:
        mine = self.owns(submissions) & (submissions.c.id == id_)
        return connection.execute(select(submissions.c.id).where(mine)).scalar() is not None

    def owns(self, table: Table) -> ColumnElement[bool]:
        """The condition that a row of this table is the agency's; every statement has it."""
        if "agency_id" in table.c:
            return table.c.agency_id == self.agency_id
        return table.c.form_id.in_(select(forms.c.id).where(forms.c.agency_id == self.agency_id))

    def _holdings(self, connection: Connection) -> dict[str, int]:
        return {
            table.name: connection.execute(
                select(func.count()).select_from(table).where(self.owns(table))
            ).scalar_one()
            for table in (submissions, tombstones, form_versions, invitations, members)
        }

    def _forms(self) -> Select:
        newest = form_versions.c.version == forms.c.version
        return FORMS.where(newest, forms.c.agency_id == self.agency_id)
