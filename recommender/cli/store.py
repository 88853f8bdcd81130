"""How commands reach the store: a database whose tables are right, an agency's desk, YAML out."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click

from recommender.cli.common import Refused
from recommender.i18n import words


@contextmanager
def database(
    lang: str, *, current: bool = True, make: bool = True, upgrading: bool = False
) -> Iterator[Any]:
    """The database that DATABASE_URL names. A new one gets its tables, or is refused.

    With `current`, one whose tables are those of an earlier version is refused, or with
    `upgrading` gets today's. Without `make`, one that is not there is refused, and none is made.
    """
    from recommender.errors import StoreError
    from recommender.settings import SettingsError, database_url
    from recommender.store import migrations
    from recommender.store.database import Database

    try:
        url = database_url(os.environ)
        if not make and _is_missing(url):
            raise Refused(words(lang)("db_none"))
        with closing(Database(url)) as found:
            if not make and migrations.revision(found) is None:
                raise Refused(words(lang)("db_none"))
            if current and not migrations.made_ready(found, upgrading=upgrading):
                raise Refused(words(lang)("db_outdated"))
            yield found
    except SettingsError as error:
        raise Refused("\n".join(problem[lang] for problem in error.problems)) from None
    except StoreError as error:
        raise Refused(error.message[lang]) from None


def _is_missing(url: str) -> bool:
    """Whether this is a file of SQLite that is not there; to open it would make it."""
    file = url.removeprefix("sqlite:///")
    return file != url and not Path(file).exists()


@contextmanager
def desk(agency: str, lang: str) -> Iterator[Any]:
    """The desk of the agency with this slug."""
    from recommender.store.desk import Desk, agency_by_slug, all_agencies

    with database(lang) as found:
        record = agency_by_slug(found, agency)
        if record is None:
            known = [one.slug for one in all_agencies(found)]
            raise Refused(unknown("agency_unknown", agency, known, lang))
        yield Desk(found, record.id)


def form_of(desk: Any, slug: str, lang: str) -> Any:
    """The agency's form with this slug."""
    found = desk.form(slug)
    if found is None:
        raise Refused(unknown("form_unknown", slug, [one.slug for one in desk.forms()], lang))
    return found


def unknown(key: str, value: str, known: list[str], lang: str) -> str:
    """That there is nothing of this name, and which name was probably meant."""
    near = get_close_matches(value[:80], known, 1)
    said = words(lang)(key, value=value[:80])
    return f"{said} {words(lang)('did_you_mean', near=near[0])}" if near else said


def sure(question: str, given: bool, lang: str) -> None:
    """Ask before data goes; without a terminal only an option says yes."""
    if given:
        return
    if not sys.stdin.isatty():
        raise Refused(f"{question} {words(lang)('confirm_needed')}")
    if not click.confirm(question, err=True):
        raise Refused(words(lang)("confirm_no"))


def show(value: Any, as_json: bool = False) -> None:
    """Print values as YAML without what is not there, or as JSON; times name their zone."""
    from recommender.agency.form_file import as_yaml

    if as_json:
        click.echo(json.dumps(value, default=_time, ensure_ascii=False, indent=1))
    else:
        click.echo(as_yaml(_said(value), width=10_000), nl=False)


def show_all(found: list, as_json: bool, empty: str) -> None:
    """Print a list; of one that is empty, this sentence, unless a program reads it."""
    if found or as_json:
        show(found, as_json)
    else:
        click.echo(empty)


def _said(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _said(one) for key, one in value.items() if one not in (None, "")}
    if isinstance(value, (list, tuple)):
        return [_said(one) for one in value]
    if isinstance(value, bool):
        return "yes" if value else "no"
    if hasattr(value, "isoformat"):
        return _time(value)
    return str(value)


def _time(value: Any) -> str:
    text: str = value.isoformat(timespec="seconds")
    return text
