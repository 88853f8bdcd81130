"""What the list of submissions is asked for, as an address says it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from recommender.agency.written import MOST_TEXT, written
from recommender.engine import code
from recommender.engine.rulebook import Rulebook
from recommender.errors import CodeError
from recommender.store.listing import Place, Wanted
from recommender.store.records import FormRecord
from recommender.store.retention import TIME_ZONE, zone_of

FILTERS = ("q", "form", "type", "label", "from", "to", "tests")
LABELS = ("clear", "narrow", "tie", "early")

_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})

Problems = Mapping[str, str]
"""What is wrong with a filter, as a key of words, by the filter's name."""


def wanted(
    given: Mapping[str, str], forms: Sequence[FormRecord], book: Rulebook
) -> tuple[Wanted, Problems]:
    """The submissions that these filters ask for, and what is wrong with any of them."""
    problems: dict[str, str] = {}
    query = written(given["q"])
    if query is None or len(query) > MOST_TEXT:
        problems["q"] = "list_wrong_search"
    own = {form.slug: form for form in forms}
    for name, known in (("form", own), ("type", book.types), ("label", LABELS)):
        if given[name] and given[name] not in known:
            problems[name] = "list_wrong_choice"
    zone = zone_of(zone_name(forms, given["form"]))
    first, last = (_day(given, name, problems) for name in ("from", "to"))
    if first and last and first > last:
        problems["to"] = "list_wrong_order"
    form = own.get(given["form"])
    return Wanted(
        query=_grouped(book, query or ""),
        form_id=form.id if form else None,
        type=given["type"] or None,
        label=given["label"] or None,
        since=begin(first, zone) if first else None,
        until=begin(last + timedelta(days=1), zone) if last else None,
        tests=given["tests"] == "1",
    ), problems


def zone_name(forms: Sequence[FormRecord], slug: str) -> str:
    """By whose clock days are counted: the form's, or the one that all forms share."""
    zones = {
        str(form.settings.get("time_zone", TIME_ZONE))
        for form in forms
        if not slug or form.slug == slug
    }
    return zones.pop() if len(zones) == 1 else TIME_ZONE


def begin(day: date, zone: tzinfo) -> datetime:
    """The first moment of a day, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def place(raw: str) -> Place | None:
    """Where a page begins, as `placed` wrote it; None for anything else."""
    moment, _, id_ = raw.partition("_")
    try:
        number = int(id_, 16) if len(id_) == 32 and id_.isalnum() else None
        when = datetime.fromisoformat(moment)
        return (when.astimezone(UTC), id_) if number is not None and when.tzinfo else None
    except (ValueError, OverflowError):
        return None


def placed(found: Place) -> str:
    when, id_ = found
    return f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}_{id_}"


def _day(given: Mapping[str, str], name: str, problems: dict[str, str]) -> date | None:
    raw = given[name].strip()
    try:
        day = date.fromisoformat(raw) if raw else None
    except ValueError:
        day = date.min
    if day and not 1970 <= day.year <= 9000:  # beyond, there is no room for time zones
        problems[name] = "list_wrong_day"
        return None
    return day


def _grouped(book: Rulebook, query: str) -> str:
    """A result code as we write it, however it was typed; anything else as it is."""
    try:
        code.decode(book.layouts, query)
    except CodeError:
        return query
    letters = query.upper().translate(_ALIKE)
    return " ".join(letters[i : i + 4] for i in range(0, len(letters), 4))
