"""Rules that change while they answer: taken when settled, whole and valid; else the old stay."""

import logging
import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from random import Random
from threading import Event, Semaphore, Thread

import pytest
from folders import RULE, add_rule, edit
from profiles import PLAIN

from recommender.engine.answers import read
from recommender.errors import RulebookError
from recommender.render.document import document
from recommender.rulebook import load
from recommender.rulebook.shelf import Shelf

SECOND = RULE.replace("a-new-rule", "another-rule").replace("blog: 2", "forum: 3")


@pytest.fixture
def own_folder(small_folder) -> Path:
    add_rule(small_folder, RULE)
    return small_folder


def settle(shelf: Shelf) -> None:
    """The looks that a folder which nobody writes to needs at most."""
    for _ in range(2):
        shelf.look()


@pytest.mark.slow
def test_a_changed_folder_is_taken_at_the_second_look(own_folder):
    shelf = Shelf.opened(own_folder)
    add_rule(own_folder, SECOND, "second.yaml")

    shelf.look()
    assert list(shelf.today.rules) == ["a-new-rule"]
    shelf.look()

    assert list(shelf.today.rules) == ["a-new-rule", "another-rule"]
    assert shelf.today == load(own_folder)


@pytest.mark.slow
def test_a_folder_that_cannot_be_used_leaves_the_old_rules_and_the_log_says_why_once(
    own_folder, caplog
):
    shelf = Shelf.opened(own_folder)
    before = shelf.today
    edit(own_folder, "more.yaml", "{blog: 2}", "{bolg: 2, forun: 1}")
    for _ in range(3):
        settle(shelf)

    assert shelf.today is before
    [record] = caplog.records
    assert record.levelno == logging.ERROR
    said = record.getMessage()
    assert f"cannot be used, so version {before.version} still answers" in said
    assert "more.yaml:4: there is no type “bolg”" in said
    assert "more.yaml:4: there is no type “forun”" in said

    edit(own_folder, "more.yaml", "{bolg: 2, forun: 1}", "{blog: 3}")
    settle(shelf)
    assert shelf.today.rules["a-new-rule"].effects == {"blog": 3}


@pytest.mark.slow
def test_a_folder_that_changes_at_every_look_is_not_taken(own_folder):
    shelf = Shelf.opened(own_folder)
    before = shelf.today
    for number in range(5):
        add_rule(own_folder, SECOND, f"part{number}.yaml")
        shelf.look()

    assert shelf.today is before


@pytest.mark.slow
def test_a_folder_that_is_written_to_while_it_is_read_is_not_taken(own_folder):
    writing = True

    def read_slowly(folder: Path):
        rulebook = load(folder)
        if writing:
            add_rule(folder, SECOND, "second.yaml")
        return rulebook

    shelf = Shelf(load(own_folder), own_folder, load=read_slowly)
    before = shelf.today
    edit(own_folder, "more.yaml", "{blog: 2}", "{blog: 3}")
    settle(shelf)
    assert shelf.today is before

    writing = False
    settle(shelf)
    assert list(shelf.today.rules) == ["a-new-rule", "another-rule"]


@pytest.mark.slow
def test_a_folder_that_is_gone_leaves_the_old_rules(own_folder, caplog):
    shelf = Shelf.opened(own_folder)
    before = shelf.today
    own_folder.rename(own_folder.with_name("elsewhere"))
    settle(shelf)

    assert shelf.today is before
    assert "there is no such folder" in caplog.text


@pytest.mark.slow
def test_a_symbolic_link_changes_many_files_in_one_step(own_folder, tmp_path):
    link, other = tmp_path / "current", tmp_path / "other"
    other.mkdir()
    for path in own_folder.glob("*.yaml"):
        (other / path.name).write_bytes(path.read_bytes())
    add_rule(other, SECOND, "second.yaml")
    link.symlink_to(own_folder)
    shelf = Shelf.opened(link)

    link.unlink()
    link.symlink_to(other)
    settle(shelf)

    assert "another-rule" in shelf.today.rules


def test_a_folder_that_cannot_be_used_is_not_opened(small_folder):
    with pytest.raises(RulebookError):
        Shelf.opened(small_folder / "nowhere")


@pytest.mark.slow
def test_the_watch_looks_until_it_is_told_to_stop(own_folder):
    shelf, taken, stop = Shelf.opened(own_folder), Event(), Event()

    class Awaited(Shelf):
        def look(self) -> None:
            super().look()
            if "another-rule" in self.today.rules:
                taken.set()

    shelf.__class__ = Awaited
    watching = Thread(target=shelf.watch, args=(stop, 0.01))
    watching.start()
    add_rule(own_folder, SECOND, "second.yaml")

    assert taken.wait(120)
    stop.set()
    watching.join(120)
    assert not watching.is_alive()


LOOKS = int(os.environ.get("RELOAD_LOOKS", "100"))
"""1,000 in the long form."""


@pytest.mark.slow
def test_looks_while_results_are_computed_never_take_half_a_rulebook(own_folder):
    """Good, broken and half-written folders; half-written ones may be valid with fewer rules."""
    shelf = Shelf.opened(own_folder)
    digests: set[str] = set()
    with ThreadPoolExecutor(2) as others:
        folder = Folder(own_folder, shelf, lambda: others.submit(ask, shelf, digests))
        while folder.looks < LOOKS:
            folder.change()

    assert digests <= folder.whole
    assert len(digests) > LOOKS // 50, "the rules did change while results were computed"
    assert folder.half > LOOKS // 5, "half-written folders were valid rules at times"
    assert folder.refused >= LOOKS // 100
    print(f"{folder.looks} looks, {folder.refused} refused")


def ask(shelf: Shelf, digests: set[str]) -> None:
    """Make a document under the rules of the moment."""
    rulebook = shelf.today
    answers = read(rulebook.questionnaire, PLAIN)
    digests.add(document(rulebook, answers)["rules"]["digest"])


class Folder:
    """A rules folder that another thread changes well or badly, always slowly."""

    def __init__(self, path: Path, shelf: Shelf, meanwhile: Callable[[], Future]):
        self.file, self.rng = path / "more.yaml", Random(5)
        self.shelf, self.meanwhile = shelf, meanwhile
        self.whole = {shelf.today.digest}
        self.looks = self.changes = self.half = self.refused = 0

    def change(self) -> None:
        """Write other rules; two looks later they answer if they are right, else the old ones."""
        before = self.shelf.today
        points = {f"rule-{n}": self.rng.randint(1, 19) for n in range(12)}
        self.changes += 1
        broken = self.changes % 5 == 0
        self._write([rule_of(*one) for one in points.items()], "bolg" if broken else "blog")
        assert self.shelf.today is before
        self._look()
        self._look()
        if broken:
            self.refused += 1
            assert self.shelf.today is before
        else:
            now = self.shelf.today
            assert {id_: rule.effects["blog"] for id_, rule in now.rules.items()} == points
            self.whole.add(now.digest)

    def _write(self, rules: list[str], last: str) -> None:
        """Another thread writes rule after rule, with a look after each."""
        written, looked = Semaphore(0), Semaphore(0)

        def write() -> None:
            with self.file.open("w") as file:
                file.write("rules:\n")
                for rule in rules[:-1]:
                    file.write(rule)
                    file.flush()
                    written.release()
                    looked.acquire()
                file.write(rules[-1].replace("blog:", f"{last}:"))

        writer = Thread(target=write)
        writer.start()
        for _ in rules[:-1]:
            written.acquire()
            self._look()
            self.half += 1
            looked.release()
        writer.join()

    def _look(self) -> None:
        self.looks += 1
        beside = self.meanwhile() if self.looks % 2 else None
        self.shelf.look()
        if beside:
            beside.result()


def rule_of(id_: str, points: int) -> str:
    return RULE.replace("a-new-rule", id_).replace("blog: 2", f"blog: {points}")
