"""Handing a mail to the server that sends it, and what becomes of that."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage

from recommender.settings_mail import MailSettings

SECONDS = 20


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a mail was not taken: the key of words, and the server's status where it said one.

    What is `final` would be the same at any other time.
    """

    key: str
    status: int | None = None
    final: bool = False


def send(settings: MailSettings, message: EmailMessage) -> Failure | None:
    """Hand over a mail; None if the server has taken it.

    Only what the server says of this mail can be final: who may not sign in, or finds nobody to
    talk to, may do so later, and nothing is lost meanwhile. Without TLS where that is asked for,
    nothing is said.
    """
    try:
        with _connected(settings) as server:
            _sign_in(server, settings)
            return _hand_over(server, message)
    except smtplib.SMTPAuthenticationError as error:
        return Failure("mail_login", error.smtp_code)
    except (smtplib.SMTPNotSupportedError, ssl.SSLError):
        return Failure("mail_tls")
    except smtplib.SMTPResponseException as error:
        return Failure("mail_later", error.smtp_code)
    except (smtplib.SMTPException, OSError, UnicodeError):
        return Failure("mail_away")


@contextmanager
def _connected(settings: MailSettings) -> Iterator[smtplib.SMTP]:
    # Named after where mail comes from: to look up this machine's own name may take long.
    where = settings.host, settings.port, settings.domain
    if settings.security == "tls":
        context = ssl.create_default_context()
        server: smtplib.SMTP = smtplib.SMTP_SSL(*where, timeout=SECONDS, context=context)
    else:
        server = smtplib.SMTP(*where, timeout=SECONDS)
    try:
        yield server
    finally:
        with suppress(smtplib.SMTPException, OSError):  # what it has taken, it has taken
            server.quit()
        server.close()


def _sign_in(server: smtplib.SMTP, settings: MailSettings) -> None:
    if settings.security == "starttls":
        server.starttls(context=ssl.create_default_context())
    if settings.user:
        server.login(settings.user, settings.password)


def _hand_over(server: smtplib.SMTP, message: EmailMessage) -> Failure | None:
    try:
        server.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        [(status, _)] = error.recipients.values()
        return _said(status)
    except smtplib.SMTPDataError as error:
        return _said(error.smtp_code)
    except smtplib.SMTPSenderRefused as error:
        return Failure("mail_sender", error.smtp_code)
    return None


def _said(status: int) -> Failure:
    """What the server said of this very mail: 5xx will not change."""
    final = 500 <= status < 600
    return Failure("mail_refused" if final else "mail_later", status, final)
