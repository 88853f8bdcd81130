"""What a strategist writes down of a recommendation, read from her form, all problems at once."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from recommender.agency.sending import in_words
from recommender.agency.written import written
from recommender.errors import Problem, Text
from recommender.i18n import LANGUAGES
from recommender.store.practice import WENT, Followup, Learning, Overrule

MOST_REASON, MOST_DONE, MOST_HOW = 1000, 1000, 200
MOST_RATE = 1000.0
"""In percent of people reached; more is a slip."""
WHENS = ("before", "after")
_OF = ("interactions", "reached")

_WHOLE = re.compile(r"\d{1,3}(?:([., ])\d{3}(?:\1\d{3})*)?|\d{1,12}", re.ASCII)
_RATE = re.compile(r"([0-9]{1,4})(?:[.,]([0-9]{1,6}))?\s*%?")

Fields = Mapping[str, Sequence[str]]
"""What was sent: every value of each field."""


def read_overrule(
    sent: Fields, types: Collection[str], first: Sequence[str], author: str, now: datetime
) -> Overrule | tuple[Problem, ...]:
    """The type that was chosen instead of the `first` ones, and why; or what is wrong."""
    type_ = _one(sent, "type")
    reason, wrong = _text(sent, "reason", "overrule_reason", MOST_REASON, "overrule_no_reason")
    if type_ not in types:
        wrong = [_problem("type", "overrule_no_type"), *wrong]
    elif [type_] == [*first]:
        wrong = [_problem("type", "overrule_same"), *wrong]
    return tuple(wrong) if wrong else Overrule(author, type_, reason, now)


def read_followup(
    sent: Fields, types: Collection[str], author: str, now: datetime
) -> Followup | tuple[Problem, ...]:
    """What was done and how it went; or what is wrong."""
    used = sent.get("used", ())
    done, wrong = _text(sent, "done", "followup_done", MOST_DONE)
    unknown = [] if set(used) <= set(types) else [_problem("used", "followup_no_type")]
    (before, wrong_before), (after, wrong_after) = (_rate(sent, when) for when in WHENS)
    went = _one(sent, "went")
    unsaid = [] if went in WENT else [_problem("went", "followup_no_went")]
    if problems := (*unknown, *wrong, *wrong_before, *wrong_after, *unsaid):
        return problems
    chosen = tuple(one for one in types if one in used)
    return Followup(author, chosen, done, before, after, went, now)


def read_learning(sent: Fields, author: str, now: datetime) -> Learning | tuple[Problem, ...]:
    """That the client agreed, and how; or what is wrong."""
    ticked = _one(sent, "agreed") == "yes"
    how, wrong = _text(sent, "how", "learning_how", MOST_HOW, "learning_no_how")
    problems = [*([] if ticked else [_problem("agreed", "learning_no_tick")]), *wrong]
    return tuple(problems) if problems else Learning(author, how, now)


def percent(rate: float, lang: str) -> str:
    """A rate as it is written: “4.25 %”, “4,25 %”."""
    digits = f"{rate:.2f}".rstrip("0").rstrip(".")
    return f"{digits.replace('.', ',') if lang == 'id' else digits}\N{NO-BREAK SPACE}%"


def _rate(sent: Fields, when: str) -> tuple[float | None, list[Problem]]:
    """A rate in percent: as it was given, or of interactions and people reached."""
    given, *numbers = (_one(sent, f"{when}_{what}") for what in ("rate", *_OF))
    if given:
        found = _RATE.fullmatch(given)
        rate = float(f"{found[1]}.{found[2] or 0}") if found else MOST_RATE + 1
        wrong = "followup_not_a_rate" if rate > MOST_RATE else ""
        wrong = "followup_both" if any(numbers) else wrong
        return (None, [_rate_problem(when, "rate", wrong)]) if wrong else (rate, [])
    if not any(numbers):
        return None, []
    read = dict(zip(_OF, map(_whole, numbers)))
    unread = [_rate_problem(when, what, "followup_number") for what in _OF if read[what] is None]
    if unread:
        return None, unread
    top, bottom = (read[what] or 0 for what in _OF)
    if not bottom or 100 * top / bottom > MOST_RATE:
        return None, [_rate_problem(when, "reached", "followup_too_few")]
    return 100 * top / bottom, []


def _rate_problem(when: str, what: str, key: str) -> Problem:
    label = in_words(f"followup_{what}")
    return _problem(f"{when}_{what}", key, when=in_words(f"followup_{when}"), label=label)


def _whole(text: str) -> int | None:
    """A whole number, be it parted by dots, commas or spaces after every three digits."""
    return int(re.sub(r"\D", "", text)) if _WHOLE.fullmatch(text) else None


def _text(
    sent: Fields, name: str, label: str, most: int, empty: str = ""
) -> tuple[str, list[Problem]]:
    """A text, and what is wrong with it; `empty` says that it may not be left empty."""
    text = written(_one(sent, name), lines=True)
    if text is None:
        return "", [_problem(name, "unsent_letters", label=in_words(label))]
    if len(text) > most:
        n = dict.fromkeys(LANGUAGES, str(most))
        return "", [_problem(name, "unsent_long", label=in_words(label), n=n)]
    return text, [_problem(name, empty)] if empty and not text else []


def _one(sent: Fields, name: str) -> str:
    return "".join(sent.get(name, ())[:1]).strip()


def _problem(name: str, key: str, **filled: Text) -> Problem:
    return Problem(name, key, in_words(key, **filled))
