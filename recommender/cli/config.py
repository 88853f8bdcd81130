"""`config`: what the environment sets up, shown without secrets."""

import json
import os
from collections.abc import Callable
from urllib.parse import urlsplit

import click

from recommender.cli.common import Refused
from recommender.cli.spoken import SpokenCommand, json_option, lang_option, option
from recommender.i18n import Words, words
from recommender.settings import SECRET_FILE, Settings, SettingsError, address, checked
from recommender.settings_messages import MESSAGES


def _plain(url: str) -> str:
    """The address of a database without its password; raises ValueError for what is none."""
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        found = make_url(url)
    except ArgumentError:
        raise ValueError from None
    return found.difference_update_query(["password"]).render_as_string(hide_password=True)


def _redis(url: str, t: Words) -> str:
    """Where limits are counted, without the password."""
    parts = urlsplit(url)
    secret = "***@" if "@" in parts.netloc else ""
    shown = f"{parts.scheme}://{secret}{parts.netloc.rpartition('@')[2]}{parts.path}"
    return shown if url else t("config_process")


def _key(settings: Settings, t: Words) -> str:
    return t("config_hidden") if settings.secret_key else t("config_kept", file=SECRET_FILE)


def _yes(value: bool) -> str:
    return "yes" if value else "no"


SHOWN: dict[str, Callable[[Settings, Words], str]] = {
    "DATABASE_URL": lambda settings, _: _plain(settings.database_url),
    "SECRET_KEY": _key,
    "RECOMMENDER_HOSTS": lambda settings, t: ", ".join(settings.hosts) or t("config_any"),
    "RECOMMENDER_ADDRESS": lambda *_: address(os.environ),
    "RECOMMENDER_PROXIES": lambda settings, _: str(settings.proxies),
    "RECOMMENDER_HOOKS_ANYWHERE": lambda settings, _: _yes(settings.hooks_anywhere),
    "RECOMMENDER_LOG": lambda settings, _: settings.log,
    "RECOMMENDER_METRICS": lambda settings, _: _yes(settings.metrics),
    "RECOMMENDER_SMTP": lambda settings, t: (
        settings.mail.shown if settings.mail else t("config_no")
    ),
    "RECOMMENDER_MAIL_FROM": lambda settings, t: (
        settings.mail.sender if settings.mail else t("config_no")
    ),
    "RECOMMENDER_REDIS": lambda settings, t: _redis(settings.redis, t),
}
"""How each setting is shown."""


@click.command("config", cls=SpokenCommand, help="config")
@option("--host", key="config_host", default="127.0.0.1")
@json_option
@lang_option
def config(host: str, as_json: bool, lang: str) -> None:
    t = words(lang)
    try:
        settings = checked(os.environ, host)
        shown = {name: show(settings, t) for name, show in SHOWN.items()}
    except SettingsError as error:
        raise Refused("\n".join(problem[lang] for problem in error.problems)) from None
    except ValueError:
        raise Refused(MESSAGES["database"][lang]) from None
    sources = {name: "environment" if os.environ.get(name) else "default" for name in SHOWN}
    if as_json:
        found = {name: {"value": shown[name], "from": sources[name]} for name in SHOWN}
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
        return
    names, values = (max(map(len, column)) for column in (shown, shown.values()))
    for name, value in shown.items():
        click.echo(f"{name:{names}}  {value:{values}}  {t(f'config_{sources[name]}')}")
