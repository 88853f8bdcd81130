"""docs/integrations.md to the letter: its example is real, its tables hold, its code is run."""

import json
import os
import re
import shutil
import subprocess
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from agencies import WHEN
from desks import desk_of, send
from forms import BOOK
from profiles import PLAIN
from standardwebhooks import WebhookVerificationError

from recommender.agency import sending
from recommender.delivery import message
from recommender.delivery.calling import MOST_ANSWER, Allowed, Reply
from recommender.delivery.ending import SECONDS
from recommender.delivery.schedule import WAITS
from recommender.delivery.worker import Worker
from recommender.engine.answers import read
from recommender.store import endpoints
from recommender.store.database import Database
from recommender.store.desk import Desk
from recommender.web.console.hooks import EVENTS

DOCS = Path(__file__).parent.parent / "docs"
DOC, INDONESIAN = (
    (DOCS / name).read_text("utf-8") for name in ("integrations.md", "integrations.id.md")
)
BY = "owner@studio.example"


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", DOC, re.DOTALL)


NODE, SHEET, SLACK, N8N = blocks("js")


@dataclass(frozen=True)
class Heard:
    """A message as it came."""

    body: bytes
    headers: Mapping[str, str]

    @property
    def said(self) -> dict[str, Any]:
        return json.loads(self.body)


def deliver(desk: Desk) -> list[Heard]:
    """All that is due now, as a receiver would get it."""
    heard: list[Heard] = []

    def call(_: str, body: bytes, headers: Mapping[str, str], __: Allowed) -> Reply:
        heard.append(Heard(body, headers))
        return Reply(200, None, 0.0)

    worker = Worker(desk.database, call=call)
    while worker.step():
        pass
    return heard


@pytest.fixture
def desk(store: Database) -> Desk:
    """A desk with an endpoint."""
    made = desk_of(store)
    endpoints.add(made, "https://crm.example/hook", message.new_secret(), BY, WHEN)
    return made


def submitted(desk: Desk, key: str = "one", **changed: Any) -> str:
    made = sending.made(BOOK, read(BOOK.questionnaire, PLAIN))
    own = {"ref": "P-12", "hidden": {"campaign": "raya"}, "context": {"budget": "low"}}
    return send(desk, key, WHEN, made=made, **own | changed).id


def secret_of(desk: Desk) -> str:
    return endpoints.listed(desk)[0].secret


def run_node(script: str, **given: Any) -> Any:
    """What a script says as JSON; `given` are its constants."""
    node = shutil.which("node")
    assert node, "these tests need Node"
    constants = "".join(f"const {name} = {json.dumps(v)};\n" for name, v in given.items())
    text = constants + script
    done = subprocess.run([node, "-"], input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def in_node(heard: Heard, secret: str) -> dict | str:
    """The message, or why the function of the document refuses it."""
    ending = """
    let said;
    try { said = messageOf(Buffer.from(given, "base64"), headers, secret); }
    catch (error) { said = error.message; }
    console.log(JSON.stringify(said));
    """
    given = b64encode(heard.body).decode()
    return run_node(NODE + ending, given=given, headers=dict(heard.headers), secret=secret)


def in_python(heard: Heard, secret: str) -> dict | str:
    [code] = blocks("python")
    names: dict[str, Any] = {}
    exec(compile(code, "integrations.md", "exec"), names)
    names["os"].environ["WEBHOOK_SECRET"] = secret
    try:
        return names["message_of"](heard.body, dict(heard.headers))
    except WebhookVerificationError as error:
        return str(error)
    finally:
        del os.environ["WEBHOOK_SECRET"]


@pytest.mark.slow
def test_the_example_is_what_is_really_sent(desk: Desk) -> None:
    [example] = [json.loads(block) for block in blocks("json")]
    submitted(desk)
    [heard] = deliver(desk)
    said = heard.said
    for name in ("submission", "thread"):
        assert re.fullmatch("[0-9a-f]{32}", said["data"][name])
        said["data"][name] = example["data"][name]
    shown = example["data"].pop("recommendation")
    whole = said["data"].pop("recommendation")
    assert said == example
    ranking = [{name: one[name] for name in shown["ranking"][0]} for one in whole["ranking"]]
    assert shown["ranking"] == ranking[:2]
    assert {**shown, "ranking": []} == {name: whole[name] for name in shown} | {"ranking": []}
    assert 80_000 < len(heard.body) < 100_000


def test_the_headers_are_those_of_the_table(desk: Desk) -> None:
    submitted(desk)
    [heard] = deliver(desk)
    assert set(re.findall(r"^\| `([a-z]+-[a-z]+)` \|", DOC, re.M)) == set(heard.headers)
    assert heard.headers["webhook-signature"].startswith("v1,")


def test_the_events_are_those_of_the_table() -> None:
    assert set(re.findall(r"^\| `(test|submission\.\w+)` \|", DOC, re.M)) == set(EVENTS)


def test_the_waits_are_those_of_the_worker() -> None:
    [listed] = re.findall(r"next try comes after (.*?), each", DOC)
    units = {"s": "seconds", "min": "minutes", "h": "hours"}
    found = re.findall(r"(\d+) (\w+)", listed)
    assert [timedelta(**{units[unit]: int(n)}) for n, unit in found] == list(WAITS)
    assert f"within {SECONDS} seconds" in DOC
    assert f"at most {MOST_ANSWER // 1024} KiB are read" in DOC


def test_both_editions_have_the_same_code_and_the_same_names() -> None:
    block = re.compile(r"```\w+\n.*?```", re.DOTALL)
    assert block.findall(INDONESIAN) == block.findall(DOC)
    prose = [block.sub("", text) for text in (DOC, INDONESIAN)]
    names, numbers, headings = (
        [re.findall(pattern, text, re.MULTILINE) for text in prose]
        for pattern in (r"`[^`\n]+`", r"\d+", r"^#+")
    )
    assert sorted(names[0]) == sorted(names[1])
    assert sorted(numbers[0]) == sorted(numbers[1])
    assert headings[0] == headings[1]


def forged(heard: Heard) -> Heard:
    return Heard(heard.body.replace(b"lead", b"laed").replace(b"P-12", b"P-13"), heard.headers)


def unsigned(heard: Heard) -> Heard:
    return Heard(heard.body, {**heard.headers, "webhook-signature": "v1,AAAA"})


def timeless(heard: Heard) -> Heard:
    return Heard(heard.body, {**heard.headers, "webhook-timestamp": "never"})


@pytest.mark.slow
@pytest.mark.parametrize("check", [in_python, in_node])
def test_the_code_takes_what_we_sign_and_nothing_else(
    desk: Desk, check: Callable[[Heard, str], dict | str]
) -> None:
    submitted(desk)
    [heard] = deliver(desk)
    assert check(heard, secret_of(desk)) == heard.said
    assert isinstance(check(heard, message.new_secret()), str)
    for spoilt in (forged, unsigned, timeless):
        assert isinstance(check(spoilt(heard), secret_of(desk)), str), spoilt


@pytest.mark.slow
@pytest.mark.parametrize("check", [in_python, in_node])
def test_the_code_takes_both_secrets_for_a_day_and_no_old_message(
    desk: Desk, check: Callable[[Heard, str], dict | str]
) -> None:
    [endpoint] = endpoints.listed(desk)
    endpoints.rotate(desk, endpoint.id, message.new_secret(), BY, datetime.now(UTC))
    submitted(desk)
    [heard] = deliver(desk)
    for secret in (endpoint.secret, secret_of(desk)):
        assert check(heard, secret) == heard.said
    then = datetime.now(UTC) - timedelta(minutes=6)
    text = heard.body.decode()
    old = Heard(heard.body, message.headers(endpoint, "e", text, then))
    assert isinstance(check(old, endpoint.secret), str)


GOOGLE = """
const rows = [], fetched = [], word = KEY;
let locked = 0;
const sheet = {
  appendRow: (row) => { if (!locked) throw new Error("no lock"); rows.push(row); },
  deleteRow: (n) => rows.splice(n - 1, 1),
  createTextFinder: (text) => ({ matchEntireCell: () => ({ findNext: () => {
    const at = rows.findIndex((row) => row.includes(text));
    return at < 0 ? null : { getRow: () => at + 1 };
  } }) }),
};
globalThis.SpreadsheetApp = { getActiveSpreadsheet: () => ({ getSheets: () => [sheet] }) };
globalThis.LockService = { getScriptLock: () => ({
  waitLock: () => { locked += 1; }, releaseLock: () => { locked -= 1; },
}) };
globalThis.HtmlService = { createHtmlOutput: (html) => ({ html }) };
globalThis.UrlFetchApp = { fetch: (url, said) => fetched.push([url, said]) };
for (const [contents, key] of calls) {
  const parameter = { key: key === "right" ? word : key };
  const answer = doPost({ parameter, postData: { contents } });
  if (answer.html !== "") throw new Error("no answer that Google gives without a redirect");
}
console.log(JSON.stringify({ rows, fetched, locked }));
"""
"""Stand-ins for Google's services; `calls` are bodies with the word of their address."""


def in_google(script: str, *calls: tuple[Heard, str]) -> dict:
    given = [[heard.body.decode(), key] for heard, key in calls]
    return run_node(script + GOOGLE, calls=given)


def told(desk: Desk) -> tuple[Heard, Heard, Heard]:
    """A test event, a new submission of somebody with a dangerous name, and its erasure."""
    [endpoint] = endpoints.listed(desk)
    endpoints.try_out(desk, endpoint.id, BY, WHEN)
    contact = sending.Contact("=1+1 <b>", "sri@kopi.example", None)
    sent = submitted(desk, contact=contact)
    first, second = deliver(desk)
    desk.erase([sent], WHEN + timedelta(minutes=1))
    [erased] = deliver(desk)
    test, created = sorted((first, second), key=lambda one: len(one.body))
    return test, created, erased


@pytest.mark.slow
def test_a_sheet_gets_one_row_for_a_submission_and_loses_it_when_that_is_erased(desk) -> None:
    test, created, erased = told(desk)
    right = [(one, "right") for one in (test, created, created)]
    there = in_google(SHEET, *right)
    [row] = there["rows"]
    data = created.said["data"]
    assert row == [
        created.said["timestamp"],
        data["submission"],
        "kopi",
        "P-12",
        "'=1+1 <b>",
        "sri@kopi.example",
        "",
        data["recommendation"]["ranking"][0]["type"],
    ]
    assert there["locked"] == 0
    assert in_google(SHEET, *right, (erased, "right"))["rows"] == []
    assert in_google(SHEET, (created, "wrong"), (created, ""))["rows"] == []


@pytest.mark.slow
def test_slack_is_told_in_words_of_its_own_form(desk: Desk) -> None:
    test, created, erased = told(desk)
    calls = [(test, "right"), (created, "right"), (erased, "right"), (created, "wrong")]
    first, second = in_google(SLACK, *calls)["fetched"]
    assert first[0] == second[0] == re.findall(r'SLACK = "(.*?)"', SLACK)[0]
    assert json.loads(first[1]["payload"]) == {"text": "A test event."}
    text = json.loads(second[1]["payload"])["text"]
    assert text.startswith("kopi: =1+1 &lt;b&gt;, first ")


@pytest.mark.slow
def test_n8n_passes_on_what_is_signed_and_stops_at_anything_else(desk: Desk) -> None:
    submitted(desk)
    [heard] = deliver(desk)
    code = NODE + N8N.replace("whsec_…", secret_of(desk))
    script = """
    const Code = Object.getPrototypeOf(async function () {}).constructor;
    const node = { helpers: { getBinaryDataBuffer: async (n, name) =>
      n === 0 && name === "data" ? Buffer.from(body) : null } };
    const input = { first: () => ({ json: { headers } }) };
    new Code("$input", "require", code).call(node, input, require).then(
      (items) => console.log(JSON.stringify(items)),
      (error) => console.log(JSON.stringify(error.message)),
    );
    """
    given = {"headers": dict(heard.headers), "code": code}
    items = run_node(script, body=heard.body.decode(), **given)
    assert items == [{"json": heard.said}]
    assert isinstance(run_node(script, body=forged(heard).body.decode(), **given), str)
