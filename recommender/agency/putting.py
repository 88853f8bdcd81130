"""What storing a form's file would change, and storing it: one way for commands and pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from recommender.agency import changes
from recommender.agency.brand import LOGOS
from recommender.agency.form import FormSettings, plain, settings_of
from recommender.agency.form_file import FormFile, check_logo
from recommender.store import front
from recommender.store.audit import COMMAND
from recommender.store.desk import Desk, Taken
from recommender.store.records import FormRecord

Logo = tuple[str, bytes]


@dataclass(frozen=True)
class Plan:
    """A form's file beside what is stored: the settings to keep, and what is different in them."""

    file: FormFile
    settings: FormSettings
    changes: Sequence[tuple[str, str, str]]
    logo: Logo | None
    """The logo that is to be kept; None for one that stays as it is. Without bytes, it goes."""
    known: FormRecord | None

    @property
    def is_new(self) -> bool:
        """Whether storing it would store anything."""
        return self.known is None or bool(self.changes) or self.logo is not None


def plan(desk: Desk, file: FormFile, picture: bytes | None = None) -> Plan:
    """What storing this file would change; raises FormFileError.

    `picture` is the logo that comes with the file. Without it, a logo that the file names is
    the one that is kept already.
    """
    known = desk.form(file.settings.slug)
    old = settings_of(known) if known else None
    kept = front.logo(desk.database, known.id) if known else None
    logo = _logo(file, picture, kept)
    settings = _named(file.settings, logo)
    if changes.consent_reworded(old, settings):
        version = changes.next_version(settings.consent.version)
        raise file.refused("consent_version", "consent", value=version)
    found = changes.changes(old, settings)
    return Plan(file, settings, found, None if logo == kept else logo or ("", b""), known)


def store(
    desk: Desk, plan: Plan, now: datetime, by: str = COMMAND, seen: int | None = None
) -> FormRecord:
    """Store it as a new version; raises FormFileError where the slug is another agency's.

    Raises Moved if the form's version is no longer the one that was `seen` (0: no form yet).
    """
    settings, logo = plan.settings, plan.logo
    kept = settings.slug, settings.state, plain(settings)
    try:
        return desk.put_form(*kept, now, logo, by=by, seen=seen)
    except Taken:
        raise plan.file.refused("slug_taken", "slug", value=settings.slug) from None


def _logo(file: FormFile, picture: bytes | None, kept: Logo | None) -> Logo | None:
    name = file.settings.brand.logo
    if name is None:
        return None
    if picture is not None:
        return check_logo(file, picture), picture
    if kept is None:
        raise file.refused("logo_missing", "brand", "logo", value=name)
    return kept


def _named(settings: FormSettings, logo: Logo | None) -> FormSettings:
    """The settings with the logo under the name that it is kept by."""
    if logo is None:
        return settings
    named = {"logo": f"{settings.slug}.{LOGOS[logo[0]][1]}"}
    return settings.model_copy(update={"brand": settings.brand.model_copy(update=named)})
