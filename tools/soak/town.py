"""A product with many agencies, served as operators serve it, and people who answer their forms."""

import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import select

from recommender.engine import code
from recommender.engine.rulebook import Rulebook
from recommender.rulebook import load, shipped
from recommender.settings import Settings
from recommender.store import migrations
from recommender.store.database import Database, new_id
from recommender.store.records import FormRecord
from recommender.store.tables import contacts
from recommender.web import embedding
from recommender.web.app import create_app
from tools.bench.rules import profiles
from tools.soak.load import Met, Press

sys.path.append(str(Path(__file__).parents[2] / "tests"))
import databases
import servers
from agencies import live_form

AGENCIES = 100
SQLITE, POSTGRESQL = "waitress, SQLite", "gunicorn, PostgreSQL"
KINDS = (SQLITE, POSTGRESQL)
_ASKS = {"contact": "after", "asks": {"name": "optional", "email": "required"}}


@dataclass
class Town:
    """The servers, and the forms of the agencies, one each."""

    kind: str
    folder: Path
    database: Database
    forms: Sequence[FormRecord]
    servers: Sequence[Any]
    book: Rulebook
    restart: Any = None
    """Restarts PostgreSQL at once, with transactions cut off."""
    _numbers: Iterator[int] = field(default_factory=count)

    @property
    def addresses(self) -> list[str]:
        return [server.address for server in self.servers]

    def codes(self, number: int, seed: int) -> list[str]:
        """So many answers, no two alike."""
        return [
            code.encode(self.book.layouts, answers) for answers in profiles(self.book, number, seed)
        ]

    def presses(
        self,
        dues: Sequence[float],
        codes: Sequence[str],
        forms: Sequence[FormRecord] | None = None,
    ) -> list[Press]:
        """Somebody new at each of these moments, with answers and a form in turn."""
        forms = forms or self.forms
        app = create_app(self.book, replace(Settings(), secret_key=servers.KEY), self.database)
        with app.test_request_context():
            return [
                self._press(due, codes[n % len(codes)], forms[n % len(forms)])
                for n, due in enumerate(dues)
            ]

    def _press(self, due: float, answers: str, form: FormRecord) -> Press:
        number = next(self._numbers)
        began = int(1000 * (datetime.now(UTC).timestamp() - 60))
        token = embedding.signed(embedding.Token(form.id, form.version, began, new_id()))
        email = f"client-{number}@kopi.example"
        fields = {"name": f"Sri {number}", "email": email, "consent": "standard-1"}
        path = f"/f/{form.slug}/send?a={answers}&t={token}"
        where = ".".join(map(str, (10, *number.to_bytes(3, "big"))))
        return Press(due, email, path, urlencode(fields), where)

    def stored(self) -> list[str]:
        """The address of everybody whose answers are stored, as often as they are."""
        with self.database.reading() as connection:
            return list(connection.execute(select(contacts.c.email)).scalars())

    def wrong(self, met: Sequence[Met]) -> int:
        """How many that were acknowledged are lost, or that are stored are so twice."""
        found = self.stored()
        there = set(found)
        lost = {one.key for one in met if one.status == 303} - there
        return len(lost) + len(found) - len(there)


@contextmanager
def town(kind: str, agencies: int = AGENCIES, *, start: bool = True, **more: str) -> Iterator[Town]:
    """Until the block ends; the servers are ready if they are to start."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(_folder()))
        url, restart = stack.enter_context(_DATABASES[kind](folder))
        database = stack.enter_context(closing(Database(url)))
        migrations.upgrade(database)
        forms = [live_form(database, f"form-{n}", f"agency-{n}", **_ASKS) for n in range(agencies)]
        environ = servers.environ_of(database, RECOMMENDER_PROXIES="1", **more)
        made = [_SERVERS[kind](folder / "server", environ)]
        found = Town(kind, folder, database, forms, made, load(shipped()), restart)
        if start:
            stack.enter_context(servers.running(*made))
            for server in made:
                server.until_ready()
        yield found


def _folder() -> tempfile.TemporaryDirectory:
    return tempfile.TemporaryDirectory(prefix="soak-", ignore_cleanup_errors=True)


@contextmanager
def _sqlite(folder: Path) -> Iterator[tuple[str, None]]:
    yield f"sqlite:///{folder}/forms.db", None


@contextmanager
def _postgresql(_: Path) -> Iterator[tuple[str, Any]]:
    """PostgreSQL as it comes, durable, on a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as root:
        running = [databases.start(Path(root))]
        _, url = running[0]

        def restart() -> None:
            running[0][0].send_signal(databases.signal.SIGQUIT)
            running[0][0].wait(20)
            running[0] = databases.start(Path(root))

        try:
            yield url, restart
        finally:
            running[0][0].send_signal(databases.signal.SIGINT)
            running[0][0].wait(20)


def _gunicorn(folder: Path, environ: Mapping[str, str]) -> Any:
    return servers.gunicorn(folder, {"WEB_CONCURRENCY": "2"} | environ)


_DATABASES = {SQLITE: _sqlite, POSTGRESQL: _postgresql}
_SERVERS = {SQLITE: servers.waitress, POSTGRESQL: _gunicorn}
