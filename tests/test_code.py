"""The result code: short, exact, hard to mistype, and good for ever."""

import random
from dataclasses import replace
from itertools import product
from time import process_time

import pytest
from profiles import PLAIN, random_answers, shipped_rulebook

from recommender.engine.answers import read
from recommender.engine.code import ALPHABET, decode, encode, layout_part, letters
from recommender.engine.model import Answers, Layout
from recommender.errors import CodeError

BOOK = shipped_rulebook()
LAYOUTS = BOOK.layouts
ASKED = BOOK.questionnaire


def code_of(**answers) -> str:
    return encode(LAYOUTS, read(ASKED, answers, require=()))


def bare(code: str) -> str:
    return code.replace("-", "")


@pytest.fixture
def codes(rng) -> list[str]:
    """Codes of three hundred random answers and drafts, without their hyphens."""
    drawn = [random_answers(BOOK, rng, draft=n % 3 == 0) for n in range(300)]
    return [bare(encode(LAYOUTS, answers)) for answers in drawn]


def assert_refused(code: str) -> None:
    with pytest.raises(CodeError):
        decode(LAYOUTS, code)


@pytest.mark.slow
@pytest.mark.parametrize("draft", [False, True], ids=["answers", "drafts"])
def test_five_thousand_random_answers_come_back_from_their_codes(rng, draft):
    for _ in range(5_000):
        answers = random_answers(BOOK, rng, draft=draft)
        given = decode(LAYOUTS, encode(LAYOUTS, answers))
        assert read(ASKED, given, require=()) == answers


@pytest.mark.slow
def test_different_answers_have_different_codes(rng):
    drawn = {encode(LAYOUTS, a): a for a in (random_answers(BOOK, rng) for _ in range(2_000))}

    assert len({str(answers.values) for answers in drawn.values()}) == len(drawn)


def test_every_single_answer_has_a_code_of_its_own():
    for part in LAYOUTS[-1].parts:
        for state in part.states:
            values = {} if state is None else {part.question: state}
            assert decode(LAYOUTS, encode(LAYOUTS, Answers(values))) == values


def test_a_code_is_at_most_twenty_letters_grouped_by_four(codes):
    for code in codes:
        assert len(code) == letters(LAYOUTS[-1]) <= 20
        assert set(code) <= set(ALPHABET)
    grouped = encode(LAYOUTS, Answers({})).split("-")
    assert {len(group) for group in grouped[:-1]} == {4}
    assert 1 <= len(grouped[-1]) <= 4


def test_no_code_holds_a_letter_that_is_mistaken_for_another():
    assert len(set(ALPHABET)) == 32
    assert not set("ILOU") & set(ALPHABET)
    assert ALPHABET.isupper()


@pytest.mark.slow
def test_every_single_wrong_letter_is_caught(codes):
    for code in codes:
        for place, letter in product(range(len(code)), ALPHABET):
            if letter != code[place]:
                assert_refused(code[:place] + letter + code[place + 1 :])


@pytest.mark.slow
def test_every_swap_of_neighbours_is_caught(codes):
    for code in codes:
        for place in range(len(code) - 1):
            if code[place] != code[place + 1]:
                swapped = code[place + 1] + code[place]
                assert_refused(code[:place] + swapped + code[place + 2 :])


@pytest.mark.slow
def test_every_letter_left_out_or_doubled_is_caught(codes):
    for code in codes:
        for place in range(len(code)):
            assert_refused(code[:place] + code[place + 1 :])
            assert_refused(code[:place] + code[place] + code[place:])


@pytest.mark.parametrize(
    "written",
    [
        pytest.param(str.lower, id="in lower case"),
        pytest.param(bare, id="without hyphens"),
        pytest.param(lambda code: code.replace("-", " "), id="with spaces for hyphens"),
        pytest.param(lambda code: f"  {code} ", id="with spaces around"),
        pytest.param(lambda code: "-".join(bare(code)), id="with a hyphen after every letter"),
        pytest.param(lambda code: code.replace("0", "O"), id="with the letter O for zero"),
        pytest.param(lambda code: code.replace("0", "o"), id="with a small o for zero"),
        pytest.param(lambda code: code.replace("1", "I"), id="with the letter I for one"),
        pytest.param(lambda code: code.replace("1", "i"), id="with a small i for one"),
        pytest.param(lambda code: code.replace("1", "L"), id="with the letter L for one"),
        pytest.param(lambda code: code.replace("1", "l"), id="with a small l for one"),
    ],
)
def test_a_code_may_be_written(written, codes):
    holding = next(code for code in codes if "0" in code and "1" in code)
    grouped = "-".join(holding[i : i + 4] for i in range(0, len(holding), 4))

    assert decode(LAYOUTS, written(grouped)) == decode(LAYOUTS, holding)


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("", id="nothing"),
        pytest.param(" - - ", id="only hyphens and spaces"),
        pytest.param("1", id="one letter"),
        pytest.param("hello", id="a word"),
        pytest.param("U" * 16, id="a letter that no code has"),
        pytest.param("0" * 16, id="version 0"),
        pytest.param("Z" * 16, id="the last version there can be"),
        pytest.param("１" * 16, id="wide digits"),
        pytest.param("١" * 16, id="Arabic digits"),
        pytest.param("\x00" * 16, id="NULs"),
        pytest.param("\ud800" * 16, id="halves of letters"),
        pytest.param("../../etc/passwd", id="a path"),
        pytest.param("<script>alert(1)", id="markup"),
    ],
)
def test_junk_is_refused(code):
    assert_refused(code)


def test_a_code_with_anything_after_it_is_refused():
    assert_refused(code_of(**PLAIN) + "\n")
    assert_refused(code_of(**PLAIN) + "-0000")
    assert_refused(code_of(**PLAIN) + " " * 80)


def test_a_very_long_text_is_refused_at_once():
    started = process_time()

    assert_refused("0" * 10_000_000)

    assert process_time() - started < 2


def test_a_code_of_a_version_that_is_not_known_is_refused():
    newer = (*LAYOUTS, replace(LAYOUTS[-1], version=2))
    code = encode(newer, read(ASKED, PLAIN))

    assert_refused(code)
    assert decode(newer, code) == dict(read(ASKED, PLAIN).values)


def test_a_number_beyond_the_last_answers_is_refused_even_with_the_right_check():
    """Of all check letters exactly one pair fits, and that one must not help."""
    body = "1" + "Z" * (letters(LAYOUTS[-1]) - 3)
    told = []
    for check in product(ALPHABET, repeat=2):
        with pytest.raises(CodeError) as refused:
            decode(LAYOUTS, body + "".join(check))
        told.append(str(refused.value))

    assert told.count("no answers have this code") == 1


def test_random_letters_are_hardly_ever_a_code(rng):
    length = letters(LAYOUTS[-1])
    for _ in range(2_000):
        junk = "".join(random.Random(rng.random()).choices(ALPHABET, k=length))
        try:
            given = decode(LAYOUTS, junk)
        except CodeError:
            continue
        read(ASKED, given, require=())  # if it is one, it says something valid


def added_option() -> tuple[Layout, ...]:
    """The layouts after an option and a question were added, and a limit raised."""
    parts = []
    for part in LAYOUTS[-1].parts:
        question = ASKED.questions[part.question]
        options = [*question.options, f"new_{part.question}"]
        most = min(question.most + 1, len(options)) if question.many else None
        parts.append(layout_part(part.question, options, most, question.none is not None))
    return (*LAYOUTS, Layout(2, (*parts[:3], layout_part("extra", ["a", "b"]), *parts[3:])))


def test_an_added_layout_leaves_old_codes_their_meaning(codes):
    newer = added_option()

    for code in codes:
        assert code[0] == "1"
        assert decode(newer, code) == decode(LAYOUTS, code)


def test_new_codes_are_written_in_the_newest_layout():
    newer = added_option()
    answers = Answers({"primary_goal": "new_primary_goal", "extra": "b", "risk_exposure": ()})

    code = encode(newer, answers)

    assert code[0] == "2"
    assert decode(newer, code) == dict(answers.values)


@pytest.mark.parametrize(
    ("code", "given"),
    [
        pytest.param("1000-0000-0000-00C7", {}, id="nothing answered"),
        pytest.param(
            "1000-0000-000P-NP86", {"risk_exposure": (), "market": "elsewhere"}, id="none of these"
        ),
        pytest.param(
            "11JD-AJS6-9BH3-DW5K",
            {
                "primary_goal": "lead_generation",
                "secondary_goals": ("search_visibility",),
                "organisation": "business_to_business",
                "audience_activity": ("reads_in_depth",),
                "conversation": "one_to_many",
                "content_strengths": ("long_articles",),
                "pace": "weekly",
                "response_time": "few_days",
                "weekly_hours": "hours_3_7",
            },
            id="a business blog",
        ),
        pytest.param(
            "13P8-VN9R-ZKTB-D17C",
            {
                "primary_goal": "community_loyalty",
                "secondary_goals": ("brand_awareness", "sales_promotion"),
                "organisation": "consumer_business",
                "audience_activity": ("watches_listens", "reacts_shares", "comments_chats"),
                "audience_age": ("age_18_24", "age_25_34"),
                "content_strengths": ("photos", "video", "live_video"),
                "pace": "daily",
                "response_time": "within_hour",
                "weekly_hours": "hours_8_20",
                "horizon": "quarter",
                "market": "indonesia",
            },
            id="the fashion brand",
        ),
    ],
)
def test_codes_that_people_keep_mean_what_they_meant_on_the_first_day(code, given):
    """These stand in people's links. If this fails, append a layout; never change an old one."""
    assert decode(LAYOUTS, code) == given


def test_nothing_typed_can_get_into_a_code():
    with pytest.raises(KeyError):
        encode(LAYOUTS, Answers({"primary_goal": "Toko Bu Siti"}))
    typed = {**PLAIN, "audience_activity": ["asks_questions", "asks_questions"]}
    assert code_of(**typed) == code_of(**PLAIN)


def test_what_comes_out_of_a_code_are_options_of_questions_and_nothing_else(codes):
    for code in codes:
        for question, value in decode(LAYOUTS, code).items():
            chosen = [value] if isinstance(value, str) else value
            assert set(chosen) <= set(ASKED.questions[question].options)
