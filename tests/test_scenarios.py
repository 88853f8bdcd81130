"""The situations of the two documents: each puts the type first, or second, that they name."""

import pytest
from profiles import shipped_rulebook

from recommender.rulebook.expectations import scenario_failure

BOOK = shipped_rulebook()
SCENARIOS = {scenario.id: scenario for scenario in BOOK.scenarios}
USES = {
    "blog": 3,
    "social_network": 4,
    "microblog": 3,
    "media_sharing": 4,
    "forum": 2,
    "collaboration": 2,
}
"""How many uses the second document gives each type."""


@pytest.mark.parametrize("id_", SCENARIOS)
def test_the_named_type_comes_first_alone_or_among_the_first_two(id_):
    assert scenario_failure(BOOK, SCENARIOS[id_]) is None


@pytest.mark.parametrize(("type_", "count"), USES.items())
def test_each_type_has_the_uses_that_the_second_document_gives_it(type_, count):
    uses = BOOK.types[type_].uses

    assert len(uses) == len({use.id for use in uses}) == count
    for use in uses:
        assert f"seed-b-{type_.replace('_', '-')}" in use.sources
        assert all(use.text[lang] for lang in ("en", "id"))


@pytest.mark.parametrize(("type_", "count"), USES.items())
def test_each_use_has_a_scenario_and_the_main_one_puts_its_type_first(type_, count):
    source = f"seed-b-{type_.replace('_', '-')}"
    of_type = [scenario for scenario in SCENARIOS.values() if source in scenario.sources]

    assert len(of_type) >= count
    assert {scenario.first or scenario.top_two for scenario in of_type} == {type_}
    assert any(scenario.first == type_ for scenario in of_type)


def test_there_are_six_types_and_eighteen_uses():
    assert tuple(BOOK.types) == tuple(USES)
    assert sum(USES.values()) == 18


def test_the_fashion_brand_of_the_first_document_gets_media_sharing_first():
    assert SCENARIOS["fashion-brand"].first == "media_sharing"
    assert "seed-a-case" in SCENARIOS["fashion-brand"].sources
    assert BOOK.example == SCENARIOS["fashion-brand"]


def test_scenarios_have_different_answers_and_titles_in_both_languages():
    assert len({str(sorted(s.answers.items())) for s in SCENARIOS.values()}) == len(SCENARIOS)
    assert len(SCENARIOS) == len(BOOK.scenarios)
    for lang in ("en", "id"):
        assert len({scenario.title[lang] for scenario in SCENARIOS.values()}) == len(SCENARIOS)
