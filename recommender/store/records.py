"""What the store takes and gives: frozen values, never rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from recommender import __version__


@dataclass(frozen=True, slots=True)
class AgencyRecord:
    id: str
    slug: str
    name: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class FormRecord:
    """A form under one version of its settings; `state` is draft, live or closed, as of now."""

    id: str
    agency_id: str
    agency_name: str
    slug: str
    state: str
    version: int
    settings: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Contact:
    """What a person gave of herself; None for what she was not asked or left empty."""

    name: str | None = None
    email: str | None = None
    organisation: str | None = None

    def __bool__(self) -> bool:
        return any((self.name, self.email, self.organisation))


@dataclass(frozen=True, slots=True)
class Consent:
    """The words that a person agreed to, their version, and the language she read them in."""

    version: str
    text: str
    lang: str


@dataclass(frozen=True, slots=True)
class Meant:
    """Which recommendation: the one that these rules make of the answers of this code."""

    code: str
    rules_version: str
    rules_digest: str

    @property
    def id(self) -> str:
        """The same rules and answers lead to the same bytes, in one version of the program."""
        return sha256(f"{__version__} {self.rules_digest} {self.code}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Made(Meant):
    """A recommendation as it is stored: the document's canonical bytes, and what lists show.

    `first` and `second` are the types at the first two ranks that are held, best first.
    """

    body: bytes
    goal: str
    first: tuple[str, ...]
    second: tuple[str, ...]
    label: str


@dataclass(frozen=True, slots=True)
class Sending:
    """Everything that one press of "send" brings. `key` makes a repeated press the same one.

    `made` may only be meant if somebody has sent the same before. `counted_on` is the form's day
    on which it counts as sent; None where it does not.
    `erase_token` is the secret of the link by which the person can have it erased; only its
    hash is kept. With `mailing` members are told of it by mail, with `receipt` she is as well.
    """

    key: str
    erase_token: str
    made: Meant
    lang: str
    contact: Contact = Contact()
    consent: Consent | None = None
    ref: str | None = None
    hidden: Mapping[str, str] = field(default_factory=dict)
    context: Mapping[str, Any] = field(default_factory=dict)
    invitation: str | None = None
    seconds: int | None = None
    test: bool = False
    counted_on: date | None = None
    mailing: bool = False
    receipt: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """An acknowledged submission; revision 2 and above are later answers of the same client."""

    id: str
    form_id: str
    revision: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What is left of an erased submission: that it was, and since when it is not."""

    id: str
    form_id: str
    why: str
    erased_at: datetime


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link made for one client. `code` holds the answers it begins with, "" for none."""

    id: str
    agency_id: str
    form_id: str
    client: str
    email: str | None
    ref: str | None
    code: str
    created_at: datetime
    expires_at: datetime
    opened_at: datetime | None
    answered_at: datetime | None

    @property
    def state(self) -> str:
        """How far it has come: made, opened or answered."""
        return "answered" if self.answered_at else "opened" if self.opened_at else "made"


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of an agency; `role` is owner or member. `seen_at` is when she last signed in."""

    id: str
    email: str
    name: str
    role: str
    created_at: datetime
    may_sign_in: bool = False
    seen_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Seat:
    """A member as she signs in. A session holds as long as `session_key` stays the same."""

    member_id: str
    agency_id: str
    agency_slug: str
    agency_name: str
    email: str
    name: str
    role: str
    password_hash: str = field(repr=False)
    session_key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that was done; `about` names what it was done to."""

    id: str
    at: datetime
    who: str
    what: str
    about: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Listed:
    """A submission as lists show it."""

    id: str
    form: str
    thread: str
    revision: int
    goal: str
    first: tuple[str, ...]
    second: tuple[str, ...]
    label: str
    ref: str | None
    test: bool
    created_at: datetime
    contact: Contact


@dataclass(frozen=True, slots=True)
class Stored:
    """A submission with everything that belongs to it; `document` as it was sent, in bytes."""

    listed: Listed
    form_version: int
    lang: str
    hidden: Mapping[str, str]
    context: Mapping[str, Any]
    seconds: int | None
    code: str
    rules_version: str
    document: bytes
    consent: Consent | None
    consented_at: datetime | None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where an agency's program hears of submissions, as a worker leases it.

    `old_secret` signs beside the present one until `old_until`.
    """

    id: str
    agency_id: str
    url: str
    secret: str = field(repr=False)
    old_secret: str | None = field(repr=False)
    old_until: datetime | None
    state: str
    why: str | None
    failing_since: datetime | None
    leased_until: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event for one endpoint; `tries` were made so far."""

    id: str
    agency_id: str
    endpoint_id: str
    event_id: str
    event: str
    submission_id: str
    state: str
    tries: int
    due_at: datetime
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try of a delivery: the status that came back, or the key of why none did."""

    delivery_id: str
    at: datetime
    status: int | None
    error: str | None
    seconds: float
