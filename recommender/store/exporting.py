"""What an agency takes out: its submissions with what became of them, page by page."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from recommender.store.audit import note
from recommender.store.desk import Desk
from recommender.store.practice import Practice, of_some
from recommender.store.records import Stored
from recommender.store.tables import form_versions

_AT_ONCE = 50
"""Documents are large, and the first line should not wait for many."""


def exported(
    desk: Desk, since: datetime | None, until: datetime | None, form: str | None
) -> Iterator[tuple[Stored, Practice]]:
    """Submissions from `since` to before `until`, of one form or all, the oldest first.

    Memory does not grow with their number.
    """
    for page in desk.pages(_AT_ONCE, since, until, form):
        practice = of_some(desk, [one.listed.id for one in page])
        for one in page:
            yield one, practice.get(one.listed.id, Practice())


def every_settings(desk: Desk, form: str | None) -> list[Mapping[str, Any]]:
    """The settings of every version of one form, or of all the agency's forms, in their order."""
    slugs = {one.id: one.slug for one in desk.forms()}
    return [
        row["settings"]
        for row in desk.rows(form_versions, "form_id", "version", "settings")
        if not form or slugs.get(row["form_id"]) == form
    ]


def note_taken(desk: Desk, by: str, what: str, now: datetime, **about: Any) -> None:
    """Write down that something was taken out; `what` as in `audit.note`."""
    with desk.database.writing() as connection:
        note(connection, desk.agency_id, by, what, now, **about)
