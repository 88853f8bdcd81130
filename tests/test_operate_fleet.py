"""Several servers and workers on one PostgreSQL, killed now and then: nothing is lost."""

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

import pytest
import requests
from agencies import live_form
from databases import fresh
from forms import CODE
from process import run
from receivers import receiving
from sends import ASKING, SRI
from servers import Server, Tokens, environ_of, gunicorn, running, waitress, worker
from sqlalchemy import select

from recommender.delivery import message
from recommender.store import endpoints, migrations
from recommender.store.desk import Desk
from recommender.store.tables import contacts, submissions
from recommender.store.tables import endpoints as endpoints_table

SENDS = int(os.environ.get("FLEET_SENDS", "40"))
KILLS = int(os.environ.get("FLEET_KILLS", "1"))
"""So often a server and a worker are killed; 20 with 1,000 sends in the long form."""
AT_ONCE = 4


@dataclass
class Fleet:
    """Servers and workers; of each sort one is killed after so many acknowledgements."""

    servers: Sequence[Server]
    workers: Sequence[Server]
    every: int
    acknowledged: list[str] = field(default_factory=list)
    kills: int = 0
    lost: int = 0
    lock: Lock = field(default_factory=Lock)

    def heard(self, email: str) -> None:
        with self.lock:
            self.acknowledged.append(email)
            if len(self.acknowledged) % self.every or self.kills == KILLS:
                return
            for team in (self.servers, self.workers):
                team[self.kills % 2].kill()
                team[self.kills % 2].start()
            self.kills += 1

    def press(self, number: int, fields: Mapping[str, str], token: str) -> None:
        """Press "send" until a server acknowledges it, at whichever answers; some press twice."""
        headers = {"X-Forwarded-For": f"10.0.{number // 250}.{number % 250}"}
        answers = 0
        for turn in range(2000):
            server = self.servers[(number + turn) % len(self.servers)]
            address = f"{server.address}/f/kopi/send?a={CODE}&t={token}"
            options = {"headers": headers, "allow_redirects": False, "timeout": 20}
            try:
                answer = requests.post(address, fields, **options)
            except requests.RequestException:
                self.lost += 1
                continue
            if answer.status_code == 503:
                continue
            assert answer.status_code == 303, answer.text
            answers += 1
            if answers > number % 3:
                break
        self.heard(fields["email"])


@pytest.mark.slow
def test_what_any_of_two_servers_acknowledged_is_stored_and_told_though_they_are_killed(
    postgres: str, tmp_path: Path
) -> None:
    with fresh(postgres) as database, receiving(message.new_secret()) as receiver:
        migrations.upgrade(database)
        form = live_form(database, **ASKING)
        desk, tokens = Desk(database, form.agency_id), Tokens(database)
        endpoints.add(desk, receiver.address, receiver.secret, "owner", datetime.now(UTC))
        more = {"RECOMMENDER_PROXIES": "1", "RECOMMENDER_HOOKS_ANYWHERE": "yes"}
        environ = environ_of(database, **more)
        servers = [waitress(tmp_path / "a", environ), gunicorn(tmp_path / "b", environ)]
        workers = [worker(tmp_path / "c", environ), worker(tmp_path / "d", environ)]
        fleet = Fleet(servers, workers, SENDS // (KILLS + 1))
        with running(*servers, *workers):
            for server in servers:
                server.until_ready()
            with ThreadPoolExecutor(AT_ONCE) as pool:
                pressing = []
                for number in range(SENDS):
                    fields = SRI | {"email": f"client-{number}@kopi.example"}
                    given = (number, fields, tokens.of(form))
                    pressing.append(pool.submit(fleet.press, *given))
                for one in pressing:
                    one.result()
            for server in fleet.workers:
                server.until_said("Ctrl-C")
                assert server.stop() == 0, server.said
        with database.writing() as connection:  # the leases of the killed ones are over
            connection.execute(endpoints_table.update().values(leased_until=None))
        assert run("worker", "--once", **environ).returncode == 0
        with database.reading() as connection:
            stored = connection.execute(select(submissions.c.id)).scalars().all()
            emails = connection.execute(select(contacts.c.email)).scalars().all()
    print(f"{SENDS} sends, {fleet.kills} kills of each sort, {fleet.lost} requests cut off")
    assert fleet.kills == KILLS
    assert Counter(emails) == Counter(fleet.acknowledged)
    assert len(emails) == SENDS
    assert {said["data"]["submission"] for _, said in receiver.heard} == {*stored}
    assert len({*receiver.ids}) == SENDS
    assert receiver.forged == []
