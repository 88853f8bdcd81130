"""`serve`: the web app."""

from pathlib import Path

import click

from recommender.cli.common import Refused, lang_option, rules_option
from recommender.errors import RulebookError


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=5000, show_default=True, type=click.IntRange(0, 65535))
@rules_option
@lang_option
def serve(host: str, port: int, rules_dir: Path | None, lang: str) -> None:
    """Serve the questionnaire and the results as web pages.

    A change of the rules is taken while it runs, once the folder is whole and valid.
    """
    from recommender.rulebook import shipped
    from recommender.rulebook.shelf import Shelf
    from recommender.web.serve import run

    try:
        shelf = Shelf.opened(rules_dir or shipped(), lang)
    except RulebookError as error:
        raise Refused("\n".join(finding.text(lang) for finding in error.findings)) from None
    run(host, port, shelf)
