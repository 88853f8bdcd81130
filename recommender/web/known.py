"""What is worked out once of each version of a form: its settings and the look of its brand."""

from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a tenth of the app's imports, which an app without forms never needs
    from recommender.agency.form import FormSettings
    from recommender.store.records import FormRecord

MOST_FORMS = 512


@dataclass(frozen=True)
class Known:
    """One version of a form. It never changes: a change of a form is a new version."""

    record: "FormRecord"
    settings: "FormSettings"

    @cached_property
    def theme(self) -> str:
        """The brand as a style sheet."""
        from recommender.agency.theme import css

        return css(self.settings.brand)

    @cached_property
    def mark(self) -> str:
        """Names this version and look in addresses that are kept for long."""
        return f"{self.record.version}.{sha256(self.theme.encode()).hexdigest()[:8]}"


@dataclass
class Forms:
    """Those that were asked for, forgotten when there are many; `latest` as last seen, by slug."""

    known: dict[tuple[str, int], Known] = field(default_factory=dict)
    latest: "dict[str, FormRecord]" = field(default_factory=dict)

    def remember(self, form: "FormRecord") -> None:
        if form.slug not in self.latest and len(self.latest) >= MOST_FORMS:
            self.latest.clear()
        self.latest[form.slug] = form

    def seen(self, form_id: str, version: int) -> "FormRecord | None":
        """A version of a form that was asked for before, in the state that it had then."""
        found = self.known.get((form_id, version))
        return found.record if found else None

    def of(self, form: "FormRecord") -> Known:
        from recommender.agency.form import settings_of

        key = (form.id, form.version)
        found = self.known.get(key)
        if found is None:
            if len(self.known) >= MOST_FORMS:
                self.known.clear()
            found = self.known[key] = Known(form, settings_of(form))
        return found
