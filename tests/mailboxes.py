"""A mail server for tests: a real one, which keeps what it takes as it came over the wire."""

import asyncio
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from threading import Event, Thread

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from recommender.settings_mail import MailSettings

SENDER = "Forms <forms@mail.example>"
SITE = "https://forms.example"


@dataclass
class Mailbox:
    """What a mail server has taken. `answers` are what it says to the next recipients or mails;
    those that begin with a status other than 2xx are refusals. Then it says 250. `then`
    is done when a mail is handed over, before that is acknowledged."""

    answers: list[str] = field(default_factory=list)
    taken: list[Envelope] = field(default_factory=list)
    asked: int = 0
    port: int = 0
    then: Callable[[], None] | None = None
    arrived: Event = field(default_factory=Event)

    def settings(self, security: str = "plain", **changed) -> MailSettings:
        return MailSettings("localhost", self.port, security, SENDER, SITE, **changed)

    @property
    def mails(self) -> list[EmailMessage]:
        """As a mail program reads them."""
        read = [message_from_bytes(one.content, policy=policy.default) for one in self.taken]
        assert not [defect for one in read for part in one.walk() for defect in part.defects]
        return read

    @property
    def to(self) -> list[tuple[EmailMessage, list[str]]]:
        """Each with whom the server was told to bring it to."""
        return [(mail, one.rcpt_tos) for mail, one in zip(self.mails, self.taken, strict=True)]

    def only(self) -> EmailMessage:
        [mail] = self.mails
        return mail

    async def handle_RCPT(self, _: object, __: Session, envelope: Envelope, to: str, ___) -> str:
        self.asked += 1
        if self.answers and self.answers[0].endswith("address"):
            return self.answers.pop(0)
        envelope.rcpt_tos.append(to)
        return "250 OK"

    async def handle_DATA(self, _: object, __: Session, envelope: Envelope) -> str:
        if self.answers:
            return self.answers.pop(0)
        self.taken.append(envelope)
        if self.then:
            self.then()
        self.arrived.set()
        return "250 OK"


def text_of(mail: EmailMessage) -> str:
    return _part(mail, "plain")


def html_of(mail: EmailMessage) -> str:
    return _part(mail, "html")


def _part(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return part.get_content().replace("\r\n", "\n")


@contextmanager
def mailbox(
    certificate: Path | None = None, *, wrapped: bool = False, **options
) -> Iterator[Mailbox]:
    """A mail server on loopback; with a certificate and key in one file it offers STARTTLS, or
    `wrapped` speaks nothing but TLS."""
    box, loop, tls = Mailbox(), asyncio.new_event_loop(), None
    if certificate:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(certificate)
    own = {"hostname": "localhost", "loop": loop, "auth_require_tls": not wrapped}
    own |= {} if wrapped else {"tls_context": tls}
    with socket.create_server(("127.0.0.1", 0)) as free:
        box.port = free.getsockname()[1]
        listening = loop.create_server(
            lambda: SMTP(box, **own, **options), sock=free, ssl=tls if wrapped else None
        )
        # In a thread of its own from the first step: a browser's loop may run in this one.
        thread = Thread(target=loop.run_forever)
        thread.start()
        server = asyncio.run_coroutine_threadsafe(listening, loop).result()
        try:
            yield box
        finally:
            asyncio.run_coroutine_threadsafe(_end(server), loop).result()
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()


async def _end(server: asyncio.Server) -> None:
    """Hang up on whoever is still there."""
    server.close()
    talking = [one for one in asyncio.all_tasks() if one is not asyncio.current_task()]
    for one in talking:
        one.cancel()
    await asyncio.gather(*talking, return_exceptions=True)


def knows(_, __, ___, ____, given) -> AuthResult:
    """Lets one member of the server in."""
    right = (given.login, given.password) == (b"forms", b"p@ss word")
    return AuthResult(success=right, handled=False)
