"""The strategist's report: an agenda, the full ledger, what to do, what is missing."""

from collections.abc import Iterable, Iterator

from recommender.engine.model import NONE, Entry
from recommender.engine.rulebook import Rulebook
from recommender.i18n import number, signed, words
from recommender.render.blocks import Block, Line, Lines, Paragraph, Part, Section
from recommender.render.saying import (
    offering,
    platform_lines,
    question_names,
    service_lines,
    sure,
)
from recommender.render.view import Card, View

HOW = (
    "ladder",
    "non_verbal",
    "verbal",
    "individual",
    "group",
    "feature",
    "prompt",
    "rhythm",
    "reply",
    "figures",
    "listening",
)
STEPS = ("first_week", "first_month", "first_quarter")
MOST_DONE = 2
"""How many types of equal rank get advice and platforms."""


def strategist_sections(rulebook: Rulebook, shown: View) -> tuple[Section, ...]:
    """The sections after the opening."""
    w = words(shown.lang)
    done = shown.cards[:MOST_DONE] if shown.form == "tie" else shown.cards[: len(shown.leaders)][:1]
    sections = [
        Section(w("report_sure"), (Paragraph(sure(rulebook, shown)),)),
        Section(w("report_agenda"), (Lines(tuple(_agenda(rulebook, shown)), "numbered"),)),
        *(_doing(rulebook, card, shown.lang) for card in done),
        Section(w("report_ledger"), tuple(_ledger(rulebook, card, shown) for card in shown.cards)),
        Section(w("report_missing"), tuple(_missing(rulebook, shown))),
        Section(w("report_answers"), (Lines(tuple(_answers(rulebook, shown)), "terms"),)),
    ]
    cited = dict.fromkeys(_cited(sections))
    lines = tuple(_source(rulebook, id_, shown.lang) for id_ in sorted(cited))
    return (*sections, Section(w("sources"), (Lines(lines, "sources"),)))


def _agenda(rulebook: Rulebook, shown: View) -> Iterator[Line]:
    """What the first meeting should settle: questions, near ties, capacity, risks, a start."""
    w, lang = words(shown.lang), shown.lang
    questions = rulebook.questionnaire.questions
    for id_ in shown.sharpen:
        yield Line(f"{questions[id_].label[lang]} {w('agenda_why')}", _named(w("agenda_ask")))
    near = _near(rulebook, shown)
    if len(near) > 1:
        names = [
            f"{rulebook.types[entry.type].in_sentence[lang]} ({w.count('points', entry.points)})"
            for entry in near
        ]
        yield Line(w("agenda_near", types=w.listed(names)), _named(w("agenda_choose")))
    for card in shown.cards:
        if card.capacity_gap and not card.entry.excluded:
            name = rulebook.types[card.entry.type].name[lang]
            yield Line(f"{name}: {card.capacity_gap}", _named(w("agenda_capacity")))
    warned = {n.rule: n for card in shown.cards[:2] for n in card.warnings}
    for note in warned.values():
        yield Line(note.reason[lang], _named(w("agenda_risk")))
    yield from _start(shown)


def _named(name: str) -> str:
    return f"{name}:"


def _near(rulebook: Rulebook, shown: View) -> tuple[Entry, ...]:
    """The types whose distance from the first is no clear lead."""
    ranked = [entry for entry in shown.made.ranking if not entry.excluded]
    return tuple(e for e in ranked if ranked[0].points - e.points < rulebook.scale.clear)


def _start(shown: View) -> Iterator[Line]:
    """Who takes the first step, and which figure is written down before it."""
    w, first = words(shown.lang), shown.cards[0]
    if not shown.leaders:
        return
    for kind, sentence in (("first_week", w("agenda_step")), ("measure", w("agenda_baseline"))):
        for advice in first.advice.get(kind, ())[:1]:
            yield Line(f"{sentence} {advice.text[shown.lang]}", _named(w("agenda_agree")))


def _doing(rulebook: Rulebook, card: Card, lang: str) -> Section:
    """All advice for a type, and its platforms."""
    w = words(lang)
    name = rulebook.types[card.entry.type].name[lang]
    steps = tuple(_terms(card, STEPS, lang))
    how = tuple(_terms(card, HOW, lang))
    risks = tuple(_plain(card, ("risk", "bad_day"), lang))
    measures = tuple(_plain(card, ("measure",), lang))
    platforms = platform_lines(rulebook, card.platforms, lang, cited=True)
    parts = [
        (w("first_steps"), Lines(steps, "terms")),
        (w("how"), Lines(how, "terms")),
        (w("risk"), Lines(risks)),
        (w("measure"), Lines(measures)),
        (w("platforms"), Lines(platforms)),
        (w("services", by=offering(rulebook)), Lines(service_lines(card.services, lang))),
    ]
    return Section(
        w("report_doing", type=name),
        tuple(Part(title, (lines,)) for title, lines in parts if lines.lines),
    )


def _terms(card: Card, kinds: Iterable[str], lang: str) -> Iterator[Line]:
    for kind in kinds:
        said = card.advice.get(kind, ())
        if said:
            sources = dict.fromkeys(source for one in said for source in one.sources)
            sentences = " ".join(one.text[lang] for one in said)
            yield Line(sentences, _named(words(lang)(kind)), sources=tuple(sources))


def _plain(card: Card, kinds: Iterable[str], lang: str) -> Iterator[Line]:
    for kind in kinds:
        for advice in card.advice.get(kind, ()):
            name = _named(words(lang)("bad_day")) if kind == "bad_day" else ""
            yield Line(advice.text[lang], name, sources=advice.sources)


def _ledger(rulebook: Rulebook, card: Card, shown: View) -> Part:
    """One type: its sums, every rule that gave or took points, and every warning."""
    w, entry, lang = words(shown.lang), card.entry, shown.lang
    name = rulebook.types[entry.type].name[lang]
    band = w("excluded" if entry.excluded else f"band_{entry.band}")
    sums = w("sum_short", fit=number(entry.fit), capacity=number(entry.capacity))
    lines = [
        Line(c.reason[lang], mark=signed(c.points), rule=c.rule, sources=c.sources)
        for c in entry.contributions
    ]
    lines += [
        Line(n.reason[lang], mark="!", rule=n.rule, sources=n.sources) for n in entry.warnings
    ]
    blocks: list[Block] = [Paragraph(" ".join(filter(None, (f"{sums}.", card.capacity_gap))))]
    if lines:
        head = (w("report_points"), w("report_reason"), w("report_rule"))
        blocks.append(Lines(tuple(lines), "ledger", head))
    # The first type's changes matter most; of the others the smallest will do.
    changes = card.changes if entry.rank == 1 else card.changes[:1]
    blocks.append(Paragraph(f"{w('change_this')}: {' '.join(changes)}", "note"))
    points = w.count("points", entry.points)
    return Part(f"{entry.rank}. {name}: {points}, {band.lower()}", tuple(blocks))


def _missing(rulebook: Rulebook, shown: View) -> Iterator[Paragraph]:
    w, useful = words(shown.lang), shown.explained.next_questions
    unknown = [q for q in rulebook.questionnaire.questions if shown.answers.get(q) is None]
    rest = [q for q in unknown if q not in useful]
    if useful:
        names = question_names(rulebook, useful, shown.lang)
        yield Paragraph(w("report_next", questions=names))
    if rest:
        names = question_names(rulebook, rest, shown.lang)
        yield Paragraph(w("report_rest", questions=names))
    if not unknown:
        yield Paragraph(w("report_none_missing"))


def _answers(rulebook: Rulebook, shown: View) -> Iterator[Line]:
    w, lang = words(shown.lang), shown.lang
    for question in rulebook.questionnaire.questions.values():
        labels = {id_: option.label[lang] for id_, option in question.options.items()}
        if question.none:
            labels[NONE] = question.none[lang]
        said = "; ".join(labels[option] for option in shown.answers.options(question.id))
        yield Line(said or w("not_answered"), _named(question.short[lang]))


def _cited(blocks: Iterable[Section | Block]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Lines):
            for line in block.lines:
                yield from line.sources
        elif isinstance(block, Section | Part):
            yield from _cited(block.blocks)


def _source(rulebook: Rulebook, id_: str, lang: str) -> Line:
    w, source = words(lang), rulebook.sources[id_]
    place = f", {source.place[lang]}" if source.place else ""
    about = f"{w(f'strength_{source.strength}')}, {source.year or w('undated')}"
    return Line(f"{source.title[lang]}{place} ({about})", name=_named(id_), url=source.url or "")
