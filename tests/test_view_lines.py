"""The headline and the lines below it: each form, and that each says what is so."""

from collections import Counter
from dataclasses import replace
from functools import cache

import pytest
from profiles import MANY
from results import BASE, rule, with_rules
from views import (
    ASKED,
    BOOK,
    QUESTIONS,
    changed,
    first_two,
    leading,
    listed,
    margin,
    random_profiles,
)

from recommender.engine.answers import read
from recommender.engine.model import Answers
from recommender.engine.moves import allowed_values
from recommender.i18n import LANGUAGES, words
from recommender.render.view import View, view

each_language = pytest.mark.parametrize("lang", LANGUAGES)
PROFILES = random_profiles(MANY)
PLAIN = read(BOOK.questionnaire, BASE)


@cache
def views(lang: str) -> list[View]:
    """The views of 150 random answers."""
    return [view(BOOK, answers, lang) for answers in PROFILES]


def shown(lang: str, *, without: tuple[str, ...] = (), **points: int) -> View:
    """The view under rules that give types these points and rule some out."""
    given = [rule(f"r{n}", effects={type_: most}) for n, (type_, most) in enumerate(points.items())]
    out = [rule("out", exclude=without)] if without else []
    return view(with_rules(BOOK, *given, *out), PLAIN, lang)


def open_questions(answers: Answers) -> list[str]:
    return [question for question in QUESTIONS if answers.get(question) is None]


def outcomes(answers: Answers, question: str) -> list[Answers]:
    """The answers with each valid answer to an open question."""
    return [changed(answers, {question: v}) for v in allowed_values(QUESTIONS[question])]


# Forms of the headline (18 points are strong, 12 good, 5 possible; a lead below 3 is a tie)


@each_language
@pytest.mark.parametrize(
    ("points", "without", "form", "named"),
    [
        pytest.param({"blog": 20, "forum": 11}, (), "clear", ["blog"], id="one ahead"),
        pytest.param({"blog": 9, "forum": 6}, (), "clear", ["blog"], id="one ahead, possible"),
        pytest.param({"blog": 20, "forum": 12}, (), "pair", ["blog", "forum"], id="a good second"),
        pytest.param({"blog": 20}, ("forum",), "clear", ["blog"], id="others ruled out"),
        pytest.param(
            {"blog": 20, "forum": 17, "microblog": 17}, (), "clear", ["blog"], id="two good seconds"
        ),
        pytest.param(
            {"blog": 20, "forum": 18}, (), "tie", ["blog", "forum"], id="two points apart"
        ),
        pytest.param({"blog": 20, "forum": 17}, (), "pair", ["blog", "forum"], id="three apart"),
        pytest.param(
            {"forum": 20, "blog": 20, "microblog": 19, "media_sharing": 17},
            (),
            "tie",
            ["blog", "forum", "microblog"],
            id="three close together",
        ),
        pytest.param({"blog": 4, "forum": 3}, (), "weak", ["blog"], id="nothing fits"),
        pytest.param({"blog": 4, "forum": 4}, (), "weak", ["blog", "forum"], id="two do not"),
        pytest.param(
            {"blog": 20, "forum": 9}, ("blog",), "clear", ["forum"], id="the best ruled out"
        ),
        pytest.param({"blog": 20}, tuple(BOOK.types), "none", [], id="all ruled out"),
        pytest.param(
            {"blog": 20},
            tuple(type_ for type_ in BOOK.types if type_ != "blog"),
            "clear",
            ["blog"],
            id="only one left",
        ),
    ],
)
def test_the_headline_has_the_form_that_the_ranking_calls_for(points, without, form, named, lang):
    made = shown(lang, without=without, **points)

    assert (made.form, [entry.type for entry in made.leaders]) == (form, named)
    names = [
        f"{BOOK.types[type_].in_sentence[lang]} ({', '.join(BOOK.types[type_].best_known)})"
        for type_ in named
    ]
    filled = {"first": listed(names, lang)} if names else {}
    if form == "pair":
        filled = dict(zip(("first", "second"), names, strict=True))
    sentence = words(lang)(f"headline_{form}", **filled)
    assert made.headline == sentence[0].upper() + sentence[1:]


def test_a_type_that_is_ruled_out_gives_no_lead_sentence_and_no_runner_up():
    made = shown("en", without=tuple(BOOK.types), blog=20, forum=10)

    assert (made.lead, made.runner_up) == (None, None)


def test_the_lead_is_the_reason_that_gives_most_and_of_equals_the_one_about_the_goal():
    goal = (("primary_goal", frozenset({BASE["primary_goal"]})),)
    plain, better = rule("a", effects={"blog": 8}), rule("c", effects={"blog": 9})
    about_goal = replace(rule("b", effects={"blog": 8}), when=goal)

    assert view(with_rules(BOOK, plain), PLAIN, "en").lead == "Reason of a."
    assert view(with_rules(BOOK, plain, about_goal), PLAIN, "en").lead == "Reason of b."
    assert view(with_rules(BOOK, plain, about_goal, better), PLAIN, "en").lead == "Reason of c."


@each_language
def test_types_that_tie_have_no_runner_up_among_them(lang):
    assert shown(lang, blog=20, forum=18).runner_up is None
    assert shown(lang, blog=20, forum=16).runner_up is not None


# Tie, early, and the questions worth asking


@pytest.mark.slow
def test_a_tie_names_an_open_question_that_can_end_it_or_says_that_none_can():
    w, said = words("en"), Counter()
    for answers, made in zip(PROFILES, views("en")):
        if made.explained.confidence.label != "tie":
            continue
        can = [
            question
            for question in open_questions(answers)
            if any(margin(BOOK, after) >= BOOK.scale.tie for after in outcomes(answers, question))
        ]
        assert set(made.explained.separating) == set(can)
        points = w.count("points", margin(BOOK, answers))
        named = [
            question
            for question in ASKED
            if w("tie_line", margin=points, question=QUESTIONS[question].label["en"])
            == made.confidence_line
        ]
        if {*can} & {*ASKED}:
            assert named
            assert {*named} <= {*can}
            # Best one that stands on the page itself, where the line's link leads.
            assert {*named} <= {*made.sharpen} or not {*can} & {*made.sharpen}
        else:
            assert made.confidence_line == w("tie_line_final", margin=points)
        said[bool(named)] += 1
    assert said[True] > 10
    assert said[False]


@pytest.mark.slow
@each_language
def test_an_early_result_counts_the_open_questions_that_can_change_first_place(lang):
    w, counts = words(lang), Counter()
    pages = [question for page in BOOK.questionnaire.pages for question in page.questions]
    for answers, made in zip(PROFILES, views(lang)):
        if made.explained.confidence.label != "early":
            continue
        now = leading(BOOK, answers)
        can = [
            question
            for question in open_questions(answers)
            if question in pages
            and any(leading(BOOK, after) != now for after in outcomes(answers, question))
        ]
        n = len(can)
        line = w("early_line_one") if n == 1 else w("early_line", n=n)
        assert made.confidence_line.endswith(f" {line}")
        counts[n > 1] += 1
    assert counts[True]
    assert counts[False]


@pytest.mark.slow
def test_the_confidence_line_tells_margin_and_counts_of_the_tries():
    for answers, made in zip(PROFILES, views("en")):
        found = made.explained.confidence
        assert made.confidence == words("en")(f"confidence_{found.label}")
        if found.label != "tie":
            assert f"{margin(BOOK, answers)} point" in made.confidence_line
            assert f"first in {found.kept} of {found.tried} tries" in made.confidence_line


@pytest.mark.slow
def test_the_questions_offered_are_the_first_three_that_can_still_change_the_first_two():
    offered = Counter()
    for answers, made in zip(PROFILES, views("en")):
        wanted = [
            question
            for question in made.explained.next_questions
            if question in ASKED and worth_asking(question, answers)
        ]
        assert list(made.sharpen) == wanted[:3]
        offered.update(made.sharpen)
    assert "market" not in offered
    assert len(offered) > 8


def worth_asking(question: str, answers: Answers) -> bool:
    """`ask_when`: one of its alternatives, or none written."""
    alternatives = QUESTIONS[question].ask_when
    held = [{*answers.options(asked)} & options for asked, options in alternatives]
    return any(held) or not alternatives


@pytest.mark.slow
def test_what_is_offered_can_change_the_first_two_and_what_is_not_listed_cannot():
    for answers in PROFILES[:25]:
        made = view(BOOK, answers, "en")
        now = first_two(BOOK, answers)
        for question in open_questions(answers):
            able = any(first_two(BOOK, after) != now for after in outcomes(answers, question))
            assert able == (question in made.explained.next_questions), question
            assert able or question not in made.sharpen


def test_a_question_whose_condition_does_not_hold_is_not_offered():
    [hidden] = [question for question in QUESTIONS.values() if question.ask_when]
    covered = ((hidden.id, frozenset({"covered"})),)
    book = with_rules(
        BOOK,
        rule("a", effects={"blog": 15}),
        replace(rule("b", effects={"collaboration": 20}), when=covered),
    )
    offered = {}
    for goal in ("brand_awareness", "credibility"):
        made = view(book, read(BOOK.questionnaire, BASE | {"primary_goal": goal}), "en")
        assert made.explained.next_questions == (hidden.id,)
        offered[goal] = made.sharpen

    assert offered == {"brand_awareness": (), "credibility": (hidden.id,)}


def test_the_market_is_never_offered_even_where_it_alone_can_change_first_place():
    there = (("market", frozenset({"indonesia"})),)
    market = replace(rule("b", effects={"forum": 20}), when=there)
    made = view(with_rules(BOOK, rule("a", effects={"blog": 15}), market), PLAIN, "en")

    assert made.explained.next_questions == ("market",)
    assert made.sharpen == ()
