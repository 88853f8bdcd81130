"""Interleaved rounds on one processor: CPU time, medians, and ratios taken within a round."""

import gc
import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from statistics import median
from time import process_time
from typing import Any


@dataclass(frozen=True, slots=True)
class Contestant:
    """What is timed: `run` on each of the items that `items(round)` makes, untimed, beforehand.

    `size` is how many operations one item is.
    """

    run: Callable[[Any], object]
    items: Callable[[int], Sequence[Any]]
    clock: Callable[[], float] = process_time
    size: int = 1


class Samples(dict[str, list[float]]):
    """CPU seconds of one operation for each contestant, a number for each round."""

    def median(self, name: str) -> float:
        return median(self[name])

    def ratio(self, over: str, under: str) -> float:
        """How many times the second the first costs, the median of the rounds' ratios."""
        return median(a / b for a, b in zip(self[over], self[under], strict=True))


def rounds(
    label: str, contestants: Mapping[str, Contestant], count: int, first: int = 0
) -> Samples:
    """Time every contestant in each round, in an order that shifts by one from round to round.

    `first` is the number of the first round. The collector is off while the clock runs and on
    between, so that nobody pays for another.
    """
    samples = Samples({name: [] for name in contestants})
    names = list(contestants)
    with Progress(label, count) as progress:
        for number in range(first, first + count):
            for name in names[number % len(names) :] + names[: number % len(names)]:
                samples[name].append(_sample(contestants[name], number))
            progress.step()
    return samples


def apart(module: str, processes: int, count: int) -> Samples:
    """The rounds of several processes, `count` in each, one process after the other.

    Where things lie in a process's memory and how its sets are ordered can move a ratio, alike in
    all rounds of the process. Each runs `module` with the number of its first round
    and how many it shall do, and prints its samples as JSON.
    """
    found = Samples()
    for number in range(processes):
        command = [sys.executable, "-m", module, str(number * count), str(count)]
        told = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
        for name, took in json.loads(told).items():
            found.setdefault(name, []).extend(took)
    return found


def _sample(contestant: Contestant, number: int) -> float:
    items, run, clock = contestant.items(number), contestant.run, contestant.clock
    gc.collect()
    gc.disable()
    try:
        begun = clock()
        for item in items:
            run(item)
        return (clock() - begun) / len(items) / contestant.size
    finally:
        gc.enable()


def repeated(
    run: Callable[[Any], object], items: Sequence[Any], seconds: float = 0.03
) -> Contestant:
    """A contestant that takes the same items over and over, for about so long in each round."""
    begun, done = process_time(), 0
    while process_time() - begun < seconds:
        run(items[done % len(items)])
        done += 1
    chosen = list(islice(cycle(items), max(done, 1)))
    return Contestant(run, lambda _: chosen)


class Progress:
    """A bar on a terminal's standard error; elsewhere one line for each thing that begins."""

    def __init__(self, label: str, total: int):
        self.label, self.total, self.done = label, total, 0
        self.bar = sys.stderr.isatty()

    def __enter__(self) -> "Progress":
        if not self.bar:
            print(self.label, file=sys.stderr, flush=True)
        self._show()
        return self

    def __exit__(self, *_: object) -> None:
        if self.bar:
            print("\r\033[K", end="", file=sys.stderr, flush=True)

    def step(self) -> None:
        self.done += 1
        self._show()

    def _show(self) -> None:
        if self.bar:
            filled = 30 * self.done // self.total
            drawn = f"[{'#' * filled}{'.' * (30 - filled)}] {self.done}/{self.total} {self.label}"
            print(f"\r\033[K{drawn}", end="", file=sys.stderr, flush=True)
