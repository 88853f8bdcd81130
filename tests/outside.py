"""The ways in for bad inputs: the served app behind a socket, and the command line.

What data/bad_inputs.yaml describes by surface is sent to what there is: the form of the last page,
the API, `recommender batch`, `rules check`, the console, an agency's webhooks, and addresses and
headers as no client would send them.
"""

import csv
import io
import json
import re
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import yaml
from click.testing import CliRunner
from consoles import PASSWORD, SAME_SITE

from recommender.cli import main
from recommender.store.database import new_id

DATA = yaml.load(
    (Path(__file__).parent / "data/bad_inputs.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader
)
BASE = DATA["valid_base"]


@dataclass
class Answer:
    """What came back, whichever surface it came from; the command line's exit became a status."""

    status: int
    text: str
    headers: dict[str, str] = field(default_factory=dict)
    rows: list[dict[str, str]] = field(default_factory=list)


# The inputs


def body_of(send: dict) -> bytes:
    """The body of a case, made as the file describes it."""
    if "body_hex" in send:
        return bytes.fromhex(send["body_hex"])
    if "body_gen" in send:
        made = send["body_gen"]
        return (made["prefix"] + made["repeat"] * made["times"] + made["suffix"]).encode()
    if "form_field" in send:
        return f"{BASE['form']}&{urlencode(send['form_field'])}".encode()
    if "row_field" in send:
        return row_with(send["row_field"], send["base"])
    if "multipart_gen" in send:
        made = send["multipart_gen"]
        head = f'--x\r\nContent-Disposition: form-data; name="{made["name"]}"\r\n\r\n'
        part = f"{head}{made['value_repeat'] * made['times']}\r\n"
        return (part * made["parts"] + "--x--\r\n").encode()
    return send["body"].encode(send.get("body_encoding", "utf-8"))


def row_with(fields: dict, base: str) -> bytes:
    row = next(csv.DictReader(io.StringIO(BASE["csv"]))) | fields
    if base == "valid_with_bad_goal":
        row["primary_goal"] = "nope"
    written = io.StringIO()
    writer = csv.DictWriter(written, row, lineterminator="\n")
    writer.writeheader()
    writer.writerow(row)
    return written.getvalue().encode()


# The surfaces


@dataclass
class Outside:
    """All that can be sent to: the served app, and the command line with a folder to work in.

    `keys` are of programs: one that may only read, one that may all, one of another agency.
    `ids` are of submissions: one that is there, one that was erased, one of the other agency.
    `cookie` is of a member who is signed in.
    """

    port: int
    folder: Path
    rules: Path
    valid: str
    keys: Mapping[str, str]
    ids: Mapping[str, str]
    cookie: str

    def request(self, method: str, target: str, headers: dict | None = None, body=b"") -> Answer:
        """Write a request as it is, without a client that would correct it."""
        sent = {"Host": f"127.0.0.1:{self.port}", "Connection": "close", "Accept-Language": "en"}
        if body:
            sent["Content-Length"] = str(len(body))
        sent |= headers or {}
        head = "".join(f"{name}: {value}\r\n" for name, value in sent.items())
        start = f"{method} {target} HTTP/1.1\r\n".encode()
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as line:
            with suppress(BrokenPipeError, ConnectionResetError):  # refused before all was sent
                line.sendall(start + head.encode("latin-1") + b"\r\n" + body)
            return answer_from(line)

    def command(self, *arguments: object) -> tuple[int, str]:
        """Run a command; its exit as a status, and all that it printed."""
        result = CliRunner().invoke(main, [str(argument) for argument in arguments])
        status = {0: 200, 2: 422, 3: 422}.get(result.exit_code, 500)
        assert status < 500, (result.exit_code, result.exception, result.output)
        return status, result.output


def answer_from(line: socket.socket) -> Answer:
    received = b""
    with suppress(ConnectionResetError):
        while chunk := line.recv(65_536):
            received += chunk
    head, _, body = received.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = [text.partition(": ") for text in lines]
    return Answer(
        int(first.split()[1]), body.decode(), {name.lower(): value for name, _, value in pairs}
    )


def form_submit(outside: Outside, send: dict) -> Answer:
    if send.get("mode") == "console":
        return press_in_console(outside, send)
    if "form_token" in send or "%00" in send.get("body", ""):
        return send_page(outside, send)
    kind = send.get("content_type", "multipart/form-data; boundary=x")
    answer = outside.request("POST", "/3", {"Content-Type": kind}, body_of(send))
    if "repeat" in send:
        again = outside.request("POST", "/3", {"Content-Type": kind}, body_of(send))
        assert (again.status, again.headers["location"]) == (303, answer.headers["location"])
    return answer


def send_page(outside: Outside, send: dict) -> Answer:
    """The page below a form that stores what is sent; `note` of the file is a field of ours."""
    other = send.get("form_token") == "other_agency"
    shown = outside.request("GET", f"/f/{'teh' if other else 'kopi'}/send?a={outside.valid}")
    found = re.search(r'method="post" action="([^"]+)"', shown.text)
    assert found
    target = unescape(found[1]).replace("/teh/", "/kopi/")
    body = body_of(send).replace(b"note=", b"own-wishes=")
    return outside.request("POST", target, {"Content-Type": send["content_type"]}, body)


def press_in_console(outside: Outside, send: dict) -> Answer:
    """A button of the console that stores something, pressed by a member who is signed in."""
    cookie, kind = {"Cookie": outside.cookie}, {"Content-Type": send["content_type"]}
    target = f"/console/submissions/{outside.ids['there']}/notes"
    body = body_of(send) + b"&text=from+elsewhere"
    answer = outside.request("POST", target, cookie | kind | send.get("headers", {}), body)
    renewed = answer.headers.pop("set-cookie", "console=")
    assert renewed.startswith("console=")  # her own session, a little longer
    return answer


def led_to(outside: Outside, role: str, query: str) -> str:
    """Where somebody is led who signs in with this query."""
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    body = urlencode({"email": f"{role}@studio.example", "password": PASSWORD}).encode()
    answer = outside.request("POST", f"/console/sign-in?{query}", kind | SAME_SITE, body)
    assert answer.status == 303, answer.text
    return answer.headers["location"]


def api_recommend(outside: Outside, send: dict) -> Answer:
    headers = {"Content-Type": send["content_type"]} | send.get("headers", {})
    if "Idempotency-Key" in headers:
        return api_invite(outside, headers["Idempotency-Key"], send.get("repeat", ""))
    if "Authorization" in headers:
        headers["Authorization"] = headers["Authorization"].replace(
            "<read-only key>", outside.keys["reader"]
        )
    target = f"/api/v1/recommendations?{send.get('query', '')}"
    answer = outside.request("POST", target, headers, body_of(send))
    kind = "application/json" if answer.status == 200 else "application/problem+json"
    if "x-content-type-options" in answer.headers:  # not where the server refused by itself
        assert answer.headers["content-type"] == kind
        assert json.loads(answer.text)
    return answer


def api_invite(outside: Outside, key: str, repeat: str) -> Answer:
    """What the API stores under a key: recommendations it does not store, invitations it does."""
    key = f"{key}-{new_id()}" if key == "k1" else key  # three cases share it
    first = invite(outside, key)
    if not repeat:
        return first
    other = repeat.endswith("other agency")
    changed = {"client": "Budi"} if repeat.endswith("other body") else {}
    again = invite(outside, key, "other" if other else "writer", **changed)
    same = json.loads(again.text).get("id") == json.loads(first.text)["id"]
    assert same == (again.headers.get("idempotency-replayed") == "true") == ("same body" in repeat)
    return again


def invite(outside: Outside, key: str, who: str = "writer", **changed: str) -> Answer:
    form = "teh" if who == "other" else "kopi"
    body = json.dumps({"form": form, "client": "Sri"} | changed).encode()
    headers = {"Content-Type": "application/json", "Idempotency-Key": key}
    headers["Authorization"] = f"Bearer {outside.keys[who]}"
    return outside.request("POST", "/api/v1/invitations", headers, body)


def webhook_url(outside: Outside, send: dict) -> Answer:
    """An address that a program of the agency wants to hear at; our own host has another name."""
    url = send["url"].replace("our.own.host", "localhost")
    headers = {"Content-Type": "application/json", "Host": "localhost"}
    headers["Authorization"] = f"Bearer {outside.keys['writer']}"
    return outside.request("POST", "/api/v1/webhooks", headers, json.dumps({"url": url}).encode())


def csv_batch(outside: Outside, send: dict) -> Answer:
    """A file of clients; they are the `id` of ours."""
    encoding = send.get("body_encoding", "utf-8")
    body, client = body_of(send), "client".encode(encoding)
    at = body.find(client)
    if at in (0, 3):  # 3: after a byte-order mark
        body = body[:at] + "id".encode(encoding) + body[at + len(client) :]
    given, made = outside.folder / "in.csv", outside.folder / "out.csv"
    given.write_bytes(body)
    status, printed = outside.command("batch", given, made, "--lang", "en")
    text = made.read_text("utf-8") if made.exists() else ""
    return Answer(status, printed + text, rows=list(csv.DictReader(io.StringIO(text, newline=""))))


def pack_upload(outside: Outside, send: dict) -> Answer:
    """One more file in a folder of rules; `score` of the file is the `effects` of ours."""
    body = body_of(send).replace(b"score:", b"effects:")
    (outside.rules / "extra.yaml").write_bytes(body)
    status, printed = outside.command("rules", "check", outside.rules, "--lang", "en")
    if status != 200:
        assert all(re.match(r"extra\.yaml:\d+: ", line) for line in printed.splitlines()), printed
    return Answer(status, printed)


def permalink(outside: Outside, send: dict) -> Answer:
    if send["path"].startswith("/console"):
        return in_console(outside, send)
    if what := KEPT.get(send["path"]):
        return kept(outside, what)
    other = "0" if outside.valid[2] != "0" else "1"
    target = send["path"].replace("<valid>", outside.valid)
    target = target.replace(
        "<valid with one character changed>", outside.valid[:2] + other + outside.valid[3:]
    )
    assert "<" not in target
    return outside.request(send["method"], target)


KEPT = {"/r/<valid id of another agency>": "elsewhere", "/r/<deleted>": "erased"}
"""Results belong to nobody and are not stored; what is stored and belongs to somebody are
submissions, by their ids."""


def kept(outside: Outside, what: str) -> Answer:
    """A submission asked for by its id; every one that cannot be seen looks the same."""
    headers = {"Authorization": f"Bearer {outside.keys['writer']}"}
    paths = [f"/api/v1/submissions/{id_}" for id_ in (outside.ids[what], "0" * 32)]
    answer, missing = (outside.request("GET", path, headers) for path in paths)
    assert answer.text == missing.text
    passing = {"x-request-id", "date", "ratelimit-remaining", "ratelimit-reset"}
    assert {*answer.headers.items()} ^ {*missing.headers.items()} <= {
        (name, one.headers[name]) for name in passing for one in (answer, missing)
    }
    return answer


def in_console(outside: Outside, send: dict) -> Answer:
    """Somebody follows a link into the console, and signs in where she is asked to."""
    query = send["path"].partition("?")[2]
    erasing = f"/console/submissions/{outside.ids['there']}/own/remove"
    target = send["path"].replace("/console/delete/<id>", erasing)
    cookie = {} if query else {"Cookie": outside.cookie}
    answer = outside.request(send["method"], target, cookie)
    if query:
        assert led_to(outside, "owner", query) == "/console/"
        followed = answer.headers["location"].partition("?")[2]
        assert led_to(outside, "member", followed).startswith("/console")
    answer.headers.pop("set-cookie", None)  # her own session, a little longer
    return answer


def prefill(outside: Outside, send: dict) -> Answer:
    """The file's page of questions, `/q`, is our first page."""
    assert send["path"] == "/q"
    return outside.request(send["method"], f"/?{send['query']}")


def any_page(outside: Outside, send: dict) -> Answer:
    """The first page; a key is looked at by the API alone."""
    asks = "Authorization" in send["header"]
    return outside.request("GET", "/api/v1/forms" if asks else "/", send["header"])


SURFACES = {
    "form_submit": form_submit,
    "api_recommend": api_recommend,
    "csv_batch": csv_batch,
    "pack_upload": pack_upload,
    "permalink": permalink,
    "prefill": prefill,
    "any": any_page,
    "webhook_url": webhook_url,
}
