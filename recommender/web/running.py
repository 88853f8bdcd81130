"""What a running app holds between requests."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path

from flask import current_app, g

from recommender.engine.rulebook import Rulebook

STATIC = Path(__file__).resolve().parent / "static"


@dataclass(frozen=True)
class Running:
    """The rulebook that answers, the calendar, and a digest of each static file for its address."""

    rulebook: Rulebook
    today: Callable[[], date] = date.today
    assets: Mapping[str, str] = field(
        default_factory=lambda: {
            file.name: sha256(file.read_bytes()).hexdigest()[:10] for file in STATIC.iterdir()
        }
    )


def running() -> Running:
    """The record of the app that handles this request."""
    record: Running = current_app.extensions["recommender"]
    return record


def answering() -> Rulebook:
    """The rulebook that answers this request: taken once, so that one page never mixes two."""
    if "rulebook" not in g:
        g.rulebook = running().rulebook
    rulebook: Rulebook = g.rulebook
    return rulebook
