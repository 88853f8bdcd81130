"""What a team adds to a submission, on both databases: kept, changed, taken away, written down."""

from datetime import datetime, timedelta

import pytest
from agencies import WHEN
from desks import NOBODY, UNKNOWN, desk_of, invitation, send
from sqlalchemy import event

from recommender.store import front, remarks
from recommender.store.audit import deeds
from recommender.store.database import Database
from recommender.store.desk import Desk
from recommender.store.records import Deed, Stored, Tombstone

ANI, BUDI = "ani@studio.example", "budi@studio.example"
LATER = WHEN + timedelta(hours=1)
DAY = WHEN.date()


def stored(desk: Desk, id_: str) -> Stored:
    found = desk.submission(id_)
    assert found is not None
    return found


def about(desk: Desk, id_: str) -> list[tuple[str, str]]:
    """Who did what to this submission, the newest first."""
    mine: list[Deed] = [deed for deed in deeds(desk) if deed.about.get("submission") == id_]
    return [(deed.who, deed.what) for deed in mine]


def test_notes_are_read_newest_first_and_taken_away_by_whoever_may(database: Database) -> None:
    desk = desk_of(database)
    id_ = send(desk, "k").id
    first = remarks.add_note(desk, id_, "one", ANI, WHEN)
    second = remarks.add_note(desk, id_, "two\nlines", BUDI, LATER)
    assert first
    assert second
    assert remarks.around(desk, stored(desk, id_)).notes == [second, first]
    assert not remarks.remove_note(desk, id_, first.id, BUDI, LATER, of_others=False)
    assert not remarks.remove_note(desk, UNKNOWN, first.id, ANI, LATER, of_others=True)
    assert remarks.remove_note(desk, id_, first.id, ANI, LATER, of_others=False)
    assert remarks.remove_note(desk, id_, second.id, ANI, LATER, of_others=True)
    assert not remarks.remove_note(desk, id_, second.id, ANI, LATER, of_others=True)
    assert remarks.around(desk, stored(desk, id_)).notes == []
    did = [(ANI, "note_removed"), (ANI, "note_removed"), (BUDI, "note_added"), (ANI, "note_added")]
    assert sorted(about(desk, id_)) == sorted(did)
    assert "lines" not in str([deed.about for deed in deeds(desk)])


def test_a_second_opinion_takes_the_place_of_the_first_one(database: Database) -> None:
    desk = desk_of(database)
    id_ = send(desk, "k").id
    assert remarks.opinion(desk, id_) is None
    assert remarks.keep_opinion(desk, id_, "CODE-1", ANI, WHEN)
    assert remarks.keep_opinion(desk, id_, "CODE-2", BUDI, LATER)
    kept = remarks.Opinion(BUDI, "CODE-2", LATER)
    assert remarks.opinion(desk, id_) == kept == remarks.around(desk, stored(desk, id_)).opinion
    assert remarks.remove_opinion(desk, id_, ANI, LATER)
    assert not remarks.remove_opinion(desk, id_, ANI, LATER)
    assert remarks.opinion(desk, id_) is None


def test_a_submission_is_marked_as_a_test_and_back(database: Database) -> None:
    desk = desk_of(database)
    id_ = send(desk, "k").id
    assert remarks.mark_test(desk, id_, True, DAY, ANI, WHEN)
    assert stored(desk, id_).listed.test
    assert remarks.mark_test(desk, id_, False, DAY, ANI, LATER)
    assert not stored(desk, id_).listed.test
    assert set(about(desk, id_)) == {(ANI, "marked_test"), (ANI, "unmarked_test")}


def test_what_is_marked_as_a_test_is_no_longer_counted_as_sent(database: Database) -> None:
    desk = desk_of(database)
    ids = [send(desk, key, counted_on=DAY).id for key in "ab"]
    counted = []
    for id_, test in ((ids[0], True), (ids[0], True), (ids[1], True), (ids[0], False)):
        assert remarks.mark_test(desk, id_, test, DAY, ANI, WHEN)
        counted.append(desk.counts("kopi")[DAY.isoformat()]["sent"])
    assert counted == [1, 1, 0, 1]
    uncounted = send(desk, "c").id
    remarks.mark_test(desk, uncounted, True, DAY - timedelta(days=1), ANI, WHEN)
    assert desk.counts("kopi") == {DAY.isoformat(): {"sent": 1}}


def test_an_invitation_is_answered_by_clients_and_not_by_tests(database: Database) -> None:
    desk = desk_of(database)
    made = invitation(desk)

    def answered() -> datetime | None:
        return desk.invitations()[0].answered_at

    send(desk, "try", invitation=made.id, test=True)
    assert answered() is None
    first, second = (
        send(desk, key, when, invitation=made.id).id for key, when in (("a", WHEN), ("b", LATER))
    )
    assert answered() == WHEN
    seen = []
    for id_, test in ((first, True), (second, True), (second, False), (first, False)):
        remarks.mark_test(desk, id_, test, DAY, ANI, LATER)
        seen.append(answered())
    assert seen == [LATER, None, LATER, WHEN]


def test_other_answers_of_the_client_and_the_invitation_stand_around_it(database: Database) -> None:
    desk = desk_of(database)
    made = invitation(desk)
    sent = [send(desk, f"k{n}", WHEN + timedelta(days=n), invitation=made.id).id for n in range(3)]
    send(desk, "another", **NOBODY)
    found = remarks.around(desk, stored(desk, sent[1]))
    assert [other.id for other in found.others] == [sent[0], sent[2]]
    assert found.invitation is not None
    assert (found.invitation.id, found.invitation.client) == (made.id, made.client)
    assert remarks.around(desk, stored(desk, send(desk, "b", LATER).id)).invitation is None


def test_erasing_takes_everything_with_it_and_leaves_a_tombstone(database: Database) -> None:
    desk = desk_of(database)
    id_, other = send(desk, "k").id, send(desk, "o").id
    remarks.add_note(desk, id_, "secret", ANI, WHEN)
    remarks.keep_opinion(desk, id_, "CODE-1", ANI, WHEN)
    assert remarks.erase_one(desk, id_, ANI, LATER)
    assert desk.submission(id_) is None
    assert desk.submission(other) is not None
    assert remarks.opinion(desk, id_) is None
    left = front.behind(database, "erase-k")
    assert isinstance(left, Tombstone)
    assert left.why == "agency"
    assert about(desk, id_)[0] == (ANI, "erased")
    assert not remarks.erase_one(desk, id_, ANI, LATER)
    assert remarks.add_note(desk, id_, "late", ANI, LATER) is None
    assert not remarks.keep_opinion(desk, id_, "CODE-1", ANI, LATER)


def test_another_agency_can_do_nothing_to_it_and_nothing_is_written_down(
    database: Database,
) -> None:
    desk, other = desk_of(database), desk_of(database, "teh", "another")
    id_ = send(desk, "k").id
    note = remarks.add_note(desk, id_, "ours", ANI, WHEN)
    assert note
    remarks.keep_opinion(desk, id_, "CODE-1", ANI, WHEN)
    before = (stored(desk, id_), remarks.around(desk, stored(desk, id_)), list(deeds(desk)))
    assert remarks.add_note(other, id_, "theirs", BUDI, LATER) is None
    assert not remarks.remove_note(other, id_, note.id, ANI, LATER, of_others=True)
    assert remarks.opinion(other, id_) is None
    assert not remarks.keep_opinion(other, id_, "CODE-2", BUDI, LATER)
    assert not remarks.remove_opinion(other, id_, ANI, LATER)
    assert not remarks.mark_test(other, id_, True, DAY, BUDI, LATER)
    assert not remarks.erase_one(other, id_, BUDI, LATER)
    seen = remarks.around(other, stored(desk, id_))
    assert (seen.notes, seen.opinion, seen.others, seen.invitation) == ([], None, [], None)
    after = (stored(desk, id_), remarks.around(desk, stored(desk, id_)), list(deeds(desk)))
    assert after == before
    assert about(other, id_) == []


@pytest.mark.slow
def test_what_stands_around_takes_four_statements_however_much_there_is(store: Database) -> None:
    desk = desk_of(store)
    made = invitation(desk)
    sent = [send(desk, f"k{n}", invitation=made.id).id for n in range(4)]
    for n in range(20):
        remarks.add_note(desk, sent[0], str(n), ANI, WHEN + timedelta(minutes=n))
    one = stored(desk, sent[0])
    asked: list[str] = []
    event.listen(store.engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
    found = remarks.around(desk, one)
    assert len([statement for statement in asked if statement.startswith("SELECT")]) == 4
    assert (len(found.notes), len(found.others)) == (20, 3)
