"""What a server logs: a line of JSON for each request, and nothing that anybody wrote."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
import requests
from agencies import WHEN, live_form
from consoles import PASSWORD, seat_at
from desks import invitation
from forms import CODE
from sends import ASKING
from servers import KEY, Server, Tokens, environ_of, running, waitress
from sqlalchemy import select

from recommender import logs
from recommender.agency.sending import erase_token
from recommender.engine.rulebook import Rulebook
from recommender.settings import Settings
from recommender.store import keys
from recommender.store.database import Database
from recommender.store.desk import Desk
from recommender.store.tables import submissions
from recommender.web.app import create_app
from recommender.web.hearing import METHODS

MARKED = "CANARY"
WORDS = {"time", "level", "message", "request", "method", "route", "status", "ms", "bytes"}


class Canaries:
    """Values for every field, each told from all others, and whatever else nobody may log."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self.secrets = {KEY, CODE, CODE.replace("-", ""), PASSWORD}

    def __call__(self, end: str = "") -> str:
        return f"{MARKED}{next(self._numbers)}{end}"

    def found_in(self, said: str) -> list[str]:
        letters = said.upper()
        return [one for one in (MARKED, *self.secrets) if one.upper() in letters]


Ask = Callable[..., requests.Response]


@pytest.fixture
def canaries() -> Canaries:
    return Canaries()


@pytest.fixture
def server(store: Database, tmp_path: Path, canaries: Canaries) -> Iterator[Server]:
    """A real server that logs JSON, and has a form whose settings are no settings."""
    live_form(store, "teh", "other", retention_days=canaries(), name=[canaries()])
    made = waitress(tmp_path / "server", environ_of(store, RECOMMENDER_LOG="json"))
    with running(made):
        yield made.until_ready()


def visit_a_form(ask: Ask, canary: Canaries, store: Database) -> None:
    """Every way in which something of a client gets to the server."""
    form = live_form(store, **ASKING)
    desk, token = Desk(store, form.agency_id), canary()
    invitation(desk, token, expires_at=datetime(2099, 1, 1, tzinfo=UTC))
    ask("GET", f"/f/kopi/i/{token}", 303)
    signed = Tokens(store).of(form, ref=canary(), hidden={"campaign": canary()})
    canary.secrets |= {signed}
    own = {"own-budget": "low", "own-wishes": canary(), "subject": ""}
    who = {"name": canary(), "email": canary("@a.example"), "organisation": canary()}
    whole = own | who | {"consent": "standard-1"}
    send = f"/f/kopi/send?a={CODE}&t={signed}"
    ask("POST", send, 422, data=whole | {"email": canary(), canary(): canary()})
    receipt = ask("POST", send, 303, data=whole).headers["Location"]
    ask("GET", receipt, 200)
    with store.reading() as connection:
        key = connection.execute(select(submissions.c.idempotency_key)).scalar_one()
    erase = erase_token(KEY, key)
    canary.secrets |= {erase, receipt.partition("/sent/")[2].partition("?")[0]}
    ask("POST", f"/f/kopi/erase/{erase}", 303, data={"which": canary()})
    ask("GET", f"/f/kopi/erase/{canary()}", 404)
    ask("GET", f"/f/kopi/?campaign={canary()}&ref={canary()}&primary_goal={canary()}", 200)
    ask("GET", f"/r/{CODE}?v={canary()}", 404)


def visit_as_a_member_and_a_program(ask: Ask, canary: Canaries, store: Database) -> None:
    form = live_form(store, "susu", "third")
    desk = Desk(store, form.agency_id)
    seat_at(desk, canary("@studio.example"))
    _, text = keys.make(desk, canary(), keys.SCOPES, "owner", WHEN)
    canary.secrets |= {text}
    ask("GET", "/api/v1/forms", 200, headers={"Authorization": f"Bearer {text}"})
    ask("GET", "/api/v1/forms", 401, headers={"Authorization": f"Bearer {canary()}"})
    ask("POST", "/api/v1/recommendations", 422, json={"primary_goal": canary(), canary(): 1})
    ask("POST", "/api/v1/recommendations", 400, data=canary(), headers=JSON)
    same = {"Sec-Fetch-Site": "same-origin"}
    sign_in = {"email": canary("@studio.example"), "password": canary()}
    ask("POST", "/console/sign-in", None, data=sign_in, headers=same)
    ask("GET", f"/console/password/{canary()}", None)


JSON = {"Content-Type": "application/json"}


def visit_what_is_not_there(ask: Ask, canary: Canaries) -> None:
    ask("GET", f"/{canary()}/{canary()}?{canary()}={canary()}", 404)
    ask("GET", f"/static/{canary()}", 404)
    ask(canary(), "/", None)
    ask("GET", "/guide", 200, headers={"X-Request-Id": f'"{canary()}\n "'.replace("\n", "")})
    ask("GET", "/guide", 400, headers={"Host": f"{canary()}.example"})
    for name in ("User-Agent", "Referer", "Cookie", "Accept-Language", "X-Forwarded-For"):
        ask("GET", "/guide", 200, headers={name: f"{canary()}={canary()}"})


@pytest.mark.slow
def test_nothing_that_anybody_writes_gets_into_the_log_even_where_something_fails(
    server: Server, store: Database, canaries: Canaries
) -> None:
    asked = []

    def ask(method: str, address: str, status: int | None, **given) -> requests.Response:
        given |= {"allow_redirects": False, "timeout": 30}
        whole = address if address.startswith("http") else server.address + address
        answer = requests.request(method, whole, **given)
        assert status in (None, answer.status_code), (address, answer.status_code)
        asked.append(answer)
        return answer

    visit_a_form(ask, canaries, store)
    visit_as_a_member_and_a_program(ask, canaries, store)
    visit_what_is_not_there(ask, canaries)
    ask("GET", f"/f/teh/?ref={canaries()}", 500)
    with store.writing() as connection:
        connection.exec_driver_sql("DROP TABLE counters")
        connection.exec_driver_sql("DROP TABLE invitations")
    ask("GET", f"/f/kopi/i/{canaries()}", 503)
    for answer in asked:  # a request is told of after it was answered
        server.until_said(answer.headers["X-Request-Id"], '"answered"')
    server.kill()

    assert canaries.found_in(server.said) == []
    lines = [json.loads(one) for one in server.said.splitlines() if one.startswith("{")]
    assert len(server.said.splitlines()) == len(lines) + 1  # the one that says where it is
    answered = [one for one in lines if one["message"] == "answered"]
    assert {frozenset(one) for one in answered} == {frozenset(WORDS)}
    ids = {answer.headers["X-Request-Id"] for answer in asked}
    assert ids <= {one["request"] for one in answered}
    assert {one["method"] for one in answered} <= {*METHODS, "other"}
    kinds = {one["error"]["kind"] for one in lines if "error" in one}
    assert kinds >= {"ValueError", "StoreError"}


@pytest.fixture
def lines() -> Iterator[Callable[[], list[dict]]]:
    """What this process logs as JSON."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.JsonLines())
    logging.getLogger().addHandler(handler)
    before = logs.requests.level
    logs.requests.setLevel(logging.INFO)
    yield lambda: [json.loads(one) for one in stream.getvalue().splitlines()]
    logs.requests.setLevel(before)
    logging.getLogger().removeHandler(handler)


@pytest.mark.parametrize(
    ("address", "route", "status"),
    [
        ("/", "/", 200),
        (f"/r/{CODE}", "/r/<code>", 200),
        ("/r/no", "/r/<code>", 404),
        ("/nowhere", "", 404),
        ("/static/form.css", "/static/<path:filename>", 200),
    ],
)
def test_a_request_is_one_line_with_its_route_status_time_and_size(
    client, lines, address, route, status
):
    answer = client.get(address, buffered=True)

    [line] = lines()
    assert (line["method"], line["route"], line["status"]) == ("GET", route, status)
    assert line["bytes"] == len(answer.data)
    assert 0 < line["ms"] < 60_000
    assert abs((datetime.now(UTC) - datetime.fromisoformat(line["time"])).total_seconds()) < 60
    assert line["request"] == answer.headers["X-Request-Id"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("5f0c-9b1e.A_7", True),
        ("short", False),
        ("x" * 65, False),
        ("with a space", False),
        ('quote"quote', False),
    ],
)
def test_the_id_of_a_proxy_is_kept_if_it_looks_like_one(client, given, kept):
    answers = [client.get("/healthz", headers={"X-Request-Id": given}) for _ in range(2)]
    ids = [answer.headers["X-Request-Id"] for answer in answers]

    assert (ids == [given] * 2) is kept
    assert kept or len({*ids}) == 2


def test_what_is_logged_between_requests_names_none(client, lines):
    client.get("/healthz", buffered=True)
    logging.getLogger("recommender.somewhere").warning("rules %s", "2026.11")

    told = lines()[-1]
    assert (told["message"], told["level"]) == ("rules 2026.11", "warning")
    assert "request" not in told


def test_what_a_library_says_is_logged_without_its_values(lines):
    logging.getLogger("waitress").error("Exception while serving %s", "/f/kopi/erase/secret")

    assert lines()[0]["message"] == "Exception while serving %s"


def test_an_error_is_logged_with_its_places_and_without_its_words(lines):
    try:
        try:
            int("secret")
        except ValueError as error:
            raise KeyError("secret") from error
    except KeyError:
        logging.getLogger("recommender").exception("something failed")

    [line] = lines()
    assert (line["error"]["kind"], line["error"]["cause"]["kind"]) == ("KeyError", "ValueError")
    assert "test_logs.py" in line["error"]["places"][0]
    assert "secret" not in json.dumps(line)


def test_a_server_that_logs_words_says_nothing_of_requests(rulebook: Rulebook, caplog):
    create_app(rulebook, Settings()).test_client().get("/")

    assert caplog.records == []
