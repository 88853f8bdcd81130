"""What the real cases say of a rulebook: worked out at the first request for it, then kept.

What works it out is imported then, too: it is a tenth of the app's imports, for three pages.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from recommender import resources
from recommender.engine.rulebook import Rulebook
from recommender.errors import RulebookError

if TYPE_CHECKING:
    from recommender.rulebook.cases import Case

MOST_RULEBOOKS = 16


@dataclass(frozen=True)
class Measured:
    """One rulebook tried on the published cases."""

    rulebook: Rulebook

    @cached_property
    def cases(self) -> "Mapping[str, Case]":
        """The cases by id; none where the rulebook asks too differently to read them."""
        from recommender.rulebook.cases import read_cases

        file = resources.cases()
        try:
            found = read_cases(self.rulebook, file.name, file.read_bytes())
        except RulebookError:
            return {}
        return {case.id: case for case in found}

    @cached_property
    def accuracy(self) -> dict[str, Any]:
        """What `recommender cases --json` prints for this rulebook."""
        from recommender.rulebook.accuracy import measure

        return measure(self.rulebook, tuple(self.cases.values()))

    @cached_property
    def coverage(self) -> dict[str, Any]:
        """What `recommender rules coverage --json` prints for this rulebook."""
        from recommender.rulebook.balance import PROFILES
        from recommender.rulebook.coverage import coverage

        return coverage(self.rulebook, tuple(self.cases.values()), PROFILES)


@dataclass
class Measurements:
    """Those of each rulebook that was asked about, by digest; forgotten when there are many."""

    known: dict[str, Measured] = field(default_factory=dict)

    def of(self, rulebook: Rulebook) -> Measured:
        found = self.known.get(rulebook.digest)
        if found is None:
            if len(self.known) >= MOST_RULEBOOKS:
                self.known.clear()
            found = self.known[rulebook.digest] = Measured(rulebook)
        return found
