"""The console's webhooks: endpoints, their secrets, and the log of what they were told."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from agencies import WHEN, live_form
from consoles import console_app, desk_of, seat_at, signed_in
from desks import send
from forms import BOOK
from page import Page
from receivers import Receiver, receiving
from test_calling import ADDRESSES

from recommender.delivery import message
from recommender.delivery.calling import Allowed
from recommender.delivery.schedule import WAITS
from recommender.delivery.worker import Worker
from recommender.i18n import LANGUAGES, words
from recommender.settings import Settings
from recommender.store import endpoints
from recommender.store.audit import deeds
from recommender.store.database import Database
from recommender.store.desk import Desk
from recommender.store.records import Endpoint
from recommender.web.app import create_app

HOOKS = "/console/hooks"
URL = "https://crm.kopi.example/hook?key=%3Cb%3E"
BY = "owner@studio.example"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving(message.new_secret()) as made:
        yield made


def endpoint_of(desk: Desk, url: str = URL, secret: str | None = None) -> Endpoint:
    return endpoints.add(desk, url, secret or message.new_secret(), BY, WHEN)


def work(database: Database, at: datetime | None = None) -> None:
    """Do all that can be done at a moment."""
    then = at or datetime.now(UTC)
    worker = Worker(database, Allowed(insecure=True), now=lambda: then, random=Random(1))
    while worker.step():
        pass


def opened(store: Database, url: str = URL, secret: str | None = None) -> tuple[Page, Endpoint]:
    """An owner on the page of an endpoint."""
    page = signed_in(console_app(store))
    made = endpoint_of(desk_of(store), url, secret)
    return page.get(f"{HOOKS}/{made.id}"), made


def press(page: Page, what: str, fields: dict | None = None, status: int = 200) -> Page:
    [address] = {
        one.attributes["action"]
        for one in page.tree.css("form")
        if (one.attributes["action"] or "").endswith(what)
    }
    return page.post(address or "", fields or {}, status=status)


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_owner_adds_an_endpoint_and_sees_its_secret_once(store: Database, lang: str) -> None:
    page = signed_in(console_app(store), lang=lang).get(HOOKS)
    assert words(lang)("hooks_none") in page.text
    page.submit({}, form=f"form[action='{HOOKS}']", status=422)
    page.post(HOOKS, {"url": f" {URL} "})
    [made] = endpoints.listed(desk_of(store))
    assert (made.url, made.state) == (URL, "on")
    assert page.one("#secret").attributes["value"] == made.secret
    assert page.response.headers["Cache-Control"] == "no-store"
    assert made.secret not in page.address + str(page.response.headers)
    for address in (HOOKS, f"{HOOKS}/{made.id}", "/console/team/done"):
        assert made.secret.removeprefix("whsec_") not in page.get(address).response.text
    assert words(lang)("deed_endpoint_added") in page.text


@pytest.mark.slow
def test_no_bad_address_of_the_file_is_stored_and_each_comes_back_to_be_mended(store) -> None:
    page = signed_in(console_app(store)).get(HOOKS)
    bad = [url.replace("our.own.host", "localhost") for url in ADDRESSES.values()]
    for url in [*bad, "https://a.example/\u202e", "<script>alert(1)</script>", ""]:
        page.post(HOOKS, {"url": url}, status=422)
        assert page.links(".summary a") == ["#url"]
        assert page.texts("#url-error")
        assert page.one("#url").attributes["value"] == url
    assert endpoints.listed(desk_of(store)) == []


def test_our_own_address_is_refused_by_its_name(store: Database) -> None:
    page = signed_in(console_app(store)).get(HOOKS)
    page.post(HOOKS, {"url": "https://localhost/"}, status=422)
    assert words("en")("hook_own") in page.text


@pytest.mark.slow
def test_an_administrator_may_let_endpoints_be_near(store: Database) -> None:
    console_app(store)
    app = create_app(BOOK, Settings(hooks_anywhere=True), store)
    signed_in(app).get(HOOKS).post(HOOKS, {"url": "http://127.0.0.1:5678/hook"})
    assert [one.url for one in endpoints.listed(desk_of(store))] == ["http://127.0.0.1:5678/hook"]


@pytest.mark.slow
def test_a_new_secret_is_shown_once_and_the_old_one_signs_for_a_day(store: Database) -> None:
    page, made = opened(store)
    press(page, "/secret")
    [found] = endpoints.listed(desk_of(store))
    assert found.secret != made.secret
    assert found.old_secret == made.secret
    assert page.one("#secret").attributes["value"] == found.secret
    assert "old secret as well until" in page.text
    page.follow("To the endpoint")
    assert "old secret as well until" in page.text
    assert found.secret not in page.response.text


@pytest.mark.slow
def test_what_happens_while_an_endpoint_is_off_is_told_once_it_is_on(store, receiver) -> None:
    page, made = opened(store, receiver.address, receiver.secret)
    press(page, "/switch", {"on": "0"})
    assert words("en")("hooks_off_hand") in page.text
    assert not page.tree.css("form[action$='/test']")
    send(desk_of(store), "one", body=b"{}")
    work(store)
    assert receiver.calls == 0
    assert page.get(HOOKS).texts("td.number") == ["1"]
    page.get(f"{HOOKS}/{made.id}")
    press(page, "/switch", {"on": "1"})
    work(store)
    assert len(receiver.heard) == 1
    assert page.get(HOOKS).texts("td.number") == ["0"]


@pytest.mark.slow
def test_a_test_event_shows_in_the_log_with_each_try(store: Database, receiver) -> None:
    page, made = opened(store, receiver.address, receiver.secret)
    receiver.status = 500
    press(page, "/test")
    assert words("en")("hooks_done_test") in page.text
    work(store)
    page.get(f"{HOOKS}/{made.id}")
    assert "on, but every try has failed since" in page.text
    assert "next try" in page.text
    receiver.status = 204
    work(store, datetime.now(UTC) + WAITS[0] * 2)
    page.get(f"{HOOKS}/{made.id}")
    assert page.texts("dd")[0] == "on"
    [summary] = page.texts("summary")
    assert summary.startswith("2 tries: answered 204")
    assert [one.split(": ")[1].split(",")[0] for one in page.texts("details li")] == [
        "answered 204",
        "answered 500",
    ]
    assert page.texts("code") == receiver.ids[-1:]


@pytest.mark.slow
def test_a_receiver_that_is_not_there_is_explained(store: Database) -> None:
    page, made = opened(store, "http://127.0.0.1:9/hook")
    press(page, "/test")
    work(store)
    assert "could not be reached" in page.get(f"{HOOKS}/{made.id}").text
    assert "tidak bisa dihubungi" in page.get(f"{HOOKS}/{made.id}?lang=id").text


@pytest.mark.slow
def test_an_endpoint_that_was_switched_off_for_its_failures_is_pointed_out(store, receiver):
    page, made = opened(store, receiver.address, receiver.secret)
    assert words("en")("hooks_look") not in page.get(HOOKS).text
    receiver.status = 410
    endpoints.try_out(desk_of(store), made.id, BY, WHEN)
    work(store)
    assert "Webhooks (needs a look)" in page.get("/console/team").texts(".tabs a")
    member = signed_in(page.client.application, "member@studio.example").get("/console/team")
    assert "needs a look" not in member.text
    page.get(HOOKS)
    assert words("en")("hooks_look") in page.text
    assert words("en")("hooks_off_gone") in page.text


@pytest.mark.slow
def test_five_days_of_failure_are_said_as_such(store: Database, receiver: Receiver) -> None:
    page, made = opened(store, receiver.address, receiver.secret)
    receiver.status = 503
    endpoints.try_out(desk_of(store), made.id, BY, WHEN)
    for days in (0, 6):
        work(store, WHEN + timedelta(days=days))
    assert words("en")("hooks_off_failing") in page.get(f"{HOOKS}/{made.id}").text


@pytest.mark.slow
def test_one_event_or_all_since_a_moment_are_told_once_more_under_their_ids(store, receiver):
    page, made = opened(store, receiver.address, receiver.secret)
    for n in range(3):
        send(desk_of(store), f"key {n}", WHEN + timedelta(hours=n), body=b"{}")
    work(store)
    first = list(receiver.ids)
    page.get(f"{HOOKS}/{made.id}")
    newest = endpoints.log(desk_of(store), made.id)[0]
    press(page, f"/again/{newest.id}")
    work(store)
    assert receiver.ids[3:] == [f"msg_{newest.event_id}"]
    press(page, "/again", {"since": "2026-11-24T17:30"})  # 10:30 in UTC; the form is in Jakarta
    work(store)
    assert sorted(receiver.ids[4:]) == sorted(first[1:])
    press(page, "/again", {"since": "2026-11-25T00:00"})
    assert words("en")("hooks_done_nothing") in page.text
    for wrong in ("", "soon", "2026-11-24T10:30Z", "0001-01-01T00:00"):
        press(page.get(f"{HOOKS}/{made.id}"), "/again", {"since": wrong}, status=422)
        assert page.links(".summary a") == ["#since"]
    what = [one.what for one in deeds(desk_of(store)) if one.what == "replayed"]
    assert len(what) == 2


@pytest.mark.slow
def test_the_log_goes_on_page_by_page(store: Database) -> None:
    page, made = opened(store)
    for n in range(120):
        endpoints.try_out(desk_of(store), made.id, BY, WHEN + timedelta(minutes=n // 2))
    seen = page.get(f"{HOOKS}/{made.id}").texts("code")
    while "Older" in page.texts("a"):
        page.follow("Older")
        seen += page.texts("code")
    assert len(seen) == len(set(seen)) == 120
    assert "There is nothing older" in page.text
    page.get(f"{HOOKS}/{made.id}?before=nonsense")


@pytest.mark.slow
def test_an_endpoint_is_removed_after_a_question(store: Database) -> None:
    page, made = opened(store)
    page.follow("Remove")
    assert URL in page.text
    assert endpoints.listed(desk_of(store))
    page.submit(form=f"form[action='{HOOKS}/{made.id}/remove']")
    assert words("en")("hooks_done_removed") in page.text
    assert endpoints.listed(desk_of(store)) == []


@pytest.mark.slow
def test_a_member_sees_no_tab_and_opens_nothing(store: Database) -> None:
    app = console_app(store)
    made = endpoint_of(desk_of(store))
    page = signed_in(app, "member@studio.example").get("/console/team")
    assert HOOKS not in page.links()
    assert HOOKS in signed_in(app).get("/console/team").links()
    for path in ("", f"/{made.id}", f"/{made.id}/remove"):
        assert page.client.get(HOOKS + path).status_code == 403
    for path in ("", *(f"/{made.id}/{what}" for what in ("secret", "switch", "test", "again"))):
        assert page.client.post(HOOKS + path).status_code == 403
    assert endpoints.listed(desk_of(store)) == [made]


@pytest.mark.slow
def test_another_agencys_endpoint_is_not_there(store: Database) -> None:
    app = console_app(store)
    own = endpoint_of(desk_of(store))
    live_form(store, "teh", "other")
    seat_at(desk_of(store, "teh"), "owner@other.example", "owner")
    theirs = endpoint_of(desk_of(store, "teh"), "https://teh.example/")
    endpoints.try_out(desk_of(store, "teh"), theirs.id, BY, WHEN)
    [delivery] = endpoints.log(desk_of(store, "teh"), theirs.id)
    client = signed_in(app).client
    for what in ("secret", "switch", "remove", "test", "again", f"again/{delivery.id}"):
        there = client.post(f"{HOOKS}/{theirs.id}/{what}", data={"since": "2026-11-24T10:30"})
        nowhere = client.post(f"{HOOKS}/{'0' * 32}/{what}", data={"since": "2026-11-24T10:30"})
        assert there.status_code == nowhere.status_code == 404
        assert there.text.replace(theirs.id, "0" * 32) == nowhere.text
    assert client.post(f"{HOOKS}/{own.id}/again/{delivery.id}").status_code == 404
    assert "teh.example" not in client.get(HOOKS).text
    assert endpoints.listed(desk_of(store, "teh")) == [theirs]
