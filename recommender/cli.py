"""The command line. `recommend`, `batch`, `rules` and `cases` never import the web."""

import csv
import io
import json
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

import click

from recommender import __version__
from recommender.errors import AnswersError, FormatError, Problem, RulebookError
from recommender.i18n import LANGUAGES, words
from recommender.render.formats import FORMATS, READERS


class Refused(click.ClickException):
    """Input that cannot be used; every problem is on a line of its own."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        click.echo(self.message, err=True)


def _default_language() -> str:
    """Indonesian where the terminal speaks it, else English."""
    spoken = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG", "")
    return "id" if spoken.lower().startswith("id") else "en"


lang_option = click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    default=_default_language,
    help="Language of words; without it, that of the terminal.",
)
rules_option = click.option(
    "--rules",
    "rules_dir",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="A folder of rules to use in place of the shipped one.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


class Commands(click.Group):
    """Commands that tell what the system refuses, such as a full disk, without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise  # whoever reads us has seen enough; click ends quietly
        except OSError as error:
            place = f"{error.filename}: " if error.filename else ""
            raise Refused(f"{place}{error.strerror}.") from None


@click.group(
    cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="recommender")
def main() -> None:
    """Ranks six types of social media for a marketing goal, and says why."""


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=5000, show_default=True, type=click.IntRange(0, 65535))
@rules_option
@lang_option
def serve(host: str, port: int, rules_dir: Path | None, lang: str) -> None:
    """Serve the questionnaire and the results as web pages."""
    from recommender.web.serve import run

    run(host, port, _rulebook(rules_dir, lang))


@main.command()
@click.argument("file", type=click.Path(), default="-")
@click.option(
    "--format", "format_", type=click.Choice(tuple(FORMATS)), default="text", show_default=True
)
@click.option(
    "--reader",
    type=click.Choice(READERS),
    default=READERS[0],
    show_default=True,
    help="Who a report (markdown, html, pdf) is for.",
)
@lang_option
@rules_option
def recommend(file: str, format_: str, reader: str, lang: str, rules_dir: Path | None) -> None:
    """Rank the six types for one JSON object of answers, from FILE or standard input."""
    from recommender.engine.answers import read
    from recommender.json_text import JsonError, parse

    if format_ == "pdf" and sys.stdout.isatty():
        raise Refused(words(lang)("pdf_terminal"))
    rulebook = _rulebook(rules_dir, lang)
    try:
        answers = read(rulebook.questionnaire, parse(_content(file)))
        made = FORMATS[format_](rulebook, answers, lang, reader)
    except JsonError as error:
        raise Refused(f"{_name(file)}: {error.message[lang]}") from None
    except FormatError as error:
        raise Refused(error.message[lang]) from None
    except AnswersError as error:
        raise Refused(_problems(_name(file), error.problems, lang)) from None
    click.echo(made.decode() if format_ == "text" else made, nl=False)


@main.command()
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

    rulebook = _rulebook(rules_dir, lang)
    if in_ != "-" and os.path.realpath(in_) == os.path.realpath(out):
        raise Refused(f"{out}: IN and OUT are the same file. Write to another one.")
    with _open(in_) as source:
        lines = _with_progress(source, in_)
        try:
            if in_.lower().endswith(".csv"):
                decoded = (line.decode("utf-8-sig", "surrogateescape") for line in lines)
                outcomes = from_csv(rulebook, decoded)
            else:
                outcomes = from_json_lines(rulebook, lines)
        except TableError as error:
            raise Refused(f"{_name(in_)}: {error.message[lang]}") from None
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
    with _bar(name, os.stat(name).st_size) as bar:
        for line in source:
            yield line
            bar.update(len(line))


@main.group()
def rules() -> None:
    """Tools for whoever writes rules."""


@rules.command("check")
@click.argument("dir_", metavar="[DIR]", type=click.Path(path_type=Path), required=False)
@lang_option
@json_option
def rules_check(dir_: Path | None, lang: str, as_json: bool) -> None:
    """Check a folder of rules, the shipped one without DIR; exit status 2 if anything is wrong."""
    from recommender.rulebook import load, shipped

    folder = dir_ or shipped()
    try:
        rulebook = load(folder)
    except RulebookError as error:
        if as_json:
            found = [
                {"file": f.file, "line": f.line, "message": dict(f.message)} for f in error.findings
            ]
            click.echo(json.dumps({"findings": found}, ensure_ascii=False, indent=1))
            raise SystemExit(2) from None
        raise Refused("\n".join(finding.text(lang) for finding in error.findings)) from None
    if as_json:
        version = {"version": rulebook.version, "digest": rulebook.digest}
        click.echo(json.dumps({"findings": [], "rules": version}, indent=1))
        return
    sentence = {
        "en": "{folder}: {rules} rules, {sources} sources, nothing wrong. Version {version}.",
        "id": "{folder}: {rules} aturan, {sources} sumber, tidak ada masalah. Versi {version}.",
    }[lang]
    counts = {"rules": len(rulebook.rules), "sources": len(rulebook.sources)}
    click.echo(sentence.format(folder=folder, version=rulebook.version, **counts))


@rules.command("balance")
@click.argument("dir_", metavar="[DIR]", type=click.Path(path_type=Path), required=False)
@click.option("--profiles", default=5000, show_default=True, type=click.IntRange(1, 1_000_000))
@lang_option
@json_option
def rules_balance(dir_: Path | None, profiles: int, lang: str, as_json: bool) -> None:
    """Show how often each type comes first over random valid answers, and its least and most."""
    from recommender.rulebook.balance import as_text, balance, steps

    rulebook = _rulebook(dir_, lang)
    with _bar("balance", steps(rulebook, profiles)) as bar:
        found = balance(rulebook, profiles, bar.update)
    click.echo(json.dumps(found, indent=1) if as_json else as_text(found), nl=as_json)


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--sensitivity", is_flag=True, help="Show instead what the first places hang on.")
@json_option
@rules_option
@lang_option
def cases(file: Path, sensitivity: bool, as_json: bool, rules_dir: Path | None, lang: str) -> None:
    """Show how well the rules rank the labelled real cases of FILE."""
    from recommender.rulebook import accuracy
    from recommender.rulebook import sensitivity as hanging
    from recommender.rulebook.cases import read_cases

    rulebook = _rulebook(rules_dir, lang)
    try:
        found = read_cases(rulebook, str(file), _content(str(file)))
    except RulebookError as error:
        raise Refused("\n".join(finding.text(lang) for finding in error.findings)) from None
    if sensitivity:
        with _bar("sensitivity", hanging.variants(rulebook)) as bar:
            measured = hanging.sensitivity(rulebook, found, bar.update)
    else:
        measured = accuracy.measure(rulebook, found)
    text = hanging.as_text if sensitivity else accuracy.as_text
    click.echo(json.dumps(measured, indent=1) if as_json else text(measured), nl=as_json)


def _bar(label: str, length: int) -> Any:
    """A progress bar on a terminal's standard error, nothing elsewhere."""
    hidden = not sys.stderr.isatty()
    return click.progressbar(length=length, label=label, file=sys.stderr, hidden=hidden)


def _rulebook(rules_dir: Path | None, lang: str) -> Any:
    from recommender.rulebook import load, shipped

    try:
        return load(rules_dir or shipped())
    except RulebookError as error:
        raise Refused("\n".join(finding.text(lang) for finding in error.findings)) from None


def _content(file: str) -> bytes:
    with _open(file) as source:
        content: bytes = source.read()
    return content


def _open(file: str) -> IO[Any]:
    try:
        return click.open_file(file, "rb")
    except OSError as error:
        raise Refused(f"{file}: {error.strerror}.") from None


def _name(file: str) -> str:
    return "standard input" if file == "-" else file


def _problems(name: str, problems: Iterable[Problem], lang: str) -> str:
    return "\n".join(
        f"{name}: {f'{p.question}: ' if p.question else ''}{p.message[lang]}" for p in problems
    )
