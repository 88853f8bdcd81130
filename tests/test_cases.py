"""Real cases: how they are read, and what is measured on them."""

import json
import re
from itertools import product
from math import log2
from pathlib import Path
from time import process_time

import pytest
from click.testing import CliRunner

from recommender.cli import main
from recommender.engine.answers import read
from recommender.engine.explain import explain
from recommender.engine.scoring import recommend
from recommender.errors import RulebookError
from recommender.rulebook.accuracy import LABELS, as_text, chance, measure, ndcg
from recommender.rulebook.cases import Case, read_cases

PLAIN = {
    "primary_goal": "customer_service",
    "organisation": "consumer_business",
    "audience_activity": ["asks_questions"],
    "content_strengths": ["short_updates"],
}
FILE = """\
- id: first-case
  title: A shop answers its buyers
  source_title: A report
  source_url: https://example.org/report
  source_year: '2016'
  summary: It answered within the hour.
  worked:
  - microblog
  - forum
  did_not_work: []
  label_basis: The report says so.
  confidence: high
  names_channel: false
  answers:
    primary_goal: customer_service
    organisation: consumer_business
    audience_activity: [asks_questions]
    content_strengths: [short_updates]
    market: indonesia
"""
SECOND = FILE.replace("first-case", "second-case")


def case(rulebook, worked, *, failed=(), named=False, **answers) -> Case:
    """A case with these labels; answers not given are those of PLAIN."""
    read_ = read(rulebook.questionnaire, PLAIN | answers)
    return Case("a-case", tuple(worked), tuple(failed), named, read_)


def ranked(rulebook, **answers) -> list[str]:
    """The types as the rules rank them for these answers, where no two may share a rank."""
    ranking = recommend(rulebook, read(rulebook.questionnaire, PLAIN | answers)).ranking
    assert [entry.rank for entry in ranking] == [1, 2, 3, 4, 5, 6], "choose answers without ties"
    return [entry.type for entry in ranking]


@pytest.fixture(scope="module")
def untied(rulebook) -> dict:
    """Answers for which no two types share a rank."""
    return next(answers for answers, ranks in _profiles(rulebook) if ranks == [1, 2, 3, 4, 5, 6])


@pytest.fixture(scope="module")
def tied(rulebook) -> dict:
    """Answers for which several types share the first rank."""
    return next(answers for answers, ranks in _profiles(rulebook) if ranks[1] == 1)


def _profiles(rulebook):
    asked = ("primary_goal", "organisation", "conversation", "horizon")
    questions = [rulebook.questionnaire.questions[id_] for id_ in asked]
    for options in product(*(question.options for question in questions)):
        answers = PLAIN | dict(zip(asked, options, strict=True))
        ranking = recommend(rulebook, read(rulebook.questionnaire, answers)).ranking
        yield answers, [entry.rank for entry in ranking]


def value(estimate) -> float:
    return estimate["value"]


@pytest.mark.parametrize(
    ("order", "wanted", "places", "expected"),
    [
        pytest.param((("a",), ("b",), ("c",)), "a", 1, 1, id="alone in front"),
        pytest.param((("a",), ("b",), ("c",)), "b", 1, 0, id="second is not first"),
        pytest.param((("a",), ("b",), ("c",)), "b", 2, 1, id="second is among two"),
        pytest.param((("a", "b", "c"), ("d",)), "a", 1, 1 / 3, id="one of three tied"),
        pytest.param((("a", "b", "c"), ("d",)), "ab", 1, 2 / 3, id="two of three tied"),
        pytest.param((("a", "b", "c"), ("d",)), "a", 2, 2 / 3, id="two places for three tied"),
        pytest.param((("a", "b", "c"), ("d",)), "ab", 2, 1, id="two of three fill a place"),
        pytest.param((("a", "b", "c", "d"),), "ab", 2, 5 / 6, id="1 - C(2,2)/C(4,2)"),
        pytest.param((("a",), ("b", "c")), "b", 2, 1 / 2, id="tied for the second place"),
        pytest.param((("a", "b"), ("c",)), "c", 2, 0, id="a tie fills both places"),
        pytest.param((("a",), ("b", "c")), "", 2, 0, id="nothing wanted"),
    ],
)
def test_ties_for_a_place_are_drawn_by_lot(order, wanted, places, expected):
    assert chance(order, wanted, places) == pytest.approx(expected)


SECOND_PLACE = 1 / log2(3)


@pytest.mark.parametrize(
    ("order", "worked", "expected"),
    [
        pytest.param("a b c d", "abc", 1, id="the source's own order"),
        pytest.param("a b c d", "a", 1, id="the only one in front"),
        pytest.param("b a c d", "a", SECOND_PLACE, id="the only one second"),
        pytest.param("b c a d", "a", 1 / 2, id="the only one third"),
        pytest.param("b c d a", "a", 0, id="the fourth place is worth nothing"),
        pytest.param(
            "b a c d", "ab", (2 + 3 * SECOND_PLACE) / (3 + 2 * SECOND_PLACE), id="two swapped"
        ),
        pytest.param(
            "c b a d",
            "abc",
            (1 + 2 * SECOND_PLACE + 3 / 2) / (3 + 2 * SECOND_PLACE + 1 / 2),
            id="three turned round",
        ),
        pytest.param("ab c d", "a", (1 + SECOND_PLACE) / 2, id="tied for two places"),
        pytest.param("b c ad", "a", 1 / 4, id="tied for the third and fourth"),
        pytest.param(
            "ab c d",
            "ab",
            2.5 * (1 + SECOND_PLACE) / (3 + 2 * SECOND_PLACE),
            id="both that worked tied in front",
        ),
        pytest.param(
            "d a b c",
            "abcd",
            (3 * SECOND_PLACE + 1) / (3 + 2 * SECOND_PLACE + 1 / 2),
            id="a fourth that worked gains nothing",
        ),
    ],
)
def test_ndcg_gains_three_two_and_one_for_what_worked_and_shares_tied_places(
    order, worked, expected
):
    tied_order = tuple(tuple(group) for group in order.split())

    assert ndcg(tied_order, worked) == pytest.approx(expected)


def test_a_case_file_becomes_cases_with_their_labels_and_answers(rulebook):
    content = FILE + SECOND.replace("[]", "[blog]").replace("channel: false", "channel: true")

    first, second = read_cases(rulebook, "c.yaml", content.encode())

    assert (first.id, first.worked, first.failed) == ("first-case", ("microblog", "forum"), ())
    assert first.names_channel is False
    assert first.answers.get("market") == "indonesia"
    assert (second.id, second.failed, second.names_channel) == ("second-case", ("blog",), True)


def test_a_case_may_be_undated(rulebook):
    for year in ("'null'", "null"):
        assert read_cases(rulebook, "c.yaml", FILE.replace("'2016'", year).encode())


def findings(rulebook, text: str) -> list[tuple[int, str]]:
    with pytest.raises(RulebookError) as refused:
        read_cases(rulebook, "c.yaml", text.encode())
    assert all(found.file == "c.yaml" for found in refused.value.findings)
    assert all(set(found.message) == {"en", "id"} for found in refused.value.findings)
    return [(found.line, found.message["en"]) for found in refused.value.findings]


def test_every_problem_of_a_case_file_is_told_at_once_with_its_line(rulebook):
    second = SECOND.replace("- forum", "- forums").replace("[]", "[microblog]")
    third = FILE.replace("customer_service", "customer_services").replace(
        "organisation:", "organization:"
    )
    fourth = (
        SECOND.replace("second-case", "third-case")
        .replace("high", "higher")
        .replace("  summary:", "  sumary:")
    )

    found = findings(rulebook, FILE + second + third + fourth + "- a text\n")

    expected = [
        (28, "there is no type “forums”; did you mean “forum”?"),
        (29, "this case names microblog already"),
        (39, "case “first-case” stands at c.yaml:1 already"),
        (52, "organisation: Select the kind"),
        (53, "Did you mean “customer_service”?"),
        (54, "There is no question “organization”. Did you mean “organisation”?"),
        (58, "“summary” is missing"),
        (63, "“sumary” is not known here"),
        (69, "“higher” is not possible for “confidence”; use one of: high, medium"),
        (77, "“case” must be a map"),
    ]
    assert [line for line, _ in found] == [line for line, _ in expected]
    for (_, said), (_, part) in zip(found, expected, strict=True):
        assert part in said


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        pytest.param("cases:\n- a\n", 1, "“cases” must be a list", id="a map"),
        pytest.param("[]\n", 1, "“cases” must be a list", id="no case"),
        pytest.param("", 1, "the file is empty", id="nothing"),
        pytest.param("- a: [\n", 2, "this is not valid YAML", id="no YAML"),
        pytest.param(
            FILE.replace("  - microblog\n  - forum\n", "    []\n"),
            7,
            "“worked” has too few entries",
            id="nothing worked",
        ),
        pytest.param(FILE.replace("'2016'", "once"), 5, "must be a whole number", id="year"),
        pytest.param(FILE.replace("false", "no"), 13, "use one of: true", id="names_channel"),
        pytest.param(
            FILE.replace("- forum", "- microblog"), 9, "names microblog already", id="worked twice"
        ),
    ],
)
def test_a_file_that_holds_no_cases_is_refused_where_it_goes_wrong(rulebook, text, line, said):
    [(at, words)] = findings(rulebook, text)

    assert at == line
    assert said in words


def test_two_cases_on_one_line_may_not_share_an_id(rulebook):
    found = findings(rulebook, "[{id: same}, {id: same}]")

    assert any("case “same” stands at c.yaml:1 already" in words for _, words in found)


@pytest.mark.slow
def test_the_type_that_the_rules_put_first_counts_if_it_worked(rulebook, untied):
    order = ranked(rulebook, **untied)
    cases = [case(rulebook, [type_], **untied) for type_ in order]

    found = measure(rulebook, cases)

    assert value(found["all"]["top1"]) == pytest.approx(1 / 6, abs=1e-4)
    assert value(found["all"]["top2"]) == pytest.approx(2 / 6, abs=1e-4)
    assert value(found["all"]["ndcg3"]) == pytest.approx((1 + SECOND_PLACE + 0.5) / 6, abs=1e-4)
    assert found["all"]["top1"]["n"] == found["n"] == 6


@pytest.mark.slow
def test_a_type_that_the_rules_tie_for_first_counts_as_its_share(rulebook, tied):
    first = recommend(rulebook, read(rulebook.questionnaire, tied)).first
    assert len(first) > 1

    found = measure(rulebook, [case(rulebook, [first[-1].type], **tied)])

    assert value(found["all"]["top1"]) == pytest.approx(1 / len(first), abs=1e-4)
    assert found["wrong"] == []


@pytest.mark.slow
def test_an_excluded_type_never_comes_first_however_many_points_it_has(rulebook):
    rule = next(rule for rule in rulebook.rules.values() if rule.exclude)
    answers = next(dict(example.answers) for example in rule.examples if example.fires)

    found = measure(rulebook, [case(rulebook, rule.exclude[:1], **answers)])

    assert value(found["all"]["top1"]) == 0
    assert value(found["all"]["top2"]) == 0


@pytest.mark.slow
def test_only_cases_that_say_what_failed_are_asked_whether_it_came_first(rulebook, untied):
    first, second, *_ = ranked(rulebook, **untied)
    cases = [
        case(rulebook, [second], failed=[first], **untied),
        case(rulebook, [first], failed=[second], **untied),
        case(rulebook, [first], failed=[second], **untied),
        case(rulebook, [first], **untied),
    ]

    estimate = measure(rulebook, cases)["all"]["failed_first"]

    assert value(estimate) == pytest.approx(1 / 3, abs=1e-4)
    assert estimate["n"] == 3


@pytest.mark.slow
def test_cases_that_name_their_channel_can_be_left_out(rulebook, untied):
    first, *_, last = ranked(rulebook, **untied)
    cases = [case(rulebook, [first], named=True, **untied), case(rulebook, [last], **untied)]

    found = measure(rulebook, cases)

    assert value(found["all"]["top1"]) == 0.5
    assert value(found["without_named"]["top1"]) == 0
    assert found["without_named"]["top1"]["n"] == 1


@pytest.mark.slow
def test_each_type_is_followed_in_the_cases_whose_main_working_type_it_is(rulebook, untied):
    first, second, third, *_ = ranked(rulebook, **untied)
    cases = [
        case(rulebook, [second, first], **untied),
        case(rulebook, [third, first], **untied),
        case(rulebook, [first], **untied),
    ]

    found = measure(rulebook, cases)["per_type"]

    assert {type_: found[type_]["first"]["n"] for type_ in found} == {
        type_: 1 if type_ in (first, second, third) else 0 for type_ in rulebook.types
    }
    assert [value(found[type_]["first"]) for type_ in (first, second, third)] == [1, 0, 0]
    assert [value(found[type_]["first_two"]) for type_ in (first, second, third)] == [1, 1, 0]


@pytest.mark.slow
def test_each_market_has_its_own_numbers_and_so_has_the_unknown_one(rulebook):
    cases = [
        case(rulebook, ["forum"], market="indonesia"),
        case(rulebook, ["forum"], market="indonesia"),
        case(rulebook, ["forum"]),
    ]

    found = measure(rulebook, cases)["per_market"]

    assert {market: found[market]["top1"]["n"] for market in found} == {
        "indonesia": 2,
        "elsewhere": 0,
        "unknown": 1,
    }
    assert found["elsewhere"]["top1"] == {"value": None, "low": None, "high": None, "n": 0}


@pytest.mark.slow
def test_the_fixed_order_counts_every_case_and_leaves_none_out(rulebook):
    """Two forums, a blog: forum first, blog second, though each type has a vote on itself."""
    cases = [
        case(rulebook, ["forum"], primary_goal="customer_service"),
        case(rulebook, ["forum"], primary_goal="customer_service"),
        case(rulebook, ["blog"], primary_goal="credibility"),
    ]

    found = measure(rulebook, cases)["baselines"]["same_order"]

    assert value(found["top1"]) == pytest.approx(2 / 3, abs=1e-4)
    assert value(found["top2"]) == 1


@pytest.mark.slow
def test_types_that_are_as_frequent_share_the_first_place_of_the_fixed_order(rulebook):
    found = measure(rulebook, [case(rulebook, [type_]) for type_ in rulebook.types] * 2)

    assert value(found["baselines"]["same_order"]["top1"]) == pytest.approx(1 / 6, abs=1e-4)


@pytest.mark.slow
def test_the_baseline_per_goal_asks_the_other_cases_and_falls_back_to_all_of_them(rulebook):
    """Without itself the blog's goal is unseen; a tie goes to the type that is more frequent."""
    cases = [
        case(rulebook, ["forum"], primary_goal="customer_service"),
        case(rulebook, ["forum"], primary_goal="customer_service"),
        case(rulebook, ["blog"], primary_goal="credibility"),
        case(rulebook, ["forum"], primary_goal="sales_promotion"),
        case(rulebook, ["microblog"], primary_goal="sales_promotion"),
        case(rulebook, ["blog", "forum"], primary_goal="sales_promotion"),
    ]

    found = measure(rulebook, cases)["baselines"]["per_goal"]

    # First by their goals: forum, forum; forum (unseen goal); microblog and blog tie, the blog
    # is the more frequent overall; forum and blog tie, the forum is; forum and microblog tie,
    # the forum is.
    assert value(found["top1"]) == pytest.approx((1 + 1 + 0 + 0 + 0 + 1) / 6, abs=1e-4)


@pytest.mark.slow
def test_each_confidence_label_tells_how_often_its_first_type_was_right(rulebook, tied):
    example = dict(rulebook.example.answers)
    first, *_, last = ranked(rulebook, **example)
    several = recommend(rulebook, read(rulebook.questionnaire, tied)).first
    cases = [
        case(rulebook, [first], **example),
        case(rulebook, [last], **example),
        case(rulebook, [several[0].type], **tied),
    ]
    sure = explain(rulebook, cases[0].answers).confidence.label

    found = measure(rulebook, cases)["per_label"]

    assert tuple(found) == LABELS
    assert sure != "tie"
    assert {label: found[label]["top1"]["n"] for label in LABELS if found[label]["top1"]["n"]} == {
        sure: 2,
        "tie": 1,
    }
    assert found[sure]["top1"] == {"value": 0.5, "low": 0, "high": 1, "n": 2}
    assert value(found["tie"]["top1"]) == pytest.approx(1 / len(several), abs=1e-4)


def test_the_cases_that_went_wrong_are_listed_with_what_came_first(rulebook, untied):
    first, second, third, *_ = ranked(rulebook, **untied)
    cases = [case(rulebook, [first], **untied), case(rulebook, [second, third], **untied)]

    found = measure(rulebook, cases)

    assert found["wrong"] == [{"id": "a-case", "first": [first], "worked": [second, third]}]


@pytest.mark.slow
def test_an_interval_comes_from_resampled_cases_and_is_the_same_every_time(rulebook, untied):
    """One hit and one miss: a quarter of all resamples hold two hits, a quarter none."""
    first, *_, last = ranked(rulebook, **untied)
    cases = [case(rulebook, [first], **untied), case(rulebook, [last], **untied)]

    found = measure(rulebook, cases)

    assert found["all"]["top1"] == {"value": 0.5, "low": 0, "high": 1, "n": 2}
    assert found == measure(rulebook, cases)


@pytest.mark.slow
def test_an_interval_is_about_as_wide_as_the_binomial_one(rulebook, untied):
    """Twenty hits of forty: 0.5 ± 1.96 · sqrt(0.25 / 40) = 0.345 to 0.655."""
    first, *_, last = ranked(rulebook, **untied)
    cases = [case(rulebook, [type_], **untied) for type_ in [first] * 20 + [last] * 20]

    estimate = measure(rulebook, cases)["all"]["top1"]

    assert estimate["low"] == pytest.approx(0.345, abs=0.03)
    assert estimate["high"] == pytest.approx(0.655, abs=0.03)


def test_cases_that_agree_leave_no_width(rulebook, untied):
    first = ranked(rulebook, **untied)[0]

    estimate = measure(rulebook, [case(rulebook, [first], **untied)] * 3)["all"]["top1"]

    assert estimate == {"value": 1, "low": 1, "high": 1, "n": 3}


def test_no_cases_give_no_numbers(rulebook):
    found = measure(rulebook, [])

    assert found["n"] == 0
    assert value(found["all"]["top1"]) is None
    assert "0 cases" in as_text(found)


def test_the_numbers_say_which_rules_they_measure(rulebook):
    found = measure(rulebook, [case(rulebook, ["forum"])])

    assert found["rules"] == {"version": rulebook.version, "digest": rulebook.digest}


@pytest.mark.slow
def test_forty_cases_take_a_few_seconds_at_most(rulebook):
    cases = [case(rulebook, [type_], failed=["blog"]) for type_ in ["forum", "microblog"] * 20]

    started = process_time()
    measure(rulebook, cases)

    assert process_time() - started < 20


ROW = re.compile(r"^(?P<label>\S.{21}) *(?P<n>\d+)(?P<cells>(?: +(?:-|\d\.\d\d \(\S+\)))+)$", re.M)


@pytest.mark.slow
def test_text_and_json_of_the_command_carry_the_same_numbers(rulebook, tmp_path: Path):
    file = tmp_path / "cases.yaml"
    file.write_text(FILE + SECOND.replace("[]", "[blog]").replace("    market: indonesia\n", ""))

    text = CliRunner().invoke(main, ["cases", str(file)])
    found = json.loads(CliRunner().invoke(main, ["cases", str(file), "--json"]).stdout)

    assert text.exit_code == 0
    assert found == measure(rulebook, read_cases(rulebook, "", file.read_bytes()))
    assert text.stdout == as_text(found)
    shown = [
        (m["label"].strip(), int(m["n"]), re.findall(r"-(?= |$)|\d\.\d\d \(\S+\)", m["cells"]))
        for m in ROW.finditer(text.stdout)
    ]
    assert shown == list(_rows(found))


def _rows(found):
    """What the tables must show: label, n and cells, read from the JSON document."""
    rules = {"rules, all cases": found["all"], "rules, channel unnamed": found["without_named"]}
    markets = {f"rules, {market}": numbers for market, numbers in found["per_market"].items()}
    baselines = {
        "always the same order": found["baselines"]["same_order"],
        "most frequent per goal": found["baselines"]["per_goal"],
    }
    tables = [
        (rules | markets | baselines, ["top1", "top2", "ndcg3"]),
        (rules | baselines, ["failed_first"]),
        (found["per_type"], ["first", "first_two"]),
        (found["per_label"], ["top1"]),
    ]
    for rows, columns in tables:
        for label, numbers in rows.items():
            cells = [numbers[column] for column in columns]
            yield label, cells[0]["n"], [_cell(estimate) for estimate in cells]


def _cell(estimate) -> str:
    if estimate["n"] == 0:
        return "-"
    return f"{estimate['value']:.2f} ({estimate['low']:.2f}-{estimate['high']:.2f})"


def test_the_text_fits_eighty_columns(rulebook):
    worked = ["social_network", "microblog", "media_sharing"]
    cases = [case(rulebook, worked), case(rulebook, worked[::-1], primary_goal="credibility")]

    lines = as_text(measure(rulebook, cases)).splitlines()

    assert max(len(line) for line in lines) <= 80


def test_the_command_refuses_a_bad_case_file_with_its_lines(tmp_path: Path):
    file = tmp_path / "cases.yaml"
    file.write_text(FILE.replace("- forum", "- forums"))

    refused = CliRunner().invoke(main, ["cases", str(file), "--lang", "id"])

    assert refused.exit_code == 2
    assert f"{file}:9: tidak ada jenis “forums”" in refused.stderr
