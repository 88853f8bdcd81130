"""The list of submissions: what it shows, how one finds in it, and what it keeps apart."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from urllib.parse import urlencode

import agencies
import pytest
from agencies import AGREED, WHEN, live_form
from consoles import browser_of, console_app, desk_of, seat_at, signed_in
from desks import NOBODY, UNKNOWN, send
from page import Page

from recommender.agency import sending
from recommender.engine.model import Answers
from recommender.store import front, listing
from recommender.store.database import Database
from recommender.store.desk import Desk, create_agency
from recommender.store.listing import Wanted
from recommender.store.records import Contact
from recommender.store.retention import zone_of
from recommender.web.console import submissions

LIST = "/console/submissions"


def named(name: str | None = None, email: str | None = None, organisation: str | None = None):
    """Whom a submission is from."""
    return {"contact": Contact(name, email, organisation), "consent": AGREED}


def clients(page: Page) -> list[str]:
    return page.texts("tbody th a")


@pytest.fixture
def few(monkeypatch) -> None:
    """A page of the list holds two."""
    monkeypatch.setattr(submissions, "listing", partial(listing.listing, limit=2))


def five(store: Database) -> Page:
    """The list of an agency with five submissions, sent an hour apart, Ani's last."""
    app = console_app(store)
    for hours, name in enumerate(("Ani", "Budi", "Citra", "Dewi", "Eka")):
        when = WHEN - timedelta(hours=hours)
        send(desk_of(store), name, when, **named(name, f"{name}@rumah.example"))
    return signed_in(app)


@pytest.mark.slow
def test_a_row_says_who_for_which_goal_what_came_out_and_when(store: Database) -> None:
    app = console_app(store)
    sent = send(desk_of(store), "a", **named("Sri"))
    page = signed_in(app).get(LIST)
    assert page.texts("tbody tr > *") == [
        "Sri",
        "Get enquiries or sign-ups",
        "Blog",
        "Forum and Microblog",
        "Clear lead",
        "24 November 2026 at 16:30 (WIB)",
    ]
    assert page.links("tbody a") == [f"/console/submissions/{sent.id}"]


@pytest.mark.slow
def test_a_client_is_called_by_what_she_gave(store: Database) -> None:
    app, desk = console_app(store), desk_of(store)
    given = [
        named("Sri", "sri@a.example", "Kopi Sri"),
        named(None, "b@a.example", "Kopi Budi"),
        named(None, "citra@a.example"),
        NOBODY | {"ref": "P-12"},
        NOBODY,
    ]
    for number, who in enumerate(given):
        send(desk, str(number), WHEN - timedelta(minutes=number), **who)
    page = signed_in(app, lang="id").get(LIST)
    assert clients(page) == ["Sri", "Kopi Budi", "citra@a.example", "P-12", "Tanpa nama"]


@pytest.mark.slow
def test_a_later_answer_and_a_test_are_marked_and_tests_shown_only_when_asked(store) -> None:
    app, desk = console_app(store), desk_of(store)
    send(desk, "a", WHEN - timedelta(days=1))
    send(desk, "b")
    send(desk, "c", WHEN + timedelta(minutes=1), **named("Uji"), test=True)
    page = signed_in(app).get(LIST)
    assert page.texts("tbody th") == ["Sri answer 2", "Sri"]
    assert page.get(f"{LIST}?tests=1").texts("tbody th")[:1] == ["Uji test"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("ani", "Ani"),
        ("AN", "Ani"),
        ("budi@rumah", "Budi"),
        ("ci rum", "Citra"),
        ("rum ci", "Citra"),
        ("rum", "Ani Budi Citra Dewi Eka"),
        ("c ci cit", "Citra"),
        ("ani budi", ""),
        ("itra", ""),
        ("!!!", ""),
        ("%", ""),
        ("x" * 500, ""),
        (" ".join(f"w{n}" for n in range(100)), ""),
    ],
)
def test_each_word_of_a_search_begins_a_word_of_what_is_found(store, query, found) -> None:
    page = five(store).get(f"{LIST}?{urlencode({'q': query})}")
    assert clients(page) == found.split()
    assert page.one("#q").attributes["value"] == query


@pytest.mark.slow
@pytest.mark.parametrize("typed", ["{}", "{lower}", "{plain}", "{spaced}", "{similar}"])
def test_a_result_code_is_found_however_it_is_typed(store, rulebook, typed) -> None:
    made = sending.made(rulebook, Answers(rulebook.example.answers))
    app = console_app(store)
    send(desk_of(store), "a", **named("Sri"), made=made)
    code = made.code
    forms = {
        "lower": code.lower(),
        "plain": code.replace("-", ""),
        "spaced": code.replace("-", " "),
    }
    forms["similar"] = code.replace("0", "o").replace("1", "l")
    page = signed_in(app).get(f"{LIST}?{urlencode({'q': typed.format(code, **forms)})}")
    assert clients(page) == ["Sri"]


@pytest.mark.slow
def test_the_filters_keep_what_fits(store: Database) -> None:
    app, desk = console_app(store), desk_of(store)
    desk.put_form("teh", "live", {"name": "Teh"}, WHEN)
    base = agencies.sending().made
    send(desk, "a", **named("Blog"))
    tied = replace(base, first=("forum", "social_network"), label="tie")
    send(desk, "b", **named("Tied"), made=tied)
    send(desk, "c", **named("Teh"), made=replace(base, first=("network",)), slug="teh")
    page = signed_in(app)

    def kept(query: str) -> list[str]:
        return sorted(clients(page.get(f"{LIST}?{query}")))

    assert kept("type=blog") == ["Blog"]
    assert kept("type=forum") == ["Tied"] == kept("type=social_network") == kept("label=tie")
    assert kept("form=teh") == ["Teh"]
    assert kept("form=teh&type=blog") == []
    assert kept("form=kopi&label=clear&q=blog") == ["Blog"]
    assert kept("form=teh&q=blog") == []


@pytest.mark.slow
def test_days_are_those_of_the_forms_clock_and_both_ends_count(store: Database) -> None:
    app, desk = console_app(store, time_zone="Asia/Jayapura"), desk_of(store)
    for hour in (14, 15):  # in UTC; the day begins at 15:00
        send(desk, str(hour), datetime(2026, 11, 20, hour, tzinfo=UTC), **named(f"At{hour}"))
    page = signed_in(app)
    assert clients(page.get(f"{LIST}?from=2026-11-21")) == ["At15"]
    assert clients(page.get(f"{LIST}?to=2026-11-20")) == ["At14"]
    assert clients(page.get(f"{LIST}?from=2026-11-20&to=2026-11-21")) == ["At15", "At14"]
    assert "Asia/Jayapura" in page.text


@pytest.mark.slow
@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=yesterday", "from"),
        ("to=0001-01-01", "to"),
        ("from=9999-12-31", "from"),
        ("from=2026-11-24&to=2026-11-23", "to"),
        ("type=nothing", "type"),
        ("label=nothing", "label"),
        ("form=teh", "form"),
        ("q=a%00b", "q"),
        ("q=%E2%80%AEevil", "q"),
        (f"q={'x' * 501}", "q"),
    ],
)
def test_a_filter_that_cannot_be_used_is_told_and_kept(store, query, field) -> None:
    live_form(store, "teh", "other")
    page = five(store).get(f"{LIST}?{query}", status=422)
    assert page.links(".summary a") == [f"#{field}"]
    assert page.one(f"#{field}").attributes["aria-invalid"] == "true"
    assert clients(page) == []


@pytest.mark.slow
def test_older_pages_follow_one_another_without_a_gap_and_keep_the_filters(store, few) -> None:
    page = five(store).get(f"{LIST}?type=blog")
    seen = clients(page)
    while page.tree.css("nav.actions a:last-child")[-1:] and "Older" in page.text:
        page.follow("Older")
        assert page.query["type"] == ["blog"]
        seen += clients(page)
    assert seen == ["Ani", "Budi", "Citra", "Dewi", "Eka"]
    assert clients(page.follow("Newest")) == ["Ani", "Budi"]


def test_submissions_of_the_same_moment_are_each_listed_once(store: Database) -> None:
    console_app(store)
    desk = desk_of(store)
    sent = {send(desk, str(n), **named(f"N{n}")).id for n in range(5)}
    seen: list[str] = []
    after = None
    while not seen or after:
        some = listing.listing(desk, Wanted(), after, limit=2)
        seen += [one.id for one in some.rows]
        after = some.after
    assert sorted(seen) == sorted(sent)
    assert len(seen) == 5


@pytest.mark.slow
@pytest.mark.parametrize(
    "before",
    [
        "",
        "x",
        "_",
        "2026-11-24",
        f"2026-11-24_{UNKNOWN}",
        f"0001-01-01T00:00:00+23:59_{UNKNOWN}",
        f"2026-11-24T00:00:00Z_{'%00' * 32}",
        f"2026-11-24T00:00:00Z_{'z' * 32}",
    ],
)
def test_a_place_that_nobody_gave_out_is_the_beginning(store, before) -> None:
    assert len(clients(five(store).get(f"{LIST}?before={before}"))) == 5


@pytest.mark.slow
def test_a_page_looks_at_so_many_and_says_how_far_it_came(store, few, monkeypatch) -> None:
    monkeypatch.setattr(listing, "LOOKS", (1, 2))
    app, desk = console_app(store), desk_of(store)
    rare = replace(agencies.sending().made, label="tie")
    send(desk, "rare", WHEN - timedelta(days=9), **named("Rare"), made=rare)
    for number in range(4):
        send(desk, str(number), WHEN - timedelta(days=number))
    page = signed_in(app).get(f"{LIST}?label=tie")
    assert clients(page) == []
    assert "back to 23 November 2026" in page.text
    page.follow("Look further back")
    assert "back to 21 November 2026" in page.text
    assert clients(page.follow("Look further back")) == ["Rare"]
    assert page.tree.css("nav.actions a")[-1].text() == "Newest"


@pytest.mark.slow
def test_a_search_that_finds_too_many_asks_for_more_letters(store, monkeypatch) -> None:
    monkeypatch.setattr(listing, "MOST_FOUND", 4)
    page = five(store).get(f"{LIST}?q=rumah")
    assert clients(page) == []
    assert "More than" in page.text
    assert clients(page.get(f"{LIST}?q=rumah+dewi")) == ["Dewi"]


@pytest.mark.slow
def test_what_was_seen_begun_and_sent_of_late_is_counted_for_the_chosen_form(store) -> None:
    app, desk = console_app(store), desk_of(store)
    teh = desk.put_form("teh", "live", {"name": "Teh"}, WHEN)
    kopi = desk.form("kopi")
    now = app.extensions["recommender"].now()
    today = now.astimezone(zone_of("Asia/Jakarta")).date()
    for form, days, name in (
        *((kopi, 0, name) for name in ("seen", "seen", "seen", "begun", "begun", "sent")),
        (kopi, 29, "seen"),
        (kopi, 30, "seen"),
        (teh, 3, "seen"),
        (teh, 3, "finished"),
    ):
        front.count(store, form.id, today - timedelta(days=days), name)
    page = signed_in(app)
    assert page.get(LIST).texts(".facts dd") == ["5", "2", "1", "1"]
    assert page.get(f"{LIST}?form=kopi").texts(".facts dd") == ["4", "2", "0", "1"]


def test_the_median_time_is_that_of_clients_of_late(store: Database) -> None:
    app, desk = console_app(store), desk_of(store)
    now = app.extensions["recommender"].now()
    for key, seconds, test, days in (
        ("a", 60, False, 1),
        ("b", 112, False, 2),
        ("c", 300, False, 3),
        ("d", None, False, 3),
        ("e", 9, True, 1),
        ("f", 5, False, 40),
        ("g", 5, False, 50),
    ):
        send(desk, key, now - timedelta(days=days), seconds=seconds, test=test)
    assert signed_in(app).get(LIST).texts(".facts dd")[4:] == ["1 min 52 s"]


@pytest.mark.slow
def test_an_empty_list_says_what_to_do_next(store: Database) -> None:
    page = signed_in(console_app(store)).get(LIST)
    assert "Nothing has been sent yet" in page.one(".empty").text()
    assert "No submission fits" in page.get(f"{LIST}?q=nobody").one(".empty").text()
    page.follow("Clear search and filters")
    assert page.address == LIST
    send(desk_of(store), "a", **named("Uji"), test=True)
    assert clients(page.get(LIST)) == []
    assert clients(page.follow("Show test submissions")) == ["Uji"]


def test_an_agency_without_a_form_is_led_to_make_one(store: Database) -> None:
    app = console_app(store)
    seat_at(Desk(store, create_agency(store, "new", "New", WHEN).id), "ani@new.example")
    page = signed_in(app, "ani@new.example").get(LIST)
    assert "no form yet" in page.one(".empty").text()
    assert page.tree.css("form[method=get]") == []


@pytest.mark.slow
def test_another_agency_sees_nothing_of_it(database: Database) -> None:
    app = console_app(database)
    send(desk_of(database), "a", **named("Sri"))
    front.count(database, desk_of(database).form("kopi").id, WHEN.date(), "seen")
    console_app(database, "teh", "other")
    other, theirs = desk_of(database, "teh"), desk_of(database).form("kopi")
    page = signed_in(app, "owner@other.example")
    for query in ("", "?q=sri", "?tests=1", "?type=blog"):
        assert clients(page.get(LIST + query)) == []
    assert listing.listing(other, Wanted(form_id=theirs.id)) == listing.Listing()
    assert listing.listing(other, Wanted(query="sri", form_id=theirs.id)) == listing.Listing()
    assert listing.counts(other, WHEN.date(), theirs.id) == {}
    assert listing.median_seconds(other, WHEN - timedelta(days=1), theirs.id) is None
    assert clients(signed_in(app, "member@studio.example").get(LIST)) == ["Sri"]


@pytest.mark.slow
def test_what_clients_wrote_is_text_and_nothing_else(store: Database) -> None:
    app, desk = console_app(store, name="<i>Form</i>"), desk_of(store)
    desk.put_form("teh", "live", {"name": "</option><script>"}, WHEN)
    canaries = ["<script>alert(1)</script>", "=1+1", "\u202edrow", "{{ 7*7 }}"]
    for number, name in enumerate(canaries):
        send(desk, str(number), WHEN - timedelta(minutes=number), **named(name))
    page = signed_in(app).get(LIST)
    assert clients(page) == canaries
    assert len(page.tree.css("tbody th bdi")) == 4
    assert page.tree.css("script, main i") == []


def test_without_a_session_the_list_is_not_shown(store: Database) -> None:
    app = console_app(store)
    assert browser_of(app).get(LIST).status_code == 303
