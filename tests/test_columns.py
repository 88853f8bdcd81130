"""Many profiles counted at once: exactly what the index says of each, and the naive loop."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from naive import naive
from profiles import random_answers
from test_scoring import random_rule, rule

from recommender.engine.columns import Columns
from recommender.engine.index import Index
from recommender.engine.model import Answers
from recommender.engine.rows import rows_of
from recommender.engine.rulebook import Rulebook
from recommender.engine.scoring import recommend


def random_rulebooks(rulebook: Rulebook, rng, count: int) -> Iterator[Rulebook]:
    for _ in range(count):
        rules = {f"r{n:02}": random_rule(rulebook, rng, f"r{n:02}") for n in range(40)}
        yield replace(rulebook, rules=rules)


def assert_columns_equal_to_naive(rulebook: Rulebook, drawn: list[Answers]) -> None:
    columns = Columns(rulebook.index)
    profiles = [columns.profile(answers) for answers in drawn]
    standings, points = columns.standings(profiles), columns.points(profiles)
    types = list(rulebook.types)
    for at, answers in enumerate(drawn):
        wanted = naive(rulebook, answers)
        places = [(wanted[type_].excluded, -wanted[type_].points) for type_ in types]
        assert [given[at] for given in standings.points] == [-place[1] for place in places]
        assert [points[type_][at] for type_ in types] == [-place[1] for place in places]
        ranks = [1 + sum(other < place for other in places) for place in places]
        assert [given[at] for given in standings.ranks] == ranks
        order = sorted(types, key=lambda type_: (places[types.index(type_)], type_))
        assert [given[at] for given in standings.order] == [order.index(type_) for type_ in types]


@pytest.mark.parametrize("count", [0, 1, 7, 8, 9, 200])
def test_columns_equal_a_naive_loop_under_the_shipped_rules(rulebook, rng, count):
    assert_columns_equal_to_naive(rulebook, [random_answers(rulebook, rng) for _ in range(count)])


@pytest.mark.slow
def test_columns_equal_a_naive_loop_under_random_rules(rulebook, rng):
    for generated in random_rulebooks(rulebook, rng, 12):
        drawn = [random_answers(generated, rng, draft=True) for _ in range(25)]
        assert_columns_equal_to_naive(generated, drawn)


@pytest.mark.parametrize("points", [1, 63, 64, 127, 128, 32767, 32768, 2**40])
def test_points_of_any_size_are_exact_above_and_below_zero(rulebook, rng, points):
    """Rules that the loader never lets pass, so that every width of numbers is reached."""
    rules = [
        rule("up", when={"pace": "daily"}, effects={"blog": points}),
        rule("down", when={"pace": ["weekly", "daily"]}, effects={"forum": -points}),
        rule("one", when={"horizon": "year"}, effects={"forum": -1, "blog": 1}),
    ]
    book = replace(rulebook, rules={one.id: one for one in rules})

    assert_columns_equal_to_naive(book, [random_answers(book, rng) for _ in range(40)])


@pytest.mark.slow
def test_the_index_names_each_rule_that_fired_once_beside_the_points(rulebook, rng):
    for generated in (rulebook, *random_rulebooks(rulebook, rng, 12)):
        for _ in range(20):
            answers = random_answers(generated, rng, draft=True)
            points, fired = generated.index.evaluate(answers)
            places = naive(generated, answers)
            assert points == {type_: place.points for type_, place in places.items()}
            told = {id_ for place in places.values() for id_, *_ in place.contributions}
            told |= {id_ for place in places.values() for id_, _ in place.warnings}
            assert sorted(fired) == sorted(told)


def test_a_row_that_needs_two_options_of_one_question_holds_with_both_alone(rulebook):
    [row] = rows_of(rule("both", when={"content_strengths": "video"}, effects={"blog": 3}))
    both = replace(row, when=(*row.when, ("content_strengths", frozenset({"photos"}))))
    index = Index(rulebook.types, [both])
    columns = Columns(index)

    for chosen, points in ((("photos",), 0), (("video",), 0), (("photos", "video"), 3)):
        answers = Answers({"content_strengths": chosen})
        assert index.evaluate(answers)[0]["blog"] == points
        assert columns.points([columns.profile(answers)])["blog"][0] == points


def test_the_index_of_a_rulebook_is_built_once(rulebook, rng, monkeypatch):
    built = []
    begin = Index.__init__
    monkeypatch.setattr(
        Index, "__init__", lambda self, *given: (built.append(self), begin(self, *given))[1]
    )
    book = replace(rulebook)

    for _ in range(3):
        recommend(book, random_answers(book, rng))

    assert len(built) == 1
