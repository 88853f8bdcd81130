"""`db …`: the tables of the database."""

import os
from contextlib import closing

import click

from recommender.cli.common import Refused
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


@db.command("copy", help="db_copy")
@click.argument("to", metavar="TO")
@lang_option
def db_copy(to: str, lang: str) -> None:
    from recommender.store.copying import copy
    from recommender.store.database import Database

    t = words(lang)
    with database(lang, make=False) as found, closing(Database(to)) as target:
        name = target.url.render_as_string(hide_password=True)
        rows = copy(found, target)
        if rows is None:
            raise Refused(t("db_copy_full", target=name))
    click.echo(t("db_copied", rows=sum(rows.values()), tables=len(rows), target=name))


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
