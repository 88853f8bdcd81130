"""Tokens that are forged, of another kind, over or guessed: all are answered as none at all.

`TOKENS` is how many of each kind are drawn; the long form draws a million.
"""

import os
import re
import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from agencies import WHEN
from consoles import console_app, desk_of, signed_in
from desks import invitation
from flask import Flask
from flask.testing import FlaskClient
from forms import BOOK, CODE, query, sqlite
from sends import ASKING, SRI, at_send, erase_address, filled, press
from time_machine import travel
from werkzeug.test import TestResponse

from recommender.agency import sending
from recommender.settings import Settings
from recommender.store import keys, team
from recommender.store.audit import COMMAND
from recommender.store.database import Database, new_id
from recommender.web.app import create_app
from recommender.web.console import guard

TOKENS = int(os.environ.get("TOKENS", "20000"))
PERSONAL = ("X-Request-Id", "Content-Length", "Date", "Set-Cookie")


@dataclass
class Held:
    """Everything that opens something, by its kind, as whoever may have it got it."""

    app: Flask
    tokens: dict[str, str]


OPENS: dict[str, Callable[[FlaskClient, str], TestResponse]] = {
    "receipt": lambda client, text: client.get(f"/f/kopi/sent/{text}"),
    "erase": lambda client, text: client.get(f"/f/kopi/erase/{text}"),
    "invitation": lambda client, text: client.get(f"/f/kopi/i/{text}"),
    "pass": lambda client, text: client.get(f"/console/password/{text}"),
    "key": lambda client, text: client.get(
        "/api/v1/submissions", headers={"Authorization": f"Bearer {text}"}
    ),
    "session": lambda client, text: client.get(
        "/console/account", headers={"Cookie": f"console={text}"}
    ),
}
"""Each kind by what it opens; a form's token opens nothing, but is asked for to store."""
GOOD, NONE = {"invitation": 303}, {"session": 303, "key": 401}


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Held]:
    database = sqlite(tmp_path_factory.mktemp("tokens"))
    app = console_app(database, **ASKING)
    desk = desk_of(database)
    page = at_send(app)
    tokens = {"form": query(filled(page)[0])["t"][0]}
    press(page, **SRI)
    tokens["receipt"] = urlsplit(page.address).path.rpartition("/")[2]
    tokens["erase"] = urlsplit(erase_address(page)).path.rpartition("/")[2]
    tokens["invitation"] = secrets.token_urlsafe(32)
    now = app.extensions["recommender"].now()
    invitation(desk, tokens["invitation"], expires_at=now.replace(year=now.year + 1))
    tokens["pass"] = team.pass_for(desk, "member@studio.example", COMMAND, now) or ""
    tokens["key"] = keys.make(desk, "CRM", keys.SCOPES, COMMAND, WHEN)[1]
    tokens["session"] = signed_in(app).client.get_cookie("console").value
    yield Held(app, tokens)
    database.close()


def forged(text: str) -> Iterator[str]:
    """Everything near a token that is none."""
    yield from ("", "x", "0" * 32, "9" * len(text), text[:-1], text[1:], text + "x")
    yield from (
        text.upper() + "A",
        text[::-1],
        f" {text} x",
        text * 2,
        "null",
        "%00",
        "..",
        "a.b.c",
    )
    for place in range(0, len(text) - 1, max(1, len(text) // 12)):
        other = "A" if text[place] != "A" else "B"
        yield text[:place] + other + text[place + 1 :]
    head, dot, mark = text.rpartition(".")
    if dot:
        yield from (head, f"{head}.", f".{mark}", f"{head}.{'A' * len(mark)}", f"e30.{mark}")


def said(answer: TestResponse, text: str) -> tuple[int, bytes, list]:
    """All that an answer tells, but for the token itself and what every request has anew."""
    shown = [one for one in answer.headers if one[0] not in PERSONAL]
    body = re.sub(rb"\bt=[\w.-]+", b"", answer.data)  # each visit of a form begins its own token
    own = rb"/" + re.escape(text.encode()) + rb"(?=[?\"])"  # the page in the other language
    return answer.status_code, re.sub(own, b"", body), shown


@pytest.mark.slow
@pytest.mark.parametrize("kind", OPENS)
def test_only_the_token_itself_opens_and_all_others_are_answered_alike(held: Held, kind) -> None:
    client = held.app.test_client(use_cookies=False)
    mine, ask = held.tokens[kind], OPENS[kind]
    assert ask(client, mine).status_code == GOOD.get(kind, 200)

    strange = [text for name, text in held.tokens.items() if name != kind]
    letters = [one for one in forged(mine) if one.replace("-", "_").isalnum()]
    wrong = [*letters, *(one for one in strange if "." not in one)]
    told = [said(ask(client, text), text) for text in wrong]
    assert {status for status, _, _ in told} == {NONE.get(kind, 404)}
    assert len({str(one) for one in told}) == 1
    for text in (*forged(mine), *strange):
        assert ask(client, text).status_code in (NONE.get(kind, 404), 404, 308), text


@pytest.mark.slow
def test_nothing_is_stored_for_a_forged_form_token_or_one_of_another_kind(held: Held) -> None:
    desk = desk_of(held.app.extensions["recommender"].database)
    before = desk.holdings()
    elsewhere = create_app(BOOK, Settings(secret_key="k" * 40), desk.database)
    page = at_send(elsewhere)
    stranger = query(filled(page)[0])["t"][0]
    fields = filled(page, **SRI)[1]
    texts = [*forged(held.tokens["form"]), stranger]
    texts += [text for name, text in held.tokens.items() if name != "form"]
    for text in texts:
        client = held.app.test_client()
        answer = client.post("/f/kopi/send", query_string={"a": CODE, "t": text}, data=fields)
        assert answer.status_code == 422, text
    assert desk.holdings() == before


def test_a_signed_text_of_ours_counts_only_as_what_it_was_signed_for(held: Held) -> None:
    client = held.app.test_client(use_cookies=False)
    for kind in ("form", "receipt", "session"):
        for other in {"receipt", "session"} - {kind}:
            status = OPENS[other](client, held.tokens[kind]).status_code
            assert status == NONE.get(other, 404), (kind, other)


def test_a_session_ends_after_twelve_hours_without_a_request(store: Database) -> None:
    app = console_app(store)
    with travel(WHEN, tick=False) as clock:
        client = signed_in(app).client
        clock.shift(guard.HOURS * 3600 - 1)
        stolen = client.get_cookie("console").value
        assert client.get("/console/account").status_code == 200
        clock.shift(2)
        assert client.get("/console/account").status_code == 200
        old = app.test_client(use_cookies=False)
        assert OPENS["session"](old, stolen).status_code == 303


def test_of_no_token_anything_is_stored_that_opens(held: Held) -> None:
    database = held.app.extensions["recommender"].database
    with database.reading() as connection:
        raw = "\n".join(connection.connection.driver_connection.iterdump())
    assert "kopi" in raw
    for kind in ("erase", "invitation", "pass", "key"):
        assert held.tokens[kind] not in raw, kind


MADE: dict[str, Callable[[], str]] = {
    "id": new_id,
    "form key": lambda: secrets.token_hex(16),
    "erase": lambda: sending.erase_token("secret", new_id()),
    "link": lambda: secrets.token_urlsafe(32),
}


@pytest.mark.parametrize("kind", MADE)
def test_tokens_are_as_different_as_chance_allows(kind: str) -> None:
    drawn = [MADE[kind]() for _ in range(TOKENS)]

    assert len(set(drawn)) == TOKENS
    assert len({one[:16] for one in drawn}) == TOKENS
    for place in (0, 7, 15, -2):
        assert chi_square(one[place] for one in drawn) < 6.5, place


def chi_square(letters: Iterator[str]) -> float:
    """How far letters are from being equally often, as standard deviations of what chance does.

    Beyond 6.5 chance goes once in ten thousand million times.
    """
    counts = Counter(letters)
    expected = counts.total() / len(counts)
    found = sum((one - expected) ** 2 / expected for one in counts.values())
    free = len(counts) - 1
    assert free >= 15
    return (found - free) / (2 * free) ** 0.5
