"""Cases for the rules to learn from, in the form of cases.yaml: what worked, and answers alone."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

import yaml

from recommender.engine.answers import read
from recommender.engine.rulebook import Rulebook
from recommender.errors import AnswersError
from recommender.render.document import answers_object
from recommender.store.practice import Practice, Practised

SOURCE = "https://example.com/"
"""Stands where a published case names its page: there is none."""

_HEAD = """\
# Cases from an agency's practice, each with its client's consent. Answers alone: no names, no
# contacts, nothing that was written, and no id or date that leads back. Their order is that of
# the answers.
"""
_CUT = "# More clients agreed than the {most:,} who did so last; the others are not in this file.\n"
_CHOSE = "A strategist chose the first type that worked; how it went is not known yet."
_WENT = "A follow-up months later says that it went well with these types."
_WENT_MEASURED = _WENT + " The engagement rate was measured before and after, and it rose."
_FAILED = "A strategist chose the first type; a follow-up says that the others went badly."


@dataclass(frozen=True, slots=True)
class Taken:
    """The file, b"" without a case, and of how many consents nothing could be made."""

    content: bytes
    cases: int
    left_out: int


@dataclass(frozen=True, slots=True)
class _Label:
    """Which types worked, the main one first, and which did not, by what, and how surely."""

    worked: tuple[str, ...]
    failed: tuple[str, ...]
    basis: str
    confidence: str


def cases(book: Rulebook, learnable: Iterable[Practised], most: int = 2000) -> Taken:
    """The cases that can be made of submissions whose clients agreed, of the first `most` of them.

    Left out is what does not say which type worked, and what this rulebook cannot read. If there
    are more than `most`, the file says so.
    """
    made, all_ = [], 0
    rest = iter(learnable)
    for one in islice(rest, most):
        all_ += 1
        label, answers = _label(one.first, one.practice), _answers(book, one.document)
        if label and answers and {*label.worked, *label.failed} <= set(book.types):
            made.append((label, answers))
    made.sort(key=lambda case: (json.dumps(case[1], sort_keys=True), case[0].worked))
    written = [_case(number, *case) for number, case in enumerate(made, 1)]
    text = yaml.safe_dump(written, allow_unicode=True, sort_keys=False, width=100)
    head = _HEAD + (_CUT.format(most=most) if next(rest, None) else "")
    return Taken((head + text).encode() if made else b"", len(made), all_ - len(made))


def _case(number: int, label: _Label, answers: Mapping[str, Any]) -> dict[str, Any]:
    goal = str(answers["primary_goal"]).replace("_", " ")
    return {
        "id": f"practice-{number:04}",
        "title": f"A client of an agency with the goal {goal}",
        "source_title": "An agency's practice",
        "source_url": SOURCE,
        "source_year": "null",
        "summary": "Nothing but the client's answers is told.",
        "worked": [*label.worked],
        "did_not_work": [*label.failed],
        "label_basis": label.basis,
        "confidence": label.confidence,
        "names_channel": False,
        "answers": dict(answers),
    }


def _label(first: tuple[str, ...], practice: Practice) -> _Label | None:
    """What a follow-up says, or without one a strategist's choice; None if neither does."""
    followup, overrule = practice.followup, practice.overrule
    used = followup.types if followup else ()
    if followup and followup.went == "well" and used:
        before, after = followup.rate_before, followup.rate_after
        rose = before is not None and after is not None and after > before
        worked = tuple(_main_first(used, (overrule.type,) if overrule else first))
        return _Label(worked, (), _WENT_MEASURED if rose else _WENT, "medium" if rose else "low")
    if overrule is None or (followup and overrule.type in used and followup.went != "unknown"):
        return None
    failed = used if followup and followup.went == "badly" else ()
    return _Label((overrule.type,), failed, _FAILED if failed else _CHOSE, "low")


def _main_first(used: tuple[str, ...], main: tuple[str, ...]) -> Iterator[str]:
    yield from (type_ for type_ in main if type_ in used)
    yield from (type_ for type_ in used if type_ not in main)


def _answers(book: Rulebook, document: bytes) -> dict[str, Any] | None:
    """The client's answers as this rulebook reads them; None where it cannot."""
    try:
        return answers_object(read(book.questionnaire, json.loads(document)["answers"]))
    except AnswersError:
        return None
