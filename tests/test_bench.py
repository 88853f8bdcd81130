"""The benchmark: its rules mean the same to every engine, its figures keep their shape."""

import json

import pytest
from naive import naive
from profiles import shipped_rulebook

from recommender.engine.answers import read
from recommender.engine.index import _Table
from tools.bench import table
from tools.bench.__main__ import main
from tools.bench.engines import never_seen
from tools.bench.measure import Contestant, Samples, rounds
from tools.bench.peers import Naive, flat
from tools.bench.rules import generated, given_answers, profiles
from tools.bench.usual import usual_app
from tools.bench.web import GOALS, RESULT, check_alike, contestants, without_explanation

BOOK = shipped_rulebook()


def points_and_rules(book, answers):
    """What the plain loop of the tests makes of the answers: points, and the rules that hold."""
    places = naive(book, answers)
    rules = {rule for place in places.values() for rule, *_ in place.contributions}
    return {type_: place.points for type_, place in places.items()}, rules


@pytest.mark.parametrize("size", [10, 60])
def test_the_index_and_the_baseline_give_generated_rules_the_meaning_of_the_reference(size):
    book = generated(BOOK, size)
    baseline = Naive(book.questionnaire, book.types, book.index.rows)
    fired = 0
    for answers in profiles(book, 60):
        expected = points_and_rules(book, answers)
        points, rules = baseline.evaluate(flat(book.questionnaire, answers))
        evaluated, ids = book.index.evaluate(answers)

        assert (points, {*rules}) == expected
        assert (dict(evaluated), {*ids}) == expected
        fired += len(rules)
    assert fired


def test_the_same_seed_gives_the_same_rules_and_every_rule_can_be_written_to_a_file():
    book, again = generated(BOOK, 300), generated(BOOK, 300)

    assert book.rules == again.rules
    assert len(book.index.rows) == 300
    for rule in book.rules.values():
        named = [len(options) for _, options in rule.when + rule.unless]
        assert rule.when
        assert 1 <= sum(named) <= 4


def test_random_answers_are_valid_and_never_the_same_twice():
    given = given_answers(BOOK, 300)

    assert len({json.dumps(one, sort_keys=True) for one in given}) == 300
    assert all(not read(BOOK.questionnaire, one).missing for one in given)


def test_an_evaluation_of_answers_never_seen_finds_none_of_their_lists_worked_out(monkeypatch):
    worked_out = []
    fold = _Table.__missing__
    monkeypatch.setattr(
        _Table, "__missing__", lambda self, value: worked_out.append(value) or fold(self, value)
    )
    asked = profiles(BOOK, 20)
    contestant = never_seen(BOOK.index, asked)
    worked_out.clear()
    for item in contestant.items(0)[:20]:
        contestant.run(item)

    tables = BOOK.index._tables
    lists = [v for one in asked for q, v in one.values.items() if type(v) is tuple and q in tables]
    assert sorted(worked_out) == sorted(lists) != []


def test_ratios_are_taken_within_a_round():
    samples = Samples({"slow": [2.0, 40.0, 9.0], "fast": [1.0, 10.0, 3.0]})

    assert samples.ratio("slow", "fast") == 3
    assert samples.median("slow") == 9


@pytest.mark.slow
def test_contestants_run_in_each_round_on_items_made_before_the_clock_starts():
    ticks = iter(range(100))
    ran = []
    contestants = {
        name: Contestant(
            lambda item, name=name: ran.append((name, item)),
            lambda number: [number] * 2,
            lambda: next(ticks),
        )
        for name in ("a", "b")
    }

    samples = rounds("test", contestants, 2)

    assert ran == [("a", 0)] * 2 + [("b", 0)] * 2 + [("b", 1)] * 2 + [("a", 1)] * 2
    assert samples == {"a": [0.5, 0.5], "b": [0.5, 0.5]}


def test_a_figure_is_met_at_its_goal_and_missed_beyond_it_and_json_has_five_names():
    figures = [
        table.at_least("P1", "speed", 2.5, 2.5),
        table.at_least("P1", "speed", 2.4999, 2.5),
        table.at_most("P6", "memory", 120.4, 120),
        table.Figure("", "only to be known", 1234.5),
    ]

    assert table.as_json(figures) == [
        {"name": "P1", "what": "speed, at least", "value": 2.5, "goal": 2.5, "met": True},
        {"name": "P1", "what": "speed, at least", "value": 2.5, "goal": 2.5, "met": False},
        {"name": "P6", "what": "memory, at most", "value": 120.0, "goal": 120, "met": False},
    ]
    assert table.markdown(figures).splitlines()[2:] == [
        "| P1 | speed, at least | 2.5 | 2.5 | yes |",
        "| P1 | speed, at least | 2.5 | 2.5 | **no** |",
        "| P6 | memory, at most | 120 | 120 | **no** |",
        "|  | only to be known | 1,234 |  |  |",
    ]


def test_the_table_replaces_the_earlier_one_and_nothing_else(tmp_path, monkeypatch):
    document = tmp_path / "performance.md"
    document.write_text(f"# Before\n{table.BEGIN}old\n{table.END}After\n", "utf-8")
    monkeypatch.setattr(table, "DOCUMENT", document)

    table.write_document([table.at_most("P6", "memory", 60, 120)])

    written = document.read_text("utf-8")
    assert written.startswith(f"# Before\n{table.BEGIN}\nMeasured on ")
    assert written.endswith(f"{table.END}After\n")
    assert "| P6 | memory, at most | 60 | 120 | yes |" in written
    assert "old" not in written


def test_the_document_has_the_place_for_the_table():
    text = table.DOCUMENT.read_text("utf-8")

    assert text.count(table.BEGIN) == text.count(table.END) == 1


def test_a_section_that_does_not_exist_is_refused_with_the_list_of_those_that_do(capsys):
    with pytest.raises(SystemExit) as refused:
        main(["engine"])

    assert refused.value.code == 2
    assert "engines, explain, batch, web, start, pages" in capsys.readouterr().err


@pytest.mark.slow
def test_the_usual_way_asks_the_same_questions_and_answers_the_same(app):
    check_alike(BOOK, app, usual_app(BOOK))


@pytest.mark.slow
def test_an_app_that_answers_otherwise_is_not_timed(app):
    with pytest.raises(ValueError, match="the two apps differ"):
        check_alike(BOOK, app, usual_app(generated(BOOK, 5)))


@pytest.mark.slow
def test_every_kind_of_request_is_timed_for_both_apps_with_answers_of_its_own(app):
    made = contestants(BOOK, {"ours": app, "usual": usual_app(BOOK)}, 2)

    assert {*made} == {"hello", "explanation"} | {
        f"{name}: {kind}" for kind in GOALS for name in ("ours", "usual")
    }
    pages = [made[f"ours: {RESULT}"].items(number) for number in (0, 1)]
    addresses = [environ["PATH_INFO"] for items in pages for environ in items]
    assert len({*addresses}) == len(addresses)


def test_the_explanation_is_taken_off_the_result_page_alone():
    samples = Samples({f"ours: {RESULT}": [5.0], "ours: step posted": [5.0], "explanation": [3]})

    assert without_explanation(samples, "ours", RESULT)[RESULT] == [2.0]
    assert without_explanation(samples, "ours", "step posted")["step posted"] == [5.0]


def test_a_round_in_which_the_explanation_was_held_up_makes_no_page_free_of_cost():
    samples = Samples({f"ours: {RESULT}": [5.0, 5.0, 5.0], "explanation": [3, 9, 3]})

    assert without_explanation(samples, "ours", RESULT)[RESULT] == [2.0, 2.0, 2.0]
