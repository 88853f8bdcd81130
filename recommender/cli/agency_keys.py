"""`agency key-…`: keys for an agency's own programs."""

from typing import Any

import click

from recommender.cli.common import Refused
from recommender.cli.spoken import SpokenCommand, json_option, lang_option, option
from recommender.cli.store import desk, show_all, sure, unknown
from recommender.i18n import words

SCOPES = ("recommend", "read", "write")
"""Those of the store, which a command loads only when it is carried out; a test compares."""
MOST_NAME = 200


@click.command("key-make", cls=SpokenCommand, help="key_make")
@click.argument("slug", metavar="AGENCY")
@click.argument("name", metavar="NAME")
@option(
    "--scope",
    "scopes",
    key="key_scope",
    type=click.Choice(SCOPES),
    multiple=True,
    default=("read",),
    show_default=True,
)
@lang_option
def key_make(slug: str, name: str, scopes: tuple[str, ...], lang: str) -> None:
    from recommender.agency.written import written
    from recommender.store import keys
    from recommender.store.audit import COMMAND
    from recommender.store.database import now

    w, called = words(lang), written(name)
    if not called or len(called) > MOST_NAME:
        raise Refused(w("keys_bad_name"))
    wanted = tuple(one for one in SCOPES if one in scopes)
    with desk(slug, lang) as own:
        try:
            _, text = keys.make(own, called, wanted, COMMAND, now())
        except keys.TooMany:
            raise Refused(w("keys_too_many", most=keys.MOST_KEYS)) from None
    click.echo(w("key_made", name=called, scopes=", ".join(wanted)))
    click.echo(text)


@click.command("key-list", cls=SpokenCommand, help="key_list")
@click.argument("slug", metavar="AGENCY")
@json_option
@lang_option
def key_list(slug: str, as_json: bool, lang: str) -> None:
    from recommender.store import keys

    with desk(slug, lang) as own:
        found = [
            {
                "key": f"{one.beginning}…",
                "id": one.id,
                "name": one.name,
                "scopes": list(one.scopes),
                "made": one.created_at,
                "used": one.last_used_at,
                "revoked": one.revoked_at,
            }
            for one in keys.listed(own)
        ]
    show_all(found, as_json, words(lang)("keys_none"))


@click.command("key-revoke", cls=SpokenCommand, help="key_revoke")
@click.argument("slug", metavar="AGENCY")
@click.argument("key", metavar="KEY")
@option("--yes", key="yes", is_flag=True)
@lang_option
def key_revoke(slug: str, key: str, yes: bool, lang: str) -> None:
    from recommender.store import keys
    from recommender.store.audit import COMMAND
    from recommender.store.database import now

    with desk(slug, lang) as own:
        one = _called(own, key, lang)
        sure(words(lang)("keys_revoke_title", name=one.who), yes, lang)
        keys.revoke(own, one.id, COMMAND, now())
    click.echo(words(lang)("keys_revoked_now"))


def _called(own: Any, given: str, lang: str) -> Any:
    """The only key that still opens and has this id, or begins as this does."""
    from recommender.store import keys

    opening = [one for one in keys.listed(own) if not one.revoked_at]
    beginning = given[: keys.SHOWN]
    found = [one for one in opening if given == one.id or beginning == one.beginning]
    if len(found) != 1:
        known = [one.beginning for one in opening]
        raise Refused(unknown("key_unknown", beginning, known, lang))
    return found[0]


KEYS = (key_list, key_make, key_revoke)
