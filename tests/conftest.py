"""What all tests share: the shipped rulebook, loaded once, and a reader of its pages."""

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from databases import fresh, postgresql
from flask import Flask
from flask.testing import FlaskClient
from page import Page
from profiles import load_once, shipped_rulebook

from recommender import rulebook as loading
from recommender.engine.rulebook import Rulebook
from recommender.rulebook import shipped
from recommender.rulebook.load import FORMS
from recommender.store import migrations
from recommender.store.database import Database
from recommender.web.app import create_app


@pytest.fixture(scope="session")
def rulebook() -> Rulebook:
    return shipped_rulebook()


@pytest.fixture
def rng() -> random.Random:
    """The same random numbers in every run of a test."""
    return random.Random(20261)


@pytest.fixture
def rules_folder(tmp_path) -> Path:
    """A copy of the shipped rules that a test may spoil."""
    unreleased = shutil.ignore_patterns("released")
    return Path(shutil.copytree(shipped(), tmp_path / "rules", ignore=unreleased))


@pytest.fixture
def small_folder(rules_folder) -> Path:
    """All that a rules folder needs but rules."""
    for path in rules_folder.glob("*.yaml"):
        if path.name not in FORMS:
            path.unlink()
    return rules_folder


@pytest.fixture
def loaded_once(monkeypatch) -> None:
    """Commands of this process share one reading of the shipped rules, to save its time."""
    monkeypatch.setattr(loading, "load", load_once)


@pytest.fixture(scope="session")
def app(rulebook: Rulebook) -> Flask:
    return create_app(rulebook)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


# Not `page`: in tests/browser that is a page of Chromium.
@pytest.fixture
def reader(client: FlaskClient) -> Page:
    return Page(client)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a real PostgreSQL, started when the first test asks for it."""
    with postgresql() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without tables; each test runs on both kinds."""
    sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path}/test.db" if sqlite else request.getfixturevalue("postgres")
    with fresh(url) as database:
        yield database


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Database]:
    """A database for what is the same on every kind."""
    with fresh(f"sqlite:///{tmp_path}/test.db") as database:
        migrations.upgrade(database)
        yield database


@pytest.fixture
def database(empty_database: Database) -> Database:
    """A database with today's tables and nothing in them."""
    migrations.upgrade(empty_database)
    return empty_database
