"""The description of the API: a valid OpenAPI document, in both languages, and a page."""

import json

import pytest
from apis import world_of
from flask import Flask
from jsonschema import Draft202012Validator
from page import Page

from recommender.engine.rulebook import Rulebook
from recommender.i18n import LANGUAGES, words
from recommender.store.database import Database
from recommender.web.app import create_app

AGENCY = ("/api/v1/forms", "/api/v1/invitations", "/api/v1/submissions", "/api/v1/webhooks")


@pytest.fixture
def app(store: Database) -> Flask:
    return world_of(store).app


@pytest.fixture
def described(app: Flask) -> dict:
    return app.test_client().get("/api/v1/openapi.json").json


def references(value) -> set[str]:
    if isinstance(value, dict):
        own = {value["$ref"]} if "$ref" in value else set()
        return own.union(*map(references, value.values()))
    return set().union(*map(references, value)) if isinstance(value, list) else set()


@pytest.mark.slow
def test_every_route_below_the_api_is_described(app: Flask, described) -> None:
    routes = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/") and rule.rule != "/api/v1/openapi.json"
    }

    assert len(described["paths"]) == len(routes) == 12
    assert described["openapi"] == "3.1.0"


@pytest.mark.slow
def test_every_schema_is_valid_and_every_reference_leads_to_one(described) -> None:
    schemas = described["components"]["schemas"]
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)
    assert {f"#/components/schemas/{name}" for name in schemas} >= references(described)
    assert "x-schema" not in json.dumps(described)


@pytest.mark.slow
def test_every_call_says_what_it_gives_and_how_it_refuses(described) -> None:
    for path, methods in described["paths"].items():
        for said in methods.values():
            statuses = set(said["responses"])
            assert {one for one in statuses if one < "400"}, path
            assert "400" in statuses
            if {"key": []} in said["security"]:
                assert {"401", "403", "429", "503"} <= statuses
            if "{" in path:
                assert "404" in statuses
            headers = [one["name"] for one in said["parameters"] if one["in"] == "header"]
            assert headers == (["Idempotency-Key"] if "409" in statuses else [])
    stored = {p for p, m in described["paths"].items() if "409" in str(m.get("post", {}))}
    assert stored == {"/api/v1/invitations", "/api/v1/webhooks", "/api/v1/webhooks/{id}/test"}


def test_an_app_without_agencies_describes_what_it_has(rulebook: Rulebook) -> None:
    paths = create_app(rulebook).test_client().get("/api/v1/openapi.json").json["paths"]

    assert "/api/v1/recommendations" in paths
    assert not [path for path in paths if path.startswith(AGENCY)]


def test_the_answers_that_are_described_are_those_of_the_questionnaire(described, rulebook) -> None:
    answers = described["components"]["schemas"]["Answers"]

    valid = Draft202012Validator(answers).is_valid
    example = dict(rulebook.example.answers)
    example = {key: list(v) if isinstance(v, tuple) else v for key, v in example.items()}
    assert valid(example)
    assert not valid(example | {"pase": "daily"})
    assert not valid(example | {"pace": "dayly"})
    assert not valid({"pace": "daily"})
    assert answers["properties"].keys() == rulebook.questionnaire.questions.keys()


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_page_shows_every_call_and_schema(app: Flask, lang: str) -> None:
    described = app.test_client().get(f"/api/v1/openapi.json?lang={lang}").json

    shown = Page(app.test_client(), lang).get(f"/docs?lang={lang}")

    assert shown.h1 == words(lang)("api_title")
    for path, methods in described["paths"].items():
        for method, said in methods.items():
            address = path.replace("{", "<").replace("}", ">")
            assert f"{method.upper()} {address}" in shown.texts("h3")
            assert said["summary"] in shown.text
    for name in described["components"]["schemas"]:
        assert shown.one(f"#{name}")
    assert shown.links("a[href*='openapi.json']")
