"""Filled databases, made for one run or kept in a folder so that they can be asked again."""

import json
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import create_engine, text

from recommender.rulebook import load, shipped
from recommender.store import migrations
from recommender.store.database import Database
from recommender.store.desk import Desk, agency_by_slug
from tools.soak.rows import AGENCY, fill, recommendations

TESTS = Path(__file__).parents[2] / "tests"
FILLED = "filled.json"
"""What lies beside databases that are full: how many submissions they have, and since when."""
SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"

Desks = tuple[dict[int, Desk], datetime]
"""A desk by how many submissions it has, and just after which moment the newest was sent."""


@contextmanager
def filled(kind: str, few: int, many: int, keep: Path | None = None) -> Iterator[Desks]:
    """Two agencies with so many submissions each; those that `keep` has already, as they are."""
    with ExitStack() as stack:
        folder = keep or Path(stack.enter_context(_folder()))
        folder.mkdir(parents=True, exist_ok=True)
        known = _known(folder)
        if known and (known["kind"], known["few"], known["many"]) != (kind, few, many):
            raise SystemExit(f"{folder} holds other databases: {known}")
        address = stack.enter_context(_KINDS[kind](folder))
        now = datetime.fromisoformat(known["now"]) if known else datetime.now(UTC)
        desks = {}
        for name, size in (("few", few), ("many", many)):
            database = Database(address(name, new=not known))
            stack.callback(database.close)
            migrations.upgrade(database)
            desks[size] = _again(database) if known else _fill(database, size, now)
        told = {"kind": kind, "few": few, "many": many, "now": now.isoformat()}
        (folder / FILLED).write_text(json.dumps(told) + "\n", "utf-8")
        yield desks, now


def _folder() -> tempfile.TemporaryDirectory:
    return tempfile.TemporaryDirectory(prefix="soak-", ignore_cleanup_errors=True)


def _known(folder: Path) -> Mapping | None:
    """What a folder holds; what a run that was stopped has left there is taken away."""
    file = folder / FILLED
    if file.exists():
        return dict(json.loads(file.read_text("utf-8")))
    for name in ("few", "many"):
        for part in folder.glob(f"{name}.db*"):
            part.unlink()
    shutil.rmtree(folder / "data", ignore_errors=True)
    return None


def _fill(database: Database, size: int, now: datetime) -> Desk:
    return fill(database, recommendations(load(shipped())), size, now)


def _again(database: Database) -> Desk:
    agency = agency_by_slug(database, AGENCY)
    assert agency is not None
    return Desk(database, agency.id)


Address = Callable[..., str]


@contextmanager
def _files(folder: Path) -> Iterator[Address]:
    yield lambda name, new: f"sqlite:///{folder}/{name}.db"


@contextmanager
def _server(folder: Path) -> Iterator[Address]:
    """A PostgreSQL of one's own on the folder. What it holds is made anew if power fails."""
    sys.path.append(str(TESTS))
    from databases import start

    server, url = start(folder, "fsync=off", "max_wal_size=4GB")

    def address(name: str, *, new: bool) -> str:
        if new:
            engine = create_engine(url, isolation_level="AUTOCOMMIT")
            with engine.connect() as connection:
                connection.execute(text(f"CREATE DATABASE {name}"))
            engine.dispose()
        return url.replace("/postgres?", f"/{name}?")

    try:
        yield address
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(60)


_KINDS = {SQLITE: _files, POSTGRESQL: _server}
