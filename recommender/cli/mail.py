"""`mail …`: whether mail arrives."""

import os
from typing import Any

import click

from recommender.cli.common import Refused
from recommender.cli.spoken import SpokenGroup, lang_option
from recommender.errors import Text
from recommender.i18n import words


def mail_settings(lang: str) -> Any:
    """How mail is sent; refused where it is not set up."""
    from recommender.settings import mailing

    problems: list[Text] = []
    settings = mailing(os.environ, problems)
    if problems or settings is None:
        said = [problem[lang] for problem in problems]
        raise Refused("\n".join(said or [words(lang)("mail_off")]))
    return settings


@click.group(cls=SpokenGroup, help="mail")
def mail() -> None:
    """Mail, where it is set up."""


@mail.command("test", help="mail_test")
@click.argument("to", metavar="ADDRESS")
@lang_option
def test(to: str, lang: str) -> None:
    from recommender.agency.written import is_email
    from recommender.delivery import mail_letter, mail_smtp
    from recommender.delivery.mail_kinds import trial
    from recommender.store.database import new_id, now

    t = words(lang)
    settings = mail_settings(lang)
    if not is_email(to):
        raise Refused(t("bad_email", value=to[:80]))
    letter = trial(lang, settings.address)
    failure = mail_smtp.send(settings, mail_letter.mail(letter, to, new_id(), now(), settings))
    if failure:
        status = f" ({failure.status})" if failure.status else ""
        raise Refused(t("mail_test_failed", why=t(failure.key), status=status))
    click.echo(t("mail_test_sent", to=to))
