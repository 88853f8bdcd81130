"""`mail …`: whether mail arrives."""

import os

import click

from recommender.cli.common import Refused
from recommender.cli.spoken import SpokenGroup, lang_option
from recommender.i18n import words


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
    from recommender.settings import mailing
    from recommender.store.database import new_id, now

    t, problems = words(lang), []  # type: ignore[var-annotated]
    settings = mailing(os.environ, problems)
    said = [problem[lang] for problem in problems]
    said += [] if is_email(to) else [t("bad_email", value=to[:80])]
    if said or settings is None:
        raise Refused("\n".join(said or [t("mail_off")]))
    letter = trial(lang, settings.address)
    failure = mail_smtp.send(settings, mail_letter.mail(letter, to, new_id(), now(), settings))
    if failure:
        status = f" ({failure.status})" if failure.status else ""
        raise Refused(t("mail_test_failed", why=t(failure.key), status=status))
    click.echo(t("mail_test_sent", to=to))
