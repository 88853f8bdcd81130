"""What agencies' programs are told of submissions: signed, in order, again until heard."""

import os
import random
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Event, Thread

import pytest
import time_machine
from desks import desk_of, send
from process import COMMAND
from receivers import Receiver, receiving

from recommender.delivery import message
from recommender.delivery.calling import Allowed
from recommender.delivery.schedule import WAITS, again
from recommender.delivery.worker import Worker
from recommender.store import endpoints, outbox
from recommender.store.database import Database
from recommender.store.desk import Desk
from recommender.store.records import Endpoint
from recommender.store.tables import attempts, deliveries, documents
from recommender.store.tables import endpoints as endpoints_table
from recommender.store.tables import outbox as outbox_table

EVENTS = int(os.environ.get("HOOK_EVENTS", "50"))
"""500 in the long form."""
KILLS = 50 if EVENTS >= 500 else 3
BY = "owner@studio.example"
BODY = b'{"ranking":[]}'


@dataclass
class Clock:
    """A clock that goes on when it is told to."""

    time: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        return self.time

    def pass_(self, **time: float) -> None:
        self.time += timedelta(**time)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving(message.new_secret()) as made:
        yield made


def endpoint_of(desk: Desk, receiver: Receiver, now: datetime) -> Endpoint:
    return endpoints.add(desk, receiver.address, receiver.secret, BY, now)


def worker_of(database: Database, clock: Clock, **changed) -> Worker:
    own = {"allowed": Allowed(insecure=True), "now": clock, "random": random.Random(1)}
    return Worker(database, **own | changed)


def work(worker: Worker) -> None:
    """Do all that can be done now."""
    while worker.step():
        pass


def count(database: Database, table) -> int:
    with database.reading() as connection:
        return len(connection.execute(table.select()).all())


def test_a_new_submission_is_told_with_everything_that_was_sent(database, receiver) -> None:
    clock, desk = Clock(), desk_of(database)
    endpoint_of(desk, receiver, clock())
    clock.pass_(seconds=1)
    sent = send(desk, "one", clock(), body=BODY, ref="P-12", hidden={"campaign": "x"})
    work(worker_of(database, clock))
    [(id_, said)] = receiver.heard
    assert id_.startswith("msg_")
    assert said["type"] == "submission.created"
    data = said["data"]
    assert (data["submission"], data["form"], data["ref"]) == (sent.id, "kopi", "P-12")
    assert data["contact"]["email"] == "sri@kopi.example"
    assert data["hidden"] == {"campaign": "x"}
    assert data["recommendation"] == {"ranking": []}
    assert receiver.forged == []
    assert count(database, outbox_table) == 0


def test_events_that_nobody_waits_for_are_no_reason_to_look_again_at_once(database) -> None:
    clock, desk = Clock(), desk_of(database)
    send(desk, "one", clock())
    assert not worker_of(database, clock).step()
    assert count(database, outbox_table) == 0


@pytest.mark.slow
def test_an_erased_submission_is_told_as_erased_and_no_more_as_created(database, receiver) -> None:
    clock, desk = Clock(), desk_of(database)
    endpoint_of(desk, receiver, clock())
    heard = send(desk, "one", clock(), body=BODY)
    work(worker_of(database, clock))
    unheard = send(desk, "two", clock(), body=BODY)
    outbox.spread(database)
    desk.erase([heard.id, unheard.id], clock())
    work(worker_of(database, clock))
    said = [(one["type"], one["data"]["submission"]) for _, one in receiver.heard]
    assert said[0] == ("submission.created", heard.id)
    assert set(said[1:]) == {("submission.erased", heard.id), ("submission.erased", unheard.id)}
    assert "contact" not in receiver.heard[-1][1]["data"]
    [first] = [one for one in endpoints.log(desk, only(desk)) if one.event.endswith("created")]
    assert endpoints.replay(desk, only(desk), first.id, BY, clock())
    work(worker_of(database, clock))
    assert len(receiver.heard) == 3  # nothing is left to tell


def only(desk: Desk) -> str:
    [endpoint] = endpoints.listed(desk)
    return endpoint.id


def test_an_endpoint_hears_nothing_from_before_it_was_there(database, receiver) -> None:
    clock, desk = Clock(), desk_of(database)
    send(desk, "early", clock(), body=BODY)
    clock.pass_(seconds=1)
    endpoint_of(desk, receiver, clock())
    work(worker_of(database, clock))
    assert receiver.calls == 0


def test_no_endpoint_hears_of_another_agency(database, receiver) -> None:
    clock, desk, other = Clock(), desk_of(database), desk_of(database, "teh", "other")
    endpoint_of(desk, receiver, clock())
    send(other, "theirs", clock(), slug="teh", body=BODY)
    work(worker_of(database, clock))
    assert receiver.calls == 0
    assert endpoints.listed(other) == []
    assert not endpoints.remove(other, only(desk), BY, clock())
    assert not endpoints.try_out(other, only(desk), BY, clock())
    assert not endpoints.rotate(other, only(desk), "x", BY, clock())
    assert not endpoints.switch(other, only(desk), on=False, by=BY, now=clock())
    assert endpoints.log(other, only(desk)) == []


@pytest.mark.slow
def test_ten_tries_over_about_three_days(database, receiver) -> None:
    clock, desk = Clock(), desk_of(database)
    endpoint_of(desk, receiver, clock())
    send(desk, "one", clock(), body=BODY)
    receiver.status = 500
    began = clock()
    for _ in range(len(WAITS) + 5):
        work(worker_of(database, clock))
        due = outbox.next_due(database)
        if due is None:
            break
        clock.time = due
    assert receiver.calls == 10
    assert timedelta(days=2.5) < clock() - began < timedelta(days=3.6)
    [delivery] = endpoints.log(desk, only(desk))
    assert (delivery.state, delivery.tries) == ("given_up", 10)
    made = endpoints.tries(desk, [delivery.id])[delivery.id]
    assert [one.status for one in made] == [500] * 10


def test_waits_differ_so_that_receivers_are_not_met_by_all_at_once() -> None:
    now = datetime(2026, 11, 24, tzinfo=UTC)
    made = {again(3, now, random.Random(seed)) for seed in range(20)}
    assert len(made) > 15
    assert again(len(WAITS) + 1, now, random.Random(1)) is None


def test_a_redirect_is_a_failure_and_is_not_followed(database, receiver) -> None:
    clock, desk = Clock(), desk_of(database)
    endpoint_of(desk, receiver, clock())
    receiver.status, receiver.headers = 307, {"location": receiver.address}
    send(desk, "one", clock(), body=BODY)
    work(worker_of(database, clock))
    assert receiver.calls == 1
    assert endpoints.log(desk, only(desk))[0].state == "waiting"


def test_gone_switches_an_endpoint_off_at_once(database, receiver) -> None:
    clock, desk = Clock(), desk_of(database)
    endpoint_of(desk, receiver, clock())
    receiver.status = 410
    send(desk, "one", clock(), body=BODY)
    work(worker_of(database, clock))
    [endpoint] = endpoints.listed(desk)
    assert (endpoint.state, endpoint.why) == ("off", "gone")
    assert endpoints.any_silent(desk)
    clock.pass_(days=1)
    work(worker_of(database, clock))
    assert receiver.calls == 1


@pytest.mark.slow
def test_five_days_of_failure_switch_an_endpoint_off_and_on_again_brings_all(
    database, receiver
) -> None:
    clock = Clock(datetime.now(UTC) - timedelta(days=6))
    desk = desk_of(database)
    endpoint_of(desk, receiver, clock())
    receiver.status = 503
    for day in range(6):
        send(desk, f"day {day}", clock(), body=BODY)
        work(worker_of(database, clock))
        clock.pass_(days=1)
    [endpoint] = endpoints.listed(desk)
    assert (endpoint.state, endpoint.why) == ("off", "failing")
    receiver.status = 200
    assert endpoints.switch(desk, endpoint.id, on=True, by=BY, now=clock())
    work(worker_of(database, clock))
    endpoints.replay_since(desk, endpoint.id, clock() - timedelta(days=7), BY, clock())
    work(worker_of(database, clock))
    assert len({*receiver.ids}) == 6


def test_what_happens_while_an_endpoint_is_off_waits_for_it(database, receiver) -> None:
    clock, desk = Clock(datetime.now(UTC) - timedelta(days=1)), desk_of(database)
    endpoint = endpoint_of(desk, receiver, clock())
    assert endpoints.switch(desk, endpoint.id, on=False, by=BY, now=clock())
    send(desk, "one", clock(), body=BODY)
    work(worker_of(database, clock))
    assert (receiver.calls, endpoints.waiting(desk)) == (0, {endpoint.id: 1})
    assert not endpoints.any_silent(desk)
    clock.pass_(days=1)
    assert endpoints.switch(desk, endpoint.id, on=True, by=BY, now=clock())
    work(worker_of(database, clock))
    assert (len(receiver.heard), endpoints.waiting(desk)) == (1, {})


def test_while_a_secret_is_replaced_both_are_good_and_then_only_the_new_one(
    database, receiver
) -> None:
    clock, desk = Clock(datetime.now(UTC) - timedelta(days=2)), desk_of(database)
    endpoint_of(desk, receiver, clock())
    new = message.new_secret()
    assert endpoints.rotate(desk, only(desk), new, BY, clock())
    [endpoint] = endpoints.listed(desk)
    signed = message.headers(endpoint, "e", "{}", clock())["webhook-signature"].split()
    assert len(signed) == 2
    clock.pass_(days=1.1)
    later = message.headers(endpoint, "e", "{}", clock())["webhook-signature"].split()
    assert len(later) == 1
    clock.time = datetime.now(UTC)
    receiver.secret = new
    send(desk, "one", clock(), body=BODY)
    work(worker_of(database, clock))
    assert (len(receiver.heard), receiver.forged) == (1, [])


def test_a_test_event_takes_the_way_of_every_other(database, receiver) -> None:
    clock, desk = Clock(), desk_of(database)
    endpoint_of(desk, receiver, clock())
    assert endpoints.try_out(desk, only(desk), BY, clock())
    work(worker_of(database, clock))
    assert [one["type"] for _, one in receiver.heard] == ["test"]


@pytest.mark.slow
def test_after_a_day_without_the_receiver_every_event_arrives(database, receiver) -> None:
    """Workers are killed in between: they send and never note it, as a killed process does."""
    clock = Clock(datetime.now(UTC) - timedelta(hours=26))
    desk = desk_of(database)
    endpoint_of(desk, receiver, clock())
    kills = [0]

    class Killed(BaseException):
        pass

    def dying(*given):
        from recommender.delivery.calling import call

        reply = call(*given)
        if kills[0] < EVENTS // 10 and reply.heard:
            kills[0] += 1
            raise Killed
        return reply

    with time_machine.travel(clock(), tick=False) as clocks:
        receiver.status = 503
        for number in range(EVENTS):
            send(desk, f"key {number}", clock(), body=BODY)
            clock.pass_(hours=26 / EVENTS)
            if number % 10 == 0:
                clocks.move_to(clock())
                work(worker_of(database, clock))
        receiver.status = 200
        while (due := outbox.next_due(database)) or count(database, outbox_table):
            clock.time = max(clock.time, due or clock.time)
            clocks.move_to(clock())
            with suppress(Killed):
                work(worker_of(database, clock, call=dying))
                continue
            clock.pass_(seconds=outbox.LEASE.total_seconds())  # then others take its work over
    assert receiver.forged == []
    assert kills[0] == EVENTS // 10
    assert len({*receiver.ids}) == EVENTS
    assert len(receiver.ids) == EVENTS + kills[0]


@pytest.mark.slow
def test_a_slow_receiver_holds_up_nobody_else(database, receiver) -> None:
    clock, desk = Clock(), desk_of(database)
    slow_one = Event()
    with receiving(message.new_secret()) as slow:
        slow.wait = slow_one
        endpoint_of(desk, slow, clock())
        endpoint_of(desk, receiver, clock())
        for number in range(5):
            send(desk, f"key {number}", clock(), body=BODY)
        outbox.spread(database)
        worker = worker_of(database, clock)
        threads = [Thread(target=work, args=(worker,)) for _ in range(2)]
        for thread in threads:
            thread.start()
        try:
            for _ in range(1200):
                if len(receiver.heard) == 5:
                    break
                threads[1].join(0.05)
            assert len(receiver.heard) == 5
            assert slow.heard == []
        finally:
            slow_one.set()
        for thread in threads:
            thread.join()
        work(worker)
        assert len(slow.heard) == 5


def test_what_was_told_is_of_use_to_nobody_who_reads_the_log(database, receiver) -> None:
    clock, desk = Clock(), desk_of(database)
    endpoint_of(desk, receiver, clock())
    send(desk, "one", clock(), body=BODY)
    work(worker_of(database, clock))
    with database.reading() as connection:
        rows = [*connection.execute(deliveries.select()), *connection.execute(attempts.select())]
        kept = str(rows)
    assert "sri@kopi.example" not in kept
    assert count(database, documents) == 1


@pytest.mark.slow
def test_killed_workers_of_several_processes_lose_nothing(database, receiver, tmp_path) -> None:
    """Real processes, killed at random while they deliver; the others take their work over."""
    desk = desk_of(database)
    endpoint_of(desk, receiver, datetime.now(UTC))
    for number in range(EVENTS):
        send(desk, f"key {number}", datetime.now(UTC), body=BODY)
    environ = os.environ | {
        "DATABASE_URL": database.url.render_as_string(hide_password=False),
        "RECOMMENDER_HOOKS_ANYWHERE": "yes",
    }
    chance = random.Random(3)
    for _ in range(KILLS):
        process = subprocess.Popen(
            [*COMMAND, "worker", "--threads", "2"], env=environ, cwd=tmp_path
        )
        heard = len(receiver.heard)
        wanted = min(EVENTS, heard + chance.randrange(1, max(2, EVENTS // KILLS)))
        while len(receiver.heard) < wanted and process.poll() is None:
            time.sleep(0.01)
        process.kill()
        process.wait()
        with database.writing() as connection:  # the lease of the killed one is over
            connection.execute(endpoints_table.update().values(leased_until=None))
    subprocess.run([*COMMAND, "worker", "--once"], env=environ, cwd=tmp_path, check=True)
    assert len({*receiver.ids}) == EVENTS
    assert receiver.forged == []
    assert len(receiver.ids) <= EVENTS + KILLS


def test_an_agency_has_so_many_endpoints_and_no_more(store: Database, receiver) -> None:
    clock, desk = Clock(), desk_of(store)
    for _ in range(endpoints.MOST):
        endpoint_of(desk, receiver, clock())
    with pytest.raises(endpoints.TooMany):
        endpoint_of(desk, receiver, clock())
    assert endpoints.remove(desk, endpoints.listed(desk)[0].id, BY, clock())
    endpoint_of(desk, receiver, clock())
