"""Worker processes that may be killed at any moment, and what they tell before that.

`python workers.py URL` reads tasks from its input, a line each, and gives every task to a process
of its own. All of them write lines to the same output, `PID WORD …`; whoever has ended, in whatever
way, is told last (`PID ended STATUS`), so that a reader knows that nothing more will come.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from agencies import WHEN, sending
from sqlalchemy import event

from recommender.errors import StoreError
from recommender.store import front, migrations
from recommender.store.database import Database
from recommender.store.records import Contact

CLIENTS = 40
"""Keys belong to so few people that their revisions are sent at the same time."""


class Workers:
    """A reader's end: starts tasks, kills processes, and hears what they tell."""

    def __init__(self, process: subprocess.Popen) -> None:
        self.process = process
        self.running: set[int] = set()

    def start(self, *task: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(" ".join(task) + "\n")
        self.process.stdin.flush()

    def kill(self, pid: int) -> None:
        """Unless it has ended just now and nobody has told us yet."""
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        self.running.discard(pid)

    def told(self) -> Iterator[tuple[int, str, list[str]]]:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            pid, word, *rest = line.split()
            if word == "started":
                self.running.add(int(pid))
            if word == "ended":
                self.running.discard(int(pid))
            yield int(pid), word, rest


@contextmanager
def workers(database: Database) -> Iterator[Workers]:
    url = database.url.render_as_string(hide_password=False)
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, Path(__file__), url], **pipes) as process:
        try:
            yield Workers(process)
        finally:
            process.terminate()


def tell(*words: object) -> None:
    """One line in one write, which the system does not break."""
    os.write(1, (" ".join(map(str, (os.getpid(), *words))) + "\n").encode())


def send(database: Database, slug: str, *keys: str) -> None:
    """Send each key, and tell of it only after it was acknowledged."""
    form = front.form_by_slug(database, slug)
    assert form is not None
    for key in keys:
        number = int(key)
        who = Contact(email=f"client-{number % CLIENTS}@a.example")
        one = sending(key, body=b"%d" % (number % 7), contact=who)
        try:
            tell("sent", key, front.send(database, form, one, WHEN).id)
        except StoreError:
            tell("refused", key)


def migrate(database: Database) -> None:
    migrations.upgrade(database)


def migrate_halfway(database: Database) -> None:
    """Stop in the middle and wait to be killed."""

    @event.listens_for(database.engine, "after_cursor_execute")
    def stop(_, __, statement: str, *___: object) -> None:
        if "CREATE TABLE forms" in statement:
            tell("halfway")
            signal.pause()

    migrations.upgrade(database)


TASKS = {"send": send, "migrate": migrate, "migrate-halfway": migrate_halfway}


def reap(*_: object) -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not pid:
            return
        os.write(1, f"{pid} ended {os.waitstatus_to_exitcode(status)}\n".encode())


def main(url: str) -> None:
    signal.signal(signal.SIGCHLD, reap)
    for line in sys.stdin:
        name, *arguments = line.split()
        if os.fork():
            continue
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        tell("started")
        TASKS[name](Database(url), *arguments)
        os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1])
