"""Retention: kept to the last day by the form's calendar, then gone; counts stay."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from agencies import WHEN, live_form, sending
from hypothesis import given
from hypothesis import strategies as st

from recommender.store import front
from recommender.store.database import Database
from recommender.store.desk import Desk
from recommender.store.records import Contact, Invitation, Tombstone
from recommender.store.retention import Purged, kept_since, purge

ZONES = [
    "Asia/Jakarta",
    "Asia/Jayapura",
    "UTC",
    "America/Sao_Paulo",
    "Pacific/Apia",
    "Africa/Cairo",
]
MOMENTS = st.datetimes(datetime(2017, 1, 1), datetime(2038, 1, 1), timezones=st.just(UTC))


def keeping(database: Database, **settings: object) -> tuple[Desk, object]:
    """A desk whose one form has these settings."""
    form = live_form(database)
    desk = Desk(database, form.agency_id)
    return desk, desk.put_form(form.slug, "live", settings, WHEN)


def send(desk: Desk, form, key: str, when: datetime, **changed) -> str:
    one = sending(key, contact=Contact(), consent=None, **changed)
    return front.send(desk.database, form, one, when).id


@pytest.mark.slow
@given(
    came=MOMENTS,
    after=st.timedeltas(timedelta(), timedelta(days=740)),
    days=st.integers(1, 730),
    zone=st.sampled_from(ZONES),
)
def test_kept_is_what_came_less_than_so_many_days_ago_by_the_forms_calendar(
    came: datetime, after: timedelta, days: int, zone: str
) -> None:
    now = came + after
    age = now.astimezone(ZoneInfo(zone)).date() - came.astimezone(ZoneInfo(zone)).date()
    since = kept_since({"time_zone": zone, "retention_days": days}, now)
    assert (came >= since) == (age.days < days)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("hours", "left"), [(179 * 24, 1), (180 * 24 - 17, 1), (180 * 24 - 16, 0), (180 * 24, 0)]
)
def test_day_179_is_kept_to_its_last_hour_in_jakarta_and_day_180_is_gone(
    database: Database, hours: int, left: int
) -> None:
    desk, form = keeping(database)
    came = datetime(2026, 11, 24, 9, tzinfo=UTC)  # 16:00 in Jakarta
    send(desk, form, "a", came)
    assert purge(database, came + timedelta(hours=hours)) == Purged(1 - left, 0)
    assert len(desk.submissions()) == left


def test_what_came_at_the_first_moment_of_a_day_is_kept_as_long_as_that_day(
    database: Database,
) -> None:
    desk, form = keeping(database)
    midnight = datetime(2026, 11, 24, tzinfo=ZoneInfo("Asia/Jakarta"))
    send(desk, form, "a", midnight)
    nearly = midnight + timedelta(days=180, microseconds=-1)
    assert purge(database, nearly) == Purged()
    assert purge(database, midnight + timedelta(days=180)) == Purged(1, 0)


@pytest.mark.slow
def test_each_form_is_purged_by_its_newest_settings(database: Database) -> None:
    desk, form = keeping(database, retention_days=30, time_zone="UTC")
    long = desk.put_form("teh", "closed", {"retention_days": 700, "time_zone": "UTC"}, WHEN)
    for key, one in (("a", form), ("b", long)):
        send(desk, one, key, WHEN)
    later = WHEN + timedelta(days=40)
    desk.put_form("kopi", "live", {"retention_days": 60, "time_zone": "UTC"}, later)
    assert purge(database, later) == Purged()
    desk.put_form("kopi", "live", {"retention_days": 30, "time_zone": "UTC"}, later)
    assert purge(database, later) == Purged(1, 0)
    assert [one.form for one in desk.submissions()] == ["teh"]


@pytest.mark.slow
def test_a_purge_of_many_leaves_tombstones_and_counts(database: Database) -> None:
    desk, form = keeping(database, retention_days=1)
    for number in range(205):
        send(desk, form, str(number), WHEN)
    front.count(database, form.id, date(2026, 11, 24), "sent")
    later = WHEN + timedelta(days=2)
    assert purge(database, later) == Purged(205, 0)
    assert purge(database, later) == Purged()
    stone = front.behind(database, "erase-204")
    assert isinstance(stone, Tombstone)
    assert (stone.why, stone.erased_at) == ("retention", later)
    assert desk.counts("kopi") == {"2026-11-24": {"sent": 1}}
    assert desk.holdings()["submissions"] == 0


def test_an_invitation_without_an_answer_goes_when_both_its_times_are_over(
    database: Database,
) -> None:
    desk, form = keeping(database, retention_days=10)
    for days in (5, 30):
        ends = WHEN + timedelta(days=days)
        times = (WHEN, ends, None, None)
        made = Invitation(f"id-{days}", desk.agency_id, form.id, "Sri", None, None, "", *times)
        desk.invite(made, f"secret-{days}")
    gone = [purge(database, WHEN + timedelta(days=days)).invitations for days in (9, 11, 29, 31)]
    assert gone == [0, 1, 0, 1]


def test_an_answered_invitation_goes_with_its_answer(database: Database) -> None:
    desk, form = keeping(database, retention_days=10)
    times = (WHEN, WHEN + timedelta(days=5), None, None)
    desk.invite(Invitation("id", desk.agency_id, form.id, "Sri", None, None, "", *times), "s")
    send(desk, form, "a", WHEN + timedelta(days=4), invitation="id")
    left = []
    for days in (12, 15):
        purge(database, WHEN + timedelta(days=days))
        left.append((len(desk.submissions()), len(desk.invitations())))
    assert left == [(1, 1), (0, 0)]


def test_a_zone_that_this_machine_does_not_know_counts_as_utc() -> None:
    since = kept_since({"time_zone": "Moon/Base", "retention_days": 1}, WHEN)
    assert since == datetime(2026, 11, 24, tzinfo=UTC)
