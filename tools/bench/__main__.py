"""`./dev bench [SECTION …] [--quick] [--json FILE] [--document]`."""

import argparse
import json
import sys
from importlib import import_module
from pathlib import Path

from recommender.rulebook import load, shipped
from tools.bench import table

SECTIONS = ("engines", "explain", "batch", "web", "start", "pages")


def main(arguments: list[str]) -> int:
    """Measure, print the table; 1 if a target is missed."""
    asked = _options().parse_args(arguments)
    book = load(shipped())
    found: list[table.Figure] = []
    for name in asked.sections or SECTIONS:
        found += import_module(f"tools.bench.{name}").figures(book, asked.quick)
    print(f"{table.machine()}\n\n{table.markdown(found)}")
    if asked.json:
        asked.json.write_text(json.dumps(table.as_json(found), indent=1) + "\n", "utf-8")
    if asked.document:
        table.write_document(found)
    return int(any(figure.met is False for figure in found))


def _options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser("./dev bench", description="Measure speed and memory.")
    sections = options.add_argument("sections", nargs="*", metavar="SECTION")
    sections.help = f"{', '.join(SECTIONS)}; all of them without one"
    sections.type = _section
    options.add_argument("--quick", action="store_true", help="fewer rounds, smaller batches")
    options.add_argument("--json", type=Path, metavar="FILE", help="write the targets as JSON")
    options.add_argument(
        "--document", action="store_true", help="put the table into docs/performance.md"
    )
    return options


def _section(name: str) -> str:
    if name not in SECTIONS:
        raise argparse.ArgumentTypeError(f"{name!r} is none of {', '.join(SECTIONS)}")
    return name


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
