"""Clients side by side, and all clients together."""

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import timedelta
from typing import Any

import pytest
from agencies import WHEN, live_form
from consoles import console_app, desk_of, signed_in
from desks import UNKNOWN, send
from desks import desk_of as desk_with_form
from forms import BOOK
from profiles import PLAIN
from sqlalchemy import event

from recommender.agency import sending
from recommender.console import comparing, portfolio
from recommender.engine.answers import read
from recommender.engine.model import Answers
from recommender.render.document import canonical
from recommender.store.database import Database
from recommender.store.desk import Desk
from recommender.store.portfolio import clients, whole
from recommender.store.records import Contact, Made, Sent

BLOG = {
    "primary_goal": "search_visibility",
    "organisation": "business_to_business",
    "audience_activity": ["reads_in_depth"],
    "content_strengths": ["long_articles"],
    "weekly_hours": "hours_under_3",
    "existing_channels": ["blog", "forum"],
}
NASTY = '<script>alert(1)</script>"=1+1\u202eabc'


def made(answers: Mapping[str, Any]) -> Made:
    return sending.made(BOOK, read(BOOK.questionnaire, answers))


def sent(desk: Desk, key: str, answers: Mapping[str, Any], **changed: Any) -> Sent:
    """A client who has sent these answers; each has an address of her own."""
    contact = Contact(f"Client {key}", f"{key}@a.example", None)
    return send(desk, key, made=made(answers), **{"contact": contact} | changed)


def portfolio_of(desk: Desk, **options: Any) -> portfolio.Portfolio:
    found = clients(desk, 100, **options)
    return portfolio.portfolio(found, BOOK, lambda version: BOOK)


# ---- comparing


@pytest.mark.slow
def test_two_clients_stand_side_by_side_with_what_differs_first(store: Database) -> None:
    app = console_app(store)
    desk = desk_of(store)
    ids = [sent(desk, "a", PLAIN).id, sent(desk, "b", PLAIN | {"pace": "daily"}).id]

    page = signed_in(app).get(f"/console/compare?id={ids[0]}&id={ids[1]}")

    assert page.h1 == "2 clients side by side"
    assert page.texts("tr.decides > *") == ["How often differs", "Not answered", "Every day"]
    assert page.texts("table thead th")[:2] == ["Client a", "Client b"]
    assert "Main goal" in page.texts("details .given dt")
    assert len(page.tree.css("section:nth-of-type(2) tbody tr")) == 6
    for region in page.tree.css(".scroll"):
        assert region.attributes["tabindex"] == "0"
        assert region.attributes["role"] == "region"


def test_a_comparison_shows_what_the_client_saw_whatever_the_rules_say_now(
    store: Database,
) -> None:
    desk = desk_with_form(store)
    old = made(PLAIN)
    document = json.loads(old.body)
    document["ranking"][0]["points"] = 99
    id_ = sent(desk, "a", PLAIN).id
    body = canonical(document)
    other = send(desk, "b", made=Made(**vars_of(old) | {"body": body, "rules_digest": "other"})).id

    one, two = map(comparing.side, whole(desk, [id_, other]))

    assert one.document == json.loads(old.body)
    assert two.first["points"] == 99
    assert not [row for row in comparing.answered([one, two], ()) if row.differs]


def test_answers_that_todays_rules_do_not_know_are_shown_by_their_ids() -> None:
    question = BOOK.questionnaire.questions["existing_channels"]
    assert comparing.in_words(question, (), "en") == "None yet"
    assert comparing.in_words(question, ("blog", "gone"), "en") == "Blog; gone"
    assert comparing.in_words(None, "gone", "en") == "gone"


@pytest.mark.slow
@pytest.mark.parametrize("number", [1, 6])
def test_too_few_or_too_many_come_back_with_the_choice_kept(store: Database, number: int) -> None:
    app = console_app(store)
    desk = desk_of(store)
    ids = [sent(desk, f"k{n}", PLAIN).id for n in range(6)]
    query = "&".join(f"id={id_}" for id_ in ids[:number])

    page = signed_in(app).get(f"/console/compare?{query}", status=422)

    assert sorted(page.chosen("id")) == sorted(ids[:number])
    assert page.title.startswith("Error:")
    assert page.one(".summary a").attributes["href"].startswith("#id-")


@pytest.mark.slow
def test_a_search_keeps_what_was_chosen_and_offers_what_it_finds(store: Database) -> None:
    app = console_app(store)
    desk = desk_of(store)
    one, two = sent(desk, "sari", PLAIN).id, sent(desk, "budi", PLAIN).id
    sent(desk, "tono", PLAIN)

    page = signed_in(app).get(f"/console/compare?id={one}&q=budi&find=1")

    assert [node.attributes["value"] for node in page.tree.css("input[name=id]")] == [one, two]
    assert page.chosen("id") == [one]
    page.get("/console/compare?q=nobody&find=1")
    assert "No submission" in page.one(".empty").text()


@pytest.mark.slow
def test_others_submissions_are_as_little_there_as_unknown_ones(store: Database) -> None:
    app = console_app(store)
    own = sent(desk_of(store), "a", PLAIN).id
    live_form(store, "teh", "other")
    foreign = send(desk_of(store, "teh"), "b", slug="teh", made=made(PLAIN)).id
    member = signed_in(app, "member@studio.example")

    answers = [
        member.client.get(f"/console/compare?id={own}&id={id_}") for id_ in (foreign, UNKNOWN)
    ]
    assert [one.status_code for one in answers] == [404, 404]
    assert answers[0].data.replace(foreign.encode(), b"") == answers[1].data.replace(
        UNKNOWN.encode(), b""
    )
    page = member.get(f"/console/compare?id={foreign}&find=1")
    assert page.chosen("id") == []
    assert member.client.get("/console/portfolio?form=teh").status_code == 404
    assert member.client.get("/console/stops?form=teh").status_code == 404


@pytest.mark.slow
def test_what_people_wrote_is_never_markup(store: Database) -> None:
    app = console_app(store)
    desk = desk_of(store)
    ids = [sent(desk, key, BLOG, contact=Contact(NASTY)).id for key in "ab"]
    page = signed_in(app)

    for address in (
        "/console/compare",
        f"/console/compare?id={ids[0]}&id={ids[1]}",
        "/console/portfolio",
    ):
        page.get(address)
        assert "<script>alert" not in page.response.get_data(as_text=True)
        assert NASTY in page.one("body").text()


# ---- portfolio


@pytest.mark.slow
def test_types_are_counted_as_recommended_and_as_used(store: Database) -> None:
    desk = desk_with_form(store)
    sent(desk, "a", BLOG)
    sent(desk, "b", BLOG | {"existing_channels": []})
    sent(desk, "c", BLOG | {"existing_channels": None})

    found = portfolio_of(desk)

    assert made(BLOG).first == ("blog",)
    lines = {line.type: line for line in found.lines}
    assert found.lines[0].type == "blog"
    assert (lines["blog"].first, lines["blog"].uses, lines["blog"].both) == (3, 1, 1)
    assert (lines["forum"].first, lines["forum"].uses, lines["forum"].both) == (0, 1, 0)
    assert (found.clients, found.told) == (3, 2)
    assert set(lines) == set(BOOK.types)


def test_types_in_a_tie_are_each_recommended_first_and_the_least_hours_count(
    store: Database,
) -> None:
    desk = desk_with_form(store)
    complaints = made(BLOG | {"risk_exposure": ["frequent_complaints"]})
    send(desk, "a", made=Made(**vars_of(complaints) | {"first": ("microblog", "blog")}))

    found = portfolio_of(desk)

    lines = {line.type: line for line in found.lines}
    assert (lines["blog"].first, lines["blog"].tied, lines["blog"].hours) == (1, 1, 3)
    assert (lines["microblog"].first, lines["microblog"].tied) == (1, 1)
    assert (lines["microblog"].hours, found.hours, found.compared) == (8, 3, 1)


@pytest.mark.parametrize(
    ("changed", "type_", "option", "rule"),
    [
        ({}, "forum", "hours_3_7", "forums-start-with-your-own-posts"),
        ({"pace": "daily"}, "blog", "hours_over_20", "daily-articles-are-too-much"),
        ({"risk_exposure": ("frequent_complaints",)}, "microblog", "hours_8_20", "complaints-need"),
    ],
)
def test_a_type_asks_for_the_least_hours_at_which_no_rule_takes_points(
    changed: dict, type_: str, option: str, rule: str
) -> None:
    found = portfolio.asking(BOOK, Answers(changed), type_)
    assert found is not None
    assert found.option == option
    assert any(name.startswith(rule) for name in found.rules)


def test_hours_are_not_known_where_no_rule_speaks_of_them(store: Database) -> None:
    answers = Answers({"organisation": "nonprofit_community"})
    assert portfolio.asking(BOOK, answers, "social_network") is None

    desk = desk_with_form(store)
    sent(desk, "a", BLOG)
    unkept = portfolio.portfolio(clients(desk, 9), BOOK, lambda version: None)
    assert (unkept.clients, unkept.unasked, unkept.compared) == (1, 1, 0)
    assert unkept.lines[0].asked == 0


@pytest.mark.slow
def test_clients_short_of_hours_are_named_with_the_rule(store: Database) -> None:
    app = console_app(store)
    desk = desk_of(store)
    sent(desk, "short", BLOG)
    sent(desk, "enough", BLOG | {"weekly_hours": "hours_8_20"})
    sent(desk, "exactly", BLOG | {"weekly_hours": "hours_3_7"})
    sent(desk, "silent", {k: v for k, v in BLOG.items() if k != "weekly_hours"})

    found = portfolio_of(desk)
    assert [one.client.listed.contact.name for one in found.short] == ["Client short"]
    assert (found.hours, found.least, found.most) == (9, 11, 30)
    assert (found.compared, found.silent, found.unasked) == (3, 1, 0)
    assert found.lines[0].hours == 12
    assert found.lines[0].short == 1

    page = signed_in(app).get("/console/portfolio")
    assert "at least 9 hours a week together; their teams have 11 to 30" in page.text
    assert "/rules/an-article-takes-hours" in page.links("#hours ~ table a")
    assert page.texts("#hours ~ table tbody th") == ["Client short"]


def test_a_sum_with_an_open_end_names_no_most(store: Database) -> None:
    app = console_app(store)
    sent(desk_of(store), "a", BLOG | {"weekly_hours": "hours_over_20"})
    assert portfolio_of(desk_of(store)).most is None
    assert "their teams have 20 or more" in signed_in(app).get("/console/portfolio").text


def test_a_client_counts_once_with_her_newest_answers_and_tests_never(database: Database) -> None:
    desk = desk_with_form(database)
    again = {"contact": Contact("Sri", "sri@a.example")}
    sent(desk, "a", PLAIN, **again)
    newest = sent(desk, "b", BLOG, **again, when=WHEN + timedelta(days=1))
    sent(desk, "c", PLAIN, **again, when=WHEN + timedelta(days=2), test=True)
    sent(desk, "d", PLAIN, test=True)
    other = sent(desk, "e", PLAIN, when=WHEN + timedelta(days=3))

    assert newest.revision == 2
    assert [one.listed.id for one in clients(desk, 2)] == [other.id, newest.id]
    assert portfolio_of(desk).clients == 2
    assert {line.type: line.first for line in portfolio_of(desk).lines}["blog"] == 1
    form = desk.form("kopi")
    assert form is not None
    assert [one.listed.id for one in clients(desk, 2, form.id)] == [other.id, newest.id]
    assert clients(desk, 9, UNKNOWN) == []


def test_what_cannot_be_read_is_said_and_not_counted(store: Database) -> None:
    app = console_app(store)
    send(desk_of(store), "a")  # its code was never given out
    sent(desk_of(store), "b", BLOG)

    page = signed_in(app).get("/console/portfolio")

    assert "The answers of one client cannot be read" in page.text
    assert page.texts(".facts dd")[0] == "1"


@pytest.mark.slow
def test_a_portfolio_takes_as_many_statements_for_many_clients_as_for_one(
    store: Database,
) -> None:
    app = console_app(store)
    desk, page = desk_of(store), signed_in(app)
    numbers = []
    for key in "abcd":
        sent(desk, key, BLOG)
        numbers.append(statements(store, lambda: page.get("/console/portfolio")))
    assert len(set(numbers)) == 1
    assert numbers[0] <= 5


def test_a_portfolio_without_clients_says_what_to_do(store: Database) -> None:
    page = signed_in(console_app(store), lang="id").get("/console/portfolio")
    assert "Belum ada klien" in page.one(".empty").text()


# ---- what they share


def vars_of(one: Made) -> dict[str, Any]:
    return {field.name: getattr(one, field.name) for field in fields(one)}


def statements(database: Database, do) -> int:
    """How many statements that read or write are run meanwhile."""
    seen: list[str] = []

    def listen(connection, cursor, statement, *_) -> None:
        if statement.startswith(("SELECT", "INSERT", "UPDATE")):
            seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", listen)
    try:
        do()
    finally:
        event.remove(database.engine, "before_cursor_execute", listen)
    return len(seen)
