"""The API against its own description: generated calls, valid and not, find no contradiction.

`API_CALLS` is how many are made in all; the long form makes 10,000.
"""

import os
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

import pytest
from agencies import WHEN
from consoles import console_app, desk_of
from desks import invitation, send
from flask import Flask
from forms import BOOK, sqlite
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from profiles import PLAIN

from recommender.agency import sending
from recommender.engine.answers import read
from recommender.store import endpoints, keys
from recommender.store.database import new_id

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of the libraries that it brings, not ours to mend
    import schemathesis
    from schemathesis import GenerationMode
    from schemathesis.specs.openapi import checks

CALLS = int(os.environ.get("API_CALLS", "1000"))

NOT_IN_THE_FORM = {
    "POST /api/v1/recommendations": checks.negative_data_rejection,
    "POST /api/v1/invitations": checks.positive_data_acceptance,
    "POST /api/v1/webhooks": checks.positive_data_acceptance,
}
"""Where a schema cannot say all: repeated options are dropped before they are counted, letters that
nobody sees are no name, and an endpoint must be https. Every other check holds there too."""


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
    app.extensions["recommender"].calls.most = 10 * CALLS
    desk = desk_of(database)
    made = sending.made(BOOK, read(BOOK.questionnaire, PLAIN))
    sent, erased = (send(desk, key, made=made).id for key in ("stays", "goes"))
    hook, removed = (endpoints.add(desk, "https://a.example", "", "-", WHEN).id for _ in range(2))
    invitation(desk)
    _, key = keys.make(desk, "crm", keys.SCOPES, "-", WHEN)
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    known = {
        "GET /api/v1/forms/{slug}": "kopi",
        "GET /api/v1/submissions/{id}": sent,
        "DELETE /api/v1/submissions/{id}": erased,
        "POST /api/v1/webhooks/{id}/test": hook,
        "DELETE /api/v1/webhooks/{id}": removed,
    }
    yield World(app, schema, key, known)
    database.close()


@pytest.mark.slow
def test_no_generated_call_contradicts_the_description(world: World) -> None:
    made: Counter[int] = Counter()
    for result in world.schema.get_all_operations():
        for mode in GenerationMode:
            for authorised, share in ((True, 26), (False, 80)):
                with suppress(Unsatisfiable):  # nothing that could be sent is wrong
                    calls(world, result.ok(), mode, authorised, CALLS // share, made)

    print(f"{made.total():,} calls")
    assert made.total() >= CALLS
    assert {200, 201, 202, 204, 401, 404, 422} <= set(made)


def calls(
    world: World,
    operation: schemathesis.schemas.APIOperation,
    mode: GenerationMode,
    authorised: bool,
    most: int,
    made: Counter[int],
) -> None:
    """Make calls of one kind; `made` counts them by status."""
    headers = {"Authorization": f"Bearer {world.key}"} if authorised else {}
    excluded = [NOT_IN_THE_FORM[operation.label]] if operation.label in NOT_IN_THE_FORM else []

    @settings(
        max_examples=most,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(
        case=operation.as_strategy(generation_mode=mode, headers=headers),
        real=st.booleans(),
    )
    def call(case: schemathesis.Case, real: bool) -> None:
        if mode is GenerationMode.POSITIVE:
            make_good(case, world.known if real else {})
        response = case.call_and_validate(headers=headers, excluded_checks=excluded)
        made[response.status_code] += 1

    call()


def make_good(case: schemathesis.Case, known: Mapping[str, str]) -> None:
    """What no schema can say of a call that may be done: what there is, and how much at once."""
    label = case.operation.label
    for name in case.path_parameters or {}:
        case.path_parameters[name] = known.get(label, case.path_parameters[name])
    if "Idempotency-Key" in (case.headers or {}):
        case.headers["Idempotency-Key"] = new_id()
    if case.query:
        case.query.pop("after", None)
    if case.path.endswith("/bulk"):
        case.query = {"brief": "1"}
    if label == "POST /api/v1/invitations" and isinstance(case.body, dict) and known:
        case.body["form"] = "kopi"
