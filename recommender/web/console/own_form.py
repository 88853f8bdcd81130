"""The form of an address in the console, and what is done to its settings."""

import re

from flask import abort, request

from recommender.agency import putting
from recommender.agency.form import FormSettings, settings_of
from recommender.agency.form_file import FormFile
from recommender.store.records import FormRecord
from recommender.web.console.guard import desk, seat
from recommender.web.running import running

_SLUG = re.compile(r"[a-z0-9-]{1,64}")


def own_form(slug: str) -> tuple[FormRecord, FormSettings]:
    """The agency's form of this slug; 404 where there is none."""
    found = desk().form(slug) if _SLUG.fullmatch(slug) else None
    if found is None:
        abort(404)
    return found, settings_of(found)


def keep(file: FormFile, seen: int, picture: bytes | None = None) -> bool:
    """Store what a file says if that is new; whether it was.

    Raises FormFileError, and Moved if the version is no longer the one that was `seen`.
    """
    plan = putting.plan(desk(), file, picture)
    if plan.is_new:
        putting.store(desk(), plan, running().now(), seat().email, seen)
    return plan.is_new


def seen_version() -> int:
    """The version of the form that the member had before her; -1 if she does not say."""
    text = request.form.get("version", "")
    return int(text) if re.fullmatch(r"\d{1,9}", text, re.ASCII) else -1


def address_of(slug: str) -> str:
    """Where people reach a form."""
    return f"{request.host_url[:-1]}/f/{slug}"
