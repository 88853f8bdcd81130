"""`serve`: the web app."""

import os
import signal
import sys
from pathlib import Path

import click

from recommender.cli.common import Refused, lang_option, rules_option
from recommender.cli.store import database
from recommender.errors import RulebookError
from recommender.i18n import words


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=5000, show_default=True, type=click.IntRange(0, 65535))
@click.option("--demo", is_flag=True, help="Serve a sample agency instead of your own data.")
@rules_option
@lang_option
def serve(host: str, port: int, demo: bool, rules_dir: Path | None, lang: str) -> None:
    """Serve the questionnaire and the results as web pages.

    A change of the rules is taken while it runs, once the folder is whole and valid. Agencies'
    forms are kept in the database that DATABASE_URL names, else in var/recommender.db.
    """
    from recommender.rulebook import shipped
    from recommender.rulebook.shelf import Shelf
    from recommender.settings import Settings, SettingsError
    from recommender.web.serve import run

    if demo and (rules_dir or host not in ("127.0.0.1", "localhost")):
        raise Refused(words(lang)("demo_alone"))
    try:
        settings = Settings() if demo else Settings.from_environment(os.environ, host)
        shelf = Shelf.opened(rules_dir or shipped(), lang)
    except SettingsError as error:
        raise Refused("\n".join(problem[lang] for problem in error.problems)) from None
    except RulebookError as error:
        raise Refused("\n".join(finding.text(lang) for finding in error.findings)) from None
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # then what is being answered is finished
    if demo:
        from recommender.demo import serve_demo

        serve_demo(host, port, shelf, settings, lang)
        return
    with database(lang, upgrading=True) as found:
        run(host, port, shelf, settings, found)
