"""Bad and borderline inputs from outside: each gets its answer, none a fault."""

import json
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from agencies import WHEN, live_form
from forms import sqlite
from outside import BASE, DATA, SURFACES, Answer, Outside, csv_batch
from page import CHECKS, is_own
from selectolax.lexbor import LexborHTMLParser
from sends import ASKING
from waitress.server import create_server

from recommender.engine import code
from recommender.engine.answers import read
from recommender.engine.rulebook import Rulebook
from recommender.store import keys
from recommender.store.desk import Desk
from recommender.web.app import create_app
from recommender.web.serve import LIMITS

CASES = {case["id"]: case for case in DATA["cases"]}

LATER = {
    **dict.fromkeys(("form-050", "form-051", "form-052"), "no console yet"),
    **dict.fromkeys(
        ("json-047", "json-048", "json-049", "json-050", "json-051"),
        "recommendations store nothing; sent to what does in test_api_replies",
    ),
    "url-009": "a code holds answers and belongs to nobody; erase links: test_web_links",
    "url-011": "a code is not stored, so it cannot be deleted; erase links: test_web_links",
    **dict.fromkeys(
        ("url-023", "url-024", "url-025", "url-026", "url-027", "url-036"), "no console yet"
    ),
    **dict.fromkeys(
        (id_ for id_, case in CASES.items() if case["surface"] == "webhook_url"),
        "these are no requests to us: test_calling",
    ),
}
"""Cases that are not sent, because what they are for is not built yet."""


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


@pytest.fixture(scope="module")
def served(
    rulebook: Rulebook, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[int, str]]:
    """Where the app, with two agencies' forms, is served as `recommender serve` serves it, and
    a key of the first agency that may only read."""
    database = sqlite(tmp_path_factory.mktemp("outside"))
    desk = Desk(database, live_form(database, **ASKING).agency_id)
    live_form(database, "teh", "other", **ASKING)
    server = create_server(
        create_app(rulebook, database=database),
        host="127.0.0.1",
        port=0,
        threads=2,
        **LIMITS,
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    yield int(server.effective_port), keys.make(desk, "reader", ("read",), "-", WHEN)[1]
    server.pull_trigger()
    server.task_dispatcher.shutdown()
    server.asyncore.close_all(server._map)
    thread.join()
    database.close()


@pytest.fixture
def outside(
    served: tuple[int, str], tmp_path: Path, rules_folder: Path, rulebook: Rulebook
) -> Outside:
    answers = read(rulebook.questionnaire, json.loads(BASE["json"]))
    port, reader = served
    return Outside(port, tmp_path, rules_folder, code.encode(rulebook.layouts, answers), reader)


@pytest.mark.parametrize("id_", [id_ for id_ in CASES if id_ not in LATER])
def test_a_bad_input_gets_its_answer_and_never_a_fault(outside: Outside, id_):
    case = CASES[id_]
    instead = CONTRACT_WINS.get(id_) or OTHER_WORDS.get(id_) or Instead("")

    begun = time.process_time()  # of all threads, the server's too; a busy machine is no fault
    answer = SURFACES[case["surface"]](outside, case["send"])
    took = time.process_time() - begun

    assert answer.status in (instead.status or case["expect"]["status"]), answer.text[:500]
    assert took < SLOW.get(id_, 1.0)
    message = instead.message or case["expect"].get("message")
    if message and answer.status >= 400:
        assert re.search(SAYS[message], answer.text), answer.text[:2_000]
    assert_says_nothing_inner(answer)
    assert_is_inert(answer)
    assert_no_formula(answer)


def assert_says_nothing_inner(answer: Answer) -> None:
    inner = r'Traceback|File "|site-packages|/work/|\.py\b|sqlite|werkzeug|SELECT |object at 0x'
    assert not re.search(inner, answer.text), re.findall(f".*(?:{inner}).*", answer.text)[:3]


def assert_is_inert(answer: Answer) -> None:
    """Nothing that was sent runs, in a page, in a header or in a program that reads the answer."""
    assert "set-cookie" not in answer.headers
    assert "access-control-allow-origin" not in answer.headers
    assert is_own(answer.headers.get("location", "/"))
    assert "evil.example" not in str(answer.headers)
    if answer.headers.get("content-type", "").startswith("text/html"):
        tree = LexborHTMLParser(answer.text)
        for check in CHECKS:
            if answer.status != 303:  # werkzeug's short note on where to go is no page of ours
                check(tree)
        assert not tree.css("img, script:not([src]), [href*='javascript:'], [href*='evil.example']")
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert "\x1b" not in answer.text


def assert_no_formula(answer: Answer) -> None:
    for row in answer.rows:
        for column in ("id", "problems"):
            assert not re.match(r"[\s\x00]*[=+\-@＝＋－＠]", row[column]), row


def test_every_case_of_the_file_is_sent_or_named_with_the_reason_why_not():
    sent = {id_ for id_ in CASES if id_ not in LATER}

    assert len(CASES) == len(DATA["cases"]) == 245
    assert {CASES[id_]["surface"] for id_ in sent} == set(SURFACES)
    for table in (LATER, CONTRACT_WINS, OTHER_WORDS, SLOW):
        assert set(table) <= set(CASES), set(table) - set(CASES)
    assert not {*CONTRACT_WINS, *OTHER_WORDS} & set(LATER)
    assert not set(CONTRACT_WINS) & set(OTHER_WORDS)
    messages = {CASES[id_]["expect"].get("message") for id_ in sent - set(CONTRACT_WINS)}
    assert messages - {None} <= {*SAYS, "csv_separator"}


def test_a_batch_of_a_thousand_rows_answers_each(outside: Outside):
    answer = csv_batch(outside, CASES["csv-017"]["send"])

    assert [row["status"] for row in answer.rows] == ["done"] * 1_000


def test_a_head_beyond_16_kib_is_refused_by_the_server_itself(outside: Outside):
    assert outside.request("GET", "/", {"X-Long": "x" * 17_000}).status == 431
