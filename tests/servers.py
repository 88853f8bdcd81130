"""Serving processes as an operator starts them: waitress, gunicorn, and workers beside them."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from random import SystemRandom
from urllib.request import urlopen

from forms import BOOK
from process import COMMAND

from recommender.settings import Settings
from recommender.store.database import Database, new_id
from recommender.store.records import FormRecord
from recommender.web import embedding
from recommender.web.app import create_app

KEY = "Zk3v9QpL7sXw2RtY8uBn5McD1fGh4JkA"


@dataclass
class Server:
    """A process with whatever it starts; it may be killed and started again."""

    command: tuple[object, ...]
    folder: Path
    environ: Mapping[str, str]
    address: str = ""
    process: subprocess.Popen | None = None
    _before: int = 0

    def start(self) -> None:
        with (self.folder / "log").open("ab") as log:
            self._before = log.tell()
            self.process = subprocess.Popen(
                [*map(str, self.command)],
                cwd=self.folder,
                env=os.environ | {"LC_ALL": "C.UTF-8"} | self.environ,
                stdout=log,
                stderr=log,
                start_new_session=True,  # so that what it starts is killed with it
            )

    def kill(self) -> None:
        assert self.process
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        """Ask it to end; gives its status."""
        assert self.process
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    def until_ready(self) -> "Server":
        """Wait until it answers that it is ready; what it logged is why it is not."""
        assert self.process
        deadline = time.monotonic() + 60
        while True:
            try:
                urlopen(f"{self.address}/readyz", timeout=10).close()
                return self
            except OSError:  # refused, reset, or not answered yet by one that still starts
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(self.said) from None
                time.sleep(0.05)  # a server that starts tells of its readiness in no other way

    def until_said(self, *texts: str) -> None:
        """Wait until it has written a line with all of these since it was last started."""
        assert self.process
        deadline, wanted = time.monotonic() + 60, [text.encode() for text in texts]
        while not any(
            all(text in line for text in wanted)
            for line in (self.folder / "log").read_bytes()[self._before :].splitlines()
        ):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(self.said)
            time.sleep(0.05)  # a file tells nobody that it grew

    @property
    def said(self) -> str:
        """All that it has written to either output."""
        return (self.folder / "log").read_text("utf-8")


def waitress(folder: Path, environ: Mapping[str, str]) -> Server:
    port = free_port()
    command = (*COMMAND, "serve", "--port", port, "--lang", "en")
    return Server(command, folder, environ, f"http://127.0.0.1:{port}")


def gunicorn(folder: Path, environ: Mapping[str, str]) -> Server:
    port = free_port()
    options = ("--no-control-socket", "--threads", 4, "-b", f"127.0.0.1:{port}")
    options += ("--worker-class", "recommender.web.ending_gunicorn.Worker")
    command = (sys.executable, "-m", "gunicorn", *options, "recommender.web.wsgi:make()")
    return Server(command, folder, environ, f"http://127.0.0.1:{port}")


def worker(folder: Path, environ: Mapping[str, str]) -> Server:
    return Server((*COMMAND, "worker", "--threads", "2"), folder, environ)


@contextmanager
def running(*servers: Server) -> Iterator[None]:
    """All of them until the block ends, however it does."""
    with ExitStack() as stack:
        for server in servers:
            server.folder.mkdir(exist_ok=True)
            server.start()
            stack.callback(_end, server)
        yield


def _end(server: Server) -> None:
    if server.process and server.process.poll() is None:
        server.kill()


def environ_of(database: Database, **more: str) -> dict[str, str]:
    """The settings of a server on this database."""
    url = database.url.render_as_string(hide_password=False)
    return {"DATABASE_URL": url, "SECRET_KEY": KEY} | more


def free_port() -> int:
    """A port below those that the system gives away by itself, so that it stays free."""
    while True:
        port = SystemRandom().randrange(15_000, 32_000)
        with socket.socket() as one, suppress(OSError):
            one.bind(("127.0.0.1", port))
            return port


class Tokens:
    """Makes form tokens as the servers do, of people who began a minute ago."""

    def __init__(self, database: Database):
        self._app = create_app(BOOK, replace(Settings(), secret_key=KEY), database)

    def of(self, form: FormRecord, **changed: object) -> str:
        began = int(1000 * (datetime.now(UTC).timestamp() - 60))
        token = embedding.Token(form.id, form.version, began, new_id())
        with self._app.test_request_context():
            return embedding.signed(replace(token, **changed))  # type: ignore[arg-type]
