"""What mail tells of, for tests: an agency whose names hold markup, and all that can happen."""

import random
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from agencies import WHEN, live_form
from desks import invitation, send
from forms import BOOK
from mailboxes import Mailbox
from profiles import PLAIN
from sqlalchemy import select, update

from recommender.agency import sending
from recommender.delivery.calling import Reply
from recommender.delivery.mail_postman import Postman
from recommender.delivery.worker import Worker
from recommender.engine.answers import read
from recommender.settings_mail import MailSettings
from recommender.store import endpoints, team
from recommender.store.audit import COMMAND
from recommender.store.database import Database, new_id
from recommender.store.desk import Desk
from recommender.store.records import Contact, Sent
from recommender.store.tables import agencies, members
from recommender.store.tables import mails as mails_table

CLIENT, MEMBER, AGENCY = '<b>Sri</b> & "Co"', "<i>Maya</i>", "Studio <u>Rame</u>"
ORGANISATION = "Kopi\r\nBcc: x@evil.example\r\n\r\n<script>"
MAYA, ANI, SRI = "maya@studio.example", "ani@studio.example", "sri@kopi.example"
TOKEN = "token-of-hers"
GONE = Reply(410, "hook_status", 0.1)
MADE = sending.made(BOOK, read(BOOK.questionnaire, PLAIN))


class Clock:
    """A clock that goes on when it is told to."""

    def __init__(self, **later: float) -> None:
        self.time = WHEN + timedelta(**later)

    def __call__(self) -> datetime:
        return self.time

    def pass_(self, **time: float) -> None:
        self.time += timedelta(**time)


def agency_of(database: Database, lang: str = "id", **settings: Any) -> Desk:
    """An agency with a form, and an owner who reads this language."""
    desk = Desk(database, live_form(database, **settings).agency_id)
    team.add(desk, MAYA, MEMBER, "owner", COMMAND, WHEN)
    with database.writing() as connection:
        connection.execute(update(agencies).values(name=AGENCY))
        connection.execute(update(members).values(lang=lang))
    return desk


def submit(desk: Desk, key: str = "k", when: datetime = WHEN, **changed: Any) -> Sent:
    """A client sends, where mail is set up."""
    who = {"contact": Contact(CLIENT, SRI, ORGANISATION), "made": MADE, "mailing": True}
    return send(desk, key, when, **who | changed)


def invite(desk: Desk, lang: str) -> None:
    again = replace(invitation(desk, client=CLIENT, email=SRI), id=new_id())
    desk.invite_all([(again, TOKEN)], COMMAND, lang)


def silence(desk: Desk, *, mailing: bool = True) -> None:
    """Have an endpoint say that it is gone for good, which nobody but its owners hears of."""
    endpoints.add(desk, "https://crm.example/hook?key=secret", "whsec_eA==", COMMAND, WHEN)
    send(desk, "told", WHEN + timedelta(seconds=1))
    clock = Clock(seconds=2)
    worker = Worker(desk.database, mailing=mailing, call=lambda *_: GONE, now=clock)
    while worker.step():
        pass


def everything(desk: Desk, lang: str) -> None:
    """All that mail tells of, once each."""
    submit(desk, lang=lang, receipt=True)
    invite(desk, lang)
    team.add(desk, ANI, "Ani", "member", COMMAND, WHEN)
    team.pass_for(desk, ANI, COMMAND, WHEN, lang)
    team.forget(desk.database, MAYA.upper(), lang, WHEN)
    silence(desk)


def postman_of(database: Database, settings: MailSettings, clock: Clock) -> Postman:
    return Postman(database, settings, now=clock, random=random.Random(1))


def deliver(database: Database, box: Mailbox, clock: Clock | None = None, **changed: Any) -> None:
    """Send all that can be sent now, which without a clock is all that waits."""
    latest = max((row.due_at for row in rows(database)), default=WHEN)
    made = clock or Clock(seconds=(latest - WHEN).total_seconds())
    postman = postman_of(database, box.settings(**changed), made)
    while postman.step():
        pass


def rows(database: Database) -> list[Any]:
    """The mails that are kept."""
    with database.reading() as connection:
        return list(connection.execute(select(mails_table).order_by(mails_table.c.created_at)))
