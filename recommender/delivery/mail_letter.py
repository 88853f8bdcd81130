"""A letter as people read it, and the mail that it becomes: plain text and HTML of one content."""

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from recommender.render.templates import template
from recommender.settings_mail import MailSettings

MOST_SUBJECT = 150


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a letter. Its shape is paragraph, button, link, facts or list.

    A button and a link lead to `address`; facts are pairs of a name and a value in `rows`, and
    a list has its items there, each alone.
    """

    shape: str
    words: str = ""
    address: str = ""
    rows: tuple[tuple[str, ...], ...] = ()

    @property
    def text(self) -> str:
        if self.address:
            return f"{self.words.rstrip(':')}:\n{self.address}"
        if self.shape == "list":
            return "\n".join(f"- {one}" for (one,) in self.rows)
        return "\n".join(f"{name}: {value}" for name, value in self.rows) or self.words


@dataclass(frozen=True, slots=True)
class Letter:
    """What is said to whom it is sent; `foot` says why she gets it.

    `reply_to` is where an answer goes; empty for where the mail comes from.
    """

    lang: str
    subject: str
    blocks: tuple[Block, ...]
    foot: str
    reply_to: str = ""


def paragraphs(*words: str) -> tuple[Block, ...]:
    return tuple(Block("paragraph", one) for one in words)


def facts(*rows: tuple[str, str]) -> Block:
    """Names with their values; those without a value are left out."""
    return Block("facts", rows=tuple((name, one_line(said)) for name, said in rows if said))


def mail(
    letter: Letter, to: str, mail_id: str, written_at: datetime, settings: MailSettings
) -> EmailMessage:
    """The letter as a mail. What tries of it have in common is all of it, so a doubled one shows.

    Whatever people wrote stays within its header or its part: a header has one line, and HTML
    is escaped.
    """
    made = EmailMessage(policy=SMTP)
    made["From"] = settings.sender
    made["To"] = to
    made["Subject"] = one_line(letter.subject)[:MOST_SUBJECT]
    made["Date"] = format_datetime(written_at)
    made["Message-ID"] = f"<{mail_id}@{settings.domain}>"
    made["Auto-Submitted"] = "auto-generated"
    if letter.reply_to:
        made["Reply-To"] = letter.reply_to
    # In letters of seven bits, which every server on the way leaves as they are.
    made.set_content(_text(letter), cte="quoted-printable")
    html = template("mail/letter.html").render(letter=letter)
    made.add_alternative(html, subtype="html", cte="quoted-printable")
    made["Content-Language"] = letter.lang  # earlier, it would have become the text's alone
    made.set_boundary(f"={mail_id}=")
    return made


def _text(letter: Letter) -> str:
    said = [block.text for block in letter.blocks]
    return "\n\n".join([*said, f"-- \n{letter.foot}"]) + "\n"


def one_line(text: str) -> str:
    """The text with line ends and control letters as spaces."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())
