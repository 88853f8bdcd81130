"""The recommendation document: what every surface sends out, byte for byte the same."""

import json
from collections.abc import Mapping
from typing import Any

from recommender.engine.content import Advice
from recommender.engine.explain import Explanation, explain
from recommender.engine.guidance import PlatformNote, advice_for, platforms_for
from recommender.engine.model import FORMAT, Answers, Entry, Value
from recommender.engine.moves import Change
from recommender.engine.rulebook import Rulebook
from recommender.engine.scoring import recommend, standings
from recommender.errors import Problem

_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def document(rulebook: Rulebook, answers: Answers) -> dict[str, Any]:
    """The recommendation as plain values, after recommendation.schema.json, format 1.

    Raises ValueError for a draft: answers that lack a required one are ranked, but no document
    is made of them.
    """
    if answers.missing:
        raise ValueError("no document is made of a draft")
    made = recommend(rulebook, answers)
    explained = explain(rulebook, answers)
    confidence = explained.confidence
    return {
        "format": FORMAT,
        "rules": {"version": made.version, "digest": made.digest},
        "code": made.code,
        "answers": answers_object(answers),
        "confidence": {
            "label": confidence.label,
            "margin": confidence.margin,
            "kept": confidence.kept,
            "tried": confidence.tried,
        },
        "ranking": [_whole_entry(rulebook, answers, entry, explained) for entry in made.ranking],
        "next_questions": list(explained.next_questions),
    }


def brief(rulebook: Rulebook, answers: Answers) -> dict[str, Any]:
    """Type, rank and points alone."""
    return {
        "ranking": [
            {"type": one.type, "rank": one.rank, "points": one.points}
            for one in standings(rulebook, answers)
        ]
    }


def answers_object(answers: Answers) -> dict[str, Any]:
    """Answers as an object that `answers.read` takes back."""
    return {question: _plain(value) for question, value in answers.values.items()}


def problem_object(problem: Problem) -> dict[str, Any]:
    """One problem as every JSON answer of the product shows it."""
    return {"question": problem.question, "code": problem.code, "message": dict(problem.message)}


def canonical(value: Any) -> bytes:
    """JSON with sorted keys, no spaces, in UTF-8: equal values give equal bytes."""
    return _ENCODER.encode(value).encode()


def _whole_entry(
    rulebook: Rulebook, answers: Answers, entry: Entry, explained: Explanation
) -> dict[str, Any]:
    platforms = platforms_for(rulebook, answers, entry.type, entry.warnings)
    return {
        **_entry(entry),
        "range": list(explained.ranges[entry.type]),
        "changes": [
            [_change(change) for change in alternative]
            for alternative in explained.changes[entry.type]
        ],
        "platforms": [_platform(note) for note in platforms],
        "advice": [_advice(advice) for advice in advice_for(rulebook, answers, entry.type)],
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "type": entry.type,
        "rank": entry.rank,
        "points": entry.points,
        "fit": entry.fit,
        "capacity": entry.capacity,
        "band": entry.band,
        "excluded": entry.excluded,
        "contributions": [
            {
                "rule": contribution.rule,
                "kind": contribution.kind,
                "points": contribution.points,
                **_said(contribution.reason, contribution.sources),
            }
            for contribution in entry.contributions
        ],
        "unknown": list(entry.unknown),
        "warnings": [
            {"rule": note.rule, **_said(note.reason, note.sources)} for note in entry.warnings
        ],
    }


def _said(reason: Mapping[str, str], sources: tuple[str, ...]) -> dict[str, Any]:
    return {"reason": dict(reason), "sources": list(sources)}


def _change(change: Change) -> dict[str, Any]:
    return {
        "question": change.question,
        "from": _plain(change.before),
        "to": _plain(change.after),
    }


def _platform(note: PlatformNote) -> dict[str, Any]:
    shown = {
        "id": note.id,
        "markets": list(note.markets),
        "advised": note.advised,
        **_said(note.reason, note.sources),
    }
    return shown | ({"rule": note.rule} if note.rule else {})


def _advice(advice: Advice) -> dict[str, Any]:
    return {
        "id": advice.id,
        "kind": advice.kind,
        "text": dict(advice.text),
        "sources": list(advice.sources),
    }


def _plain(value: Value | None) -> Any:
    return list(value) if isinstance(value, tuple) else value
