"""A recommendation as plain text for a terminal."""

from textwrap import fill

from recommender.engine.model import Answers, Contribution, Entry
from recommender.engine.rulebook import Rulebook
from recommender.i18n import number, signed, words
from recommender.render.saying import rules_name
from recommender.render.view import Card, View, view

WIDTH = 92


def text(rulebook: Rulebook, answers: Answers, lang: str) -> str:
    """Headline, confidence, the six types with their points, then each type's reasons."""
    shown, w = view(rulebook, answers, lang), words(lang)
    parts = [_plain(shown.headline), *map(_plain, filter(None, (shown.lead, shown.runner_up)))]
    parts += [_plain(f"{shown.confidence}. {shown.confidence_line}"), "", w("rank_title")]
    parts += [_line(rulebook, card.entry, lang) for card in shown.cards]
    if shown.what_ifs:
        parts += ["", w("what_if"), *(_what_ifs(shown, lang))]
    for card in shown.cards:
        parts += ["", *_reasons(rulebook, card, lang)]
    parts += ["", w("points_note"), ""]
    parts += [f"{w('code')}: {shown.made.code}", rules_name(rulebook, lang)]
    return "\n".join(parts) + "\n"


def _plain(sentence: str) -> str:
    return fill(sentence, WIDTH, break_on_hyphens=False)


def _what_ifs(shown: View, lang: str) -> list[str]:
    w = words(lang)
    return [
        _wrapped("-", w("what_if_text", clause=one.clause, outcome=one.outcome))
        for one in shown.what_ifs
    ]


def _line(rulebook: Rulebook, entry: Entry, lang: str) -> str:
    w = words(lang)
    name = rulebook.types[entry.type].name[lang]
    band = w("excluded" if entry.excluded else f"band_{entry.band}")
    return f"  {entry.rank}. {name:<26}{number(entry.points):>4}  {band}"


def _reasons(rulebook: Rulebook, card: Card, lang: str) -> list[str]:
    w, entry = words(lang), card.entry
    lines = [f"{entry.rank}. {rulebook.types[entry.type].name[lang]}"]
    if card.capacity_gap:
        lines.append(_wrapped("", card.capacity_gap))
    lines.append(f"   {w('why')}")
    lines += [_reason(c, lang) for c in card.reasons_for] or [_wrapped("", w("why_nothing"))]
    lines.append(f"   {w('why_not')}")
    against = [_reason(c, lang) for c in card.reasons_against]
    lines += against or [_wrapped("", card.lower or w("why_not_nothing"))]
    if card.warnings:
        lines.append(f"   {w('warnings')}")
        lines += [_wrapped("!", note.reason[lang], note.sources) for note in card.warnings]
    if entry.unknown:
        asked = [rulebook.questionnaire.questions[q].short[lang] for q in entry.unknown]
        lines += [f"   {w('unknown')}", _wrapped("?", ", ".join(asked))]
    lines += [f"   {w('change_this')}", *(_wrapped("-", sentence) for sentence in card.changes)]
    return lines


def _reason(contribution: Contribution, lang: str) -> str:
    return _wrapped(signed(contribution.points), contribution.reason[lang], contribution.sources)


def _wrapped(mark: str, sentence: str, sources: tuple[str, ...] = ()) -> str:
    cited = f" [{', '.join(sources)}]" if sources else ""
    return fill(
        f"{mark:>7}  {sentence}{cited}", WIDTH, subsequent_indent=" " * 9, break_on_hyphens=False
    )
