"""What the API of agencies takes and gives; see `models`."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from recommender.agency.written import MOST_EMAIL, MOST_HIDDEN
from recommender.console.filtering import place
from recommender.store.listing import Place
from recommender.web.api.models import Given, Query, Taken, named
from recommender.web.console.inviting_page import DAYS, MOST_DAYS

MOST_LISTED, LISTED = 200, 50
_EARLIEST, _LATEST = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)


def _moment(value: object) -> datetime:
    text = value if isinstance(value, str) and "T" in value.upper() else ""
    try:
        found = datetime.fromisoformat(text.upper())
        if found.tzinfo is None:
            raise ValueError
    except ValueError:
        raise PydanticCustomError("moment", "a time with its zone") from None
    try:
        return found.astimezone(UTC)
    except OverflowError:  # at the ends of the calendar a zone leads beyond them
        return _EARLIEST if found.year == 1 else _LATEST


def _cursor(value: object) -> Place:
    found = place(value) if isinstance(value, str) else None
    if found is None:
        raise PydanticCustomError("cursor", "`next` of a page")
    return found


def _digits(value: object) -> int:
    text = value if isinstance(value, str) else ""
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        raise PydanticCustomError("int_type", "a whole number")
    return int(text)


def _whole(value: object) -> object:
    """JSON does not tell 30 from 30.0."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Moment = Annotated[
    datetime,
    BeforeValidator(_moment),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
Cursor = Annotated[
    tuple[datetime, str],
    BeforeValidator(_cursor),
    WithJsonSchema({"type": "string", "maxLength": 100}),
]
Limit = Annotated[
    int,
    BeforeValidator(_digits),
    Field(ge=1, le=MOST_LISTED),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": MOST_LISTED}),
]
Days = Annotated[
    int,
    BeforeValidator(_whole),
    Field(ge=1, le=MOST_DAYS),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": MOST_DAYS}),
]
Text = Annotated[str, StringConstraints(min_length=1, max_length=MOST_HIDDEN)]
Url = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
Id = Annotated[str, Field(pattern="^[0-9a-f]{32}$")]


class Form(Given):
    """A form under its newest settings, which are as its file has them."""

    slug: str
    name: str
    state: Literal["draft", "live", "closed"]
    version: int
    address: str
    settings: dict[str, Any]


class Forms(Given):
    forms: list[Form]


class Paging(Query):
    form: Annotated[str | None, Field(max_length=64)] = None
    after: Cursor | None = None
    limit: Limit = LISTED


class Filters(Paging):
    since: Moment | None = None
    until: Moment | None = None
    tests: str | None = None


class Invite(Taken):
    """Whom to ask, and what is known of the answers already."""

    form: Annotated[str, Field(max_length=64)]
    client: Text
    email: Annotated[str | None, Field(max_length=MOST_EMAIL)] = None
    ref: Text | None = None
    days: Days = DAYS
    mail: Literal["en", "id"] | None = None
    answers: Annotated[dict[str, Any], WithJsonSchema({"type": "object"})] = Field(
        default_factory=dict
    )


class Invitation(Given):
    id: Id
    form: str
    client: str
    email: str | None
    ref: str | None
    state: Literal["made", "opened", "answered"]
    created_at: datetime
    expires_at: datetime
    opened_at: datetime | None
    answered_at: datetime | None


class Letter(Given):
    subject: str
    mail: str
    whatsapp: str


class MadeInvitation(Invitation):
    """The link and the words that bring it are in this answer alone."""

    link: str
    letters: dict[str, Letter]


class Invitations(Given):
    invitations: list[Invitation]
    next: str | None


class Contact(Given):
    name: str | None
    email: str | None
    organisation: str | None


class Listed(Given):
    """A submission as the list has it; `first` and `second` are the types at these ranks."""

    id: Id
    form: str
    thread: str
    revision: int
    goal: str
    first: list[str]
    second: list[str]
    label: Literal["clear", "narrow", "tie", "early"]
    ref: str | None
    test: bool
    created_at: datetime
    contact: Contact | None


class Submissions(Given):
    submissions: list[Listed]
    next: str | None


class Submission(Given):
    """A submission, with the recommendation as the client saw it."""

    id: Id
    created_at: datetime
    form: str
    ref: str | None
    revision: int
    thread: str
    test: bool
    lang: str
    hidden: dict[str, Any]
    context: dict[str, Any]
    contact: Contact | None
    recommendation: Annotated[dict[str, Any], named("Recommendation")]


class AddWebhook(Taken):
    url: Url


class Webhook(Given):
    """`why` says why it is off: `hand`, `gone` or `failing`."""

    id: Id
    url: str
    state: Literal["on", "off"]
    why: str | None
    failing_since: datetime | None
    created_at: datetime


class MadeWebhook(Webhook):
    """The secret is in this answer alone."""

    secret: str


class Webhooks(Given):
    webhooks: list[Webhook]


class Test(Given):
    """An event was put in the way of all others."""

    event: Literal["test"] = "test"
