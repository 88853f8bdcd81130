"""The few sentences that frame a ranking, shared by every format."""

from recommender.engine.model import Entry, Recommendation
from recommender.engine.rulebook import Rulebook
from recommender.i18n import words


def headline_key(recommendation: Recommendation) -> str:
    """Which form the headline takes: one first type, a tie, none that fits, or none at all."""
    first = recommendation.first
    if first[0].excluded:
        return "headline_none"
    if first[0].band == "weak":
        return "headline_weak"
    return "headline_clear" if len(first) == 1 else "headline_tie"


def named(rulebook: Rulebook, entry: Entry, lang: str) -> str:
    """A type within a sentence, with its best-known platforms: “media sharing (Instagram, …)”."""
    type_ = rulebook.types[entry.type]
    return f"{type_.in_sentence[lang]} ({', '.join(type_.best_known)})"


def headline(rulebook: Rulebook, recommendation: Recommendation, lang: str) -> str:
    """The answer in one sentence."""
    w = words(lang)
    first = w.listed([named(rulebook, entry, lang) for entry in recommendation.first])
    sentence = w(headline_key(recommendation), first=first)
    return sentence[0].upper() + sentence[1:]


def runner_up(rulebook: Rulebook, recommendation: Recommendation, lang: str) -> str | None:
    """Who comes next and how far behind; None where nobody does."""
    first = recommendation.first
    rest = [entry for entry in recommendation.ranking[len(first) :] if not entry.excluded]
    if not rest or first[0].excluded:
        return None
    w = words(lang)
    second = [entry for entry in rest if entry.rank == rest[0].rank]
    return w(
        "runner_up" if len(first) == 1 else "runners_up",
        second=w.listed([named(rulebook, entry, lang) for entry in second]),
        points=w.count("points", first[0].points - second[0].points),
    )


def main_reason(recommendation: Recommendation, lang: str) -> str | None:
    """The sentence of the rule that gave the first type most; None where nothing speaks for it."""
    best = recommendation.ranking[0].contributions[:1]
    return best[0].reason[lang] if best and best[0].points > 0 else None
