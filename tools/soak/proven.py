"""Tests that have a longer form: run at its size, their figures read from what they print."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tools.soak.figures import Figure, Soak, at_least, sized

ROOT = Path(__file__).parents[2]

Sizes = Mapping[str, int]
"""Variables of the environment that make a test longer, and how much at its whole size."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Tests and their sizes; they take about so many minutes.

    `holds` is what is true if they pass. They print numbers, each followed by a word; of those
    in `counted` there must be so many at the whole size, where one is given.
    """

    name: str
    help: str
    tests: Sequence[str]
    sizes: Sizes
    holds: str
    minutes: float
    counted: Mapping[str, int | None]


PROOFS = (
    Proof(
        "kills",
        "nothing acknowledged is lost or doubled while workers on SQLite are killed",
        [
            "test_store_crash.py::test_nothing_acknowledged_is_lost_or_doubled_while_workers_are_killed"
            "[sqlite]"
        ],
        {"CRASH_SENDS": 20_000},
        "lost, doubled or wrongly numbered of what was acknowledged",
        12,
        {"acknowledged": 20_000, "kills": 200},
    ),
    Proof(
        "kills-postgresql",
        "the same on PostgreSQL",
        [
            "test_store_crash.py::test_nothing_acknowledged_is_lost_or_doubled_while_workers_are_killed"
            "[postgresql]"
        ],
        {"CRASH_SENDS": 20_000},
        "lost, doubled or wrongly numbered of what was acknowledged",
        12,
        {"acknowledged": 20_000, "kills": 200},
    ),
    Proof(
        "fleet",
        "two servers and two workers on one PostgreSQL, killed in turn, with webhooks",
        ["test_operate_fleet.py"],
        {"FLEET_SENDS": 1000, "FLEET_KILLS": 20},
        "lost or doubled of what any server acknowledged, untold to the receiver, or answers "
        "other than 303 and 503",
        4,
        {"sends": 1000, "kills": 20},
    ),
    Proof(
        "migrations",
        "eight processes migrate at once and one is killed halfway, on both databases",
        [
            "test_store_crash.py::test_processes_that_migrate_at_once_all_start_though_one_is_killed_"
            "halfway",
            "test_store_crash.py::test_processes_that_find_no_database_yet_make_it_at_once",
        ],
        {"CRASH_ROUNDS": 50},
        "processes that did not start, or tables other than today's",
        8,
        {},
    ),
    Proof(
        "webhooks",
        "a receiver is away for a day, is slow, and workers are killed in mid-delivery",
        ["test_delivery.py"],
        {"HOOK_EVENTS": 500},
        "events lost, forged, or told again under another id",
        5,
        {},
    ),
    Proof(
        "api",
        "generated calls of the API, valid and not, held against its description",
        ["test_api_schemathesis.py"],
        {"API_CALLS": 10_000},
        "calls whose answer contradicts the description",
        6,
        {"calls": 10_000},
    ),
    Proof(
        "backups",
        "copies made while clients send, restored and compared",
        [
            "test_operate_copy.py::test_a_backup_made_while_clients_send_is_whole_and_goes_on_where_it_"
            "was"
        ],
        {"BACKUPS": 100},
        "copies that are torn or lack what was acknowledged before they began",
        4,
        {"backups": 100},
    ),
    Proof(
        "reload",
        "rules written well, badly and by halves while results are computed",
        ["test_reload.py"],
        {"RELOAD_LOOKS": 10_000},
        "results under rules that were never whole",
        4,
        {"looks": 10_000},
    ),
)


def prove(proof: Proof, minutes: float | None) -> list[Figure]:
    """Run the tests of a proof at the size that takes so long."""
    sizes = {name: sized(size, proof.minutes, minutes) for name, size in proof.sizes.items()}
    passed, said = run(proof.tests, sizes)
    told = ", ".join(f"{name}={size}" for name, size in sizes.items())
    figures = [Figure(proof.name, f"{proof.holds} ({told})", int(not passed), 0, passed)]
    if not passed:
        print(said, file=sys.stderr, flush=True)
        return figures
    for word, whole in proof.counted.items():
        count = sum(int(one.replace(",", "")) for one in re.findall(rf"([\d,]+) {word}\b", said))
        wanted = whole and sized(whole, proof.minutes, minutes)
        if wanted:
            figures.append(at_least(proof.name, word, count, wanted))
        else:
            figures.append(Figure(proof.name, word, count))
    return figures


def run(tests: Sequence[str], sizes: Sizes) -> tuple[bool, str]:
    """Whether the tests pass at these sizes, and all that they say."""
    nodes = [f"tests/{test}" for test in tests]
    environ = os.environ | {name: str(size) for name, size in sizes.items()}
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        long = ["-q", "-s", "-n0", "-o", "faulthandler_timeout=0", f"--basetemp={folder}/t"]
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *long, *nodes],
            cwd=ROOT,
            env=environ,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
    return done.returncode == 0, done.stdout


SOAKS = tuple(Soak(one.name, one.help, partial(prove, one), one.minutes) for one in PROOFS)
