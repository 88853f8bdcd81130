"""The rulebooks that a running service holds: the one that answers today, and kept releases.

A folder that changes is taken anew without a restart, but only once it has settled (it looked
the same twice, and still does after it was read) and only if it is whole and valid. Whoever
writes several files can make the change in one step: let the folder be a symbolic link, and
point it to a finished folder.
"""

import logging
from collections.abc import Callable
from pathlib import Path
from threading import Event, Lock

from recommender.engine.rulebook import Rulebook
from recommender.errors import RulebookError
from recommender.rulebook import released
from recommender.rulebook.load import load, load_release, shipped

LOOK_EVERY = 2.0
"""Seconds between two looks at the folder."""

_log = logging.getLogger(__name__)
_TOLD = {
    "taken": {
        "en": "The rules have changed: version {version} answers from now on.",
        "id": "Aturan berubah: mulai sekarang versi {version} yang menjawab.",
    },
    "refused": {
        "en": "The changed rules cannot be used, so version {version} still answers:",
        "id": "Aturan yang diubah tidak dapat dipakai, jadi versi {version} tetap menjawab:",
    },
}

Load = Callable[[Path], Rulebook]
Signature = frozenset[tuple[str, int, int, int, int]]
"""Of each file: name, size, time of change, time of any change, and which file it is."""


class Shelf:
    """Rulebooks by version. `today` may be read at any time; it changes in one step, whole.

    Without a folder `today` never changes. `lang` is the language of what is logged.
    """

    def __init__(
        self, today: Rulebook, folder: Path | None = None, lang: str = "en", load: Load = load
    ):
        self.today = today
        self._folder, self._lang, self._load = folder, lang, load
        self._kept: dict[str, Rulebook] = {}
        self._lock = Lock()
        self._seen: Signature | None = None
        self._judged: Signature | None = None

    @classmethod
    def opened(cls, folder: Path, lang: str = "en", load: Load = load) -> "Shelf":
        """The shelf of a folder as it is now; raises RulebookError if it cannot be used."""
        before = signature(folder)
        shelf = cls(load(folder), folder, lang, load)
        shelf._judged = before
        return shelf

    def under(self, version: str) -> Rulebook | None:
        """The rulebook of a version; None if it is not kept."""
        today = self.today
        if version == today.version:
            return today
        with self._lock:
            if version not in self._kept:
                rulebook = self._release(version)
                if rulebook is None:
                    return None
                self._kept[version] = rulebook
            return self._kept[version]

    def look(self) -> None:
        """Look at the folder once, and take what it holds if that is new, settled and right."""
        if self._folder is None:
            return
        seen, before = signature(self._folder), self._seen
        self._seen = seen
        if seen != before or seen == self._judged:
            return
        try:
            rulebook = self._load(self._folder)
        except RulebookError as error:
            refused = [finding.text(self._lang) for finding in error.findings]
        except OSError as error:
            refused = [f"{error.filename}: {error.strerror}"]
        else:
            refused = []
        if signature(self._folder) != seen:
            return  # written to while it was read: the next looks decide
        self._judged = seen
        if refused:
            _log.error("%s\n%s", self._told("refused", self.today.version), "\n".join(refused))
        elif rulebook != self.today:
            self.today = rulebook
            _log.warning("%s", self._told("taken", rulebook.version))

    def watch(self, stop: Event, every: float = LOOK_EVERY) -> None:
        """Look again and again until told to stop; nothing that goes wrong ends it."""
        while not stop.wait(every):
            try:
                self.look()
            except Exception:
                _log.exception("looking at the rules failed")

    def _release(self, version: str) -> Rulebook | None:
        for folder in (self._folder, shipped()):
            path = released.kept(folder).get(version) if folder else None
            if path:
                try:
                    return load_release(path)
                except RulebookError as error:
                    _log.error("%s", "\n".join(f.text(self._lang) for f in error.findings))
        return None

    def _told(self, key: str, version: str) -> str:
        return _TOLD[key][self._lang].format(version=version)


def signature(folder: Path) -> Signature:
    """What tells whether any file of a folder has changed, without reading one."""
    found = set()
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if any(part.startswith(".") for part in name.split("/")):
            continue
        try:
            is_ = path.stat()
        except OSError:
            continue  # gone since it was listed
        found.add((name, is_.st_size, is_.st_mtime_ns, is_.st_ctime_ns, is_.st_ino))
    return frozenset(found)
