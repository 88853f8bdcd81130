"""How many submissions a second each kind of server takes, and how that grows with processes."""

import os
from collections.abc import Iterator
from pathlib import Path

from recommender.store.database import Database
from tools.soak.figures import Figure, Soak, at_most, sized
from tools.soak.load import drive
from tools.soak.town import POSTGRESQL, SQLITE, Town, town

SETTINGS = ((SQLITE, 1), (POSTGRESQL, 1), (POSTGRESQL, 2), (POSTGRESQL, 4))
"""A kind of server, and how many processes it has; waitress has one."""
SENDS, KNOWN = 4000, 200
"""So many people send one of so many sets of answers, which were sent before."""
MINUTES = 6


def capacity(minutes: float | None) -> Iterator[Figure]:
    """32 people at once press again as soon as they have an answer, on each kind of server."""
    alone: dict[str, float] = {}
    for kind, processes in SETTINGS:
        named = f"{kind}, {processes} process{'es' * (processes > 1)}"
        with town(kind, WEB_CONCURRENCY=str(processes)) as place:
            found = _pressed(place, minutes)
        rate = found["submissions a second"]
        for what in ("refused", "lost or doubled"):
            yield at_most("capacity", f"{named}: {what}", found.pop(what), 0)
        if kind in alone:
            yield Figure("capacity", f"{named}: times one process", rate / alone[kind])
        yield from (Figure("capacity", f"{named}: {what}", value) for what, value in found.items())
        alone.setdefault(kind, rate)


def _pressed(place: Town, minutes: float | None) -> dict[str, float]:
    """What many presses with known answers cost, and how many went wrong."""
    codes = place.codes(sized(KNOWN, MINUTES, minutes, 20), seed=8)
    size = _bytes(place.database)
    drive(place.addresses, place.presses([0.0] * len(codes), codes))
    never = (_bytes(place.database) - size) / len(codes)
    size, work = _bytes(place.database), _work(place)
    presses = place.presses([0.0] * sized(SENDS, MINUTES, minutes, 200), codes)
    met = drive(place.addresses, presses)
    sent = sum(one.status == 303 for one in met)
    return {
        "submissions a second": sent / max(one.seconds for one in met),
        "ms of a processor for each, in the servers": 1000 * (_work(place) - work) / len(met),
        "bytes of the database for each": (_bytes(place.database) - size) / len(met),
        "bytes of the database for each whose answers nobody sent before": never,
        "refused": len(met) - sent,
        "lost or doubled": place.wrong(met),
    }


def _work(place: Town) -> float:
    """How many seconds of a processor the serving processes have had."""
    parents = [server.process.pid for server in place.servers]
    ticks = 0
    for parent in parents:
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        for pid in (parent, *children):
            numbers = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(numbers[11]) + int(numbers[12])  # in programs, and in the system for them
    return ticks / os.sysconf("SC_CLK_TCK")


def _bytes(database: Database) -> int:
    """How much the database holds."""
    asked = "SELECT pg_database_size(current_database())"
    if database.is_sqlite:
        asked = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    with database.reading() as connection:
        found: int = connection.exec_driver_sql(asked).scalar_one()
    return found


SOAKS = (Soak("capacity", "submissions a second, and how they grow with processes", capacity, 6),)
