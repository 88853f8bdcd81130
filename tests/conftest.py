"""What all tests share: the shipped rulebook, loaded once, and a reader of its pages."""

import gc
import random
import shutil
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import CodeType
from typing import Any

import pytest
from databases import fresh, migrated, postgresql
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from jinja2.bccache import Bucket, BytecodeCache
from page import Page
from profiles import load_once, shipped_rulebook
from werkzeug.routing import Rule

from recommender import rulebook as loading
from recommender.engine.rulebook import Rulebook
from recommender.rulebook import shipped
from recommender.rulebook.findings import Findings
from recommender.rulebook.load import FORMS
from recommender.rulebook.yaml_text import parse
from recommender.store.database import Database
from recommender.web.app import create_app

gc.disable()  # until all tests are collected: what is read up to then stays to the end

_built: dict[tuple[object, ...], Callable[..., tuple[str, str]]] = {}


def _compiled_once(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
    """How the address of a route is built: the same in every app, so compiled for the first.

    It is most of the time that an app takes to make, and nearly every test makes its own.
    """
    key = (rule.rule, rule.subdomain, rule.host, str(rule.defaults), append_unknown)
    if key not in _built:
        _built[key] = _compile(rule, append_unknown)
    return _built[key]


class CompiledOnce(BytecodeCache):
    """Templates as the first app that showed them compiled them."""

    def __init__(self) -> None:
        self.codes: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.codes[bucket.key, bucket.checksum] = bucket.code


_shipped = {path.read_bytes() for path in shipped().glob("*.yaml")}
_parsed: dict[bytes, Any] = {}


def _parsed_once(file: str, content: bytes, findings: Findings) -> Any:
    """A file of the shipped rules as it was first parsed; most folders of tests hold the others.

    Parsing is more than half of what reading a folder takes. What comes out is only read.
    """
    if content not in _shipped:
        return parse(file, content, findings)
    if content not in _parsed:
        _parsed[content] = parse(file, content, mistakes := Findings())
        assert not mistakes
    return _parsed[content]


# How long a busy machine takes says nothing of an example.
settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")
Flask.jinja_options = {"bytecode_cache": CompiledOnce()}
_compile = Rule._compile_builder
Rule._compile_builder = _compiled_once  # type: ignore[method-assign]
import_module("recommender.rulebook.load").parse = _parsed_once


def pytest_collection_finish() -> None:
    """Look for garbage among what the tests make, and less often, not in all that is imported.

    It was a fifth of what the tests take.
    """
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    gc.enable()


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


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a database may be; each test runs on both kinds."""
    sqlite = request.param == "sqlite"
    return f"sqlite:///{tmp_path}/test.db" if sqlite else request.getfixturevalue("postgres")


@pytest.fixture
def empty_database(database_url: str) -> Iterator[Database]:
    """A database without tables."""
    with fresh(database_url) as database:
        yield database


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Database]:
    """A database for what is the same on every kind."""
    with migrated(f"sqlite:///{tmp_path}/test.db") as database:
        yield database


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database with today's tables and nothing in them."""
    with migrated(database_url) as database:
        yield database
