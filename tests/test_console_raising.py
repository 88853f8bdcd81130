"""What to raise at the next meeting, as values."""

import json
from copy import deepcopy

import pytest
from profiles import PLAIN, random_given, shipped_rulebook

from recommender.console.raising import MOST_POINTS, Point, points
from recommender.engine.answers import read
from recommender.engine.model import Answers
from recommender.engine.scoring import standings
from recommender.i18n import LANGUAGES
from recommender.render.document import document

BOOK = shipped_rulebook()
RISKY = {
    "primary_goal": "customer_service",
    "organisation": "consumer_business",
    "audience_activity": ["asks_questions", "comments_chats"],
    "content_strengths": ["short_updates", "video"],
    "weekly_hours": "hours_under_3",
    "response_time": "cannot_reply",
    "existing_channels": ["collaboration", "blog"],
    "risk_exposure": ["sensitive_topics", "frequent_complaints", "misinformation_target"],
}
each_language = pytest.mark.parametrize("lang", LANGUAGES)


def made(given: dict) -> tuple[dict, Answers]:
    """The document of these answers, as it comes back from the store."""
    answers = read(BOOK.questionnaire, given)
    return json.loads(json.dumps(document(BOOK, answers))), answers


def raised(given: dict, **changed) -> dict[str, list[Point]]:
    found: dict[str, list[Point]] = {}
    whole, answers = made(given)
    for point in points(whole | changed, BOOK, answers):
        found.setdefault(point.kind, []).append(point)
    return found


def held(whole: dict) -> list[dict]:
    return [entry for entry in whole["ranking"] if not entry["excluded"]]


def test_open_questions_are_asked_in_their_own_words_with_the_types_that_they_can_bring() -> None:
    whole, answers = made(PLAIN)
    asked = [point for point in points(whole, BOOK, answers) if point.kind == "ask"]
    assert [point.question for point in asked] == whole["next_questions"][:3]
    leading = {entry["type"] for entry in whole["ranking"] if entry["rank"] == 1}
    for point in asked:
        question = BOOK.questionnaire.questions[point.question]
        assert question.label["en"] in point.said["en"]
        named = {
            id_ for id_, one in BOOK.types.items() if one.in_sentence["en"] in point.said["en"]
        }
        if "first place can go" in point.said["en"]:
            values = question.options if not question.many else map(list, zip(question.options))
            after = (
                standings(BOOK, read(BOOK.questionnaire, PLAIN | {question.id: value}))
                for value in values
            )
            reachable = {one.type for places in after for one in places if one.rank == 1}
            assert named >= reachable - leading
            assert named.isdisjoint(leading)
    assert any("first place can go" in point.said["en"] for point in asked)


def test_without_the_rulebook_of_then_no_type_is_named_that_a_question_could_bring() -> None:
    whole, _ = made(PLAIN)
    asked = [point for point in points(whole, BOOK, None) if point.kind == "ask"]
    assert asked
    assert all("can still change the first two places" in point.said["en"] for point in asked)


@each_language
def test_a_tie_names_both_types_and_the_points_between_them(lang: str) -> None:
    whole, answers = made(PLAIN)
    whole["confidence"] |= {"label": "tie", "margin": 1}
    [point] = [point for point in points(whole, BOOK, answers) if point.kind == "tie"]
    for entry in held(whole)[:2]:
        assert BOOK.types[entry["type"]].in_sentence[lang] in point.said[lang]
    assert {"en": "only 1 point from", "id": "hanya 1 poin."}[lang] in point.said[lang]


def test_types_that_are_level_are_said_to_be_so() -> None:
    whole, answers = made(PLAIN)
    whole["confidence"] |= {"label": "tie", "margin": 0}
    assert "they are level" in points(whole, BOOK, answers)[0].said["en"]


def test_a_narrow_lead_says_how_often_it_held_and_a_clear_one_is_not_raised() -> None:
    whole, answers = made(PLAIN)
    whole["confidence"] = {"label": "narrow", "margin": 4, "kept": 71, "tried": 90}
    [point] = [point for point in points(whole, BOOK, answers) if point.kind == "narrow"]
    assert "4 points ahead" in point.said["en"]
    assert "71 of 90" in point.said["en"]
    whole["confidence"]["label"] = "clear"
    assert not {"tie", "narrow"} & {point.kind for point in points(whole, BOOK, answers)}


def test_what_the_team_lacks_for_the_first_type_is_raised_with_its_rule() -> None:
    whole, answers = made(RISKY)
    [first, *_] = held(whole)
    short = [c for c in first["contributions"] if c["kind"] == "capacity" and c["points"] < 0]
    assert short, "these answers no longer show what the test is about"
    worst = min(short, key=lambda one: one["points"])
    [point] = [point for point in points(whole, BOOK, answers) if point.kind == "capacity"]
    assert point.rule == worst["rule"]
    assert worst["reason"]["id"] in point.said["id"]
    assert f"{-worst['points']} point" in point.said["en"]


def test_the_one_change_that_is_raised_is_the_teams_own_and_in_the_document() -> None:
    whole, answers = made(PLAIN)
    first = whole["ranking"][0]
    change = {"question": "weekly_hours", "from": None, "to": "hours_3_7"}
    foreign = {"question": "organisation", "from": "consumer_business", "to": "individual_creator"}
    first["changes"] = [[foreign], [change, foreign], [change]]
    for entry in whole["ranking"]:
        if entry["type"] == "forum":
            entry["changes"] = [[change]]
    [point] = [point for point in points(whole, BOOK, answers) if point.kind == "change"]
    assert point.question == "weekly_hours"
    assert point.said["en"] == (
        "If your team has 3 to 7 hours a week for this, a forum takes first place."
    )
    first["changes"] = [[foreign], [change, foreign]]
    assert "change" not in {point.kind for point in points(whole, BOOK, answers)}


def test_warnings_of_the_first_two_types_are_raised_once_each_and_others_not() -> None:
    whole, answers = made(PLAIN)
    for number, entry in enumerate(held(whole)):
        entry["warnings"] = [
            {"rule": rule, "reason": {"en": f"{rule}.", "id": f"{rule}."}, "sources": []}
            for rule in ("shared", f"of-{number}")
        ]
    told = [p.rule for p in points(whole, BOOK, answers) if p.kind == "warning"]
    assert told == ["shared", "of-0", "of-1"]


def test_platforms_that_a_rule_closes_are_named_together() -> None:
    whole, answers = made(PLAIN)
    front = held(whole)[0]
    closed = [{"rule": "shut", "advised": False, "reason": {"en": "Why.", "id": "Sebab."}}]
    front["platforms"] = [closed[0] | {"id": id_} for id_ in ("instagram", "tiktok")]
    [point] = [p for p in points(whole, BOOK, answers) if p.kind == "closed"]
    assert point.said["en"].startswith("Instagram and TikTok should not be used as")
    assert point.rule == "shut"


@pytest.mark.parametrize(
    ("channels", "kinds"),
    [
        pytest.param(None, {"channels"}, id="unknown"),
        pytest.param([], {"new"}, id="none"),
        pytest.param("first two", set(), id="those recommended"),
        pytest.param("last", {"new", "low"}, id="one ranked low"),
        pytest.param(["other"], {"new"}, id="another kind"),
    ],
)
def test_channels_are_raised_where_they_differ_from_what_is_recommended(channels, kinds) -> None:
    whole, answers = made(PLAIN)
    order = [entry["type"] for entry in whole["ranking"]]
    named = {"first two": order[:2], "last": order[-1:]}
    used = named.get(channels, channels) if isinstance(channels, str) else channels
    whole["answers"]["existing_channels"] = used
    whole["next_questions"] = []
    found = {point.kind for point in points(whole, BOOK, answers)}
    assert found & {"channels", "new", "low"} == kinds


def test_what_weighs_most_comes_first_and_there_are_never_too_many() -> None:
    found = raised(RISKY)
    weights = [point.weight for points_ in found.values() for point in points_]
    assert len(weights) <= MOST_POINTS
    whole, answers = made(RISKY)
    order = [point.weight for point in points(whole, BOOK, answers)]
    assert order == sorted(order, reverse=True)


def test_a_result_that_rules_every_type_out_or_fits_none_says_so_first() -> None:
    whole, answers = made(PLAIN)
    weak = deepcopy(whole)
    for entry in weak["ranking"]:
        entry["band"] = "weak"
    assert points(weak, BOOK, answers)[0].kind == "weak"
    for entry in whole["ranking"]:
        entry["excluded"] = True
    assert points(whole, BOOK, answers)[0].kind == "none"


@pytest.mark.slow
def test_every_point_of_many_documents_is_whole_in_both_languages(rng, rulebook) -> None:
    kinds = set()
    for _ in range(12):
        whole, answers = made(random_given(rulebook, rng))
        for point in points(whole, BOOK, answers):
            kinds.add(point.kind)
            for lang in LANGUAGES:
                assert point.said[lang].rstrip()[-1] in ".?”"
                assert "{" not in point.said[lang]
    assert {"ask", "new", "low"} <= kinds
