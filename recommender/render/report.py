"""What a report says, for one of two readers: the client, or the strategist who advises it."""

from recommender.engine.model import Answers, Entry
from recommender.engine.rulebook import Rulebook
from recommender.i18n import number, words
from recommender.render.blocks import Bar, Bars, Block, Paragraph, Report, place
from recommender.render.client import client_sections
from recommender.render.saying import rules_name
from recommender.render.strategist import strategist_sections
from recommender.render.view import View, view

SECTIONS = {"client": client_sections, "strategist": strategist_sections}
"""What each reader is told after the opening."""


def report(rulebook: Rulebook, answers: Answers, lang: str, reader: str) -> Report:
    """The report for complete answers. Raises ValueError for a draft."""
    if answers.missing:
        raise ValueError("no report is made of a draft")
    shown, w = view(rulebook, answers, lang), words(lang)
    return Report(
        lang=lang,
        reader=reader,
        kicker={"client": w("report_client"), "strategist": w("report_strategist")}[reader],
        headline=shown.headline,
        opening=_opening(rulebook, shown),
        sections=SECTIONS[reader](rulebook, shown),
        origin=(
            f"{w('code')}: {shown.made.code}",
            rules_name(rulebook, lang),
        ),
        page=w("report_page", n="{n}", total="{total}"),
    )


def _opening(rulebook: Rulebook, shown: View) -> tuple[Block, ...]:
    """What the advice is for, what speaks most for it, and the six types."""
    w = words(shown.lang)
    questions = rulebook.questionnaire.questions
    goal, organisation = (
        questions[id_].options[option].label[shown.lang]
        for id_ in ("primary_goal", "organisation")
        for option in shown.answers.options(id_)
    )
    said: list[Block] = [Paragraph(w("report_for", goal=goal, organisation=organisation), "note")]
    if shown.lead:
        said.append(Paragraph(shown.lead, "lead"))
    scale = rulebook.scale
    bars = tuple(_bar(rulebook, card.entry, card.range, shown.lang) for card in shown.cards)
    return (*said, Bars(bars, place(0, scale)), Paragraph(w("points_note"), "note"))


def _bar(rulebook: Rulebook, entry: Entry, reach: tuple[int, int], lang: str) -> Bar:
    w, scale = words(lang), rulebook.scale
    name = rulebook.types[entry.type].name[lang]
    points = w.count("points", entry.points)
    least, most = reach
    range_ = w("range_words", least=number(least), most=number(most)) if least != most else ""
    ends = sorted((place(0, scale), place(entry.points, scale)))
    return Bar(
        name=f"{entry.rank}. {name}",
        band=w("excluded" if entry.excluded else f"band_{entry.band}"),
        points=points,
        range=range_,
        alt=f"{name}: {', '.join(filter(None, (points, range_)))}",
        start=ends[0],
        end=ends[1],
        low=place(least, scale),
        high=place(most, scale),
    )
