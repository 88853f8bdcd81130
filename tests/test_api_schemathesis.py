"""The API against its own description: generated calls, valid and not, find no contradiction.

`API_CALLS` is how many are made in all; the long form makes 10,000.
"""

import os
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from agencies import WHEN
from consoles import console_app, desk_of
from desks import invitation, send
from flask import Flask
from forms import BOOK, sqlite
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from profiles import PLAIN

from recommender.agency import sending
from recommender.engine.answers import read
from recommender.store import endpoints, keys
from recommender.web.limits import Window

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of the libraries that it brings, not ours to mend
    import schemathesis
    from schemathesis import GenerationMode
    from schemathesis.specs.openapi import checks

CALLS = int(os.environ.get("API_CALLS", "1000"))

LENIENT = [checks.negative_data_rejection]
"""Answers are read more kindly than they are described: repeated options are dropped."""

STRICTER = [checks.positive_data_acceptance]
"""What an invitation says is judged beyond its form: addresses, letters that nobody sees."""


@dataclass
class World:
    app: Flask
    schema: schemathesis.BaseSchema
    key: str
    known: dict[str, str]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    database = sqlite(tmp_path_factory.mktemp("described"))
    app = console_app(database, contact="after")
    app.extensions["recommender"].calls.most = 10 * CALLS + 1000
    desk = desk_of(database)
    sent = send(desk, "k", made=sending.made(BOOK, read(BOOK.questionnaire, PLAIN)))
    invitation(desk)
    hook = endpoints.add(desk, "https://crm.example/hook", "whsec_c2VjcmV0", "-", WHEN)
    _, key = keys.make(desk, "crm", keys.SCOPES, "-", WHEN)
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    known = {"submissions": sent.id, "webhooks": hook.id, "forms": "kopi"}
    yield World(app, schema, key, known)
    database.close()


OPERATIONS = 16


@pytest.mark.slow
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("authorised", [True, False], ids=["with a key", "without a key"])
def test_no_generated_call_contradicts_the_description(world: World, mode, authorised) -> None:
    found = [result.ok() for result in world.schema.get_all_operations()]
    headers = {"Authorization": f"Bearer {world.key}"} if authorised else {}
    made = 0

    for operation in found:
        if mode is GenerationMode.NEGATIVE and not (operation.query or operation.body or operation.path_parameters or operation.headers):
            continue

        @settings(
            max_examples=max(1, CALLS // (4 * len(found))),
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode, headers=headers), real=st.booleans())
        def call(case, real) -> None:
            nonlocal made
            made += 1
            kind = case.path.split("/")[3]
            if real and case.path_parameters and kind in world.known:
                name = next(iter(case.path_parameters))
                case.path_parameters[name] = world.known[kind]
            case.call_and_validate()

        try:
            call()
        except BaseException as e:
            print("=====", operation.label, mode, authorised); print(str(e)[:1500]); 
            for x in getattr(e,'exceptions',[]): print(type(x), str(x)[:600])
    print(made)
