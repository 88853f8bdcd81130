"""The console's page of keys: made and shown once, seen in use, revoked."""

import pytest
from apis import World, asking, key_for, world_of
from consoles import signed_in
from page import Page

from recommender.i18n import LANGUAGES, words
from recommender.store import keys
from recommender.store.database import Database

MADE = {"name": "CRM", "scope": ["read", "write"]}


@pytest.fixture
def world(store: Database) -> World:
    return world_of(store)


@pytest.fixture
def owner(world: World) -> Page:
    return signed_in(world.app)


def shown_key(page: Page) -> str:
    return page.one("#text").attributes["value"] or ""


def test_a_key_is_shown_once_and_opens(owner: Page, world: World) -> None:
    made = owner.post("/console/keys", MADE)

    text = shown_key(made)
    assert asking(world, text).get("/api/v1/forms").status_code == 200
    assert asking(world, text).post("/api/v1/recommendations/bulk", json={}).status_code == 403
    assert made.response.headers["Cache-Control"] == "no-store"
    listed = owner.get("/console/keys")
    assert text not in listed.response.text
    assert f"{text[:9]}…" in listed.text
    assert "read, write" in listed.text


@pytest.mark.slow
def test_the_page_tells_when_a_key_was_last_used(owner: Page, world: World) -> None:
    text = shown_key(owner.post("/console/keys", MADE))
    assert "never" in owner.get("/console/keys").texts("td")

    asking(world, text).get("/api/v1/forms")

    assert "never" not in owner.get("/console/keys").texts("td")


@pytest.mark.slow
def test_a_revoked_key_opens_nothing_and_says_so(owner: Page, world: World) -> None:
    text = shown_key(owner.post("/console/keys", MADE))
    [made] = keys.listed(world.desk)

    asked = owner.get(f"/console/keys/{made.id}/revoke")
    assert asking(world, text).get("/api/v1/forms").status_code == 200  # to ask changes nothing
    done = asked.post(f"/console/keys/{made.id}/revoke", {})

    assert done.texts("[role=status]")[0] == words("en")("keys_revoked_now")
    assert "revoked" in done.texts("td")
    assert asking(world, text).get("/api/v1/forms").status_code == 401
    for method in ("get", "post"):
        again = getattr(owner.client, method)(f"/console/keys/{made.id}/revoke")
        assert again.status_code == 404


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({}, ["keys_bad_name", "keys_bad_scope"]),
        ({"name": "  ", "scope": "read"}, ["keys_bad_name"]),
        ({"name": "a\u202eb", "scope": "read"}, ["keys_bad_name"]),
        ({"name": "x" * 201, "scope": "read"}, ["keys_bad_name"]),
        ({"name": "CRM"}, ["keys_bad_scope"]),
        ({"name": "CRM", "scope": ["read", "admin"]}, ["keys_bad_scope"]),
    ],
)
def test_everything_wrong_is_said_at_once_and_what_was_written_stays(
    owner: Page, world: World, sent, wrong
) -> None:
    page = owner.post("/console/keys", sent, status=422)

    assert page.texts(".summary a") == [words("en")(key, most=50) for key in wrong]
    assert page.one("#name").attributes["value"] == sent.get("name", "").strip()
    assert keys.listed(world.desk) == []


@pytest.mark.slow
def test_a_name_is_shown_as_it_was_written(owner: Page) -> None:
    owner.post("/console/keys", MADE | {"name": "<script>alert(1)</script>"})

    page = owner.get("/console/keys")

    assert "<script>alert(1)</script>" in page.texts("th")


@pytest.mark.slow
def test_fifty_keys_are_the_most(owner: Page, world: World) -> None:
    for _ in range(keys.MOST_KEYS):
        key_for(world, "read")

    page = owner.post("/console/keys", MADE, status=422)

    assert page.texts(".summary li") == [words("en")("keys_too_many", most=50)]
    assert len(keys.listed(world.desk)) == 50


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_owner_finds_the_keys_from_the_team_and_learns_what_they_open(
    world: World, lang: str
) -> None:
    team = signed_in(world.app, lang=lang).get("/console/team")

    page = team.follow(words(lang)("keys_title"))

    assert page.h1 == words(lang)("keys_title")
    assert page.texts(".empty") == [f"{words(lang)('keys_none')} {words(lang)('keys_make')}"]
    assert page.follow(words(lang)("keys_docs")).h1 == words(lang)("api_title")


def test_a_member_neither_sees_nor_makes_keys(world: World) -> None:
    member = signed_in(world.app, "member@studio.example")

    assert member.client.get("/console/keys").status_code == 403
    assert member.client.post("/console/keys", data=MADE).status_code == 403
    assert words("en")("keys_title") not in member.get("/console/team").text
    assert keys.listed(world.desk) == []


@pytest.mark.slow
def test_what_is_done_with_keys_is_in_the_list_of_deeds(owner: Page) -> None:
    text = shown_key(owner.post("/console/keys", MADE))

    shown = owner.get("/console/team/done").text

    assert words("en")("deed_key_made") in shown
    assert text[:9] in shown
    assert text not in shown
