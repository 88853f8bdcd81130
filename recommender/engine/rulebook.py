"""The rulebook: everything that decides a recommendation, as one frozen value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from recommender.engine.content import (
    Advice,
    ChannelType,
    Chapter,
    Contrast,
    Platform,
    Scenario,
    Service,
    Source,
)
from recommender.engine.index import Index
from recommender.engine.model import Layout, Questionnaire, Rule, Scale
from recommender.engine.rows import rows_of
from recommender.errors import Text


@dataclass(frozen=True)
class Rulebook:
    """Questionnaire, types, rules and sources of one rules folder.

    `digest` names the content of the whole folder: the same digest and the same answers give
    the same recommendation. `version` is a release, or the last release and the digest's start.
    Where a folder extends other rules, `name` is what it calls its rulebook, `origin` tells which
    rules are its `own` or `changed`, and `off` are the extended ones that it switched off.
    """

    version: str
    digest: str
    questionnaire: Questionnaire
    types: Mapping[str, ChannelType]
    rules: Mapping[str, Rule]
    sources: Mapping[str, Source]
    scenarios: tuple[Scenario, ...]
    contrasts: tuple[Contrast, ...]
    advice: tuple[Advice, ...]
    platforms: Mapping[str, Platform]
    companions: Mapping[str, Platform]
    guide: tuple[Chapter, ...]
    example: Scenario
    scale: Scale
    layouts: tuple[Layout, ...]
    name: Text | None = None
    services: tuple[Service, ...] = ()
    origin: Mapping[str, str] = field(default_factory=dict)
    off: tuple[Rule, ...] = ()

    def __hash__(self) -> int:
        return hash(self.digest)

    @cached_property
    def index(self) -> Index:
        return Index(self.types, (row for rule in self.rules.values() for row in rows_of(rule)))
