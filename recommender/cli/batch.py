"""`batch`: many sets of answers, line by line."""

import csv
import io
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

import click

from recommender.cli.common import (
    Refused,
    bar,
    lang_option,
    name_of,
    opened,
    rulebook_of,
    rules_option,
)


@click.command()
@click.argument("in_", metavar="[IN]", type=click.Path(), default="-")
@click.argument("out", metavar="[OUT]", type=click.Path(), default="-")
@click.option("--brief", is_flag=True, help="Only type, rank and points of each.")
@lang_option
@rules_option
def batch(in_: str, out: str, brief: bool, lang: str, rules_dir: Path | None) -> None:
    """Rank the types for many answers: JSON Lines, or CSV where a file name ends in .csv.

    Each line of IN is {"id": …, "answers": {…}}; a CSV file has a column `id` and one for each
    question, with several options joined by |. Every line is answered, in the same order. The
    exit status is 3 if any line was refused.
    """
    from recommender.batch import TableError, from_csv, from_json_lines

    rulebook = rulebook_of(rules_dir, lang)
    if in_ != "-" and os.path.realpath(in_) == os.path.realpath(out):
        raise Refused(f"{out}: IN and OUT are the same file. Write to another one.")
    with opened(in_) as source:
        lines = _with_progress(source, in_)
        try:
            if in_.lower().endswith(".csv"):
                decoded = (line.decode("utf-8-sig", "surrogateescape") for line in lines)
                outcomes = from_csv(rulebook, decoded)
            else:
                outcomes = from_json_lines(rulebook, lines)
        except TableError as error:
            raise Refused(f"{name_of(in_)}: {error.message[lang]}") from None
        refused = _write(rulebook, outcomes, out, brief, lang)
    raise SystemExit(3 if refused else 0)


def _write(rulebook: Any, outcomes: Iterable, out: str, brief: bool, lang: str) -> int:
    """Write every outcome as it comes; how many were refused."""
    from recommender.batch import csv_cells, csv_columns, json_object
    from recommender.render.document import canonical

    refused = 0
    with click.open_file(out, "wb") as target:
        if out.lower().endswith(".csv"):
            table = io.TextIOWrapper(target, "utf-8", newline="", write_through=True)
            writer = csv.writer(table, quoting=csv.QUOTE_NONNUMERIC)
            writer.writerow(csv_columns(rulebook))
            for outcome in outcomes:
                refused += outcome.recommendation is None
                writer.writerow(csv_cells(rulebook, outcome, lang))
            table.detach()
        else:
            for outcome in outcomes:
                refused += outcome.recommendation is None
                target.write(canonical(json_object(rulebook, outcome, brief=brief)) + b"\n")
    return refused


def _with_progress(source: IO[Any], name: str) -> Iterator[bytes]:
    """The lines of a file, with a bar on a terminal's standard error."""
    if name == "-":
        yield from source
        return
    with bar(name, os.stat(name).st_size) as steps:
        for line in source:
            yield line
            steps.update(len(line))
