"""`rules test`: what a rulebook says of itself is tried, and what fails is told."""

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner, Result
from folders import edit
from profiles import PLAIN, shipped_rulebook
from results import rule, with_rules

from recommender.cli import main
from recommender.engine.answers import read
from recommender.engine.content import Contrast, Scenario
from recommender.engine.model import Example, Rule
from recommender.engine.rulebook import Rulebook
from recommender.i18n import LANGUAGES
from recommender.rulebook.expectations import PARTS, failures, tried

SELLS = {"organisation": "consumer_business"}
BOOK = shipped_rulebook()


def expecting(*rules: Rule, **kept) -> Rulebook:
    """A rulebook of these rules that expects nothing but what is given."""
    return replace(with_rules(BOOK, *rules), **{"scenarios": (), "contrasts": (), **kept})


def scenario(**expect: str) -> Scenario:
    answers = read(BOOK.questionnaire, PLAIN).values
    return Scenario("a-shop", {"en": "A shop", "id": "Toko"}, answers, (), **expect)


def contrast(*, grows: bool) -> Contrast:
    """A blog beside a forum, when the seller to consumers becomes a charity."""
    before, after = (
        read(BOOK.questionnaire, PLAIN | {"organisation": organisation})
        for organisation in ("consumer_business", "nonprofit_community")
    )
    return Contrast("a-pair", before, after, ("blog", "forum"), grows, BOOK.example.title, ())


def said(rulebook: Rulebook, lang: str = "en") -> list[str]:
    return [failure.text(lang) for failure in failures(rulebook)]


def test_the_shipped_rules_do_all_that_they_say():
    assert failures(BOOK) == ()
    assert tried(BOOK) == {
        "examples": sum(len(each.examples) for each in BOOK.rules.values()),
        "scenarios": len(BOOK.scenarios),
        "contrasts": len(BOOK.contrasts),
    }
    assert min(tried(BOOK).values()) > 0


@pytest.mark.parametrize(
    ("example", "failure"),
    [
        pytest.param(
            Example({"organisation": "public_sector"}, True),
            "expected: the rule fires; came: the rule does not fire",
            id="it does not fire",
        ),
        pytest.param(
            Example(SELLS, False),
            "expected: the rule does not fire; came: the rule fires",
            id="it fires",
        ),
        pytest.param(
            Example(SELLS, True, (("raises", "forum"),)),
            "expected: the rule raises Forum; came: it does not",
            id="it raises another type",
        ),
        pytest.param(
            Example(SELLS, True, (("lowers", "blog"),)),
            "expected: the rule lowers Blog; came: it does not",
            id="it raises what it should lower",
        ),
    ],
)
def test_an_example_that_does_not_hold_is_told_with_its_number(example, failure):
    good = Example(SELLS, True, (("raises", "blog"),))
    book = expecting(replace(rule("one", effects={"blog": 2}), examples=(good, example)))

    assert said(book) == [f"examples: one (2): {failure}"]


def test_a_type_that_must_come_first_alone_may_not_be_tied():
    tied = rule("one", effects={"blog": 2, "forum": 2})

    [failure] = said(expecting(tied, scenarios=(scenario(first="blog"),)))

    assert failure.startswith("scenarios: a-shop: expected: Blog alone comes first; came: ")
    assert "1. Blog (2), 1. Forum (2), 3. " in failure
    ahead = rule("two", effects={"blog": 1})
    assert said(expecting(tied, ahead, scenarios=(scenario(first="blog"),))) == []


def test_a_type_among_the_first_two_may_not_be_third_or_excluded():
    behind = rule("one", effects={"blog": 2, "forum": 3, "microblog": 4})
    third = scenario(top_two="blog")
    out = rule("gate", exclude=tuple(BOOK.types))

    [failure] = said(expecting(behind, scenarios=(third,)), "id")
    assert failure.startswith("scenarios: a-shop: seharusnya: Blog termasuk dua urutan teratas; ")
    assert said(expecting(behind, scenarios=(scenario(top_two="forum"),))) == []
    [failure] = said(expecting(behind, out, scenarios=(scenario(top_two="microblog"),)))
    assert "1. Microblog (Not advised)" in failure


@pytest.mark.parametrize(("points", "gap"), [(3, "it goes from −3 to 0 points"), (-3, "")])
def test_a_contrast_pair_must_move_the_way_it_says(points, gap):
    book = expecting(rule("one", effects={"forum": points}))
    shrinks, grows = (
        said(replace(book, contrasts=(contrast(grows=grows),))) for grows in (False, True)
    )

    expected = "contrasts: a-pair: expected: the lead of Blog over Forum shrinks; came: "
    assert shrinks == ([expected + gap] if gap else [])
    assert bool(grows) == (not gap)


def test_a_pair_that_does_not_move_at_all_fails_both_ways():
    still = expecting(rule("one", effects={"microblog": 1}))

    for grows in (True, False):
        [failure] = failures(replace(still, contrasts=(contrast(grows=grows),)))
        assert failure.part == "contrasts"


def invoked(*command: object) -> Result:
    return CliRunner().invoke(main, ["rules", "test", *map(str, command)])


def test_the_command_says_how_much_was_tried(loaded_once):
    done = invoked("--lang", "en")

    assert done.exit_code == 0
    counts = tried(BOOK)
    assert done.stdout.startswith(
        "{examples} examples of rules, {scenarios} scenarios and {contrasts} contrast pairs "
        "tried; 0 did".format(**counts)
    )


@pytest.mark.slow
def test_the_command_tells_every_failure_in_each_language_and_refuses(rules_folder):
    edit(rules_folder, "scenarios.yaml", "first: media_sharing", "first: forum")
    edit(rules_folder, "contrasts.yaml", "must: grow", "must: shrink")

    for lang in LANGUAGES:
        done = invoked(rules_folder, "--lang", lang)
        assert done.exit_code == 2
        assert [line.split(":")[0] for line in done.stdout.splitlines()[:-1]] == list(PARTS[1:])
    as_json = invoked(rules_folder, "--json")
    found = json.loads(as_json.stdout)
    assert as_json.exit_code == 2
    assert [failure["part"] for failure in found["failures"]] == list(PARTS[1:])
    assert set(found["failures"][0]["expected"]) == set(LANGUAGES)
