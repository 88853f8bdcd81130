"""Invitations to a form: who was asked, one more, and many from a table."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, request

from recommender.agency import inviting
from recommender.agency.findings import MESSAGES, FormFileError
from recommender.agency.form import FormSettings
from recommender.agency.inviting import Client
from recommender.agency.rulebooks import rulebook_called
from recommender.agency.written import written
from recommender.engine.rulebook import Rulebook
from recommender.i18n import words
from recommender.rulebook.findings import Findings
from recommender.store import invitations
from recommender.store.records import FormRecord, Invitation
from recommender.store.retention import zone_of
from recommender.web.console.guard import desk, seat
from recommender.web.console.own_form import own_form
from recommender.web.console.showing import page
from recommender.web.page import language
from recommender.web.running import running

blueprint = Blueprint("inviting", __name__)

DAYS, MOST_DAYS = 30, 365
FIELDS = ("client", "email", "ref", "days", "mail")
MOST_SHOWN = 200


@blueprint.get("/forms/<slug>/invitations")
def show(slug: str) -> str:
    """Who was asked and what became of it, and fields to ask somebody."""
    return _page(*own_form(slug))


@blueprint.post("/forms/<slug>/invitations")
def invite(slug: str) -> tuple[str, int]:
    """Ask one client. Her link is on this page alone: nobody can show it once more."""
    record, settings = own_form(slug)
    given = {name: request.form.get(name, "").strip() for name in FIELDS}
    findings, days = Findings(MESSAGES), given["days"] or str(DAYS)
    if not (days.isdecimal() and 1 <= int(days[:9]) <= MOST_DAYS):
        findings.add("", 2, "whole_number", value=days, name="days", least=1, most=MOST_DAYS)
    client = inviting.client_of(_book(settings), given, {}, "", 1, findings)
    mail, unaddressed = _mail(settings), _mail(settings) and not client.email
    if findings or unaddressed or record.state != "live":
        said = [one.message[language()] for one in findings.all()]
        said += [words(language())("invite_mail_where")] if unaddressed else []
        return _page(record, settings, given=given, problems=said), 422
    [(made, token)] = _invited(record, [client], int(days), mail)
    to = inviting.link(request.host_url[:-1], record, token)
    letters = inviting.letters(record, settings, made, to)
    shown = page("invited.html", form=record, made=made, to=to, letters=letters, mailed=mail)
    return shown, 200


@blueprint.post("/forms/<slug>/invitations/table")
def invite_all(slug: str) -> Response | tuple[str, int]:
    """Ask every client of a table, or nobody; gives the table with their links and words."""
    record, settings = own_form(slug)
    sent = request.files.get("table")
    name = (written(sent.filename or "") if sent else None) or "clients.csv"
    try:
        found = inviting.clients(_book(settings), name[-100:], sent.read() if sent else b"")
    except FormFileError as error:
        said = [one.text(language()) for one in error.findings]
        return _page(record, settings, about_table=said), 422
    if record.state != "live":
        return _page(record, settings), 422
    made = _invited(record, found, DAYS, _mail(settings))
    text = inviting.table(record, settings, made, request.host_url[:-1])
    response = Response(text, mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{slug}-links.csv"'
    return response


def _mail(settings: FormSettings) -> str:
    """The language in which clients get their invitation by mail; "" if they do not."""
    chosen = request.form.get("mail", "")
    return chosen if running().mailing and chosen in inviting.spoken(settings) else ""


def _ways(settings: FormSettings) -> list[tuple[str, str]]:
    """How an invitation may go out: by hand, or by mail in a language of the form."""
    t = words(language())
    by_mail = [(one, t(f"opt_language_{one}")) for one in inviting.spoken(settings)]
    return [("", t("invite_by_hand"))] + [
        (one, t("invite_by_mail", language=said)) for one, said in by_mail
    ]


def _invited(
    form: FormRecord, clients: Sequence[Client], days: int, mail: str
) -> list[tuple[Invitation, str]]:
    made = [inviting.invitation(form, one, days, running().now()) for one in clients]
    desk().invite_all(made, seat().email, mail)
    return made


def _book(settings: FormSettings) -> Rulebook:
    book = rulebook_called(settings.rules)
    assert book is not None  # it was known when the form was stored
    return book


def _page(
    form: FormRecord,
    settings: FormSettings,
    given: Mapping[str, str] | None = None,
    **problems: Any,
) -> str:
    zone = zone_of(settings.time_zone)
    return page(
        "invitations.html",
        form=form,
        settings=settings,
        invitations=invitations.page(desk(), MOST_SHOWN, form_id=form.id),
        number_of=invitations.number_of(desk(), form.id),
        clock=lambda when: when.astimezone(zone),
        now=running().now(),
        ways=_ways(settings),
        given=given or {"days": str(DAYS)},
        **{"problems": (), "about_table": ()} | problems,
    )
