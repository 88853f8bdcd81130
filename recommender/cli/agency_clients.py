"""`agency invite`, `invitations`, `submissions`: whom an agency asks, and what was sent."""

from collections.abc import Mapping
from typing import Any

import click

from recommender.cli.agency_forms import site
from recommender.cli.common import Refused, content_of, name_of
from recommender.cli.mail import mail_settings
from recommender.cli.spoken import SpokenCommand, json_option, lang_option, option
from recommender.cli.store import desk, form_of, show, show_all, unknown
from recommender.i18n import LANGUAGES, words


@click.command("invite", cls=SpokenCommand, help="invite")
@click.argument("slug", metavar="AGENCY")
@click.argument("form", metavar="FORM")
@option("--client", key="client", default="")
@option("--email", key="client_email", default="")
@option("--ref", key="client_ref", default="")
@option("--answers", key="client_answers", multiple=True)
@option("--days", key="days", default=30, show_default=True, type=click.IntRange(1, 365))
@option("--csv", "file", key="clients_csv", type=click.Path())
@option("--mail", key="invite_mail", type=click.Choice(LANGUAGES))
@lang_option
def invite(
    slug: str, form: str, days: int, file: str | None, mail: str | None, lang: str, **given: Any
) -> None:
    from recommender.agency.findings import FormFileError
    from recommender.agency.form import settings_of
    from recommender.agency.inviting import clients, table
    from recommender.agency.rulebooks import rulebook_called

    address = site(lang)
    with desk(slug, lang) as own:
        record = form_of(own, form, lang)
        settings = settings_of(record)
        book: Any = rulebook_called(settings.rules)  # known when the form was stored
        if record.state != "live":
            raise Refused(words(lang)("invite_not_live", slug=form, state=record.state))
        if bool(file) == any(given.values()):
            raise Refused(words(lang)("invite_one_or_table"))
        if not file:
            client = _client(book, given, lang)
            [one] = _invited(own, record, [client], days, mail, lang)
            _say(record, settings, one, address)
            return
        try:
            found = clients(book, name_of(file), content_of(file))
        except FormFileError as error:
            raise Refused("\n".join(finding.text(lang) for finding in error.findings)) from None
        made = _invited(own, record, found, days, mail, lang)
        click.echo(table(record, settings, made, address), nl=False)


def _client(book: Any, given: Mapping[str, Any], lang: str) -> Any:
    """The client of the options; everything wrong with them is said at once."""
    from recommender.agency.findings import MESSAGES
    from recommender.agency.inviting import client_of
    from recommender.json_text import JsonError
    from recommender.rulebook.findings import Findings

    findings = Findings(MESSAGES)
    answers: object = {}
    try:
        answers = _answers(book, given["answers"])
    except JsonError as error:
        findings.add("", 1, "answers", why=error.message)
    client = client_of(book, given, answers, "", 1, findings)
    if findings:
        raise Refused("\n".join(finding.message[lang] for finding in findings.all()))
    return client


def _answers(book: Any, given: tuple[str, ...]) -> object:
    """Answers from pairs `question=option|option`, or from one JSON object. Raises JsonError."""
    from recommender.engine.answers import from_fields
    from recommender.json_text import parse

    if len(given) == 1 and given[0].lstrip().startswith("{"):
        return parse(given[0].encode("utf-8", "surrogateescape"))
    fields: dict[str, list[str]] = {}
    for one in given:
        question, _, options = one.partition("=")
        fields.setdefault(question.strip(), []).append(options.strip())
    return from_fields(book.questionnaire, fields)


def _invited(
    own: Any, record: Any, found: list, days: int, mail: str | None, lang: str
) -> list[tuple[Any, str]]:
    from recommender.agency.form import settings_of
    from recommender.agency.inviting import invitation, unmailable
    from recommender.store.audit import COMMAND
    from recommender.store.database import now

    if mail and mail_settings(lang) and (key := unmailable(settings_of(record), found, mail, True)):
        raise Refused(words(lang)(f"wrong_{key}"))
    made = [invitation(record, client, days, now()) for client in found]
    own.invite_all(made, COMMAND, mail or "")
    return made


def _say(record: Any, settings: Any, made: tuple[Any, str], address: str) -> None:
    """One invitation: its link, and words to send it with."""
    from recommender.agency.inviting import letters, link

    invitation, token = made
    to = link(address, record, token)
    show(
        {
            "client": invitation.client,
            "link": to,
            "until": invitation.expires_at,
            "texts": letters(record, settings, invitation, to),
        }
    )


@click.command("invitations", cls=SpokenCommand, help="invitations")
@click.argument("slug", metavar="AGENCY")
@option("--form", key="of_form")
@json_option
@lang_option
def invitations(slug: str, form: str | None, as_json: bool, lang: str) -> None:
    with desk(slug, lang) as own:
        forms = {one.id: one.slug for one in own.forms()}
        if form:
            form_of(own, form, lang)
        shown = [
            {
                "form": forms[one.form_id],
                "client": one.client,
                "email": one.email,
                "ref": one.ref,
                "state": one.state,
                "made": one.created_at,
                "until": one.expires_at,
                "opened": one.opened_at,
                "answered": one.answered_at,
            }
            for one in own.invitations()
            if form in (None, forms[one.form_id])
        ]
    show_all(shown, as_json, words(lang)("invitation_none"))


@click.command("submissions", cls=SpokenCommand, help="submissions")
@click.argument("slug", metavar="AGENCY")
@click.argument("id_", metavar="[ID]", required=False)
@option("--form", key="of_form")
@option("--limit", key="limit", default=50, show_default=True, type=click.IntRange(1, 10_000))
@json_option
@lang_option
def submissions(
    slug: str, id_: str | None, form: str | None, limit: int, as_json: bool, lang: str
) -> None:
    with desk(slug, lang) as own:
        if form:
            form_of(own, form, lang)
        if not id_:
            found = [_listed(one) for one in own.submissions(limit, form=form)]
            show_all(found, as_json, words(lang)("submission_none"))
            return
        whole = own.submission(id_)
        if whole is None:
            raise Refused(unknown("submission_unknown", id_, [], lang))
    show(_whole(whole), as_json)


def _listed(one: Any) -> dict[str, Any]:
    return {
        "id": one.id,
        "form": one.form,
        "sent": one.created_at,
        "name": one.contact.name,
        "email": one.contact.email,
        "organisation": one.contact.organisation,
        "ref": one.ref,
        "goal": one.goal,
        "first": one.first,
        "second": one.second,
        "label": one.label,
        "revision": one.revision,
        "test": one.test or None,
    }


def _whole(one: Any) -> dict[str, Any]:
    consent = one.consent
    return {
        **_listed(one.listed),
        "code": one.code,
        "rules": one.rules_version,
        "language": one.lang,
        "hidden": dict(one.hidden),
        "context": dict(one.context),
        "consent": consent
        and {"version": consent.version, "text": consent.text, "given": one.consented_at},
    }


CLIENTS = (invite, invitations, submissions)
