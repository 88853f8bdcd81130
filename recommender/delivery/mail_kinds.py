"""What each kind of mail says, made of what is stored at the moment when it is sent."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit

from recommender.agency import inviting
from recommender.agency.form import FormSettings, settings_of
from recommender.agency.rulebooks import rulebook_called
from recommender.agency.written import is_email
from recommender.console.comparing import in_words
from recommender.delivery.mail_letter import Block, Letter, facts, paragraphs
from recommender.engine.rulebook import Rulebook
from recommender.i18n import Words, words
from recommender.rulebook import load, shipped
from recommender.store import mails
from recommender.store.database import Database
from recommender.store.desk import Desk
from recommender.store.mails import Mail
from recommender.store.records import FormRecord, Stored
from recommender.store.retention import zone_of
from recommender.store.team import PASS_DAYS


@dataclass(frozen=True, slots=True)
class Writing:
    """A mail that is being written: the store, the words, and where this installation is."""

    database: Database
    mail: Mail
    t: Words
    address: str

    @property
    def desk(self) -> Desk:
        return Desk(self.database, self.mail.agency_id)

    def form(self, id_: str) -> FormRecord | None:
        return next((form for form in self.desk.forms() if form.id == id_), None)

    def letter(self, subject: str, *blocks: Block, foot: str, reply_to: str = "") -> Letter:
        return Letter(self.mail.lang, subject, blocks, foot, reply_to)


def letter(database: Database, mail: Mail, address: str) -> Letter | None:
    """The letter of a mail; None if there is nothing to say any more."""
    return KINDS[mail.kind](Writing(database, mail, words(mail.lang), address))


def trial(lang: str, address: str) -> Letter:
    """What tells an administrator that mail arrives, and where its links lead."""
    t = words(lang)
    said = (*paragraphs(t("mail_trial_text")), Block("button", t("mail_trial_open"), address))
    return Letter(lang, t("mail_trial_subject"), said, t("mail_trial_foot", address=address))


def _submission(one: Writing) -> Letter | None:
    """To a member: who has sent what, and where to see it."""
    found, t = _sent(one), one.t
    if found is None:
        return None
    stored, form, settings = found
    listed, contact = stored.listed, stored.listed.contact
    book, lang = _book(settings), one.mail.lang
    client = contact.name or contact.organisation or contact.email or t("mail_unnamed")
    goal = in_words(book.questionnaire.questions.get("primary_goal"), listed.goal, lang)
    types = [book.types[id_].name[lang] if id_ in book.types else id_ for id_ in listed.first]
    key = "mail_submission_test" if listed.test else "mail_submission_subject"
    return one.letter(
        t(key, client=client),
        *paragraphs(t("mail_submission_text", form=settings.name, agency=form.agency_name)),
        facts(
            (t("mail_client"), client),
            (t("mail_organisation"), contact.organisation or ""),
            (t("mail_goal"), goal),
            (t("mail_first"), t.listed(types)),
            (t("mail_when"), _moment(listed.created_at, settings, t)),
        ),
        Block(
            "button", t("mail_submission_open"), f"{one.address}/console/submissions/{listed.id}"
        ),
        foot=t("mail_submission_foot", agency=form.agency_name),
    )


def _receipt(one: Writing) -> Letter | None:
    """To the client: what arrived where and when, and the link that erases it.

    What she wrote herself is only named: anybody could have written it, and her address.
    """
    found, t = _sent(one), one.t
    if found is None:
        return None
    stored, form, settings = found
    agency, root = form.agency_name, f"{one.address}/f/{form.slug}"
    result = f"{root}/r/{stored.code}?v={quote(stored.rules_version)}"
    parts = [t(f"part_{part}", agency=agency) for part in _parts(stored)]
    return one.letter(
        t("sent_title", agency=agency),
        *paragraphs(t("sent_when", when=_moment(stored.listed.created_at, settings, t))),
        Block("button", t("sent_result"), result),
        *paragraphs(t("mail_receipt_what")),
        Block("list", rows=tuple((part,) for part in parts)),
        facts(*_answers(stored, _book(settings), one.mail.lang)),
        Block("link", t("mail_receipt_erase"), f"{root}/erase/{one.mail.said['erase']}"),
        *paragraphs(t.count("kept_days", settings.retention_days)),
        foot=t("mail_receipt_foot", agency=agency),
        reply_to=_reply_to(settings),
    )


def _invitation(one: Writing) -> Letter | None:
    """To a client: the words that the console shows, with the link as a button."""
    found = mails.invitation(one.database, one.mail)
    form = one.form(found.form_id) if found else None
    if found is None or form is None:
        return None
    settings, lang = settings_of(form), one.mail.lang
    to = inviting.link(one.address, form, one.mail.said["token"])
    said = inviting.letter(form, settings, found, to, lang)
    button = Block("button", one.t("mail_invitation_open"), to)
    parts = [
        button if part == to else Block("paragraph", part) for part in said["mail"].split("\n\n")
    ]
    foot = one.t("mail_invitation_foot", agency=form.agency_name)
    return one.letter(said["subject"], *parts, foot=foot, reply_to=_reply_to(settings))


def _welcome(one: Writing) -> Letter:
    """To a member: the link by which she chooses her password."""
    return _link_letter(one, "welcome")


def _password(one: Writing) -> Letter:
    """To a member who asked for another password, or for whom somebody did."""
    return _link_letter(one, "password")


def _link_letter(one: Writing, key: str) -> Letter:
    """A letter with a link by which a member chooses a password."""
    t, agency, link = one.t, one.mail.agency, one.mail.said["token"]
    values = {"agency": agency, "email": one.mail.email, "days": PASS_DAYS}
    return one.letter(
        t(f"mail_{key}_subject", **values),
        *paragraphs(t("mail_hello", name=one.mail.said["name"]), t(f"mail_{key}_text", **values)),
        Block("button", t("mail_choose"), f"{one.address}/console/password/{link}"),
        *paragraphs(t("mail_days", **values)),
        foot=t(f"mail_{key}_foot", **values),
    )


def _endpoint(one: Writing) -> Letter:
    """To an owner: which endpoint is silent, why, and what to do. An address may hold secrets,
    so only its host is named."""
    t, said = one.t, one.mail.said
    host = urlsplit(said["url"]).hostname or ""
    return one.letter(
        t("mail_endpoint_subject", host=host),
        *paragraphs(
            t("mail_hello", name=said["name"]),
            t(f"mail_endpoint_{said['why']}", host=host),
            t("mail_endpoint_waits"),
        ),
        Block("button", t("mail_endpoint_open"), f"{one.address}/console/hooks"),
        foot=t("mail_endpoint_foot", agency=one.mail.agency),
    )


KINDS: dict[str, Callable[[Writing], Letter | None]] = {
    mails.SUBMISSION: _submission,
    mails.RECEIPT: _receipt,
    mails.INVITATION: _invitation,
    mails.WELCOME: _welcome,
    mails.PASSWORD: _password,
    mails.ENDPOINT: _endpoint,
}


def _sent(one: Writing) -> tuple[Stored, FormRecord, FormSettings] | None:
    """The submission of a mail and its form; None once it is erased."""
    stored = one.desk.submission(one.mail.submission_id or "")
    form = one.desk.form(stored.listed.form) if stored else None
    return (stored, form, settings_of(form)) if stored and form else None


def _book(settings: FormSettings) -> Rulebook:
    return rulebook_called(settings.rules) or load(shipped())


def _moment(when: datetime, settings: FormSettings, t: Words) -> str:
    then = when.astimezone(zone_of(settings.time_zone))
    clock = {"hour": f"{then:%H}", "minute": f"{then:%M}", "zone": then.tzname()}
    return t("moment", date=t.date(then), **clock)


def _reply_to(settings: FormSettings) -> str:
    reach = settings.contact_address or ""
    return reach if is_email(reach) else ""


def _parts(stored: Stored) -> list[str]:
    """What went with the answers, by the names that the receipt's page gives it."""
    contact = stored.listed.contact
    there: dict[str, Any] = {"answers": True, "name": contact.name, "email": contact.email}
    there |= {"organisation": contact.organisation, "own": stored.context}
    there |= {"brought": stored.listed.ref or stored.hidden, "consent": stored.consent}
    return [part for part, value in there.items() if value]


def _answers(stored: Stored, book: Rulebook, lang: str) -> list[tuple[str, str]]:
    """The answers in words. They are options of ours, so nobody can write anything into them."""
    given = json.loads(stored.document).get("answers", {})
    known = book.questionnaire.questions
    return [
        (question.short[lang], in_words(question, _value(given[id_]), lang))
        for id_, question in known.items()
        if id_ in given
    ]


def _value(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
