"""The recommendation document: what every surface sends out, byte for byte the same."""

import json
from typing import Any

from recommender.engine.model import FORMAT, Answers, Entry, Recommendation
from recommender.errors import Problem


def document(recommendation: Recommendation) -> dict[str, Any]:
    """The recommendation as plain values, after reference/recommendation.schema.json, format 1.

    Fields that are not computed yet are left out. Raises ValueError for a draft: answers that
    lack a required one are ranked, but no document is made of them.
    """
    if recommendation.answers.missing:
        raise ValueError("no document is made of a draft")
    return {
        "format": FORMAT,
        "rules": {"version": recommendation.version, "digest": recommendation.digest},
        "code": recommendation.code,
        "answers": answers_object(recommendation.answers),
        "ranking": [_entry(entry) for entry in recommendation.ranking],
    }


def brief(recommendation: Recommendation) -> dict[str, Any]:
    """Type, rank and points alone."""
    return {
        "ranking": [
            {"type": entry.type, "rank": entry.rank, "points": entry.points}
            for entry in recommendation.ranking
        ]
    }


def answers_object(answers: Answers) -> dict[str, Any]:
    """Answers as an object that `answers.read` takes back."""
    return {
        question: value if isinstance(value, str) else list(value)
        for question, value in answers.values.items()
    }


def problem_object(problem: Problem) -> dict[str, Any]:
    """One problem as every JSON answer of the product shows it."""
    return {"question": problem.question, "code": problem.code, "message": dict(problem.message)}


def canonical(value: Any) -> bytes:
    """JSON with sorted keys, no spaces, in UTF-8: equal values give equal bytes."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


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
                "reason": dict(contribution.reason),
                "sources": list(contribution.sources),
            }
            for contribution in entry.contributions
        ],
        "unknown": list(entry.unknown),
        "warnings": [
            {"rule": note.rule, "reason": dict(note.reason), "sources": list(note.sources)}
            for note in entry.warnings
        ],
    }
