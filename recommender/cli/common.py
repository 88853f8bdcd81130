"""What commands share: options, files, progress, and how input is refused."""

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

import click

from recommender.errors import Problem, RulebookError
from recommender.i18n import LANGUAGES


class Refused(click.ClickException):
    """Input that cannot be used; every problem is on a line of its own."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        click.echo(self.message, err=True)


def default_language() -> str:
    """Indonesian where the terminal speaks it, else English."""
    spoken = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG", "")
    return "id" if spoken.lower().startswith("id") else "en"


lang_option = click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    default=default_language,
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


def bar(label: str, length: int) -> Any:
    """A progress bar on a terminal's standard error, nothing elsewhere."""
    hidden = not sys.stderr.isatty()
    return click.progressbar(length=length, label=label, file=sys.stderr, hidden=hidden)


def rulebook_of(rules_dir: Path | None, lang: str) -> Any:
    from recommender.rulebook import load, shipped

    try:
        return load(rules_dir or shipped())
    except RulebookError as error:
        raise Refused("\n".join(finding.text(lang) for finding in error.findings)) from None


def cases_of(file: Path | None, rulebook: Any, lang: str) -> Any:
    """The cases of a file, the published ones without."""
    from recommender.resources import cases
    from recommender.rulebook.cases import read_cases

    name = str(file or cases())
    try:
        return read_cases(rulebook, name, content_of(name))
    except RulebookError as error:
        raise Refused("\n".join(finding.text(lang) for finding in error.findings)) from None


def content_of(file: str) -> bytes:
    with opened(file) as source:
        content: bytes = source.read()
    return content


def opened(file: str) -> IO[Any]:
    try:
        return click.open_file(file, "rb")
    except OSError as error:
        raise Refused(f"{file}: {error.strerror}.") from None


def name_of(file: str) -> str:
    return "standard input" if file == "-" else file


def problem_lines(name: str, problems: Iterable[Problem], lang: str) -> str:
    return "\n".join(
        f"{name}: {f'{p.question}: ' if p.question else ''}{p.message[lang]}" for p in problems
    )
