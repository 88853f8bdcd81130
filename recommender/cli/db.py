"""`db …`: the tables of the database."""

import os

import click

from recommender.cli.spoken import SpokenGroup, lang_option
from recommender.cli.store import database, show
from recommender.i18n import words

OUTDATED = 3
"""The exit status of `db status` where the tables are not those that the program needs."""


@click.group(cls=SpokenGroup, help="db")
def db() -> None:
    """The tables of the database."""


@db.command("upgrade", help="db_upgrade")
@lang_option
def db_upgrade(lang: str) -> None:
    from recommender.store import migrations

    with database(lang, current=False) as found:
        before = migrations.revision(found)
        if migrations.is_behind(found):
            migrations.upgrade(found)
        after = migrations.revision(found)
    key = "db_same" if before == after else "db_upgraded"
    click.echo(words(lang)(key, before=before or "-", after=after))


@db.command("status", help="db_status")
@lang_option
def db_status(lang: str) -> None:
    from recommender.store import migrations

    with database(lang, current=False) as found:
        has, current = migrations.revision(found), not migrations.is_behind(found)
        shown = {
            "database": found.url.render_as_string(hide_password=True),
            "tables": has or "-",
            "wanted": migrations.newest(),
            "current": current,
        }
    show(shown)
    raise SystemExit(os.EX_OK if current else OUTDATED)
