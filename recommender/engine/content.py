"""What stands around the rules: types, sources, advice, platforms, guide, scenarios."""

from collections.abc import Mapping
from dataclasses import dataclass

from recommender.engine.model import Answers, Conditions, Value
from recommender.errors import Text


@dataclass(frozen=True, slots=True)
class Use:
    """One thing that marketing uses a type for, and where that is said."""

    id: str
    text: Text
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChannelType:
    """One of the six types, in words."""

    id: str
    name: Text
    in_sentence: Text
    gloss: Text
    best_known: tuple[str, ...]
    what: Text
    relating: Text
    uses: tuple[Use, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a statement comes from. `year` is None when undated, `url` when it has no address."""

    id: str
    title: Text
    strength: str
    place: Text | None = None
    year: int | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do on one of the types, for answers on which its conditions hold.

    `kind` names its place on the card; of one kind, the earlier in the rulebook comes first.
    """

    id: str
    types: tuple[str, ...]
    kind: str
    when: Conditions
    unless: Conditions
    text: Text
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Objection:
    """When a platform is a poor idea, and why."""

    when: Conditions
    unless: Conditions
    reason: Text
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Platform:
    """A service of one or more types: whom it reaches, in what state it is, whom it `suits`."""

    id: str
    name: str
    types: tuple[str, ...]
    markets: tuple[str, ...]
    reason: Text
    sources: tuple[str, ...]
    suits: Conditions = ()
    objections: tuple[Objection, ...] = ()


@dataclass(frozen=True, slots=True)
class Service:
    """What an agency (`by`) offers for one or more types: shown with a result, never scored."""

    id: str
    by: str
    types: tuple[str, ...]
    name: Text
    text: Text
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Chapter:
    """A question of the guide with its answer, and the place in the product it leads to."""

    id: str
    title: Text
    paragraphs: tuple[Text, ...]
    leads_to: str
    leads_label: Text
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scenario:
    """A situation as answers, with the type that must come `first`, or among the `top_two`."""

    id: str
    title: Text
    answers: Mapping[str, Value]
    sources: tuple[str, ...]
    first: str | None = None
    top_two: str | None = None


@dataclass(frozen=True, slots=True)
class Contrast:
    """Two sets of answers that differ in one, and which way a gap between two types must move."""

    id: str
    before: Answers
    after: Answers
    gap: tuple[str, str]
    grows: bool
    why: Text
    sources: tuple[str, ...]
