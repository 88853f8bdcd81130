"""An agency's desk: what it reads and changes, in how many statements, and by which indexes."""

from collections.abc import Sized
from datetime import date, timedelta
from itertools import chain

import pytest
from agencies import AGREED, WHEN, sending
from desks import NOBODY, UNKNOWN, desk_of, invitation, send
from sqlalchemy import event, func, select

from recommender.store import front, team
from recommender.store.audit import COMMAND
from recommender.store.database import Database, new_id
from recommender.store.desk import Desk, Taken, agency_by_slug, all_agencies, create_agency
from recommender.store.records import Contact, Tombstone
from recommender.store.tables import documents, invitations, metadata, tombstones


def test_agencies_are_listed_by_slug_and_found_by_it(database: Database) -> None:
    made = [create_agency(database, slug, slug.title(), WHEN) for slug in ("teh", "kopi")]
    assert all_agencies(database) == [made[1], made[0]]
    assert agency_by_slug(database, "teh") == made[0]
    assert agency_by_slug(database, "susu") is None
    with pytest.raises(Taken):
        create_agency(database, "teh", "Another", WHEN)


def test_a_change_of_a_form_is_a_new_version_and_the_earlier_one_stays(database: Database) -> None:
    desk = Desk(database, create_agency(database, "studio", "Studio", WHEN).id)
    first = desk.put_form("kopi", "draft", {"name": "Kopi"}, WHEN)
    second = desk.put_form("kopi", "live", {"name": "Kopi Baru"}, WHEN)
    assert (first.version, second.version, second.state) == (1, 2, "live")
    assert desk.forms() == [second]
    assert front.form_by_slug(database, "kopi") == second
    earlier = front.form_at(database, first.id, 1)
    assert earlier is not None
    assert (earlier.settings, earlier.state) == ({"name": "Kopi"}, "live")
    assert front.form_at(database, first.id, 3) is None


def test_a_slug_of_another_agency_is_taken_and_its_form_is_not_there(database: Database) -> None:
    desk_of(database)
    other = Desk(database, create_agency(database, "other", "Other", WHEN).id)
    with pytest.raises(Taken):
        other.put_form("kopi", "live", {}, WHEN)
    assert other.forms() == []
    assert other.form("kopi") is None is other.form("never-made")


def test_a_logo_takes_the_place_of_an_earlier_one(database: Database) -> None:
    desk = desk_of(database)
    form = desk.form("kopi")
    assert form is not None
    found = [front.logo(database, form.id)]
    for content in (b"one", b"two", b""):
        desk.put_form("kopi", "live", {}, WHEN, ("image/png", content))
        found.append(front.logo(database, form.id))
    assert found == [None, ("image/png", b"one"), ("image/png", b"two"), None]


def test_members_are_one_for_an_address(database: Database) -> None:
    desk = desk_of(database)
    made = team.add(desk, "Ani@Studio.example", "Ani", "owner", COMMAND, WHEN)
    assert (team.team(desk), made.email) == ([made], "ani@studio.example")
    with pytest.raises(Taken):
        team.add(desk, "ani@studio.EXAMPLE", "Ani", "member", COMMAND, WHEN)
    other = desk_of(database, "teh", "another")
    assert team.remove(other, "ani@studio.example", COMMAND, WHEN) is False
    assert team.remove(desk, "ANI@studio.example", COMMAND, WHEN, keep_owner=False) is True
    assert team.team(desk) == []


def test_of_an_invitation_only_the_hash_of_its_secret_is_kept(database: Database) -> None:
    desk = desk_of(database)
    made = invitation(desk)
    assert desk.invitations() == [made] == [front.invitation(database, "secret")]
    with database.reading() as connection:
        assert "secret" not in str(connection.execute(select(invitations)).all())


def test_nobody_is_invited_to_a_form_of_another_agency(database: Database) -> None:
    desk, other = desk_of(database), desk_of(database, "teh", "another")
    mine = invitation(desk)
    with pytest.raises(LookupError):
        other.invite(mine, "another secret")
    assert other.invitations() == []


def test_a_link_to_another_form_is_not_answered_by_this_one(database: Database) -> None:
    desk, other = desk_of(database), desk_of(database, "teh", "another")
    theirs = invitation(other, slug="teh")
    for key in "ab":
        assert send(desk, key, invitation=theirs.id, **NOBODY).revision == 1
    assert other.invitations() == [theirs]


def test_an_invited_person_who_answered_before_goes_on_with_her_thread(database: Database) -> None:
    desk = desk_of(database)
    send(desk, "a")
    made = invitation(desk)
    assert send(desk, "b", invitation=made.id).revision == 2
    assert send(desk, "c", invitation=made.id, **NOBODY).revision == 3


def test_an_address_is_the_same_in_large_and_small_letters_of_any_script(
    database: Database,
) -> None:
    desk = desk_of(database)
    revisions = [
        send(desk, email, contact=Contact(email=email)).revision
        for email in ("ÉMILE@a.example", "émile@A.example")
    ]
    assert revisions == [1, 2]


def test_pages_of_a_list_meet_without_gap_or_overlap_at_equal_times(database: Database) -> None:
    desk = desk_of(database)
    for number in range(7):
        send(desk, str(number), WHEN + timedelta(seconds=number // 3), **NOBODY)
    whole = desk.submissions()
    pages, before = [], None
    while page := desk.submissions(limit=2, before=before):
        pages.append(page)
        before = page[-1].created_at, page[-1].id
    assert [len(page) for page in pages] == [2, 2, 2, 1]
    assert list(chain(*pages)) == whole
    assert [(one.created_at, one.id) for one in whole] == sorted(
        ((one.created_at, one.id) for one in whole), reverse=True
    )
    assert len({one.id for one in whole}) == 7


def test_a_list_may_be_of_one_form(database: Database) -> None:
    desk = desk_of(database)
    desk.put_form("teh", "live", {}, WHEN)
    for key, slug in (("a", "kopi"), ("b", "teh"), ("c", "kopi")):
        send(desk, key, slug=slug, **NOBODY)
    assert {one.form for one in desk.submissions(form="kopi")} == {"kopi"}
    assert len(desk.submissions(form="kopi")) == 2
    assert desk.submissions(form="never-made") == []


def test_a_submission_is_read_with_everything_that_belongs_to_it(database: Database) -> None:
    desk = desk_of(database)
    said = {"hidden": {"utm": "x"}, "context": {"when": ["soon"]}, "ref": "P-12", "seconds": 90}
    sent = send(desk, "a", body=b'{"a":1}', **said)
    found = desk.submission(sent.id)
    assert found is not None
    assert found.listed.contact == Contact("Sri", "sri@kopi.example", "Kopi Sri")
    assert (found.listed.first, found.listed.second) == (("blog",), ("forum", "microblog"))
    assert (found.document, found.consent, found.consented_at) == (b'{"a":1}', AGREED, WHEN)
    assert (found.hidden, found.context) == (said["hidden"], said["context"])
    assert desk.submissions() == [found.listed]
    assert desk_of(database, "teh", "another").submission(sent.id) is None
    assert desk.submission(UNKNOWN) is None


@pytest.mark.parametrize("batch", [1, 2, 3, 5, 6, 500])
def test_an_export_has_every_submission_once_whatever_the_page(
    database: Database, batch: int
) -> None:
    desk = desk_of(database)
    sent = [send(desk, str(n), WHEN + timedelta(seconds=n // 2), **NOBODY) for n in range(6)]
    found = [one.listed for one in desk.export(batch)]
    assert {one.id for one in found} == {one.id for one in sent}
    assert found == desk.submissions()[::-1]


def test_an_agency_erases_its_own_submissions_and_no_others(database: Database) -> None:
    desk, other = desk_of(database), desk_of(database, "teh", "another")
    mine = [send(desk, key).id for key in "ab"]
    theirs = send(other, "c", slug="teh").id
    assert desk.erase([mine[0], theirs, UNKNOWN], WHEN) == 1
    assert [one.id for one in desk.submissions()] == [mine[1]]
    assert [one.id for one in other.submissions()] == [theirs]
    stone = front.behind(database, "erase-a")
    assert isinstance(stone, Tombstone)
    assert (stone.id, stone.why) == (mine[0], "agency")


@pytest.mark.slow
def test_more_are_erased_than_one_statement_may_name(database: Database) -> None:
    desk, named = desk_of(database), []
    sent = send(desk, "a")

    @event.listens_for(database.engine, "before_cursor_execute")
    def note(_: object, __: object, statement: str, given: Sized, *___: object) -> None:
        named.append(len(given))

    assert desk.erase([*(new_id() for _ in range(1000)), sent.id], WHEN) == 1
    assert max(named) < 999  # the least that any SQLite takes


def test_what_was_erased_does_not_come_back_by_the_same_press(database: Database) -> None:
    desk = desk_of(database)
    form = desk.form("kopi")
    assert form is not None
    sent = send(desk, "a")
    desk.erase([sent.id], WHEN)
    again = front.send(database, form, sending("a"), WHEN + timedelta(hours=1))
    assert again == Tombstone(sent.id, form.id, "agency", WHEN)
    assert again == front.sent(database, form.id, "a")
    assert desk.submissions() == []


def test_an_invitation_goes_with_the_last_answer_to_it(database: Database) -> None:
    desk = desk_of(database)
    made = invitation(desk)
    ids = [send(desk, key, invitation=made.id, **NOBODY).id for key in "ab"]
    desk.erase(ids[:1], WHEN)
    assert [one.id for one in desk.invitations()] == [made.id]
    desk.erase(ids[1:], WHEN)
    assert desk.invitations() == []


def test_counts_are_read_by_day_and_only_by_their_agency(database: Database) -> None:
    desk, other = desk_of(database), desk_of(database, "teh", "another")
    form = desk.form("kopi")
    assert form is not None
    for day, name in ((24, "seen"), (24, "seen"), (25, "sent")):
        front.count(database, form.id, date(2026, 11, day), name)
    assert desk.counts("kopi") == {"2026-11-24": {"seen": 2}, "2026-11-25": {"sent": 1}}
    assert other.counts("kopi") == {}


@pytest.mark.slow
def test_an_agency_that_leaves_takes_everything_but_what_others_have(database: Database) -> None:
    desk, other = desk_of(database), desk_of(database, "teh", "another")
    for key, body in (("a", b"shared"), ("b", b"own")):
        send(desk, key, body=body)
    send(other, "c", slug="teh", body=b"shared")
    desk.put_form("kopi", "live", {}, WHEN, ("image/png", b"logo"))
    team.add(desk, "ani@studio.example", "Ani", "owner", COMMAND, WHEN)
    invitation(desk)
    front.erase_by_token(database, "erase-b", WHEN)
    assert desk.leave()
    with database.reading() as connection:
        bodies = connection.execute(select(documents.c.body)).scalars().all()
        left = str([connection.execute(select(t)).all() for t in metadata.sorted_tables])
        assert connection.execute(select(func.count()).select_from(tombstones)).scalar() == 0
    assert (bodies, desk.agency_id in left, len(other.submissions())) == ([b"shared"], False, 1)


def test_nothing_is_deleted_when_something_arrived_since_it_was_counted(
    database: Database,
) -> None:
    desk = desk_of(database)
    seen = desk.holdings()
    send(desk, "a")
    assert desk.leave(seen) is False
    assert len(desk.submissions()) == 1
    assert desk.leave(desk.holdings()) is True
