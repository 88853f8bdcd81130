"""`batch`: many sets of answers, line by line."""

import csv
import io
import os
import signal
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from time import monotonic
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
from recommender.i18n import words

STOPPED = 130
"""The exit status after Ctrl-C, as shells count it."""


@click.command()
@click.argument("in_", metavar="[IN]", type=click.Path(), default="-")
@click.argument("out", metavar="[OUT]", type=click.Path(), default="-")
@click.option("--brief", is_flag=True, help="Only type, rank and points of each.")
@lang_option
@rules_option
def batch(in_: str, out: str, brief: bool, lang: str, rules_dir: Path | None) -> None:
    """Rank the types for many answers: JSON Lines, or CSV where a file name ends in .csv.

    Each line of IN is {"id": …, "answers": {…}}; a CSV file has a column `id` and one for each
    question, with several options joined by |. Every line is answered, in the same order; with
    --brief some thousands at once. The exit status is 3 if any line was refused, and 130 after
    Ctrl-C, which leaves whole lines in OUT.
    """
    from recommender.batch import TableError

    rulebook = rulebook_of(rules_dir, lang)
    if in_ != "-" and os.path.realpath(in_) == os.path.realpath(out):
        raise Refused(f"{out}: IN and OUT are the same file. Write to another one.")
    with opened(in_) as source:
        lines = _with_progress(source, in_, lang)
        try:
            parts = _parts(rulebook, lines, in_, out, brief, lang)
        except TableError as error:
            raise Refused(f"{name_of(in_)}: {error.message[lang]}") from None
        with click.open_file(out, "wb") as target, _Writing(target) as writing:
            try:
                for part in parts:
                    writing.write(part)
            except KeyboardInterrupt:
                parts.close()
                click.echo(words(lang)("batch_stopped", n=f"{writing.lines:,}"), err=True)
                raise SystemExit(STOPPED) from None
    raise SystemExit(3 if writing.refused else 0)


def _parts(
    rulebook: Any, lines: Iterable[bytes], in_: str, out: str, brief: bool, lang: str
) -> Any:
    """What is to be written, part by part. Raises TableError before the first."""
    from recommender.batch import brief_parts, csv_given, json_given

    if in_.lower().endswith(".csv"):
        decoded = (line.decode("utf-8-sig", "surrogateescape") for line in lines)
        given = csv_given(rulebook, decoded)
    elif brief and not out.lower().endswith(".csv"):
        return brief_parts(rulebook, lines)
    else:
        given = json_given(rulebook, lines)
    if out.lower().endswith(".csv"):
        return _rows(rulebook, given, lang)
    return brief_parts(rulebook, given=given) if brief else _documents(rulebook, given)


def _documents(rulebook: Any, given: Iterable) -> Iterator[Any]:
    from recommender.batch import Part, json_object, outcome
    from recommender.render.document import canonical

    for one in given:
        content = canonical(json_object(rulebook, outcome(rulebook, one))) + b"\n"
        yield Part(content, 1, one.answers is None)


def _rows(rulebook: Any, given: Iterable, lang: str) -> Iterator[Any]:
    from recommender.batch import Part, csv_cells, csv_columns, outcome

    def part(cells: list, lines: int, refused: bool) -> Part:
        row = io.StringIO()
        csv.writer(row, quoting=csv.QUOTE_NONNUMERIC).writerow(cells)
        return Part(row.getvalue().encode(), lines, refused)

    yield part(csv_columns(rulebook), 0, False)
    for one in given:
        yield part(csv_cells(rulebook, outcome(rulebook, one), lang), 1, one.answers is None)


class _Writing:
    """Parts on their way out. Ctrl-C is heeded between two writes, never within one."""

    def __init__(self, target: IO[bytes]):
        self._target = target
        self._busy = self._stopped = False
        self.lines = self.refused = 0

    def __enter__(self) -> "_Writing":
        self._before = signal.signal(signal.SIGINT, self._stop)
        return self

    def __exit__(self, *_: object) -> None:
        self._target.flush()
        signal.signal(signal.SIGINT, self._before)

    def write(self, part: Any) -> None:
        self._busy = True
        content = memoryview(part.content)
        while content:  # an unbuffered target may take less when a signal comes between
            content = content[self._target.write(content) :]
        self.lines += part.lines
        self.refused += part.refused
        self._busy = False
        if self._stopped:
            raise KeyboardInterrupt

    def _stop(self, *_: object) -> None:
        self._stopped = True
        if not self._busy:
            raise KeyboardInterrupt


def _with_progress(source: IO[Any], name: str, lang: str) -> Iterator[bytes]:
    """The lines of a file, with their rate on a terminal's standard error.

    A bar with the time left where the length is known, else a count.
    """
    if not sys.stderr.isatty():
        yield from source
    elif name == "-":
        for line, rate, count in _timed(source):
            yield line
            if rate:
                click.echo(
                    "\r" + words(lang)("batch_count", n=f"{count:,}", rate=rate), err=True, nl=False
                )
        click.echo(err=True)
    else:
        with bar(name, os.stat(name).st_size) as steps:
            done = 0
            for line, rate, _ in _timed(source):
                yield line
                done += len(line)
                if rate:
                    steps.label = f"{name} {words(lang)('batch_rate', rate=rate)}"
                    steps.update(done)
                    done = 0
            steps.update(done)


def _timed(source: Iterable[bytes]) -> Iterator[tuple[bytes, str, int]]:
    """Lines, with how many come in a second and how many came, told ten times a second."""
    began = told = monotonic()
    for count, line in enumerate(source, 1):
        now, rate = monotonic(), ""
        if now - told >= 0.1:
            rate, told = f"{count / (now - began):,.0f}", now
        yield line, rate, count
