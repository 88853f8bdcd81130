"""What a rulebook says of itself, put to the test: rules' examples, scenarios, contrast pairs."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from recommender.engine.content import Contrast, Scenario
from recommender.engine.model import Answers, Example, Recommendation, Rule
from recommender.engine.rows import rows_of
from recommender.engine.rulebook import Rulebook
from recommender.engine.scoring import recommend
from recommender.errors import Text
from recommender.i18n import LANGUAGES, Words, number, words
from recommender.rulebook.deeds import Deed, done

PARTS = ("examples", "scenarios", "contrasts")


@dataclass(frozen=True, slots=True)
class Failure:
    """What was expected and did not come.

    `part` is one of PARTS; `id` names the rule, scenario or contrast pair, and `number` which
    example of the rule it is, from 1.
    """

    part: str
    id: str
    expected: Text
    came: Text
    number: int | None = None

    def text(self, lang: str) -> str:
        """The failure in one line."""
        w, place = words(lang), f"{self.part}: {self.id}"
        if self.number:
            place += f" ({self.number})"
        return w("test_failure", place=place, expected=self.expected[lang], came=self.came[lang])


@dataclass(frozen=True, slots=True)
class Surprise:
    """What an example says and its rule does not do; `deed` is None where it is about firing."""

    number: int
    example: Example
    fires: bool
    deed: Deed | None = None


def tried(rulebook: Rulebook) -> dict[str, int]:
    """How many expectations of each of the PARTS a rulebook has."""
    examples = sum(len(rule.examples) for rule in rulebook.rules.values())
    return dict(zip(PARTS, (examples, len(rulebook.scenarios), len(rulebook.contrasts))))


def failures(rulebook: Rulebook) -> tuple[Failure, ...]:
    """Every expectation that does not hold, in the order of PARTS and of the rulebook."""
    return (
        *(
            _example_failure(rulebook, rule, surprise)
            for rule in rulebook.rules.values()
            for surprise in surprises(rule)
        ),
        *_judged(rulebook, rulebook.scenarios, scenario_failure),
        *_judged(rulebook, rulebook.contrasts, contrast_failure),
    )


def surprises(rule: Rule) -> Iterator[Surprise]:
    """Where a rule does not do what its examples say; `number` counts them from 0."""
    rows = list(rows_of(rule))
    for at, example in enumerate(rule.examples):
        answers = Answers(example.answers)
        holding = [row for row in rows if row.holds(answers)]
        if bool(holding) != example.fires:
            yield Surprise(at, example, bool(holding))
        undone = set(example.does) - done(holding)
        for deed in sorted(undone):
            yield Surprise(at, example, bool(holding), deed)


def scenario_failure(rulebook: Rulebook, scenario: Scenario) -> Failure | None:
    """None where the named type comes first alone, or is among the first two, as it must."""
    made = recommend(rulebook, Answers(scenario.answers))
    first = [entry.type for entry in made.first if not entry.excluded]
    upper = {entry.type for entry in made.ranking if entry.rank <= 2 and not entry.excluded}
    if first == [scenario.first] or scenario.top_two in upper:
        return None
    key = "test_first" if scenario.first else "test_first_two"
    wanted = scenario.first or scenario.top_two or ""
    return Failure(
        "scenarios",
        scenario.id,
        _text(lambda w: w(key, type=rulebook.types[wanted].name[w.lang])),
        _text(lambda w: _ranking(rulebook, made, w)),
    )


def contrast_failure(rulebook: Rulebook, contrast: Contrast) -> Failure | None:
    """None where the gap between the two types moves the way it must."""
    before, after = (
        gap(rulebook, contrast, contrast.before),
        gap(rulebook, contrast, contrast.after),
    )
    if (after > before) if contrast.grows else (after < before):
        return None
    key = "test_grows" if contrast.grows else "test_shrinks"
    one, other = (rulebook.types[type_].name for type_ in contrast.gap)
    return Failure(
        "contrasts",
        contrast.id,
        _text(lambda w: w(key, one=one[w.lang], other=other[w.lang])),
        _text(lambda w: w("test_gap", before=number(before), after=number(after))),
    )


def gap(rulebook: Rulebook, contrast: Contrast, answers: Answers) -> int:
    """The points of a pair's first type less those of its second."""
    points = rulebook.index.points(rulebook.index.fired(answers))
    one, other = contrast.gap
    return points[one] - points[other]


def found(rulebook: Rulebook, failed: Iterable[Failure]) -> dict[str, Any]:
    """What was tried and what failed, ready for JSON."""
    return {
        "rules": {"version": rulebook.version, "digest": rulebook.digest},
        "tried": tried(rulebook),
        "failures": [asdict(failure) for failure in failed],
    }


def _judged(
    rulebook: Rulebook,
    items: Iterable[Any],
    judge: Callable[[Rulebook, Any], Failure | None],
) -> Iterator[Failure]:
    return filter(None, (judge(rulebook, item) for item in items))


def _example_failure(rulebook: Rulebook, rule: Rule, surprise: Surprise) -> Failure:
    example = surprise.example
    keys = ("test_not_fires", "test_fires")
    expected, came = keys[example.fires], keys[surprise.fires]
    named: Text = {}
    if surprise.deed:
        deed, type_ = surprise.deed
        named = rulebook.types[type_].name
        expected, came = f"test_{deed}", "test_not_moved"
    return Failure(
        "examples",
        rule.id,
        _text(lambda w: w(expected, type=named.get(w.lang))),
        _text(lambda w: w(came, type=named.get(w.lang))),
        surprise.number + 1,
    )


def _ranking(rulebook: Rulebook, made: Recommendation, w: Words) -> str:
    """All types with rank and points: “1. Forum (12), 2. Blog (9)”."""
    return ", ".join(
        f"{entry.rank}. {rulebook.types[entry.type].name[w.lang]} "
        f"({w('excluded') if entry.excluded else number(entry.points)})"
        for entry in made.ranking
    )


def _text(said: Callable[[Words], str]) -> Text:
    return {lang: said(words(lang)) for lang in LANGUAGES}
