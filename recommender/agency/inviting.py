"""Invitations: whom an agency asks, what they begin with, and the words that bring the link."""

import csv
import io
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from recommender.agency.findings import MESSAGES, FormFileError
from recommender.agency.form import FormSettings, settings_of
from recommender.agency.written import MOST_HIDDEN, is_email, written
from recommender.engine import code
from recommender.engine.answers import from_fields
from recommender.engine.answers import read as read_answers
from recommender.engine.rulebook import Rulebook
from recommender.errors import AnswersError
from recommender.i18n import LANGUAGES, words
from recommender.render.cells import no_formula
from recommender.rulebook.findings import Findings
from recommender.store.database import new_id
from recommender.store.records import FormRecord, Invitation
from recommender.store.retention import zone_of

OWN = ("client", "email", "ref")
"""What a table of clients may say of each, beside answers."""


@dataclass(frozen=True, slots=True)
class Client:
    """Whom to ask. `code` holds the answers that are known already, "" for none."""

    client: str
    email: str | None = None
    ref: str | None = None
    code: str = ""


def client_of(
    rulebook: Rulebook,
    cells: Mapping[str, str],
    given: object,
    file: str,
    line: int,
    findings: Findings,
) -> Client:
    """A client with the answers that are known already; adds what is wrong to the findings."""
    own = {name: _written(name, cells.get(name, ""), file, line, findings) for name in OWN}
    if not own["client"]:
        findings.add(file, line, "missing_key", name="client")
    if own["email"] and not is_email(own["email"]):
        findings.add(file, line, "email", value=own["email"])
    found = ""
    try:
        answers = read_answers(rulebook.questionnaire, given, require=())
        found = code.encode(rulebook.layouts, answers) if answers.values else ""
    except AnswersError as error:
        for problem in error.problems:
            why = {
                lang: f"{problem.question}: {said}" if problem.question else said
                for lang, said in problem.message.items()
            }
            findings.add(file, line, "answers", why=why)
    return Client(own["client"] or "", own["email"], own["ref"], found)


def clients(rulebook: Rulebook, file: str, content: bytes) -> list[Client]:
    """The clients of a table; raises FormFileError with every problem by its line."""
    findings = Findings(MESSAGES)
    found = list(_clients(rulebook, file, content, findings))
    seen: set[str] = set()
    for line, client in found:
        if client.email and client.email.lower() in seen:
            findings.add(file, line, "twice", value=client.email)
        seen.add((client.email or "").lower())
    if not found and not findings:
        findings.add(file, 1, "no_clients")
    if findings:
        raise FormFileError(findings.all())
    return [client for _, client in found]


def invitation(
    form: FormRecord, client: Client, days: int, now: datetime
) -> tuple[Invitation, str]:
    """A new invitation, and its token, which is not kept.

    It ends after so many days, with the last second of the day that its words name.
    """
    zone = zone_of(settings_of(form).time_zone)
    last = now.astimezone(zone).date() + timedelta(days=days)
    made = Invitation(
        id=new_id(),
        agency_id=form.agency_id,
        form_id=form.id,
        client=client.client,
        email=client.email,
        ref=client.ref,
        code=client.code,
        created_at=now,
        expires_at=datetime.combine(last, time(23, 59, 59), zone),
        opened_at=None,
        answered_at=None,
    )
    return made, secrets.token_urlsafe(16)


def link(address: str, form: FormRecord, token: str) -> str:
    return f"{address}/f/{form.slug}/i/{token}"


def letters(
    form: FormRecord, settings: FormSettings, invitation: Invitation, link: str
) -> dict[str, dict[str, str]]:
    """Ready words for mail and WhatsApp, by language: the form's own, or both."""
    return {lang: letter(form, settings, invitation, link, lang) for lang in spoken(settings)}


def spoken(settings: FormSettings) -> tuple[str, ...]:
    """The languages of a form: its own, or both."""
    return LANGUAGES if settings.language == "browser" else (settings.language,)


def unmailable(
    settings: FormSettings, clients: Iterable[Client], mail: str, mailing: bool
) -> str | None:
    """The key of why no invitation can go out by mail in this language; None if one can."""
    if not mailing:
        return "mail_off"
    if mail not in spoken(settings):
        return "mail_language"
    return None if any(client.email for client in clients) else "mail_nobody"


def letter(
    form: FormRecord, settings: FormSettings, invitation: Invitation, link: str, lang: str
) -> dict[str, str]:
    """Ready words for mail and WhatsApp in one language."""
    until = invitation.expires_at.astimezone(zone_of(settings.time_zone)).date()
    w = words(lang)
    values = {"client": invitation.client, "agency": form.agency_name, "link": link}
    values["until"] = w.date(until)
    kinds = ("subject", "mail", "whatsapp")
    return {kind: w(f"invite_{kind}", **values) for kind in kinds}


def table(
    form: FormRecord,
    settings: FormSettings,
    made: Iterable[tuple[Invitation, str]],
    address: str,
) -> str:
    """Invitations, each with its token, as CSV with their words; no cell is run as a formula.

    Where the form speaks several languages, the columns of the second one name it.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for place, (one, token) in enumerate(made):
        to = link(address, form, token)
        row = {"client": one.client, "email": one.email or "", "ref": one.ref or "", "link": to}
        row["until"] = one.expires_at.isoformat()
        for turn, (lang, texts) in enumerate(letters(form, settings, one, to).items()):
            row |= {f"{kind}_{lang}" if turn else kind: said for kind, said in texts.items()}
        if not place:
            writer.writerow(row)
        writer.writerow(map(no_formula, row.values()))
    return text.getvalue()


def _written(name: str, raw: str, file: str, line: int, findings: Findings) -> str | None:
    text = written(raw)
    if text is None:
        findings.add(file, line, "control_letters", name=name)
    elif len(text) > (254 if name == "email" else MOST_HIDDEN):
        findings.add(file, line, "long_text", name=name)
    return text or None


def _clients(
    rulebook: Rulebook, file: str, content: bytes, findings: Findings
) -> Iterator[tuple[int, Client]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        findings.add(file, 1 + content.count(b"\n", 0, error.start), "encoding")
        return
    first = text.partition("\n")[0]
    rows = csv.reader(
        io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count), strict=True
    )
    try:
        columns = [cell.strip() for cell in next(rows, [])]
        if not _usable(rulebook, columns, file, findings):
            return
        line = rows.line_num + 1
        for row in rows:
            if len(row) > len(columns):
                findings.add(file, line, "cells", have=len(row), most=len(columns))
            elif any(cell.strip() for cell in row):
                cells = dict(zip(columns, row))
                fields = {name: [one.strip()] for name, one in cells.items() if name not in OWN}
                given = from_fields(rulebook.questionnaire, fields)
                yield line, client_of(rulebook, cells, given, file, line, findings)
            line = rows.line_num + 1
    except csv.Error as error:
        findings.add(file, rows.line_num or 1, "csv", why=error)


def _usable(rulebook: Rulebook, columns: list[str], file: str, findings: Findings) -> bool:
    known = (*OWN, *rulebook.questionnaire.questions)
    wrong = [name for name in columns if name not in known]
    wrong += [name for name in sorted({*columns}) if columns.count(name) > 1]
    wrong += ["client"] if "client" not in columns else []
    if wrong:
        why = ", ".join(name or "“”" for name in dict.fromkeys(wrong))
        findings.add(file, 1, "columns", why=why)
    return not wrong
