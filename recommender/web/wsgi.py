"""The app for a WSGI server such as gunicorn: `gunicorn 'recommender.web.wsgi:make()'`.

Endpoints are told what happened by `recommender worker` beside it, on SQLite too.
"""

import os
import sys
from pathlib import Path
from threading import Event
from typing import NoReturn

from flask import Flask

from recommender.errors import RulebookError, StoreError
from recommender.logs import configure
from recommender.rulebook import shipped
from recommender.rulebook.shelf import Shelf
from recommender.settings import Settings, SettingsError
from recommender.store import migrations
from recommender.store.database import Database
from recommender.web.app import create_app
from recommender.web.serve import do_chores

SOMEWHERE = "*"
"""What the server listens on is not known here, so it counts as one that others reach."""

CANNOT_START = 3
"""The status at which gunicorn ends as a whole; after any other it would try again for ever."""


def make(rules: str = "", lang: str = "en") -> Flask:
    """The app as the environment sets it up, with a folder of rules in place of the shipped one.

    Each process of a server makes its own. One that cannot run ends, and says in `lang` why:
    every problem, a line each.
    """
    try:
        settings = Settings.from_environment(os.environ, SOMEWHERE)
        configure(settings.log)
        shelf = Shelf.opened(Path(rules) if rules else shipped(), lang)
        database = Database(settings.database_url)
        migrations.made_ready(database, upgrading=True)
    except SettingsError as error:
        _refuse(*(problem[lang] for problem in error.problems))
    except RulebookError as error:
        _refuse(*(finding.text(lang) for finding in error.findings))
    except StoreError as error:
        _refuse(error.message[lang])
    do_chores(shelf, database, Event())
    return create_app(shelf, settings, database)


def _refuse(*problems: str) -> NoReturn:
    print(*problems, sep="\n", file=sys.stderr, flush=True)
    raise SystemExit(CANNOT_START)
