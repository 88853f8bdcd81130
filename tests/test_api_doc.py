"""docs/api.md to the letter: every curl line is sent, and what comes back has what is shown."""

import json
import re
import shlex
from pathlib import Path
from string import Template
from urllib.parse import urlsplit

import pytest
from apis import World, key_for, world_of
from werkzeug.test import TestResponse

from recommender.store.database import Database
from recommender.store.keys import SCOPES
from recommender.web.api.agency_models import LISTED, MOST_LISTED
from recommender.web.api.models import MOST_BRIEF, MOST_WHOLE

DOC = (Path(__file__).parent.parent / "docs/api.md").read_text("utf-8")
BLOCKS = re.findall(r"```(sh|json)\n(.*?)```", DOC, re.DOTALL)


CALLS: list[tuple[str, dict | None]] = []
"""Each curl line without its first word, and the answer that is shown for it."""

for kind, text in BLOCKS:
    if kind == "json":
        CALLS[-1] = (CALLS[-1][0], json.loads(text))
    elif "curl " in text:
        CALLS.append((text.partition("curl ")[2], None))


def sent(world: World, line: str) -> TestResponse:
    """What a curl line sends; only what the document uses is known."""
    words, method, headers, data, url = shlex.split(line), "", {}, None, ""
    while words:
        word = words.pop(0)
        if word == "-X":
            method = words.pop(0)
        elif word == "-H":
            name, _, value = words.pop(0).partition(": ")
            headers[name] = value
        elif word == "-d":
            data = words.pop(0)
        else:
            assert not word.startswith("-"), word
            url = word
    parts = urlsplit(url)
    assert parts.hostname == "forms.example"
    method = method or ("POST" if data else "GET")
    path = f"{parts.path}?{parts.query}"
    return world.client.open(path, method=method, headers=headers, data=data)


def assert_has(given: object, shown: object) -> None:
    """Every key that is shown is there, with a value of its kind; constants are themselves."""
    if isinstance(shown, dict):
        assert isinstance(given, dict)
        assert given.keys() >= shown.keys()
        for key, inner in shown.items():
            assert_has(given[key], inner)
    elif isinstance(shown, list):
        assert isinstance(given, list)
        assert len(given) >= len(shown)
        for one, inner in zip(given, shown):
            assert_has(one, inner)
    elif isinstance(shown, str) and not shown.endswith("…"):
        assert given == shown
    else:
        assert given is None or isinstance(given, type(shown)), (given, shown)


@pytest.mark.slow
def test_every_call_of_the_document_does_what_it_says(store: Database) -> None:
    world = world_of(store)
    names = {"HOST": "https://forms.example", "KEY": key_for(world, *SCOPES)[1]}
    names["SUBMISSION"] = world.sent.id
    tried = set()

    for line, shown in CALLS:
        response = sent(world, Template(line).substitute(names))

        assert response.status_code < 300, (line, response.text)
        assert (shown is None) == (response.status_code == 204), line
        assert_has(response.json if shown else None, shown)
        tried.add((response.request.method, template_of(response.request.path)))
        if shown and "secret" in shown:
            names["WEBHOOK"] = response.json["id"]

    described = world.client.get("/api/v1/openapi.json").json["paths"]
    assert tried == {(m.upper(), path) for path, methods in described.items() for m in methods}


def template_of(path: str) -> str:
    return re.sub("/[0-9a-f]{32}", "/{id}", path).replace("/kopi", "/{slug}")


def test_the_limits_of_the_document_are_those_of_the_program(store: Database) -> None:
    calls = world_of(store).app.extensions["recommender"].calls

    assert (calls.most, calls.seconds) == (600, 60)
    assert "600 times a minute" in DOC
    assert f"At most {MOST_BRIEF:,} with `brief=1`, else {MOST_WHOLE}." in DOC
    assert f"{LISTED} at once (`limit`, at most {MOST_LISTED})" in DOC
    assert all(f"| `{scope}` |" in DOC for scope in SCOPES)
