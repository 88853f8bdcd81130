"""Inputs made up by the hundred, for each way in; `./dev soak inputs` makes a million."""

from random import Random

import pytest
from agencies import live_form
from forms import BOOK
from sends import ASKING

from recommender.store.database import Database
from recommender.web.app import create_app
from tools.soak.inputs import WAYS, World, spoiled, tried

EACH = 30
INPUTS = EACH * len(WAYS)


@pytest.mark.slow
def test_no_input_that_was_made_up_does_harm(store: Database) -> None:
    live_form(store, **ASKING)
    world = World(create_app(BOOK, database=store).test_client(), BOOK)

    found = tried(world, range(INPUTS))

    assert found.harm == []
    assert found.count.total() == INPUTS
    for way in WAYS:
        assert sum(n for (name, _), n in found.count.items() if name == way) == EACH
    for way in ("form", "API", "code", "prefill"):  # not all of it was nonsense, nor all of it good
        assert found.count[way, 2] + found.count[way, 3] > 0
        assert found.count[way, 4] > 0 or way == "prefill"


def test_what_does_harm_is_told_with_its_seed() -> None:
    def breaks(_: World, rng: Random) -> int:
        raise ValueError(spoiled("text", rng))

    before = dict(WAYS)
    try:
        WAYS.clear()
        WAYS["broken"] = breaks
        found = tried(World(None, BOOK, ()), range(3))  # type: ignore[arg-type]
    finally:
        WAYS.clear()
        WAYS.update(before)
    assert [one.split(":")[0] for one in found.harm] == [f"broken, seed {n}" for n in range(3)]
