"""What every answer says to browsers and to caches: two people behind one cache get their own."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from agencies import WHEN, live_form
from carriers import World, world_of
from consoles import desk_of, seat_at, signed_in
from flask.testing import FlaskClient
from forms import CODE, sqlite
from page import POLICY
from werkzeug.http import parse_cache_control_header
from werkzeug.test import TestResponse

from recommender.store import keys, logos
from recommender.web.security import FRAMES_FORMS, OPEN_TO_ALL

EVERY = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
PREVIEW = POLICY | {"frame-src": "'self'"}
OPEN = {"embed_js": "public, max-age=3600"} | dict.fromkeys(
    ("static", "form.theme", "form.logo"), "public, max-age=31536000, immutable"
)
"""Routes whose answers anybody may keep; every other answer is its reader's alone."""
PERSONAL = ("console.", "form.send.", "form.links.", "api_agency.", "api_hooks.")
"""Routes whose answers nobody may keep, the reader's own browser neither."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = world_of(sqlite(tmp_path_factory.mktemp("headers")))
    desk, form = made.desk, made.desk.form("kopi")
    assert form is not None
    with desk.database.writing() as connection:
        logos.keep(connection, form.id, "image/png", b"\x89PNG\r\n\x1a\n")
    made.values["program"] = keys.make(desk, "CRM", keys.SCOPES, "-", WHEN)[1]
    yield made
    desk.database.close()


@dataclass
class Cache:
    """A cache that many people share, by RFC 9111: what it may store, and whom it may show it."""

    kept: dict[str, list[tuple[dict[str, str], TestResponse]]] = field(default_factory=dict)

    def get(self, client: FlaskClient, address: str, **headers: str) -> tuple[TestResponse, bool]:
        """The answer, and whether it is one that was stored before."""
        sent = dict(headers)
        if cookie := client.get_cookie("console"):
            sent["Cookie"] = cookie.value
        for wanted, stored in self.kept.get(address, ()):
            if all(sent.get(name) == value for name, value in wanted.items()):
                return stored, True
        answer = client.get(address, headers=headers)
        answer.get_data()
        answer.close()
        if may_store(answer, sent):
            vary = [one.strip() for one in answer.headers.get("Vary", "").split(",") if one]
            wanted = {name: sent.get(name) for name in vary}
            self.kept.setdefault(address, []).append((wanted, answer))
        return answer, False


def may_store(answer: TestResponse, sent: dict[str, str]) -> bool:
    """RFC 9111, section 3, for a cache that is shared, and 4.2.2: a cache may guess for how long
    where nothing says so, for statuses that may be kept."""
    said = parse_cache_control_header(answer.headers.get("Cache-Control"))
    if "no-store" in said or "private" in said or answer.headers.get("Vary") == "*":
        return False
    if "Authorization" in sent and not ("public" in said or "must-revalidate" in said):
        return False
    guessed = answer.status_code in (200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 501)
    named = "public" in said or "max-age" in said or "s-maxage" in said or "Expires" in said
    return (named or guessed) and "no-cache" not in said


def policy(answer: TestResponse) -> dict[str, str]:
    parts = answer.headers["Content-Security-Policy"].split("; ")
    return dict(part.split(" ", 1) for part in parts)


def answers(world: World, client: FlaskClient) -> Iterator[tuple[str, TestResponse]]:
    """What every route answers, by every method that it takes, to somebody with a key."""
    bearer = {"Authorization": f"Bearer {world.values['program']}"}
    for method in ("GET", "POST", "DELETE"):
        for endpoint, address in world.addresses(method):
            headers = bearer if endpoint.startswith("api_") else {}
            answer = client.open(address, method=method, headers=headers)
            answer.get_data()
            answer.close()
            yield endpoint, answer


@pytest.mark.slow
def test_every_answer_tells_the_browser_what_it_may_do(world: World) -> None:
    seen = set()
    for endpoint, answer in answers(world, signed_in(world.app).client):
        seen.add(endpoint)
        assert EVERY.items() <= dict(answer.headers).items(), endpoint
        expected = PREVIEW if endpoint in FRAMES_FORMS else POLICY
        said = policy(answer)
        assert said == expected | {"frame-ancestors": said["frame-ancestors"]}, endpoint
        assert said["frame-ancestors"] in ("'none'", "'self'"), endpoint
        own = "same-origin" if endpoint.startswith("console.") else "no-referrer"
        assert answer.headers["Referrer-Policy"] == own, endpoint
        keeps = answer.headers.get("Cache-Control")
        if endpoint in OPEN and answer.status_code == 200:
            assert keeps == OPEN[endpoint]
            assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        else:
            personal = endpoint.startswith(PERSONAL)
            assert keeps == ("no-store" if personal else "private, no-cache"), endpoint
            assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin", endpoint
            assert "Accept-Language" in answer.headers["Vary"], endpoint
    assert len(seen) > 100
    assert set(OPEN) == set(OPEN_TO_ALL)


@pytest.mark.parametrize(
    "path", ["/static/none.css", "/f/none/theme.css", "/f/none/logo", "/f/kopi/none", "/none"]
)
def test_no_answer_that_something_is_missing_is_kept_for_others(world: World, path: str) -> None:
    answer = world.app.test_client().get(path)

    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert not may_store(answer, {})


def test_refusals_say_the_same_as_answers(world: World) -> None:
    client = world.app.test_client()
    for method, path, status in (
        ("TRACE", "/", 405),
        ("GET", "/?" + "a" * 9000, 413),
        ("POST", "/", 415),
        ("POST", "/console/team", 403),
        ("GET", "/api/v1/forms", 401),
    ):
        answer = client.open(path, method=method)
        assert answer.status_code == status
        assert EVERY.items() <= dict(answer.headers).items(), path
        assert policy(answer) == POLICY, path
        assert not may_store(answer, {}), path


@pytest.mark.slow
def test_people_behind_one_cache_are_shown_nothing_of_each_other(world: World) -> None:
    database = world.desk.database
    live_form(database, "teh", "other", language="browser")
    seat_at(desk_of(database, "teh"), "owner@other.example", "owner")
    clients = [signed_in(world.app).client, signed_in(world.app, "owner@other.example").client]
    people = [*clients, world.app.test_client()]
    bearer = f"Bearer {world.values['program']}"
    cache, kept = Cache(), set()
    paths = [*world.addresses("GET"), ("", f"/f/teh/r/{CODE}"), ("static", "/static/app.css?v=1")]
    for endpoint, path in paths:
        for person, lang in zip(people, ("en", "id", "en"), strict=True):
            headers = {"Accept-Language": lang}
            if endpoint.startswith("api_") and person is people[0]:
                headers["Authorization"] = bearer
            answer, stored = cache.get(person, path, **headers)
            if stored:
                kept.add(endpoint)
                asked = person.get(path, headers=headers)
                assert asked.get_data() == answer.get_data(), path
                asked.close()
    assert kept == set(OPEN_TO_ALL)


@pytest.mark.slow
def test_a_page_that_two_people_see_differently_says_what_it_depends_on(world: World) -> None:
    for path in ("/console/sign-in", "/console/submissions"):
        answer = signed_in(world.app).client.get(path)
        assert {"Cookie", "Accept-Language"} <= set(re.split(", *", answer.headers["Vary"]))
