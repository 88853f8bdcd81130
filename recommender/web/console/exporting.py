"""Taking data out: the submissions of a period as a table or JSON Lines, or all there is."""

import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from typing import IO

from flask import Blueprint, Response, request

from recommender.agency.form import SHIPPED
from recommender.agency.rulebooks import rulebook_called
from recommender.console.export import as_csv, as_json_lines, columns
from recommender.console.filtering import FILTERS, Problems, wanted, zone_name
from recommender.engine.rulebook import Rulebook
from recommender.i18n import words
from recommender.store import archive
from recommender.store.exporting import every_settings, exported, note_taken
from recommender.store.retention import zone_of
from recommender.web.console.guard import desk, for_owners, seat
from recommender.web.console.showing import page
from recommender.web.page import language
from recommender.web.running import running

FORMATS = {"csv": "text/csv", "jsonl": "application/jsonl"}
ASKED = ("form", "from", "to", "format")
_AT_ONCE = 64 * 1024

blueprint = Blueprint("exporting", __name__)


@blueprint.get("/export")
def index() -> str:
    """Choose a form, a period and a format; `?form=`, `?from=` and `?to=` fill it in."""
    return _page(request.args.to_dict(), {})


@blueprint.post("/export/file")
def take() -> Response | tuple[str, int]:
    """The submissions that were asked for, while they are read."""
    given = {name: request.form.get(name, "").strip() for name in ASKED}
    mine, now = desk(), running().now()
    filters = dict.fromkeys(FILTERS, "") | given
    chosen, problems = wanted(filters, mine.forms(), running().shelf.today)
    format_ = given["format"]
    if format_ not in FORMATS:
        problems = {**problems, "format": "list_wrong_choice"}
    if problems:
        return _page(given, problems), 422
    form = given["form"] or None
    found = exported(mine, chosen.since, chosen.until, form)
    if format_ == "csv":
        settings = every_settings(mine, form)
        lines = as_csv(columns(_books(settings), settings), found)
    else:
        lines = as_json_lines(found)
    note_taken(mine, seat().email, "exported", now, **given)
    return _file(lines, f"submissions.{format_}", FORMATS[format_])


@blueprint.post("/export/archive")
@for_owners
def take_archive() -> Response:
    """Everything that the agency has, as one file."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - it is closed when it was sent
    archive.write(desk(), file, running().now())
    note_taken(desk(), seat().email, "archive_taken", running().now())
    answer = _file(_parts(file), "archive.zip", "application/zip")
    answer.content_length = file.tell()
    answer.call_on_close(file.close)
    file.seek(0)
    return answer


def _books(settings: list) -> Iterator[Rulebook]:
    """The rulebooks that today's forms and earlier versions of them name."""
    yield running().shelf.today
    for name in {each.get("rules", SHIPPED) for each in settings} - {SHIPPED}:
        if book := rulebook_called(name):
            yield book


def _file(parts: Iterator[bytes], name: str, kind: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(parts, mimetype=kind, headers=headers)


def _parts(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while part := file.read(_AT_ONCE):
            yield part


def _page(given: dict[str, str], problems: Problems) -> str:
    forms = desk().forms()
    zone = zone_name(forms, given.get("form", ""))
    today = running().now().astimezone(zone_of(zone)).date()
    t = words(language())
    return page(
        "export.html",
        forms=[(form.slug, form.settings.get("name", form.slug)) for form in forms],
        given=given,
        errors={name: t(key, name=t(f"export_{name}")) for name, key in problems.items()},
        periods=_periods(today),
        formats=[*FORMATS],
        zone=zone,
    )


def _periods(today: date) -> dict[str, tuple[str, str]]:
    """Periods that are often asked for: their first and last day, empty for no bound."""
    month_ago = (today - timedelta(days=29)).isoformat()
    return {
        "days": (month_ago, today.isoformat()),
        "year": (f"{today.year}-01-01", today.isoformat()),
        "all": ("", ""),
    }
