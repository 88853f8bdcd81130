"""What to do on a type and where: advice and platforms chosen for given answers."""

from collections.abc import Iterable
from dataclasses import dataclass

from recommender.engine.content import Advice, Platform, Service
from recommender.engine.model import Answers, WarningNote
from recommender.engine.rows import holds
from recommender.engine.rulebook import Rulebook
from recommender.errors import Text

SHOWN = {
    "first_week": 1,
    "first_month": 1,
    "first_quarter": 1,
    "ladder": 3,
    "non_verbal": 1,
    "verbal": 1,
    "individual": 1,
    "group": 1,
    "feature": 1,
    "prompt": 3,
    "rhythm": 1,
    "reply": 1,
    "figures": 1,
    "listening": 1,
    "measure": 3,
    "risk": 3,
    "bad_day": 1,
}
"""The kinds of advice in the order of a card, and how many of each it shows."""


@dataclass(frozen=True, slots=True)
class PlatformNote:
    """A platform for given answers: advised or not, and why; `rule` is the gate that closes it."""

    id: str
    markets: tuple[str, ...]
    advised: bool
    reason: Text
    sources: tuple[str, ...]
    rule: str | None = None


def advice_for(rulebook: Rulebook, answers: Answers, type_: str) -> tuple[Advice, ...]:
    """The advice whose conditions hold, kind by kind, as many of each as a card shows."""
    found: dict[str, list[Advice]] = {kind: [] for kind in SHOWN}
    for advice in rulebook.advice:
        if (
            type_ in advice.types
            and len(found[advice.kind]) < SHOWN[advice.kind]
            and holds(advice.when, advice.unless, answers)
        ):
            found[advice.kind].append(advice)
    return tuple(advice for kind in found.values() for advice in kind)


def platforms_for(
    rulebook: Rulebook, answers: Answers, type_: str, warnings: Iterable[WarningNote] = ()
) -> tuple[PlatformNote, ...]:
    """The type's platforms in the answers' market, the most suitable first, poor ideas last.

    While the market is unknown all are listed. A platform that a warning closes, or that an
    objection speaks against, is shown with that reason instead of being hidden.
    """
    closed = {platform: note for note in warnings for platform in note.closes}
    market = answers.get("market")
    notes: list[tuple[bool, int, int, PlatformNote]] = []
    for platform in rulebook.platforms.values():
        if type_ not in platform.types:
            continue
        note = _note(platform, answers, closed.get(platform.id))
        if market is None or market in platform.markets or not note.advised:
            suited = sum(holds((condition,), (), answers) for condition in platform.suits)
            notes.append((not note.advised, -suited, len(notes), note))
    return tuple(note for *_, note in sorted(notes, key=lambda place: place[:3]))


def services_for(rulebook: Rulebook, type_: str) -> tuple[Service, ...]:
    """What the agency whose rulebook answers offers for a type, in its own order."""
    return tuple(service for service in rulebook.services if type_ in service.types)


def _note(platform: Platform, answers: Answers, closing: WarningNote | None) -> PlatformNote:
    about = (platform.id, platform.markets)
    if closing:
        return PlatformNote(*about, False, closing.reason, closing.sources, closing.rule)
    for objection in platform.objections:
        if holds(objection.when, objection.unless, answers):
            return PlatformNote(*about, False, objection.reason, objection.sources)
    return PlatformNote(*about, True, platform.reason, platform.sources)
