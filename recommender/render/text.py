"""A recommendation as plain text for a terminal."""

from textwrap import fill

from recommender.engine.model import Contribution, Entry, Recommendation
from recommender.engine.rulebook import Rulebook
from recommender.i18n import number, signed, words
from recommender.render.phrases import headline, runner_up

WIDTH = 92


def text(rulebook: Rulebook, recommendation: Recommendation, lang: str) -> str:
    """Headline, the six types with their points, then each type's reasons."""
    w = words(lang)
    parts = [headline(rulebook, recommendation, lang)]
    second = runner_up(rulebook, recommendation, lang)
    if second:
        parts.append(second)
    parts += ["", w("rank_title"), *(_line(rulebook, e, lang) for e in recommendation.ranking)]
    for entry in recommendation.ranking:
        parts += ["", *_reasons(rulebook, entry, lang)]
    parts += ["", w("points_note"), ""]
    parts += [
        f"{w('code')}: {recommendation.code}",
        w("rules_version", version=recommendation.version),
    ]
    return "\n".join(parts) + "\n"


def _line(rulebook: Rulebook, entry: Entry, lang: str) -> str:
    w = words(lang)
    name = rulebook.types[entry.type].name[lang]
    band = w("excluded" if entry.excluded else f"band_{entry.band}")
    return f"  {entry.rank}. {name:<26}{number(entry.points):>4}  {band}"


def _reasons(rulebook: Rulebook, entry: Entry, lang: str) -> list[str]:
    w = words(lang)
    lines = [f"{entry.rank}. {rulebook.types[entry.type].name[lang]}"]
    for title, nothing, chosen in (
        ("why", "why_nothing", [c for c in entry.contributions if c.points > 0]),
        ("why_not", "why_not_nothing", [c for c in entry.contributions if c.points <= 0]),
    ):
        lines.append(f"   {w(title)}")
        lines += [_reason(c, lang) for c in chosen] or [f"         {w(nothing)}"]
    if entry.warnings:
        lines.append(f"   {w('warnings')}")
        lines += [_wrapped("!", note.reason[lang], note.sources) for note in entry.warnings]
    if entry.unknown:
        asked = [rulebook.questionnaire.questions[q].short[lang] for q in entry.unknown]
        lines += [f"   {w('unknown')}", _wrapped("?", ", ".join(asked), ())]
    return lines


def _reason(contribution: Contribution, lang: str) -> str:
    return _wrapped(signed(contribution.points), contribution.reason[lang], contribution.sources)


def _wrapped(mark: str, sentence: str, sources: tuple[str, ...]) -> str:
    cited = f" [{', '.join(sources)}]" if sources else ""
    return fill(
        f"{mark:>7}  {sentence}{cited}", WIDTH, subsequent_indent=" " * 9, break_on_hyphens=False
    )
