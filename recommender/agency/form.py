"""The settings of a form: what an agency decides about its questionnaire.

They are kept as they are written: texts, lists and maps, `yes` and `no`, numbers as digits.
"""

from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, StringConstraints

from recommender.agency.brand import Brand, Flag, Line, Paragraph, number, said
from recommender.agency.reach import contact_address, target
from recommender.agency.sites import site
from recommender.rulebook.files import Form, Id
from recommender.store.records import FormRecord

MOST_HIDDEN_KEYS = 9
SHIPPED = "shipped"
RESERVED = frozenset(
    (
        *("lang", "embed", "ref", "brief", "from", "part", "reader", "return", "start", "type"),
        *("skip", "preview", "key", "token", "name", "email", "mail", "phone", "nama", "surel"),
        *("telepon", "whatsapp", "organisation", "company"),
    )
)
"""What a hidden key or a context question cannot be called: addresses use it, or it would carry
a person's contact, which no address may."""


def _zone(value: str) -> str:
    known = available_timezones()
    if known and value not in known:  # a machine without a table of them takes every name
        raise said("time_zone", near=sorted(known))
    return value


def _free(value: str) -> str:
    if len(value) < 3 or value in RESERVED:
        raise said("reserved")
    return value


Key = Annotated[Id, AfterValidator(_free)]
Zone = Annotated[str, AfterValidator(_zone)]
Site = Annotated[str, AfterValidator(site)]
Reach = Annotated[Line, AfterValidator(contact_address)]
Wanted = Literal["no", "optional", "required"]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{1,62}[a-z0-9]$")]


class Both(Form):
    """A line in both languages."""

    id: Line
    en: Line

    def said(self, lang: str) -> str:
        return self.id if lang == "id" else self.en


class Note(Form):
    """Some sentences in both languages."""

    id: Paragraph
    en: Paragraph

    def said(self, lang: str) -> str:
        return self.id if lang == "id" else self.en


class Consent(Note):
    """What a person agrees to before a contact is kept; other words are another version."""

    version: Line = "standard-1"
    id: Paragraph = (
        "Saya setuju jawaban dan data kontak saya disimpan untuk menyiapkan saran bagi saya. "
        "Saya bisa meminta semuanya dihapus kapan saja."
    )
    en: Paragraph = (
        "I agree that my answers and contact details are stored to prepare advice for me. "
        "I can have all of it erased at any time."
    )


class Asks(Form):
    """Which contact details the send page asks for."""

    name: Wanted = "optional"
    email: Wanted = "required"
    organisation: Wanted = "no"


class ContextOption(Form):
    id: Id
    label: Both


class ContextQuestion(Form):
    """A question of the agency's own. It is stored with the answers and changes no points."""

    id: Key
    kind: Literal["one", "many", "short", "long"]
    label: Both
    options: Annotated[tuple[ContextOption, ...], Field(max_length=20)] = ()
    required: Flag = False


class FormSettings(Form):
    """All settings of one version of a form; `name` and `slug` are enough."""

    name: Line
    slug: Slug
    state: Literal["draft", "live", "closed"] = "draft"
    language: Literal["browser", "id", "en"] = "browser"
    may_switch: Flag = True
    market: Id | None = None
    rules: Line = SHIPPED
    time_zone: Zone = "Asia/Jakarta"
    brand: Brand = Brand()
    sites: Annotated[tuple[Site, ...], Field(max_length=20)] = ()
    contact: Literal["off", "after", "before"] = "off"
    asks: Asks = Asks()
    contact_address: Reach | None = None
    consent: Consent = Consent()
    so_far: Flag = False
    sharpen: Flag = True
    receipt: Flag = False
    hidden: Annotated[tuple[Key, ...], Field(max_length=MOST_HIDDEN_KEYS)] = ()
    context: Annotated[tuple[ContextQuestion, ...], Field(max_length=10)] = ()
    retention_days: number(1, 730) = 180  # type: ignore[valid-type]
    note: Note | None = None

    @property
    def contact_link(self) -> str:
        """Where the contact address leads; empty without one."""
        return target(self.contact_address) if self.contact_address else ""


def settings_of(record: FormRecord) -> FormSettings:
    """The settings that a form was stored with; its slug and its state are those of now."""
    kept = {"name": record.slug, **record.settings}
    return FormSettings.model_validate(kept | {"slug": record.slug, "state": record.state})


def plain(value: Any) -> Any:
    """Settings as they are written and kept: texts, lists and maps alone, without what is unset."""
    if isinstance(value, Form):
        return plain({name: getattr(value, name) for name in type(value).model_fields})
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items() if one is not None}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
