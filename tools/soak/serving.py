"""Load, bursts, memory, stops and restarts, measured from outside on servers as operators run."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Event, Thread

from tools.soak.figures import Figure, Soak, at_least, at_most, sized
from tools.soak.load import CUT, Met, Press, drive, percentile, statuses
from tools.soak.town import KINDS, POSTGRESQL, SQLITE, Town, town

KNOWN = 1000
"""So many answers are known, with the documents that say what they lead to."""
RATE, OFFERED, LOAD_SECONDS = 100, 102, 600
"""A few more are offered than must be kept, or a last one that is late would decide."""


def steady(rate: float, seconds: float, begin: float = 0) -> list[float]:
    """Moments at a steady rate."""
    return [begin + n / rate for n in range(round(rate * seconds))]


def load(minutes: float | None) -> Iterator[Figure]:
    """100 sends a second for ten minutes, on each kind of server."""
    for kind in KINDS:
        seconds = LOAD_SECONDS if minutes is None else 30 * minutes
        with town(kind) as place:
            codes = place.codes(sized(KNOWN, 20, minutes, 20), seed=8)
            drive(place.addresses, place.presses([0.0] * len(codes), codes))
            met = drive(place.addresses, place.presses(steady(OFFERED, seconds), codes))
            fresh = place.presses([0.0] * sized(600, 20, minutes, 60), place.codes(600, seed=9))
            unknown = drive(place.addresses, fresh)
            yield from _loaded(place, met, unknown, seconds)


def _loaded(
    place: Town, met: Sequence[Met], unknown: Sequence[Met], seconds: float
) -> list[Figure]:
    sent = [one for one in met if one.status == 303]
    last = max(one.due + one.seconds for one in met)
    rate = len(sent) / max(seconds, last)
    never = sum(one.status == 303 for one in unknown) / max(one.seconds for one in unknown)
    what = f"{place.kind}, answers known:"
    return [
        at_least("load", f"{what} acknowledged a second for {seconds:.0f} s", rate, RATE),
        at_most("load", f"{what} p95, ms", percentile(met, 0.95), 200),
        at_most("load", f"{what} p99, ms", percentile(met, 0.99), 1000),
        at_most("load", f"{what} answers other than 303", len(met) - len(sent), 0),
        at_most("load", f"{place.kind}: lost or doubled", place.wrong([*met, *unknown]), 0),
        Figure("load", f"{place.kind}, answers never seen: acknowledged a second", never),
    ]


SLOW, FAST, OTHER = 10, 100, 10


def burst(minutes: float | None) -> list[Figure]:
    """One agency is asked ten times as often for two minutes, another one goes on as before."""
    share = 1 if minutes is None else min(1, minutes / 5)
    before, during, after = 60 * share, 120 * share, 60 * share
    end = before + during
    with town(POSTGRESQL, 12) as place:
        codes = place.codes(sized(KNOWN, 5, minutes, 20), seed=8)
        drive(place.addresses, place.presses([0.0] * len(codes), codes))
        mine, other = place.forms[:9], place.forms[9:]
        usual = place.presses(steady(SLOW, end + after), codes, mine)
        more = place.presses(steady(FAST - SLOW, during, before), codes, mine[:1])
        theirs = place.presses(steady(OTHER, end + after), codes, other)
        everybody = sorted([*usual, *more, *theirs], key=lambda one: one.due)
        met = drive(place.addresses, everybody)
        keys = {one.key for one in theirs}
        return _burst(place, met, keys, before, end)


def _burst(
    place: Town, met: Sequence[Met], others: set[str], before: float, end: float
) -> list[Figure]:
    calm = [one for one in met if one.due < before]
    theirs = [one for one in met if one.key in others]
    usual = percentile([one for one in theirs if one.due < before], 0.95)
    meanwhile = percentile([one for one in theirs if before <= one.due < end], 0.95)
    shed = [one for one in met if one.status in (429, 503)]
    back = _recovered(met, end, 1.2 * percentile(calm, 0.95))
    failed = sum(one.status not in (303, 429, 503) for one in met)
    return [
        at_most("burst", "lost or doubled", place.wrong(met), 0),
        at_most("burst", f"answers other than 303, 429 and 503 (of {statuses(met)})", failed, 0),
        at_most("burst", "p99 of those asked to wait, ms", percentile(shed, 0.99), 100),
        at_most("burst", "seconds until p95 is again as before", back, 30),
        at_most("burst", "another agency's p95, times as before", meanwhile / usual, 1.2),
        Figure("burst", "another agency's p95 before, ms", usual),
        Figure("burst", "another agency's p95 meanwhile, ms", meanwhile),
    ]


def _recovered(met: Sequence[Met], since: float, most: float) -> float:
    """After how many seconds p95 stays below so much, in steps of two."""
    last = max(one.due for one in met)
    for begin in range(0, max(1, int(last - since)), 2):
        rest = [one for one in met if since + begin <= one.due]
        if percentile(rest, 0.95) <= most:
            return begin
    return last - since  # not while it was watched


REQUESTS, FIRST = 100_000, 5_000


def memory(minutes: float | None) -> Iterator[Figure]:
    """Mixed requests; how much the processes grow after the first ones."""
    for kind in KINDS:
        with town(kind) as place:
            codes = place.codes(400, seed=8)
            first, count = sized(FIRST, 12, minutes, 200), sized(REQUESTS, 12, minutes, 600)
            met = drive(place.addresses, _mixed(place, codes, first))
            begin = _processes(place)
            met += drive(place.addresses, _mixed(place, codes, count - first))
            end = _processes(place)
            grown = max(end[pid][0] - begin.get(pid, (0, 0))[0] for pid in end)
            opened = max(end[pid][1] - begin.get(pid, (0, 0))[1] for pid in end)
            most = max(size for size, _ in end.values())
            told = f"{kind}, {count:,} requests ({statuses(met)})"
            failed = sum(one.status >= 500 or one.status <= 0 for one in met)
            yield from [
                at_most("memory", f"{told}: growth of a process after the first, MB", grown, 10),
                at_most("memory", f"{kind}: more descriptors than before", opened, 0),
                at_most("memory", f"{kind}: answers of 500 and more, or none", failed, 0),
                Figure("memory", f"{kind}: the largest process, MB", most),
            ]


def _mixed(place: Town, codes: Sequence[str], count: int) -> list[Press]:
    """Pages of every kind and an eighth of sends, by as many people as there are."""
    sends = iter(place.presses([0.0] * (count // 8 + 1), codes))
    pages = (
        "/", "/2?a={}", "/r/{}", "/r/{}?lang=en", "/r/{}.json", "/f/{form}", "/types/blog",
    )  # fmt: skip
    made = []
    for n in range(count):
        if n % 8 == 7:
            made.append(next(sends))
            continue
        form = place.forms[n % len(place.forms)].slug
        path = pages[n % 8].format(codes[n // 8 % len(codes)], form=form)
        made.append(Press(0.0, "", path))
    return made


def _processes(place: Town) -> dict[int, tuple[float, int]]:
    """The megabytes and open descriptors of each serving process, once it has come to rest."""
    time.sleep(2)  # connections that were closed are noticed, and what waited is done
    parents = [server.process.pid for server in place.servers]
    pids = [pid for parent in parents for pid in (parent, *_children(parent))]
    return {pid: (_resident(pid), len(list(Path(f"/proc/{pid}/fd").iterdir()))) for pid in pids}


def _children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _resident(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


def stops(minutes: float | None) -> Iterator[Figure]:
    """Servers that are told to end while people press, and started again."""
    for kind in KINDS:
        rounds = sized(25, 2, minutes and minutes / 2, 2)
        ended: list[int] = []
        with town(kind, start=False) as place:
            [server] = place.servers
            met: list[Met] = []
            server.folder.mkdir()
            for _ in range(rounds):
                server.start()
                server.until_ready()
                presses = place.presses(steady(60, 2.5), place.codes(5, seed=8))
                with _meanwhile(partial(_stop, place, ended)):
                    met += drive(place.addresses, presses, keeping=False)
            cut = sum(one.status == CUT for one in met)
            wrong = sum(one.status >= 500 for one in met)
            told = f"{kind}, {rounds} ends ({statuses(met)})"
            yield from [
                at_most("stops", f"{told}: connections taken and cut off", cut, 0),
                at_most("stops", f"{kind}: answers of 500 and more", wrong, 0),
                at_most("stops", f"{kind}: lost or doubled", place.wrong(met), 0),
                at_most("stops", f"{kind}: ends with an error", sum(map(bool, ended)), 0),
            ]


def _stop(place: Town, ended: list[int]) -> None:
    """Tell the server to end as soon as people are at it."""
    _until(place, more=10)
    ended.append(place.servers[0].stop())


def _until(place: Town, more: int) -> None:
    """Wait until so many more are stored, or at most a minute."""
    wanted, end = len(place.stored()) + more, time.monotonic() + 60
    while len(place.stored()) < wanted and time.monotonic() < end:
        time.sleep(0.05)


@contextmanager
def _meanwhile(do: Callable[[], object]) -> Iterator[None]:
    thread = Thread(target=do)
    thread.start()
    try:
        yield
    finally:
        thread.join()


def interrupted(
    name: str, kind: str, times: int, takes: float, minutes: float | None
) -> list[Figure]:
    """People press until they are acknowledged while something is killed, again and again."""
    count = sized(times, takes, minutes, 2)
    with town(kind) as place:
        [server] = place.servers
        done = Event()

        def strike() -> None:
            for _ in range(count):
                _until(place, more=40)
                if place.restart:
                    place.restart()
                else:
                    server.kill()
                    server.start()
                    server.until_ready()
            done.set()

        met: list[Met] = []
        codes = place.codes(50, seed=8)
        with _meanwhile(strike):
            while not done.is_set():
                met += drive(place.addresses, place.presses(steady(60, 5), codes), again=60)
        tried = [status for one in met for status in one.statuses]
        return [
            at_least(name, f"{kind}: acknowledged", sum(one.status == 303 for one in met), 1),
            at_most(name, f"{kind}, {count} times: lost or doubled", place.wrong(met), 0),
            at_most(name, f"{kind}: answers of 500", tried.count(500), 0),
            Figure(name, f"{kind}: presses done again", len(tried) - len(met)),
            Figure(name, f"{kind}: the longest wait, s", max(one.seconds for one in met)),
        ]


SOAKS = (
    Soak("load", "100 sends a second for ten minutes", load, 26),
    Soak("burst", "one agency is asked ten times as often for two minutes", burst, 6),
    Soak("memory", "100,000 mixed requests, and what the processes then hold", memory, 32),
    Soak("stops", "servers are told to end under load, 50 times", stops, 5),
    Soak(
        "restarts",
        "PostgreSQL is restarted under load, 20 times",
        partial(interrupted, "restarts", POSTGRESQL, 20, 2),
        2,
    ),
    Soak(
        "outages",
        "a whole server on SQLite is killed under load and started again, 50 times",
        partial(interrupted, "outages", SQLITE, 50, 5),
        5,
    ),
)
