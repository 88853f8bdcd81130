"""Sends, erasures and departures that meet: each gets its answer, and nothing is lost."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from agencies import WHEN, live_form, sending

from recommender.errors import StoreError
from recommender.store import front, retention
from recommender.store.database import Database
from recommender.store.desk import Desk
from recommender.store.records import Contact, FormRecord, Sent, Tombstone
from recommender.store.storing import GONE
from recommender.store.tables import outbox


def at_once(*calls: Callable[[], object]) -> list[object]:
    """The answers of calls that begin at the same moment, each in a thread of its own."""
    ready = Barrier(len(calls))

    def go(call: Callable[[], object]) -> object:
        ready.wait(60)
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(go, calls))


def sent_or_told(database: Database, form: FormRecord, key: str) -> object:
    """The kind of answer that a send gets, or the words that it is refused with."""
    try:
        return type(front.send(database, form, sending(key), WHEN))
    except StoreError as refused:
        return refused.message["en"]


def test_an_erase_link_pressed_four_times_at_once_gives_one_tombstone(database: Database) -> None:
    form = live_form(database)
    sent = front.send(database, form, sending("a"), WHEN)
    press = [lambda: front.erase_by_token(database, "erase-a", WHEN)] * 4
    assert at_once(*press) == [Tombstone(sent.id, form.id, "person", WHEN)] * 4


@pytest.mark.slow
def test_the_same_recommendation_sent_and_erased_at_once_is_kept_for_whoever_sent(
    database: Database,
) -> None:
    form = live_form(database)
    desk = Desk(database, form.agency_id)
    for number in range(12):
        front.send(database, form, sending(f"old-{number}"), WHEN)
        sent, gone = at_once(
            lambda n=number: front.send(database, form, sending(f"new-{n}"), WHEN),
            lambda n=number: front.erase_by_token(database, f"erase-old-{n}", WHEN),
        )
        assert (type(sent), type(gone)) == (Sent, Tombstone)
        found = desk.submission(sent.id)  # type: ignore[attr-defined]
        assert found is not None
        assert found.document == b"{}"
        front.erase_by_token(database, f"erase-new-{number}", WHEN)


@pytest.mark.slow
def test_two_purges_and_an_erasure_at_once_agree(database: Database) -> None:
    form = live_form(database)
    for number in range(10):
        one = sending(str(number), contact=Contact(), consent=None)
        front.send(database, form, one, WHEN)
    later = WHEN.replace(year=2028)
    first, second, stone = at_once(
        lambda: retention.purge(database, later),
        lambda: retention.purge(database, later),
        lambda: front.erase_by_token(database, "erase-3", later),
    )
    assert isinstance(stone, Tombstone)
    total = first.submissions + second.submissions  # type: ignore[attr-defined]
    assert total + (stone.why == "person") == 10
    assert Desk(database, form.agency_id).submissions() == []


@pytest.mark.slow
def test_a_send_that_meets_a_departure_is_stored_before_it_or_refused(database: Database) -> None:
    for number in range(6):
        form = live_form(database, f"form-{number}", f"agency-{number}")
        desk = Desk(database, form.agency_id)

        seen = desk.holdings()
        answer, left = at_once(
            partial(sent_or_told, database, form, str(number)),
            lambda desk=desk, seen=seen: desk.leave(seen),
        )
        assert (answer, left) in [(Sent, False), (GONE["en"], True)]
        assert len(desk.submissions()) == (0 if left else 1)


@pytest.mark.slow
def test_an_agency_leaves_while_its_clients_erase_and_send_and_each_gets_an_answer(
    database: Database,
) -> None:
    neighbour = live_form(database, "teh", "neighbour")
    kept = front.send(database, neighbour, sending("kept"), WHEN)  # the same recommendation
    for number in range(8):
        form = live_form(database, f"form-{number}", f"agency-{number}")
        desk = Desk(database, form.agency_id)
        keys = [f"{number}-{n}" for n in range(5)]
        for key in keys[:3]:
            front.send(database, form, sending(key), WHEN)
        left, *answers = at_once(
            desk.leave,
            *(partial(front.erase_by_token, database, f"erase-{key}", WHEN) for key in keys[:3]),
            *(partial(sent_or_told, database, form, key) for key in keys[3:]),
        )
        # None waits for another who waits for it: a database would end that by refusing one.
        assert left is True
        assert {type(one) for one in answers[:3]} <= {Tombstone, type(None)}
        assert set(answers[3:]) <= {Sent, GONE["en"]}
        assert set(desk.holdings().values()) == {0}
        assert not list(desk.rows(outbox, "id"))
    found = Desk(database, neighbour.agency_id).submission(kept.id)
    assert found is not None
    assert found.document == b"{}"


def test_a_send_to_an_agency_that_left_says_so(database: Database) -> None:
    form = live_form(database)
    Desk(database, form.agency_id).leave()
    with pytest.raises(StoreError, match="no longer there"):
        front.send(database, form, sending(), WHEN)
