"""The one verdict on answers: what is read as what, and everything that is refused."""

import csv
import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from profiles import MANY, PLAIN, given_answers, random_answers, random_given, shipped_rulebook

from recommender.batch import from_csv
from recommender.engine import code
from recommender.engine.answers import from_fields, read, to_fields
from recommender.engine.model import Answers
from recommender.errors import AnswersError
from recommender.json_text import parse
from recommender.render.document import answers_object

ASKED = shipped_rulebook().questionnaire
REQUIRED = ("primary_goal", "organisation", "audience_activity", "content_strengths")
NONE_QUESTIONS = ("risk_exposure", "existing_channels")
OTHERS = tuple(question for question in ASKED.questions if question not in REQUIRED)


def answer(question: str, value: object):
    """What one answer is read as, beside the required ones."""
    return read(ASKED, PLAIN | {question: value}).get(question)


def problems(raw: object, **options) -> list[tuple[str | None, str]]:
    """Each problem's question and code; all have words in both languages."""
    with pytest.raises(AnswersError) as refused:
        read(ASKED, raw, **options)
    for problem in refused.value.problems:
        assert set(problem.message) == {"en", "id"}
        assert all(problem.message.values())
    return [(problem.question, problem.code) for problem in refused.value.problems]


def message(raw: object, lang: str = "en") -> str:
    with pytest.raises(AnswersError) as refused:
        read(ASKED, raw)
    [problem] = refused.value.problems
    return problem.message[lang]


def test_the_questionnaire_requires_these_four_and_has_none_of_these_for_two():
    assert tuple(q.id for q in ASKED.questions.values() if q.required) == REQUIRED
    assert tuple(q.id for q in ASKED.questions.values() if q.none) == NONE_QUESTIONS
    assert len(ASKED.questions) == 17


def test_the_required_answers_alone_are_enough():
    answers = read(ASKED, PLAIN)

    assert answers.values == {
        "primary_goal": "customer_service",
        "organisation": "consumer_business",
        "audience_activity": ("asks_questions",),
        "content_strengths": ("short_updates",),
    }
    assert answers.missing == ()


def test_answers_cannot_be_changed_once_read():
    answers = read(ASKED, PLAIN)

    with pytest.raises(TypeError):
        answers.values["pace"] = "daily"
    with pytest.raises(AttributeError):
        answers.missing = ("pace",)


def test_what_was_given_may_change_without_changing_the_answers():
    raw = {**PLAIN, "audience_activity": ["asks_questions"]}
    answers = read(ASKED, raw)

    raw["audience_activity"].append("reacts_shares")

    assert answers.get("audience_activity") == ("asks_questions",)


@pytest.mark.parametrize("question", OTHERS)
def test_a_question_left_out_or_null_is_unknown(question):
    assert answer(question, None) is None
    assert read(ASKED, PLAIN).get(question) is None


@pytest.mark.parametrize("question", OTHERS)
def test_an_empty_list_is_none_of_these_where_a_question_has_it_and_else_unknown(question):
    assert answer(question, []) == (() if question in NONE_QUESTIONS else None)


@pytest.mark.parametrize("question", REQUIRED)
@pytest.mark.parametrize("value", [None, []], ids=["null", "empty list"])
def test_a_required_question_must_be_answered(question, value):
    assert problems(PLAIN | {question: value}) == [(question, "required")]


def test_every_missing_required_answer_is_named_in_the_questionnaires_order():
    assert problems({}) == [(question, "required") for question in REQUIRED]


def test_a_missing_answer_is_asked_for_in_the_questions_own_words():
    assert message({**PLAIN, "organisation": None}) == "Select the kind of organisation"
    assert message({**PLAIN, "organisation": None}, "id") == "Pilih jenis organisasi"


@pytest.mark.parametrize(
    ("question", "given", "read_as"),
    [
        pytest.param(
            "secondary_goals",
            ["sales_promotion", "brand_awareness", "lead_generation"],
            ("brand_awareness", "lead_generation", "sales_promotion"),
            id="lists come out in the questionnaire's order",
        ),
        pytest.param(
            "audience_age",
            ["age_25_34", "age_18_24", "age_25_34"],
            ("age_18_24", "age_25_34"),
            id="repeats are dropped",
        ),
        pytest.param(
            "content_strengths",
            ["video", "photos", "video", "photos", "offers"],
            ("offers", "photos", "video"),
            id="repeats are dropped before counting",
        ),
        pytest.param(
            "secondary_goals",
            ["credibility", "customer_service"],
            ("credibility",),
            id="the main goal among the others is dropped",
        ),
        pytest.param(
            "secondary_goals",
            ["credibility", "customer_service", "sales_promotion", "brand_awareness"],
            ("brand_awareness", "sales_promotion", "credibility"),
            id="and is dropped before counting",
        ),
        pytest.param("secondary_goals", ["customer_service"], None, id="alone it leaves unknown"),
        pytest.param("risk_exposure", ("sensitive_topics",), ("sensitive_topics",), id="a tuple"),
        pytest.param("market", "indonesia", "indonesia", id="the market is an answer like any"),
        pytest.param("paid_budget", "none", "none", id="an option that is called none"),
    ],
)
def test_answers_are_tidied_without_a_complaint(question, given, read_as):
    assert answer(question, given) == read_as


def test_all_options_of_a_question_without_a_limit_may_be_chosen():
    ages = tuple(ASKED.questions["audience_age"].options)

    assert answer("audience_age", list(ages)) == ages


@pytest.mark.parametrize("question", ["secondary_goals", "audience_activity", "content_strengths"])
def test_three_may_be_chosen_but_not_four(question):
    options = [o for o in ASKED.questions[question].options if o != PLAIN["primary_goal"]]

    assert len(answer(question, options[:3])) == 3
    assert problems(PLAIN | {question: options[:4]}) == [(question, "too_many")]


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        pytest.param({"pace": "hourly"}, ("pace", "choice"), id="no such option"),
        pytest.param({"pace": ""}, ("pace", "choice"), id="empty text is no option of JSON"),
        pytest.param({"pace": "Daily"}, ("pace", "choice"), id="capitals matter"),
        pytest.param({"pace": " daily"}, ("pace", "choice"), id="spaces matter"),
        pytest.param({"pace": ["daily"]}, ("pace", "type"), id="a list for one choice"),
        pytest.param({"pace": 3}, ("pace", "type"), id="a number"),
        pytest.param({"pace": True}, ("pace", "type"), id="a truth value"),
        pytest.param({"pace": {}}, ("pace", "type"), id="an object"),
        pytest.param({"pace": "-"}, ("pace", "no_none"), id="no none of these for one choice"),
        pytest.param(
            {"audience_age": ["-"]}, ("audience_age", "no_none"), id="nor where a list has none"
        ),
        pytest.param(
            {"audience_age": "age_18_24"}, ("audience_age", "type"), id="one text for a list"
        ),
        pytest.param({"audience_age": [18]}, ("audience_age", "type"), id="a number in a list"),
        pytest.param(
            {"audience_age": [["age_18_24"]]}, ("audience_age", "type"), id="a list in a list"
        ),
        pytest.param({"audience_age": [None]}, ("audience_age", "type"), id="null in a list"),
        pytest.param(
            {"audience_age": ["age_18_24|age_25_34"]},
            ("audience_age", "choice"),
            id="a bar joins nothing in JSON",
        ),
        pytest.param(
            {"risk_exposure": ["-", "sensitive_topics"]},
            ("risk_exposure", "none_with_option"),
            id="none of these together with an option",
        ),
        pytest.param({"note": "hello"}, ("note", "unknown_question"), id="no such question"),
        pytest.param({"Pace": None}, ("Pace", "unknown_question"), id="not even when null"),
    ],
)
def test_what_cannot_be_an_answer_is_a_problem_with_a_stable_code(changed, found):
    assert problems(PLAIN | changed) == [found]


@pytest.mark.parametrize(
    "raw",
    [None, [], "text", 3, True, [PLAIN]],
    ids=["null", "list", "text", "number", "truth value", "list of answers"],
)
def test_answers_must_be_an_object(raw):
    assert problems(raw) == [(None, "object")]


def test_every_problem_is_told_at_once_questions_first_then_unknown_keys():
    raw = {
        "wheather": "fine",
        "pace": "dayly",
        "audience_activity": ["asks_question", "react_shares"],
        "content_strengths": ["video", "photos", "audio", "offers"],
        "risk_exposure": ["-", "sensitive_topic"],
        "organisation": 7,
    }

    assert problems(raw) == [
        ("primary_goal", "required"),
        ("organisation", "type"),
        ("audience_activity", "choice"),
        ("audience_activity", "choice"),
        ("content_strengths", "too_many"),
        ("pace", "choice"),
        ("risk_exposure", "none_with_option"),
        ("risk_exposure", "choice"),
        ("wheather", "unknown_question"),
    ]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        pytest.param(
            {"pace": "dayly"},
            "“dayly” is not an option of “{pace}”. Did you mean “daily”?",
            id="an option",
        ),
        pytest.param(
            {"audiense_age": ["age_18_24"]},
            "There is no question “audiense_age”. Did you mean “audience_age”?",
            id="a question",
        ),
        pytest.param(
            {"zzzz": 1},
            "There is no question “zzzz”. Remove it, or use the id of a question.",
            id="nothing near",
        ),
    ],
)
def test_a_misspelt_name_is_answered_with_the_nearest_known_one(changed, said):
    assert message(PLAIN | changed) == said.format(pace=ASKED.questions["pace"].short["en"])


@pytest.mark.parametrize(
    "nasty",
    ["\x1b[31mred", "a\x00b", "\ud800", "x" * 10_000, "\u202etxt", "a\nb", "{0} {value}"],
    ids=[
        "terminal colours",
        "NUL",
        "half a letter",
        "very long",
        "turned round",
        "lines",
        "braces",
    ],
)
@pytest.mark.parametrize("place", ["key", "value"])
def test_what_a_problem_repeats_is_short_printable_and_storable(nasty, place):
    raw = PLAIN | ({nasty: "x"} if place == "key" else {"pace": nasty})
    with pytest.raises(AnswersError) as refused:
        read(ASKED, raw)
    [problem] = refused.value.problems

    for said in (problem.question, *problem.message.values(), str(refused.value)):
        assert said.isprintable()
        assert len(said) < 300
        said.encode()


def test_a_draft_may_lack_required_answers_and_says_which():
    draft = read(ASKED, {"organisation": "consumer_business", "pace": "daily"}, require=())

    assert draft.values == {"organisation": "consumer_business", "pace": "daily"}
    assert draft.missing == ("primary_goal", "audience_activity", "content_strengths")


def test_a_draft_of_nothing_is_valid():
    assert read(ASKED, {}, require=()) == Answers({}, REQUIRED)


def test_what_is_given_in_a_draft_must_still_be_right():
    assert problems({"pace": "hourly"}, require=()) == [("pace", "choice")]


def test_a_page_may_require_only_its_own_questions():
    found = problems({}, require=("primary_goal", "secondary_goals", "organisation"))

    assert found == [("primary_goal", "required"), ("organisation", "required")]


def test_a_wrong_required_answer_is_not_also_called_missing():
    assert problems(PLAIN | {"primary_goal": "fame"}) == [("primary_goal", "choice")]


def test_options_for_conditions_tell_unknown_from_none_of_these():
    answers = read(ASKED, PLAIN | {"risk_exposure": []})

    assert answers.options("risk_exposure") == ("-",)
    assert answers.options("existing_channels") == ()
    assert answers.options("primary_goal") == ("customer_service",)
    assert answers.options("audience_activity") == ("asks_questions",)


@pytest.mark.parametrize(
    ("fields", "given"),
    [
        pytest.param({"pace": ["daily"]}, {"pace": "daily"}, id="one choice"),
        pytest.param({"pace": [""]}, {}, id="empty is unknown"),
        pytest.param({"pace": []}, {}, id="so is no field"),
        pytest.param({"pace": ["", "daily"]}, {"pace": "daily"}, id="an empty field beside one"),
        pytest.param(
            {"audience_age": ["age_18_24", "age_25_34"]},
            {"audience_age": ["age_18_24", "age_25_34"]},
            id="repeated fields are a list",
        ),
        pytest.param(
            {"audience_age": ["age_18_24|age_25_34"]},
            {"audience_age": ["age_18_24", "age_25_34"]},
            id="ids joined by a bar are a list",
        ),
        pytest.param(
            {"audience_age": ["age_18_24|", "|age_25_34||"]},
            {"audience_age": ["age_18_24", "age_25_34"]},
            id="both, with bars left over",
        ),
        pytest.param({"audience_age": ["|"]}, {}, id="a bar alone is unknown"),
        pytest.param({"risk_exposure": ["-"]}, {"risk_exposure": []}, id="a dash is none of these"),
        pytest.param({"risk_exposure": ["-|-"]}, {"risk_exposure": []}, id="a dash repeated"),
        pytest.param(
            {"risk_exposure": ["-", ""]}, {"risk_exposure": []}, id="a dash beside an empty field"
        ),
        pytest.param({"risk_exposure": [""]}, {}, id="empty is unknown there too"),
    ],
)
def test_fields_of_forms_and_tables_are_read_as_answers(fields, given):
    assert from_fields(ASKED, fields) == given


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        pytest.param(
            {"pace": ["daily", "weekly"]}, ("pace", "repeated"), id="two answers to one choice"
        ),
        pytest.param({"pace": ["daily|weekly"]}, ("pace", "choice"), id="or joined by a bar"),
        pytest.param({"pace": ["-"]}, ("pace", "no_none"), id="a dash where there is no none"),
        pytest.param({"audience_age": ["-"]}, ("audience_age", "no_none"), id="or for a list"),
        pytest.param(
            {"risk_exposure": ["-|sensitive_topics"]},
            ("risk_exposure", "none_with_option"),
            id="a dash together with an option",
        ),
        pytest.param({"utm_source": ["x"]}, ("utm_source", "unknown_question"), id="no question"),
    ],
)
def test_fields_that_are_no_answers_are_problems(fields, found):
    whole = from_fields(ASKED, {q: v if isinstance(v, list) else [v] for q, v in PLAIN.items()})

    assert problems(whole | from_fields(ASKED, fields)) == [found]


def test_answers_go_into_fields_and_come_back(rulebook, rng):
    for _ in range(300):
        answers = random_answers(rulebook, rng)
        assert read(ASKED, from_fields(ASKED, to_fields(answers))) == answers


def test_answers_go_into_an_object_and_come_back(rulebook, rng):
    for _ in range(300):
        answers = random_answers(rulebook, rng)
        assert read(ASKED, answers_object(answers)) == answers


def test_the_order_of_the_keys_means_nothing(rulebook, rng):
    for _ in range(100):
        raw = random_given(rulebook, rng)
        turned = dict(reversed(raw.items()))
        assert read(ASKED, turned) == read(ASKED, raw)
        assert list(read(ASKED, turned).values) == list(read(ASKED, raw).values)


def verdict(raw: object) -> Answers | list[tuple[str | None, str]]:
    """Answers, or what is wrong with them."""
    try:
        return read(ASKED, raw)
    except AnswersError as error:
        return [(problem.question, problem.code) for problem in error.problems]


def as_fields(raw: dict) -> dict[str, list[str]]:
    return {q: [v] if isinstance(v, str) else v or ["-"] for q, v in raw.items()}


def csv_verdict(raw: dict) -> Answers | list[tuple[str | None, str]]:
    table = io.StringIO()
    rows = csv.writer(table)
    rows.writerow(ASKED.questions)
    rows.writerow("|".join(as_fields(raw).get(question, [])) for question in ASKED.questions)
    # An answer sheet in which nothing is answered is a blank row, which is no row at all.
    for outcome in from_csv(shipped_rulebook(), table.getvalue().splitlines(keepends=True)):
        if outcome.recommendation:
            return outcome.recommendation.answers
        return [(problem.question, problem.code) for problem in outcome.problems]
    return verdict({})


@pytest.mark.slow
@given(given_answers(ASKED))
@settings(max_examples=MANY, deadline=None, database=None)
def test_form_json_table_and_code_give_one_verdict(raw):
    wanted = verdict(raw)

    assert verdict(from_fields(ASKED, as_fields(raw))) == wanted
    joined = {question: ["|".join(texts)] for question, texts in as_fields(raw).items()}
    assert verdict(from_fields(ASKED, joined)) == wanted
    assert verdict(parse(json.dumps(raw).encode())) == wanted
    assert csv_verdict(raw) == wanted
    if isinstance(wanted, Answers):
        layouts = shipped_rulebook().layouts
        assert verdict(code.decode(layouts, code.encode(layouts, wanted))) == wanted


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@pytest.mark.slow
@given(
    st.dictionaries(st.sampled_from([*ASKED.questions, "other"]), JSON_VALUES, max_size=8)
    | JSON_VALUES
)
@settings(max_examples=MANY, deadline=None, database=None)
def test_any_json_at_all_is_either_answers_or_problems(raw):
    found = verdict(raw)

    assert isinstance(found, Answers) or found
