"""What all tests share: the shipped rulebook, loaded once."""

import pytest

from recommender.engine.rulebook import Rulebook
from recommender.rulebook import load, shipped


@pytest.fixture(scope="session")
def rulebook() -> Rulebook:
    return load(shipped())
