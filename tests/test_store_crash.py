"""What was acknowledged is there, once, whatever is killed meanwhile."""

import os
import random
import shutil
import signal
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from queue import SimpleQueue
from threading import Event

import pytest
from agencies import WHEN, live_form, sending
from databases import QUICK, fresh, start
from sqlalchemy import func, inspect, select
from workers import Workers, workers

from recommender.errors import StoreError
from recommender.store import front, migrations
from recommender.store.database import Database
from recommender.store.desk import Desk
from recommender.store.records import Contact, FormRecord
from recommender.store.tables import consents, contacts, metadata, outbox, submissions

SENDS = int(os.environ.get("CRASH_SENDS", "200"))
ROUNDS = int(os.environ.get("CRASH_ROUNDS", "1"))
RESTARTS = int(os.environ.get("CRASH_RESTARTS", "1"))
AT_ONCE = 4


class Clients:
    """Clients who press "send" until it is acknowledged, while workers are killed under them."""

    def __init__(self, team: Workers, slug: str, rng: random.Random) -> None:
        self.team, self.slug, self.rng = team, slug, rng
        self.acknowledged: dict[str, str] = {}
        self.kills = self.refused = 0
        self.waiting: list[list[str]] = []
        self.doing: dict[int, list[str]] = {}

    def until_all_are_acknowledged(self, keys: list[str]) -> None:
        self.waiting = [keys[n::AT_ONCE] for n in range(AT_ONCE)]
        starting = [self._start(share) for share in self.waiting]
        for pid, word, rest in self.team.told():
            if word == "started":
                self.doing[pid] = starting.pop(0)
            elif word == "ended":
                assert rest in (["0"], ["-9"])
                if left := [k for k in self.doing.pop(pid) if k not in self.acknowledged]:
                    starting.append(self._start(left))
                elif not self.doing and not starting:
                    return
            else:
                self._hear(word, *rest)

    def _start(self, share: list[str]) -> list[str]:
        """Give a share to a new worker; one of the acknowledged presses "send" again, too."""
        again = self.rng.sample(sorted(self.acknowledged), min(1, len(self.acknowledged)))
        self.team.start("send", self.slug, *again, *share)
        return share

    def _hear(self, word: str, key: str, id_: str = "") -> None:
        if word == "refused":
            self.refused += 1
            return
        assert self.acknowledged.setdefault(key, id_) == id_
        if self.rng.random() < 0.1:
            everybody = self.rng.random() < 0.1
            running = sorted(self.team.running)
            for pid in running if everybody else running[:1] and [self.rng.choice(running)]:
                self.team.kill(pid)
                self.kills += 1


def assert_each_is_there_once(database: Database, acknowledged: dict[str, str]) -> None:
    columns = submissions.c
    with database.reading() as connection:
        found = connection.execute(select(columns.idempotency_key, columns.id)).all()
        parts = [
            connection.execute(select(func.count()).select_from(table)).scalar()
            for table in (contacts, consents, outbox)
        ]
        places = connection.execute(select(columns.thread, columns.revision)).all()
        people = connection.execute(select(func.count(columns.thread.distinct()))).scalar()
        addresses = connection.execute(select(func.count(contacts.c.email.distinct()))).scalar()
    assert sorted(map(tuple, found)) == sorted(acknowledged.items())
    assert parts == [len(acknowledged)] * 3
    assert people == addresses
    last = Counter(thread for thread, _ in places)
    assert sorted(places) == sorted((t, n + 1) for t, most in last.items() for n in range(most))


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_or_doubled_while_workers_are_killed(
    database: Database, rng: random.Random
) -> None:
    form = live_form(database)
    with workers(database) as team:
        clients = Clients(team, form.slug, rng)
        clients.until_all_are_acknowledged([str(number) for number in range(SENDS)])
    assert len(clients.acknowledged) == SENDS
    assert clients.kills > SENDS / 50
    assert_each_is_there_once(database, clients.acknowledged)
    if database.is_sqlite:
        with database.reading() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    print(f"{SENDS} acknowledged, {clients.kills} kills, {clients.refused} refused")


@pytest.mark.slow
def test_processes_that_migrate_at_once_all_start_though_one_is_killed_halfway(
    empty_database: Database,
) -> None:
    with workers(empty_database) as team:
        for _ in range(ROUNDS):
            told = team.told()
            team.start("migrate-halfway")
            halfway = next(pid for pid, word, _ in told if word == "halfway")
            for _ in range(8):
                team.start("migrate")
            started = (pid for pid, word, _ in told if word == "started")
            for _ in range(8):
                next(started)
            team.kill(halfway)
            ended = ((pid, *rest) for pid, word, rest in told if word == "ended")
            statuses = Counter(next(ended)[1] for _ in range(9))
            assert statuses == {"-9": 1, "0": 8}
            assert migrations.revision(empty_database) == migrations.newest()
            assert set(metadata.tables) < set(inspect(empty_database.engine).get_table_names())
            migrations.downgrade(empty_database)


@pytest.mark.slow
def test_processes_that_find_no_database_yet_make_it_at_once(tmp_path: Path) -> None:
    for number in range(ROUNDS):
        database = Database(f"sqlite:///{tmp_path}/{number}.db")
        with workers(database) as team:
            for _ in range(8):
                team.start("migrate")
            ended = (rest for _, word, rest in team.told() if word == "ended")
            assert [next(ended) for _ in range(8)] == [["0"]] * 8
        assert migrations.revision(database) == migrations.newest()
        database.close()


@pytest.mark.slow
def test_a_database_server_that_restarts_is_refused_in_our_words_and_loses_nothing() -> None:
    if os.environ.get("TEST_DATABASE_URL"):
        pytest.skip("that server is not ours to restart")
    root = Path(tempfile.mkdtemp(prefix="pg-"))
    server, url = start(root, *QUICK)
    try:
        with fresh(url) as database, ThreadPoolExecutor(AT_ONCE) as pool:
            migrations.upgrade(database)
            form, done, told = live_form(database), Event(), SimpleQueue()
            pressing = [pool.submit(press, database, form, n, told, done) for n in range(AT_ONCE)]
            try:
                for _ in range(RESTARTS):
                    for _ in range(40):
                        told.get(timeout=60)
                    server.send_signal(signal.SIGQUIT)  # at once, with transactions cut off
                    server.wait(60)
                    server, _ = start(root, *QUICK)
            finally:
                done.set()
            found = [one.result(60) for one in pressing]
            assert sum(refused for _, refused in found) >= RESTARTS
            assert_each_is_there_once(
                database, {k: v for sent, _ in found for k, v in sent.items()}
            )
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(60)
        shutil.rmtree(root)


def press(
    database: Database, form: FormRecord, number: int, told: SimpleQueue, done: Event
) -> tuple[dict[str, str], int]:
    """Send one after another, each until it is acknowledged, and look; how often it was refused."""
    acknowledged: dict[str, str] = {}
    refused = 0
    for key in (f"{number}-{n}" for n in count()):
        one = sending(key, contact=Contact(email=f"{key}@a.example"))
        while key not in acknowledged:
            try:
                sent = front.sent(database, form.id, key) or front.send(database, form, one, WHEN)
                acknowledged[key] = sent.id
                told.put(key)
                Desk(database, form.agency_id).submissions(limit=1)
            except StoreError:
                refused += 1
                done.wait(0.01)
        if done.is_set():
            break
    return acknowledged, refused
