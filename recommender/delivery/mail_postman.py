"""The mails that wait, one after another: written when they are sent, tried again until taken."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from random import Random

from recommender.delivery import mail_letter, mail_smtp
from recommender.delivery.mail_kinds import letter
from recommender.delivery.mail_smtp import Failure
from recommender.delivery.schedule import WAITS, again
from recommender.errors import StoreError
from recommender.settings_mail import MailSettings
from recommender.store import mails, team
from recommender.store.database import Database, now
from recommender.store.mails import Mail

_log = logging.getLogger(__name__)

BROKEN = Failure("mail_broken")


@dataclass(frozen=True)
class Postman:
    """Sends the mails of one database; any number may do so at once.

    `send` and `now` are the network and the clock.
    """

    database: Database
    settings: MailSettings
    send: Callable[[MailSettings, EmailMessage], Failure | None] = mail_smtp.send
    now: Callable[[], datetime] = now
    random: Random = field(default_factory=Random)

    def step(self) -> bool:
        """Send the mail that has waited longest; False if none waits."""
        mail = mails.lease(self.database, self.now())
        if mail is None:
            return False
        if mail.kind == mails.FORGOTTEN:
            team.remember(self.database, mail, self.now())
        else:
            self._deliver(mail)
        return True

    def _deliver(self, mail: Mail) -> None:
        """A mail that ended the process each time it was tried is given up as any other."""
        killing = mail.tries > len(WAITS) + 1
        failure = BROKEN if killing else self._try(mail)
        if failure is None:
            mails.done(self.database, mail)
            return
        due = None if failure.final else again(mail.tries, self.now(), self.random)
        mails.failed(self.database, mail, failure.key, failure.status, due)
        what = "was given up" if due is None else "waits"
        _log.warning("mail %s (%s) %s: %s %s", mail.id, mail.kind, what, *_said(failure))

    def _try(self, mail: Mail) -> Failure | None:
        try:
            said = letter(self.database, mail, self.settings.address)
            if said is None:
                return None
            made = mail_letter.mail(said, mail.email, mail.id, mail.created_at, self.settings)
        except StoreError:
            raise
        except Exception:  # whatever it is, the next mail may be well
            _log.exception("a mail could not be written")
            return BROKEN
        return self.send(self.settings, made)


def _said(failure: Failure) -> tuple[str, str]:
    return failure.key.removeprefix("mail_"), str(failure.status or "")
