"""`./dev soak [NAME …] [--minutes M] [--json FILE] [--document]`."""

import argparse
import json
import pkgutil
import sys
import time
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from importlib import import_module
from pathlib import Path
from threading import Event, Thread

import tools.soak
from tools.bench import table
from tools.soak.figures import Figure, Soak

DOCUMENT = table.DOCUMENT.with_name("reliability.md")
USUAL_MINUTES = 5
"""What a proof of which nobody said how long it takes is taken to need."""


def soaks() -> dict[str, Soak]:
    """Every long proof of this folder by its name, in the order of the modules."""
    names = (one.name for one in pkgutil.iter_modules(tools.soak.__path__))
    modules = (import_module(f"tools.soak.{name}") for name in names if name != "__main__")
    return {soak.name: soak for module in modules for soak in getattr(module, "SOAKS", ())}


def main(arguments: Sequence[str]) -> int:
    """Prove, print the figures; 1 if a goal is missed."""
    known = soaks()
    asked = _options(known).parse_args(arguments)
    chosen = [known[name] for name in asked.names or known]
    found = _all(chosen, asked.minutes)
    print(f"{table.machine()}\n\n{table.markdown(found)}")
    if asked.json:
        asked.json.write_text(json.dumps(table.as_json(found), indent=1) + "\n", "utf-8")
    if asked.document:
        write_document(found, asked.minutes)
    return int(any(figure.met is False for figure in found))


def _all(chosen: Sequence[Soak], minutes: float | None) -> list[Figure]:
    """One after another. One that breaks off is a missed figure and stops no other."""
    found: list[Figure] = []
    with _told(chosen, minutes) as told:
        for soak in chosen:
            told(soak)
            try:
                for figure in soak.run(minutes):
                    found.append(figure)  # what it found before it breaks off stays
            except Exception as error:
                what = f"breaks off: {type(error).__name__}: {' '.join(str(error).split())[:200]}"
                found.append(Figure(soak.name, what.replace("|", "/"), 1, 0, met=False))
                traceback.print_exc()
    return found


@contextmanager
def _told(chosen: Sequence[Soak], minutes: float | None) -> Iterator:
    """A line on standard error: which proof runs, since when, and about how long all still take.

    On a terminal it is written anew every second; elsewhere once for each proof.
    """
    takes = {soak.name: 60 * (minutes or soak.minutes or USUAL_MINUTES) for soak in chosen}
    done, now = Event(), [chosen[0], time.monotonic()]

    def line() -> str:
        soak, begun = now
        passed = time.monotonic() - begun
        left = max(0, takes[soak.name] - passed) + sum(
            takes[one.name] for one in chosen[chosen.index(soak) + 1 :]
        )
        number = f"[{chosen.index(soak) + 1}/{len(chosen)}]"
        return f"{number} {soak.name}, {soak.help}: {_span(passed)}, about {_span(left)} left"

    def write() -> None:
        while not done.wait(1):
            print(f"\r\033[K{line()}", end="", file=sys.stderr, flush=True)

    def told(soak: Soak) -> None:
        now[:] = soak, time.monotonic()
        if not terminal:
            print(line(), file=sys.stderr, flush=True)

    terminal = sys.stderr.isatty()
    writing = Thread(target=write, daemon=True)
    if terminal:
        writing.start()
    try:
        yield told
    finally:
        done.set()
        if terminal:
            writing.join()
            print("\r\033[K", end="", file=sys.stderr, flush=True)


def _span(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def write_document(found: Sequence[Figure], minutes: float | None) -> None:
    """Put the figures into docs/reliability.md, in place of the earlier ones of the same names.

    Each row says when it was measured, as not everything is proven anew on one day.
    """
    before, rest = DOCUMENT.read_text("utf-8").split(table.BEGIN)
    earlier, after = rest.split(table.END)
    new = {figure.name for figure in found}
    kept = [row for row in _rows(earlier) if _name_in(row) not in new]
    day = f"{date.today():%d %b %Y}" + (f", {minutes:g} min" if minutes else "")
    head, line, *added = table.markdown(found).splitlines()
    rows = sorted([*kept, *(f"{row} {day} |" for row in added)], key=_name_in)
    text = "\n".join([table.machine(), "", f"{head} on |", f"{line} --- |", *rows, "", table.END])
    DOCUMENT.write_text(f"{before}{table.BEGIN}\n{text}{after}", "utf-8")


def _rows(text: str) -> list[str]:
    """The rows of a table below its head."""
    return [line for line in text.splitlines() if line.startswith("| ")][2:]


def _name_in(row: str) -> str:
    return row.split("|")[1].strip()


def _options(known: Mapping[str, Soak]) -> argparse.ArgumentParser:
    width = max(map(len, known))
    told = "\n".join(f"  {soak.name:{width}}  {soak.help}" for soak in known.values())
    options = argparse.ArgumentParser(
        "./dev soak",
        description="Long proofs: faults, attacks and load, with figures.",
        epilog=f"names:\n{told}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    options.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help="one of those below; all of them without one",
        type=lambda name: _known(name, known),
    )
    options.add_argument(
        "--minutes",
        type=float,
        metavar="M",
        help="about how long each may take: fewer kills, requests, rows (else all of them)",
    )
    options.add_argument("--json", type=Path, metavar="FILE", help="write the figures as JSON")
    options.add_argument(
        "--document", action="store_true", help=f"put the table into docs/{DOCUMENT.name}"
    )
    return options


def _known(name: str, known: Mapping[str, Soak]) -> str:
    if name not in known:
        raise argparse.ArgumentTypeError(f"{name!r} is none of {', '.join(known)}")
    return name


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
