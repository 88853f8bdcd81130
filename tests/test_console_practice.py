"""Practice: overruling, following up, learning from it, and what the rules' report says."""

from dataclasses import replace
from datetime import timedelta

import pytest
from agencies import WHEN, live_form
from consoles import console_app, desk_of, seat_at, signed_in
from desks import NOBODY, UNKNOWN, send
from forms import BOOK, stand
from page import Page
from profiles import PLAIN

from recommender.agency.sending import made
from recommender.console.following import percent, read_followup
from recommender.engine.answers import read
from recommender.store import practice
from recommender.store.audit import deeds
from recommender.store.database import Database
from recommender.store.practice import Followup, Learning, Overrule, Practice, Practised

MADE = made(BOOK, read(BOOK.questionnaire, PLAIN))
[FIRST] = MADE.first
OTHER = next(type_ for type_ in ("forum", "blog") if type_ != FIRST)
CANARY = "<script>x</script>\n=1+1 'quoted'"
BY = "owner@studio.example"


def overrule(type_: str = OTHER, reason: str = "They write well.", when=WHEN) -> Overrule:
    return Overrule(BY, type_, reason, when)


def followup(*types: str, went: str = "well", rates=(None, None), done: str = "Posts") -> Followup:
    return Followup(BY, types, done, *rates, went, WHEN)


AGREED = Learning(BY, "At the meeting", WHEN)


def practised(id_: str = "1", **known) -> Practised:
    return Practised(id_, MADE.first, MADE.body, Practice(**known))


@pytest.fixture
def office(store: Database):
    """A signed-in owner, her desk, and the id of a submission that came in."""
    app = console_app(store)
    desk = desk_of(store)
    return signed_in(app), desk, send(desk, "one", made=MADE).id


def at(id_: str, kind: str) -> str:
    return f"/console/submissions/{id_}/{kind}"


@pytest.mark.slow
def test_another_type_stands_beside_the_recommendation_with_its_reason(office) -> None:
    page, desk, id_ = office
    before = desk.submission(id_).document
    page.get(at(id_, "overrule")).submit({"type": OTHER}, status=422)
    assert page.texts("#problems li") == [
        "Write your reason: without it nobody can learn from your choice"
    ]
    assert page.chosen("type") == [OTHER]
    page.post(at(id_, "overrule"), {"type": OTHER, "reason": CANARY})
    assert CANARY.replace("\n", " ") in page.text
    assert "<script>x" not in page.response.get_data(as_text=True)
    known = practice.of_one(desk, id_).overrule
    assert (known.type, known.reason, known.author) == (OTHER, CANARY, BY)
    assert desk.submission(id_).document == before
    assert (deeds(desk)[0].what, deeds(desk)[0].about) == ("overruled", {"submission": id_})


@pytest.mark.slow
def test_a_choice_can_be_changed_and_taken_away(office) -> None:
    page, desk, id_ = office
    for reason in ("First", "Second"):
        page.post(at(id_, "overrule"), {"type": OTHER, "reason": reason})
    page.get(at(id_, "overrule"))
    assert page.one("textarea").text() == "Second"
    page.submit(form="form[action$='/remove']")
    assert practice.of_one(desk, id_) == Practice()
    assert [deed.what for deed in deeds(desk)[:3]] == ["overrule_removed", "overruled", "overruled"]
    page.post(at(id_, "overrule") + "/remove", {}, status=404)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({}, ["type", "reason"]),
        ({"type": "nothing", "reason": "x"}, ["type"]),
        ({"type": FIRST, "reason": "x"}, ["type"]),
        ({"type": OTHER, "reason": "x" * 1001}, ["reason"]),
        ({"type": OTHER, "reason": "turned \u202e round"}, ["reason"]),
    ],
)
def test_a_choice_that_says_nothing_is_refused_with_everything_kept(office, sent, wrong) -> None:
    page, desk, id_ = office
    page.post(at(id_, "overrule"), sent, status=422)
    assert page.title.startswith("Error")
    assert [link.lstrip("#").partition("-")[0] for link in page.links("#problems a")] == wrong
    assert page.one("textarea").text() == sent.get("reason", "")
    assert practice.of_one(desk, id_) == Practice()


@pytest.mark.slow
def test_a_follow_up_works_the_rate_out_by_the_formula_of_the_guide(office) -> None:
    page, desk, id_ = office
    page.get(at(id_, "followup"))
    assert "÷ people reached × 100" in page.text
    sent = {"used": [FIRST, OTHER], "went": "well", "done": CANARY}
    rates = {"before_interactions": "1.250", "before_reached": "50,000", "after_rate": "4,25 %"}
    page.post(at(id_, "followup"), sent | rates)
    assert (
        "Before 2.5\N{NO-BREAK SPACE}%, after 4.25\N{NO-BREAK SPACE}%." in page.one("#main").text()
    )
    known = practice.of_one(desk, id_).followup
    assert (known.rate_before, known.rate_after, known.went) == (2.5, 4.25, "well")
    assert {*known.types} == {FIRST, OTHER}
    page.get(at(id_, "followup"))
    assert page.one("#before_rate").attributes["value"] == "2.5\N{NO-BREAK SPACE}%"
    page.submit(form="form[action$='/followup']")
    assert practice.of_one(desk, id_).followup.rate_before == 2.5


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({}, ["went"]),
        ({"went": "splendid", "used": "nothing"}, ["used", "went"]),
        ({"went": "well", "before_rate": "many"}, ["before_rate"]),
        ({"went": "well", "before_rate": "1001"}, ["before_rate"]),
        ({"went": "well", "before_rate": "1", "before_reached": "2"}, ["before_rate"]),
        ({"went": "well", "before_interactions": "12"}, ["before_reached"]),
        ({"went": "well", "after_interactions": "1", "after_reached": "0"}, ["after_reached"]),
        ({"went": "well", "after_interactions": "-1", "after_reached": "x"},
         ["after_interactions", "after_reached"]),
        ({"went": "well", "after_interactions": "99", "after_reached": "1"}, ["after_reached"]),
        ({"went": "well", "after_interactions": "1.2", "after_reached": "9"},
         ["after_interactions"]),
        ({"went": "well", "done": "x" * 1001}, ["done"]),
    ],
)  # fmt: skip
def test_a_follow_up_with_mistakes_names_all_of_them(sent, wrong) -> None:
    fields = {name: [value] for name, value in sent.items()}
    problems = read_followup(fields, BOOK.types, BY, WHEN)
    assert [problem.question for problem in problems] == wrong


@pytest.mark.parametrize(
    ("rate", "en", "id_"), [(4.25, "4.25", "4,25"), (10.0, "10", "10"), (0.0, "0", "0")]
)
def test_a_rate_is_written_as_the_language_has_it(rate, en, id_) -> None:
    assert percent(rate, "en") == f"{en}\N{NO-BREAK SPACE}%"
    assert percent(rate, "id") == f"{id_}\N{NO-BREAK SPACE}%"


@pytest.mark.slow
def test_learning_takes_a_tick_and_how_the_client_agreed(office) -> None:
    page, desk, id_ = office
    page.post(at(id_, "learning"), {"how": ""}, status=422)
    assert page.links("#problems a") == ["#agreed", "#how"]
    page.post(at(id_, "learning"), {"agreed": "yes", "how": CANARY})
    assert practice.of_one(desk, id_).learning.how == CANARY
    page.get(at(id_, "learning")).submit(form="form[action$='/remove']")
    assert practice.of_one(desk, id_) == Practice()
    assert deeds(desk)[0].what == "learning_withdrawn"


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["overrule", "followup", "learning"])
def test_what_another_agency_has_is_not_there(store: Database, kind: str) -> None:
    app = console_app(store)
    live_form(store, "teh", "other")
    other = desk_of(store, "teh")
    seat_at(other, "owner@other.example", "owner")
    desk = desk_of(store)
    id_ = send(desk, "one", made=MADE).id
    for value in (overrule(), followup(FIRST), AGREED):
        assert practice.keep(desk, id_, value, WHEN)
        assert not practice.keep(other, id_, value, WHEN)
    page = signed_in(app, "owner@other.example")
    answers = []
    for wanted in (id_, UNKNOWN, "x"):
        page.get(at(wanted, kind), status=404)
        answers.append(page.text.replace(wanted, "ID"))
        page.post(at(wanted, kind), {"type": OTHER, "reason": "x", "went": "well"}, status=404)
        page.post(at(wanted, kind) + "/remove", {}, status=404)
    assert len(set(answers)) == 1
    assert practice.of_one(other, id_) == Practice()
    assert practice.of_one(desk, id_) == Practice(overrule(), followup(FIRST), AGREED)


@pytest.mark.slow
def test_a_member_works_with_practice_but_takes_no_cases(store: Database) -> None:
    app = console_app(store)
    id_ = send(desk_of(store), "one", made=MADE).id
    page = signed_in(app, "member@studio.example")
    page.post(at(id_, "overrule"), {"type": OTHER, "reason": "I know them"})
    page.get("/console/practice")
    assert not page.tree.css("form[action$='/cases']")
    page.post("/console/practice/cases", {}, status=403)


@pytest.mark.slow
def test_what_was_sent_three_months_ago_is_due_until_it_is_followed_up(store: Database) -> None:
    app = console_app(store)
    desk = desk_of(store)
    old, older = WHEN - timedelta(days=100), WHEN - timedelta(days=200)
    ids = [
        send(desk, key, when, made=MADE, **NOBODY).id for key, when in (("a", old), ("b", older))
    ]
    send(desk, "new", WHEN - timedelta(days=80), made=MADE, **NOBODY)
    send(desk, "try", old, made=MADE, test=True, **NOBODY)
    stand(app, WHEN)
    page = signed_in(app).get("/console/practice/due?days=all")
    assert [link.rpartition("/")[2] for link in page.links(".list th a")] == ids
    assert page.get("/console/practice/due").links(".list th a") == [page.links(".list th a")[0]]
    assert len(practice.due(desk, WHEN - timedelta(days=90))) == 2
    practice.keep(desk, ids[0], followup(), WHEN)
    assert page.get("/console/practice/due?days=30").one(".empty")
    assert [one.id for one in practice.due(desk, WHEN)][1:] == [ids[1]]


def test_pages_of_what_is_due_follow_each_other(database: Database) -> None:
    live_form(database)
    desk = desk_of(database)
    ids = [send(desk, str(n), WHEN + timedelta(minutes=n), **NOBODY).id for n in range(3)][::-1]
    first = practice.due(desk, WHEN + timedelta(days=1), limit=2)
    place = first[-1].created_at, first[-1].id
    rest = practice.due(desk, WHEN + timedelta(days=1), limit=2, before=place)
    assert [one.id for one in (*first, *rest)] == ids


def test_of_one_clients_answers_the_last_are_due(database: Database) -> None:
    live_form(database)
    desk = desk_of(database)
    send(desk, "one")
    again = send(desk, "two", WHEN + timedelta(days=1))
    assert again.revision == 2
    assert send(desk, "try", WHEN + timedelta(days=1), test=True).revision == 3
    assert [one.id for one in practice.due(desk, WHEN + timedelta(days=2))] == [again.id]


@pytest.mark.slow
@pytest.mark.parametrize(
    "before", ["x", "2026-01-01T00:00:00_0", "\x00_", "0001-01-01T00:00Z_" + UNKNOWN]
)
def test_a_place_that_no_page_gave_is_read_as_none(office, before: str) -> None:
    page, _, _ = office
    page.get("/console/practice/due?days=all").client.get(
        "/console/practice/due", query_string={"before": before}
    )
    assert page.response.status_code == 200


@pytest.mark.slow
def test_practice_is_kept_and_read_alike_on_both_databases(database: Database) -> None:
    live_form(database)
    desk = desk_of(database)
    id_ = send(desk, "one", made=MADE).id
    whole = Practice(overrule(), followup(FIRST, OTHER, rates=(1.5, 2.25)), AGREED)
    for value in (whole.overrule, followup(), whole.followup, whole.learning):
        assert practice.keep(desk, id_, value, WHEN)
    assert practice.of_one(desk, id_) == whole
    rules = (MADE.rules_version, MADE.rules_digest)
    expected = [Practised(id_, MADE.first, MADE.body, whole, MADE.code, rules)]
    for find in (practice.newest, practice.overruled, practice.learnable):
        assert list(find(desk, 5)) == expected
    for find in (practice.newest, practice.overruled):
        assert list(find(desk, 5, rules.__eq__)) == [replace(expected[0], document=b"")]
    assert practice.followed_up(desk, 5) == [(MADE.first, whole)]
    assert practice.keep(desk, UNKNOWN, overrule(), WHEN) is False
    desk.erase([id_], WHEN)
    assert practice.of_one(desk, id_) == Practice()


def test_tests_are_left_out_of_every_report(store: Database) -> None:
    live_form(store)
    desk = desk_of(store)
    id_ = send(desk, "one", made=MADE, test=True).id
    for value in (overrule(), followup(FIRST), AGREED):
        practice.keep(desk, id_, value, WHEN)
    for find in (practice.newest, practice.overruled, practice.learnable, practice.followed_up):
        assert list(find(desk, 5)) == []


@pytest.mark.slow
def test_pages_of_practice_speak_both_languages(store: Database) -> None:
    app = console_app(store)
    id_ = send(desk_of(store), "one", made=MADE).id
    page: Page = signed_in(app, lang="id")
    for address in ("/console/practice", "/console/practice/due", at(id_, "overrule"),
                    at(id_, "followup"), at(id_, "learning")):  # fmt: skip
        assert page.get(f"{address}?lang=id").h1 != page.get(f"{address}?lang=en").h1
