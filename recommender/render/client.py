"""The client's page: what, why, first steps, how sure, what would change it, where."""

from collections.abc import Iterable, Iterator, Sequence

from recommender.engine.model import Contribution
from recommender.engine.rulebook import Rulebook
from recommender.i18n import words
from recommender.render.blocks import Line, Lines, Paragraph, Section
from recommender.render.saying import offering, platform_lines, service_lines, sure
from recommender.render.view import Card, View

MOST_CAUTIONS = 2
SHARES = {
    "alone": ((3, ("first_week", "first_month", "first_quarter"), 3),),
    "pair": ((3, ("first_week", "first_month", "first_quarter"), 2), (1, ("first_month",), 1)),
    "two": ((2, ("first_week", "first_month"), 2),) * 2,
    "many": ((1, ("first_week",), 1),) * 6,
}
"""How many reasons, which steps and how many platforms each named type gets on the one page."""


def client_sections(rulebook: Rulebook, shown: View) -> tuple[Section, ...]:
    """The sections after the opening; a section that has nothing to say is left out."""
    w = words(shown.lang)
    told = list(zip(shown.cards[: len(shown.leaders)], _shares(shown)))
    sure_ = (Paragraph(sure(rulebook, shown)),)
    change = (Paragraph(shown.cards[0].changes[0]),)
    sections = (
        (w("why"), _listed(_reasons(rulebook, told, shown))),
        (w("warnings"), _listed(_cautions(rulebook, told, shown.lang))),
        (w("first_steps"), _listed(_steps(rulebook, told, shown.lang))),
        (w("report_sure"), sure_),
        (w("change_this"), change),
        (w("platforms"), _listed(_platforms(rulebook, told, shown.lang))),
        (w("services", by=offering(rulebook)), _listed(_services(told, shown.lang))),
    )
    return tuple(Section(title, blocks) for title, blocks in sections if blocks)


def _listed(lines: Iterable[Line]) -> tuple[Lines, ...]:
    """A list, or nothing at all."""
    found = tuple(lines)
    return (Lines(found),) if found else ()


Told = Sequence[tuple[Card, tuple[int, tuple[str, ...], int]]]
"""The cards of the named types, each with its share of the page."""


def _shares(shown: View) -> tuple[tuple[int, tuple[str, ...], int], ...]:
    if shown.form == "pair":
        return SHARES["pair"]
    return SHARES[{1: "alone", 2: "two"}.get(len(shown.leaders), "many")]


def _reasons(rulebook: Rulebook, told: Told, shown: View) -> tuple[Line, ...]:
    """The strongest reasons of each named type; where none is named, why each is ruled out."""
    if not shown.leaders:
        gates = dict.fromkeys(
            said.reason[shown.lang]
            for card in shown.cards
            for said in card.entry.contributions
            if said.kind == "gate"
        )
        return tuple(Line(reason) for reason in gates)
    lines = []
    for card, (most, _, _) in told:
        said = [c for c in card.reasons_for if c.reason[shown.lang] != shown.lead]
        lines += [_named(rulebook, shown, card, c) for c in said[:most]]
    return tuple(lines)


def _named(rulebook: Rulebook, shown: View, card: Card, said: Contribution) -> Line:
    name = f"{_name(rulebook, card, shown.lang)}:" if len(shown.leaders) > 1 else ""
    return Line(said.reason[shown.lang], name)


def _cautions(rulebook: Rulebook, told: Told, lang: str) -> Iterator[Line]:
    """What the named types run into: capacity first, then warnings, then reasons against."""
    several = len(told) > 1
    for card, _ in told[:MOST_CAUTIONS]:
        said = [card.capacity_gap] if card.capacity_gap else []
        said += [note.reason[lang] for note in card.warnings]
        said += [c.reason[lang] for c in card.reasons_against]
        name = _name(rulebook, card, lang) if several else ""
        most = 1 if several else MOST_CAUTIONS
        yield from (Line(words_, f"{name}:" if name else "") for words_ in said[:most])


def _steps(rulebook: Rulebook, told: Told, lang: str) -> Iterator[Line]:
    """The steps of each named type; which type is said where there are several."""
    w = words(lang)
    for card, (_, kinds, _) in told:
        name = _name(rulebook, card, lang)
        for kind in kinds:
            when = f"{name}, {w(kind).lower()}" if len(told) > 1 else w(kind)
            for advice in card.advice.get(kind, ()):
                yield Line(advice.text[lang], f"{when}:")


def _platforms(rulebook: Rulebook, told: Told, lang: str) -> Iterator[Line]:
    for card, (_, _, most) in told:
        advised = [note for note in card.platforms if note.advised]
        yield from platform_lines(rulebook, advised[:most], lang, cited=False)


def _services(told: Told, lang: str) -> tuple[Line, ...]:
    """What the agency offers for the named types, of each as many as of its platforms."""
    offered = {one.id: one for card, (_, _, most) in told for one in card.services[:most]}
    return service_lines(offered.values(), lang)


def _name(rulebook: Rulebook, card: Card, lang: str) -> str:
    return rulebook.types[card.entry.type].name[lang]
