"""Attacks in their long forms: a million inputs, bombs, stalled clients, guessed tokens."""

import multiprocessing
import os
import socket
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from random import Random
from statistics import median
from urllib.request import urlopen

from recommender.rulebook import load, shipped
from recommender.rulebook.findings import Findings
from recommender.rulebook.load import folder_of
from recommender.rulebook.yaml_text import parse
from recommender.store import keys
from recommender.store.desk import Desk
from recommender.web.app import create_app
from tools.soak import proven
from tools.soak.figures import Figure, Soak, at_least, at_most, sized
from tools.soak.inputs import Tried, World, tried

sys.path.append(str(Path(__file__).parents[2] / "tests"))
import servers
from agencies import WHEN, live_form
from forms import sqlite
from outside import DATA, body_of
from sends import ASKING

INPUTS, A_PIECE, INPUTS_MINUTES = 1_000_000, 120, 75
STALLED, LOOKS = 500, 20
BOMB_MS, BOMB_MB = 50, 20
SMALL = 64 * 1024
GUESSES, TOKENS, SEQUENCES, FILES = 3_000, 1_000_000, 2_000, 100_000


def inputs(minutes: float | None) -> Iterator[Figure]:
    """Made-up inputs to each way in, in a process for each processor."""
    ends = time.monotonic() + 60 * minutes if minutes is not None else float("inf")
    began, found = time.monotonic(), Tried()
    pieces = [range(at, at + A_PIECE) for at in range(0, INPUTS, A_PIECE)]
    workers = os.cpu_count() or 1
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        for at in range(0, len(pieces), 2 * workers):
            if time.monotonic() > ends:
                break
            for one in pool.map(_piece, pieces[at : at + 2 * workers]):
                found.add(one)
            print(f"inputs: {found.count.total():,}, harm: {len(found.harm)}", flush=True)
    for harm in found.harm[:20]:
        print(harm, flush=True)
    total, seconds = found.count.total(), time.monotonic() - began
    goal = INPUTS if minutes is None else 1
    yield at_least("inputs", "inputs made up", total, goal)
    yield at_most("inputs", "faults, or more than a second of a processor", len(found.harm), 0)
    yield at_most("inputs", "dearest input, ms of a processor", 1000 * found.slowest, 1000)
    yield Figure("inputs", "inputs a second", total / seconds)
    for way in sorted({name for name, _ in found.count}):
        count = sum(n for (name, _), n in found.count.items() if name == way)
        yield Figure("inputs", f"inputs by way of {way}", count)


_world: list[World] = []


def _piece(seeds: range) -> Tried:
    """In a process of its own, which makes its world once."""
    if not _world:
        database = sqlite(Path(tempfile.mkdtemp(prefix="soak-")))
        live_form(database, **ASKING)
        book = load(shipped())
        _world.append(World(create_app(book, database=database).test_client(), book))
    return tried(_world[0], seeds)


def bombs(minutes: float | None) -> Iterator[Figure]:
    """Every file of rules that is meant to do harm, and files made up for as long as there is."""
    cases = {
        case["id"]: body_of(case["send"]) for case in DATA["cases"] if "pack" in case["surface"]
    }
    small = {name: _cost(body) for name, body in cases.items() if len(body) <= SMALL}
    large = {name: (body, _cost(body)) for name, body in cases.items() if len(body) > SMALL}
    yield Figure("bombs", "files that are meant to do harm", len(cases))
    what = "dearest file up to 64 KiB"
    yield at_most("bombs", f"{what}, ms", max(ms for ms, _ in small.values()), BOMB_MS)
    yield at_most("bombs", f"{what}, MB", max(mb for _, mb in small.values()), BOMB_MB)
    for body in (
        b"a: [" + b"x, " * 700_000 + b"x]",
        b"a: x\n" * 400_000,
        b"- - - x\n" * 250_000,
        b"- a: x\n" * 280_000,
    ):
        large[f"made {len(large)}"] = (body, _cost(body))
    per = [(ms / 1000 / (len(b) / 1e6), mb / (len(b) / 1e6)) for b, (ms, mb) in large.values()]
    yield at_most("bombs", "larger files, seconds for each MB", max(s for s, _ in per), 1)
    yield at_most("bombs", "larger files, MB of memory for each MB", max(m for _, m in per), 10)
    yield from _proof(
        "bombs",
        ["test_attack_rules.py"],
        {"RULES_EXAMPLES": sized(FILES, 30, minutes, 200)},
        "files made up for which anything but findings came out",
    )


def _cost(content: bytes) -> tuple[float, float]:
    """Milliseconds of a processor and MB at the most to read a file of rules.

    The memory is measured apart, since to watch it takes time.
    """

    def read_it() -> None:
        findings = Findings()
        data = parse("extra.yaml", content, findings)
        folder_of({} if data is None else {"extra.yaml": data}, findings)

    began = time.process_time()
    read_it()
    took = time.process_time() - began
    tracemalloc.start()
    read_it()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return 1000 * took, most / 1e6


def stalled(minutes: float | None) -> Iterator[Figure]:
    """Clients that connect, begin and say no more, while others ask."""
    del minutes  # it takes seconds
    with tempfile.TemporaryDirectory(prefix="soak-") as name, ExitStack() as stack:
        folder = Path(name)
        database = stack.enter_context(closing(sqlite(folder)))
        server = servers.waitress(folder / "server", servers.environ_of(database))
        stack.enter_context(servers.running(server))
        server.until_ready()
        host, port = server.address.removeprefix("http://").split(":")
        begun = (b"", b"GET / HT", b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\np")
        for place in range(STALLED):
            line = socket.create_connection((host, int(port)), timeout=30)
            stack.callback(line.close)
            line.sendall(begun[place % len(begun)])
        health = [_seconds(f"{server.address}/healthz") for _ in range(LOOKS)]
        pages = [_seconds(f"{server.address}/") for _ in range(LOOKS)]
    yield at_least("stalled", "clients stalled", STALLED, STALLED)
    yield at_most("stalled", "slowest answer of /healthz meanwhile, ms", 1000 * max(health), 1000)
    yield Figure("stalled", "slowest page meanwhile, ms", 1000 * max(pages))


def _seconds(address: str) -> float:
    began = time.monotonic()
    with urlopen(address, timeout=30) as answer:  # noqa: S310 - our own server
        answer.read()
    return time.monotonic() - began


def guesses(minutes: float | None) -> Iterator[Figure]:
    """Tokens drawn and guessed: none twice, none more often, and no answer that takes its time."""
    sizes = {"TOKENS": sized(TOKENS, 3, minutes, 20_000)}
    yield from _proof(
        "guesses", ["test_attack_tokens.py"], sizes, "tokens that are alike, or open otherwise"
    )
    with tempfile.TemporaryDirectory(prefix="soak-") as name:
        database = sqlite(Path(name))
        form = live_form(database, **ASKING)
        key = keys.make(Desk(database, form.agency_id), "CRM", ("read",), "-", WHEN)[1]
        app = create_app(load(shipped()), database=database)
        near, far = key[:-1] + ("A" if key[-1] != "A" else "B"), "rc_" + "A" * (len(key) - 3)
        times = _in_turn(app.test_client(), (near, far), sized(GUESSES, 2, minutes, 300))
        database.close()
    apart = abs(times[0] / times[1] - 1) * 100
    yield at_most("guesses", "a key of which one letter is wrong against all wrong, %", apart, 10)


def _in_turn(client: object, texts: Sequence[str], times: int) -> list[float]:
    """The median time in which each text is refused as a key, in turn so that load meets both."""
    took: list[list[float]] = [[] for _ in texts]
    for _ in range(times):
        for place in Random(times).sample(range(len(texts)), len(texts)):
            bearer = {"Authorization": f"Bearer {texts[place]}"}
            began = time.perf_counter()
            client.get("/api/v1/forms", headers=bearer)  # type: ignore[attr-defined]
            took[place].append(time.perf_counter() - began)
    return [median(one) for one in took]


def wall(minutes: float | None) -> Iterator[Figure]:
    """Sequences of calls of two agencies, by console and API."""
    sizes = {"WALL_SEQUENCES": sized(SEQUENCES, 15, minutes, 25)}
    what = "sequences in which an agency saw or changed what is the other's"
    yield from _proof("wall", ["test_attack_wall.py"], sizes, what)


def _proof(name: str, tests: Sequence[str], sizes: dict[str, int], holds: str) -> Iterator[Figure]:
    """Tests at a size of their own: 0 of what must not be if they pass."""
    passed, said = proven.run(tests, sizes)
    if not passed:
        print(said, file=sys.stderr, flush=True)
    told = ", ".join(f"{one}={size}" for one, size in sizes.items())
    yield Figure(name, f"{holds} ({told})", int(not passed), 0, passed)


Run = Callable[[float | None], Iterator[Figure]]
TOLD: tuple[tuple[str, str, Run, float], ...] = (
    (
        "inputs",
        "a million made-up inputs to each way in: no fault, none slow",
        inputs,
        INPUTS_MINUTES,
    ),
    ("bombs", "files of rules that are meant to do harm, and many made up", bombs, 35),
    ("stalled", "500 clients that stall while others ask", stalled, 1),
    ("guesses", "tokens drawn by the million, and keys guessed by time", guesses, 5),
    ("wall", "sequences of calls of two agencies", wall, 15),
)
SOAKS = tuple(Soak(name, said, partial(run), takes) for name, said, run, takes in TOLD)
