"""Figures beside their goals: as JSON, on a terminal, and in docs/performance.md."""

import os
import platform
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

DOCUMENT = Path(__file__).parents[2] / "docs" / "performance.md"
BEGIN, END = "<!-- figures -->\n", "<!-- end of figures -->\n"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number. `goal` and `met` are None where it is told only to be known."""

    name: str
    what: str
    value: float
    goal: float | None = None
    met: bool | None = None


def at_least(name: str, what: str, value: float, goal: float) -> Figure:
    return Figure(name, f"{what}, at least", value, goal, value >= goal)


def at_most(name: str, what: str, value: float, goal: float) -> Figure:
    return Figure(name, f"{what}, at most", value, goal, value <= goal)


def rounded(value: float) -> float:
    """Three digits that count."""
    return float(f"{value:.3g}") if abs(value) < 1000 else float(round(value))


def as_json(figures: Iterable[Figure]) -> list[dict[str, object]]:
    """The figures that have a goal; `met` was decided before the value was rounded."""
    return [
        asdict(figure) | {"value": rounded(figure.value)}
        for figure in figures
        if figure.goal is not None
    ]


def markdown(figures: Iterable[Figure]) -> str:
    """A table of all figures, targets first."""
    ordered = sorted(figures, key=lambda figure: figure.goal is None)
    rows = [
        (f.name, f.what, _shown(f.value), "" if f.goal is None else _shown(f.goal), _verdict(f))
        for f in ordered
    ]
    head = [("", "what", "measured", "goal", "reached"), ("---",) * 5]
    return "".join(f"| {' | '.join(row)} |\n" for row in [*head, *rows])


def machine() -> str:
    """Date and machine in one line."""
    return (
        f"Measured on {date.today():%d %B %Y}: {_processor()}, {os.cpu_count()} processors, "
        f"{platform.system()}, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}."
    )


def write_document(figures: Iterable[Figure]) -> None:
    """Put the table of a whole run into docs/performance.md, in place of the earlier one."""
    before, rest = DOCUMENT.read_text("utf-8").split(BEGIN)
    after = rest.split(END)[1]
    text = f"{before}{BEGIN}\n{machine()}\n\n{markdown(figures)}\n{END}{after}"
    DOCUMENT.write_text(text, "utf-8")


def _shown(value: float) -> str:
    return f"{rounded(value):,.10g}"


def _verdict(figure: Figure) -> str:
    return {True: "yes", False: "**no**", None: ""}[figure.met]


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    found = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(found, platform.processor() or platform.machine())
