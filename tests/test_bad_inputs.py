"""Bad and borderline inputs from outside: each gets its answer, none a fault."""

import json
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import test_calling
import test_delivery
from agencies import WHEN, live_form
from consoles import console_app, desk_of, signed_in
from desks import send
from forms import sqlite
from outside import BASE, DATA, SURFACES, Answer, Outside, csv_batch
from page import CHECKS, is_own
from selectolax.lexbor import LexborHTMLParser
from sends import ASKING
from sqlalchemy import func, select
from waitress.server import create_server

from recommender.engine import code
from recommender.engine.answers import read
from recommender.engine.rulebook import Rulebook
from recommender.store import keys
from recommender.store.database import Database
from recommender.store.keys import SCOPES
from recommender.store.tables import metadata
from recommender.web.serve import LIMITS

CASES = {case["id"]: case for case in DATA["cases"]}

RECEIVERS = {
    "hook-047": "test_a_name_that_leads_into_a_closed_network_is_not_called",
    "hook-048": "test_a_name_that_leads_into_a_closed_network_is_not_called",
    "hook-050": "test_redirects_are_answers_and_are_not_followed",
    "hook-051": "test_redirects_are_answers_and_are_not_followed",
    "hook-052": "test_of_an_endless_answer_only_the_beginning_is_read",
    "hook-053": "test_an_answer_that_comes_byte_by_byte_ends_in_time",
    "hook-054": "test_a_receiver_that_takes_no_connection_is_given_up",
    "hook-055": "test_a_small_answer_that_would_be_large_unpacked_is_not_unpacked",
    "hook-058": "test_gone_switches_an_endpoint_off_at_once",
    "hook-060": "test_when_to_come_again_is_ours_to_say",
}
"""Cases that are no requests to us but what an endpoint does when it is called, each by the test
that plays it."""


@dataclass(frozen=True)
class Instead:
    """What a case gets where it differs from the file, and why."""

    why: str
    status: tuple[int, ...] | None = None
    message: str | None = None


CONTRACT_WINS = {
    "form-012": Instead("the main goal among the other goals is dropped without a word", (303,)),
    "json-013": Instead("null is unknown, so a required question is missing", message="required"),
    "header-031": Instead("addresses of 8 KiB are taken, so heads of 9 kB are; not of 16", (200,)),
    "csv-016": Instead("`batch` has no limit of rows", (200,)),
    **dict.fromkeys(
        ("url-023", "url-024", "url-025", "url-026", "url-027"),
        Instead("every redirect of ours is 303, which no method survives", (303,)),
    ),
    "csv-033": Instead("a command line has no media types", (422,), "csv_columns"),
    **dict.fromkeys(
        ("pack-011", "pack-014", "pack-015", "pack-025", "pack-026"),
        Instead("every scalar is text, unquoted too; but the key is unknown", message="pack_rule"),
    ),
}
"""Cases in which CONTRACT.md says something else than the file."""

OTHER_WORDS = {
    "json-014": Instead("an empty text is text, but no option", message="choice"),
    **dict.fromkeys(
        ("json-018", "json-019", "json-020"),
        Instead("no text fields yet: the key is unknown", message="unknown_field"),
    ),
    "csv-012": Instead("read as UTF-8, the first line names no columns", message="csv_columns"),
    "csv-013": Instead("the line of columns is refused before the row", message="csv_columns"),
    "pack-027": Instead("the YAML reader's own limit comes first", message="pack_yaml"),
    "pack-031": Instead("any alias is refused, defined or not", message="pack_alias"),
    "pack-035": Instead("the YAML reader refuses the escape itself", message="pack_yaml"),
}
"""Cases that get a status of the file, with other words than the file has."""

SAYS = {
    "required": r"Select (the main thing|the kind|at least one)|\brequired\b",
    "choice": "is not an option of",
    "repeated": "Choose only one option",
    "too_many": "Choose at most|or fewer|larger than we take",
    "unknown_field": "There is no question|could not read that request",
    "text": "holds characters that cannot be used",
    "stale_form": "had been open for too long, or its address was incomplete",
    "encoding": r"not (valid )?UTF-8|could not read that request",
    "too_large": "larger than we take|Request Entity Too Large",
    "too_deep": "nested deeper",
    "auth": "needs a key that opens",
    "scope": "key may not do that",
    "malformed": r"could not read that request|is not valid JSON|number that JSON can hold",
    "media_type": "do not take this kind of content",
    "object_wanted": "one JSON object",
    "type": "takes one option id|takes a list of option ids",
    "number": "number that JSON can hold",
    "duplicate_key": "is given twice",
    "not_found": "There is nothing here|This result link does not work",
    "method": "does not take that kind of request|Not Implemented",
    "csrf": "can only be pressed in the console itself",
    "hook_url": "whole address on the open|begin with https|leave the port out|closed network|"
    "this installation itself|larger than we take",
    "idem_mismatch": "belongs to another request",
    "idem_format": "This Idempotency-Key cannot be used",
    "csv_empty": "no rows",
    "csv_columns": "columns cannot be used",
    "csv_row": "cells for|is not an option of",
    "pack_empty": "the file is empty",
    "pack_shape": "must be a map|must begin with its key",
    "pack_yaml": "not valid YAML",
    "pack_tag": "tags are not allowed",
    "pack_dup": "is given twice",
    "pack_weight": "must be a whole number|must be text",
    "pack_alias": "anchors, aliases and merge keys",
    "pack_rule": "is not an option|no question|stands at|is missing|is empty|too few entries|"
    "not known|must be a",
}
"""What our answers say in English for each message of the file."""

SLOW = {"csv-016": 5.0, "csv-017": 5.0}
"""Seconds allowed where it is not one: a thousand rows, 5 s by the file."""


@dataclass(frozen=True)
class Served:
    """Where the app is served, what is in its store, and who may ask for it."""

    port: int
    database: Database
    keys: dict[str, str]
    ids: dict[str, str]
    cookie: str

    def rows(self) -> dict[str, int]:
        """How many rows there are of all that is stored of somebody; visits are only counted."""
        with self.database.reading() as connection:
            return {
                table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
                for table in metadata.sorted_tables
                if table.name not in ("counters", "audit")
            }


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The app, with two agencies, served as `recommender serve` serves it."""
    database = sqlite(tmp_path_factory.mktemp("outside"))
    app = console_app(database, **ASKING)
    live_form(database, "teh", "other", **ASKING)
    own, other = desk_of(database), desk_of(database, "teh")
    ids = {"there": send(own, "one").id, "erased": send(own, "two").id}
    ids["elsewhere"] = send(other, "three", slug="teh").id
    own.erase([ids["erased"]], WHEN)
    programs = {"reader": (own, ("read",)), "writer": (own, SCOPES), "other": (other, SCOPES)}
    texts = {who: keys.make(desk, who, may, "-", WHEN)[1] for who, (desk, may) in programs.items()}
    server = create_server(app, host="127.0.0.1", port=0, threads=2, **LIMITS)
    thread = threading.Thread(target=server.run)
    thread.start()
    cookie = signed_in(app).client.get_cookie("console")
    yield Served(int(server.effective_port), database, texts, ids, f"console={cookie.value}")
    server.pull_trigger()
    server.task_dispatcher.shutdown()
    server.asyncore.close_all(server._map)
    thread.join()
    database.close()


@pytest.fixture
def outside(
    served: Served, tmp_path: Path, small_folder: Path, rulebook: Rulebook, loaded_once: None
) -> Outside:
    answers = read(rulebook.questionnaire, json.loads(BASE["json"]))
    valid = code.encode(rulebook.layouts, answers)
    known = served.keys, served.ids, served.cookie
    return Outside(served.port, tmp_path, small_folder, valid, *known)


@pytest.mark.slow
@pytest.mark.parametrize("id_", [id_ for id_ in CASES if id_ not in RECEIVERS])
def test_a_bad_input_gets_its_answer_and_never_a_fault(served: Served, outside: Outside, id_):
    case = CASES[id_]
    instead = CONTRACT_WINS.get(id_) or OTHER_WORDS.get(id_) or Instead("")

    before = served.rows()
    begun = time.process_time()  # of all threads, the server's too; a busy machine is no fault
    answer = SURFACES[case["surface"]](outside, case["send"])
    took = time.process_time() - begun

    assert answer.status in (instead.status or case["expect"]["status"]), answer.text[:500]
    assert took < SLOW.get(id_, 1.0)
    if case["expect"]["stored"] is False and "repeat" not in case["send"]:
        assert served.rows() == before
    message = instead.message or case["expect"].get("message")
    if message and answer.status >= 400:
        assert re.search(SAYS[message], answer.text), answer.text[:2_000]
    assert_says_nothing_inner(answer)
    assert_is_inert(answer)
    assert_no_formula(answer)


def assert_says_nothing_inner(answer: Answer) -> None:
    inner = r'Traceback|File "|site-packages|\.py\b|sqlite|werkzeug|SELECT |object at 0x'
    assert not re.search(inner, answer.text), re.findall(f".*(?:{inner}).*", answer.text)[:3]


def assert_is_inert(answer: Answer) -> None:
    """Nothing that was sent runs, in a page, in a header or in a program that reads the answer."""
    assert "set-cookie" not in answer.headers
    assert "access-control-allow-origin" not in answer.headers
    location = answer.headers.pop("location", "/")
    assert is_own(location)
    assert "evil.example" not in location.partition("?")[0] + str(answer.headers)
    if answer.headers.get("content-type", "").startswith("text/html"):
        tree = LexborHTMLParser(answer.text)
        if answer.status == 303:  # werkzeug's short note on where to go is no page of ours
            assert is_own(tree.css_first("a").attributes["href"])
        else:
            for check in CHECKS:
                check(tree)
            assert not tree.css("[href*='javascript:'], [href*='evil.example']")
        assert not tree.css("img, script:not([src])")
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert "\x1b" not in answer.text


def assert_no_formula(answer: Answer) -> None:
    for row in answer.rows:
        for column in ("id", "problems"):
            assert not re.match(r"[\s\x00]*[=+\-@＝＋－＠]", row[column]), row


def test_every_case_of_the_file_is_sent_or_is_what_an_endpoint_does():
    sent = {id_ for id_ in CASES if id_ not in RECEIVERS}

    assert len(CASES) == len(DATA["cases"]) == 245
    assert {CASES[id_]["surface"] for id_ in sent} == set(SURFACES)
    for table in (RECEIVERS, CONTRACT_WINS, OTHER_WORDS, SLOW):
        assert set(table) <= set(CASES), set(table) - set(CASES)
    assert not {*CONTRACT_WINS, *OTHER_WORDS} & set(RECEIVERS)
    assert {id_ for id_, case in CASES.items() if "receiver" in case["send"]} == set(RECEIVERS)
    for name in RECEIVERS.values():
        assert callable(getattr(test_calling, name, None) or getattr(test_delivery, name, None))
    assert not set(CONTRACT_WINS) & set(OTHER_WORDS)
    messages = {CASES[id_]["expect"].get("message") for id_ in sent - set(CONTRACT_WINS)}
    assert messages - {None} <= {*SAYS, "csv_separator"}


@pytest.mark.slow
def test_a_batch_of_a_thousand_rows_answers_each(outside: Outside):
    answer = csv_batch(outside, CASES["csv-017"]["send"])

    assert [row["status"] for row in answer.rows] == ["done"] * 1_000


def test_a_head_beyond_16_kib_is_refused_by_the_server_itself(outside: Outside):
    assert outside.request("GET", "/", {"X-Long": "x" * 17_000}).status == 431
