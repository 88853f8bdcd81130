"""`recommend`: one set of answers in, one recommendation out."""

import sys
from pathlib import Path

import click

from recommender.cli.common import (
    Refused,
    content_of,
    lang_option,
    name_of,
    problem_lines,
    rulebook_of,
    rules_option,
)
from recommender.errors import AnswersError, FormatError
from recommender.i18n import words
from recommender.render.formats import FORMATS, READERS


@click.command()
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
    rulebook = rulebook_of(rules_dir, lang)
    try:
        answers = read(rulebook.questionnaire, parse(content_of(file)))
        made = FORMATS[format_](rulebook, answers, lang, reader)
    except JsonError as error:
        raise Refused(f"{name_of(file)}: {error.message[lang]}") from None
    except FormatError as error:
        raise Refused(error.message[lang]) from None
    except AnswersError as error:
        raise Refused(problem_lines(name_of(file), error.problems, lang)) from None
    click.echo(made.decode() if format_ == "text" else made, nl=False)
