"""P6 and P7: what a start costs, how much memory stays, and how fast rules files are read."""

import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path
from urllib.request import Request, urlopen

import yaml

from recommender.engine import code
from recommender.engine.rulebook import Rulebook
from recommender.rulebook import load, shipped
from recommender.rulebook.findings import Findings
from recommender.rulebook.yaml_text import parse
from tools.bench.measure import Contestant, Progress, rounds
from tools.bench.rules import given_answers, profiles
from tools.bench.table import Figure, at_least, at_most

RECOMMENDER = Path(sys.executable).parent / "recommender"
REQUESTS = 300
LANGUAGES = ("id", "en")


def figures(book: Rulebook, quick: bool) -> list[Figure]:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        return [
            *_cold(book, folder, 5 if quick else 11),
            at_most("P6", f"`serve` after {REQUESTS} requests: MB", _served(book), 120),
            _batch_growth(book, folder, 100_000 if quick else 1_000_000),
            *_loading(3 if quick else 7),
        ]


def _cold(book: Rulebook, folder: Path, count: int) -> list[Figure]:
    """Whole processes: the CPU time of each from its start to its end."""
    answers = folder / "answers.json"
    answers.write_text(json.dumps(given_answers(book, 1)[0]), "utf-8")
    commands: dict[str, list[str | Path]] = {
        "python": [sys.executable, "-c", "pass"],
        "recommend": [RECOMMENDER, "recommend", answers],
        "flask": [sys.executable, "-c", "import flask"],
        "web": [sys.executable, "-c", "import recommender.web.app"],
    }
    samples = rounds("start: processes", {n: _process(c) for n, c in commands.items()}, count)
    return [
        at_most(
            "P6",
            "`recommender recommend` from cold: times bare Python",
            samples.ratio("recommend", "python"),
            20,
        ),
        at_most(
            "P6",
            "import of the web app: times the import of Flask",
            samples.ratio("web", "flask"),
            3,
        ),
        *(
            Figure("", f"process `{name}`: ms of CPU", samples.median(name) * 1000)
            for name in commands
        ),
    ]


def _process(command: Sequence[str | Path]) -> Contestant:
    def run(arguments: Sequence[str | Path]) -> None:
        subprocess.run(arguments, check=True, capture_output=True)

    run(command)  # compiles what was never imported here before
    return Contestant(run, lambda _: [command], _children_seconds)


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _served(book: Rulebook) -> float:
    """The memory of the server in MB after many requests of every kind."""
    with Progress("start: memory of the server", REQUESTS) as progress, _server() as (process, url):
        for number, answers in enumerate(profiles(book, REQUESTS, seed=9)):
            written = code.encode(book.layouts, answers)
            address = (f"/r/{written}", f"/{1 + number % 3}?a={written}", "/")[number % 3]
            _fetch(f"{url}{address}", LANGUAGES[number // 3 % 2])
            progress.step()
        return _memory(process.pid)


@contextmanager
def _server() -> Iterator[tuple[subprocess.Popen, str]]:
    command = [str(RECOMMENDER), "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            line = process.stdout.readline()  # "Recommender … on http://… (Ctrl-C stops it)"
            yield process, next(word for word in line.split() if word.startswith("http"))
        finally:
            process.terminate()


def _fetch(url: str, language: str) -> None:
    request = Request(url, headers={"Accept-Language": language})  # noqa: S310  (our own server)
    with urlopen(request) as answered:  # noqa: S310
        answered.read()


def _memory(pid: int) -> float:
    command = ["ps", "-o", "rss=", "-p", str(pid)]
    return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout) / 1024


def _batch_growth(book: Rulebook, folder: Path, lines: int) -> Figure:
    """How much more memory a long batch takes than one of a single line, in MB."""
    with Progress(f"start: a batch of {lines:,} lines", 2) as progress:
        peaks = []
        for count in (1, lines):
            source = _lines(book, folder / f"{count}.jsonl", count)
            peaks.append(_peak([RECOMMENDER, "batch", "--brief", source, folder / "out.jsonl"]))
            progress.step()
    said = f"growth of a `--brief` batch of {lines:,} lines: MB"
    return at_most("P6", said, peaks[1] - peaks[0], 50)


def _lines(book: Rulebook, file: Path, count: int) -> Path:
    given = cycle(given_answers(book, min(count, 50_000), seed=13))
    with file.open("w", encoding="utf-8") as target:
        for number, answers in enumerate(islice(given, count)):
            target.write(json.dumps({"id": number, "answers": answers}) + "\n")
    return file


def _peak(command: Sequence[str | Path]) -> float:
    """The most memory that a process had at one time, in MB.

    A small process starts it: the system counts what a process was before it became a command.
    """
    starter = [sys.executable, "-c", _STARTER, *map(str, command)]
    told = subprocess.run(starter, check=True, capture_output=True, text=True).stdout
    return int(told) / (1024**2 if sys.platform == "darwin" else 1024)


_STARTER = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def _loading(count: int) -> list[Figure]:
    """The files of the shipped rules: read by us, and by PyYAML's safe_load."""
    contents = {path.name: path.read_bytes() for path in sorted(shipped().glob("*.yaml"))}

    def ours(_: object) -> None:
        for name, content in contents.items():
            parse(name, content, Findings())

    def theirs(_: object) -> None:
        for content in contents.values():
            yaml.safe_load(content)

    works: dict[str, Callable] = {
        "ours": ours,
        "safe_load": theirs,
        "all": lambda _: load(shipped()),
    }
    contestants = {name: Contestant(work, lambda _: [None]) for name, work in works.items()}
    samples = rounds("start: rules files", contestants, count)
    return [
        at_least(
            "P7",
            "rules files: times faster read than by PyYAML's safe_load",
            samples.ratio("safe_load", "ours"),
            5,
        ),
        Figure(
            "",
            "the same, but ours also checks the whole folder and builds the rulebook: times faster",
            samples.ratio("safe_load", "all"),
        ),
    ]
