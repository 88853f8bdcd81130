"""`serve`: the web app."""

from pathlib import Path

import click

from recommender.cli.common import lang_option, rulebook_of, rules_option


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=5000, show_default=True, type=click.IntRange(0, 65535))
@rules_option
@lang_option
def serve(host: str, port: int, rules_dir: Path | None, lang: str) -> None:
    """Serve the questionnaire and the results as web pages."""
    from recommender.web.serve import run

    run(host, port, rulebook_of(rules_dir, lang))
