"""The description of the API, made of its routes, their operations and the models (OpenAPI 3.1)."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from flask import Flask
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from werkzeug.routing import Rule

from recommender import render
from recommender.engine.model import Question, Questionnaire
from recommender.i18n import Words
from recommender.web.api.models import Brief, ProblemDocument
from recommender.web.api.operations import JSON, Operation

SCHEMAS = "#/components/schemas/"
METHODS = ("GET", "POST", "DELETE")
RECOMMENDATION = Path(render.__file__).parent / "recommendation.schema.json"
REFUSALS = {
    400: "400",
    401: "key",
    403: "scope",
    404: "404",
    409: "in_flight",
    413: "413",
    415: "415",
    422: "request",
    429: "calls",
    503: "503",
}
"""The statuses of refusals, and under which name the words say what they are."""
EXPLAINED = ("brief", "form", "after", "limit", "since", "until", "tests")
"""Parameters of addresses that the words explain."""

Schema = dict[str, Any]


def operations(app: Flask) -> Iterator[tuple[str, str, str, Operation]]:
    """Path, method, name and operation of every route of the API, by path."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda one: one.rule):
        view = app.view_functions[rule.endpoint]
        found = getattr(view, "operation", None)
        if found is not None:
            for method in METHODS:
                if method in (rule.methods or ()):
                    yield _path(rule), method, view.__name__, found


def description(app: Flask, asked: Questionnaire, t: Words) -> Schema:
    """The whole API of an app with this questionnaire, in the language of the words."""
    routes = list(operations(app))
    paths: dict[str, Schema] = {}
    for path, method, name, made in routes:
        paths.setdefault(path, {})[method.lower()] = _operation(path, name, made, t)
    return {
        "openapi": "3.1.0",
        "info": {"title": t("api_title"), "version": "1", "description": t("api_lead")},
        "servers": [{"url": app.config["APPLICATION_ROOT"]}],
        "paths": paths,
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "schemas": _schemas([made for *_, made in routes], asked),
        },
    }


def answers_schema(asked: Questionnaire) -> Schema:
    """An answers object: a value, or a list, for each question; null is unknown."""
    questions = asked.questions.values()
    return {
        "type": "object",
        "properties": {question.id: _value(question) for question in questions},
        "required": [question.id for question in questions if question.required],
        "additionalProperties": False,
    }


def _value(question: Question) -> Schema:
    one = {"enum": list(question.options)}
    value: Schema = {"type": "array", "items": one} if question.many else {"type": "string", **one}
    if question.many and question.most:
        value["maxItems"] = question.most
    if question.many and question.required:
        value["minItems"] = 1
    return value if question.required else {"anyOf": [value, {"type": "null"}]}


def _operation(path: str, name: str, made: Operation, t: Words) -> Schema:
    said: Schema = {
        "operationId": name,
        "summary": t(f"does_{name}"),
        "parameters": [*_in_path(path), *_in_query(made, t), *_headers(made)],
        "responses": {str(made.status): _success(made, t), **_refusals(made, t)},
        "security": [*([{}] if made.open_to_all else []), *([{"key": []}] if made.scope else [])],
    }
    if made.open_to_all:
        said["description"] = t("api_open" if made.scope else "api_open_plain")
    else:
        said["description"] = t("api_scope", scope=made.scope)
    if made.body:
        said["requestBody"] = {"required": True, "content": {JSON: {"schema": _ref(made.body)}}}
    return said


def _success(made: Operation, t: Words) -> Schema:
    said: Schema = {"description": t("api_success")}
    if made.gives:
        said["content"] = {JSON: {"schema": _ref(made.gives)}}
    return said


def _refusals(made: Operation, t: Words) -> Schema:
    problem = {"application/problem+json": {"schema": _ref(ProblemDocument)}}
    statuses = {400, 413, *made.also}
    statuses |= {415, 422} if made.body else set()
    statuses |= {422} if made.query else set()
    statuses |= {401, 403, 429, 503} if made.scope else set()
    statuses |= {409, 422} if made.stores else set()
    return {
        str(status): {"description": t(f"error_{REFUSALS[status]}_title"), "content": problem}
        for status in sorted(statuses)
    }


def _in_path(path: str) -> list[Schema]:
    names = re.findall(r"{(\w+)}", path)
    return [
        {"name": one, "in": "path", "required": True, "schema": {"type": "string"}} for one in names
    ]


def _in_query(made: Operation, t: Words) -> list[Schema]:
    fields = made.query.model_json_schema()["properties"] if made.query else {}
    said = []
    for name, schema in fields.items():
        one = {"name": name, "in": "query", "schema": _plain(schema)}
        said.append(one | ({"description": t(f"field_{name}")} if name in EXPLAINED else {}))
    return said


def _headers(made: Operation) -> list[Schema]:
    if not made.stores:
        return []
    schema = {"type": "string", "pattern": "^[!-~]{1,200}$"}
    return [{"name": "Idempotency-Key", "in": "header", "schema": schema}]


def _plain(schema: Mapping[str, Any]) -> Schema:
    """A field of an address: it is there or not, never null."""
    found = dict(schema)
    for choice in found.pop("anyOf", ()):
        if choice != {"type": "null"}:
            found |= choice
    return {k: v for k, v in found.items() if k != "title" and v is not None}


def _schemas(made: list[Operation], asked: Questionnaire) -> Schema:
    models = [(one.gives, "serialization") for one in made if isinstance(one.gives, type)]
    models += [(one.body, "validation") for one in made if isinstance(one.body, type)]
    models += [(ProblemDocument, "serialization"), (Brief, "serialization")]
    unique = list(dict.fromkeys(models))
    _, found = models_json_schema(unique, ref_template=SCHEMAS + "{model}")  # type: ignore[arg-type]
    schemas: Schema = {name: _bare(schema) for name, schema in found["$defs"].items()}
    document = json.loads(RECOMMENDATION.read_text("utf-8"))
    schemas["Recommendation"] = {k: v for k, v in document.items() if k != "$schema"}
    schemas["AnyRecommendation"] = {"anyOf": [_ref("Recommendation"), _ref("Brief")]}
    schemas["Answers"] = answers_schema(asked)
    return dict(sorted(schemas.items()))


def _bare(schema: Any) -> Any:
    """A schema without pydantic's titles and our docstrings, which are for programmers here."""
    if isinstance(schema, list):
        return [_bare(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "x-schema" in schema:
        return _ref(schema["x-schema"])
    kept = {k: v for k, v in schema.items() if k not in ("title", "description")}
    if isinstance(properties := schema.get("properties"), dict):
        kept["properties"] = {name: _bare(one) for name, one in properties.items()}
    return {k: v if k == "properties" else _bare(v) for k, v in kept.items()}


def _ref(model: type[BaseModel] | str) -> Schema:
    return {"$ref": SCHEMAS + (model if isinstance(model, str) else model.__name__)}


def _path(rule: Rule) -> str:
    return re.sub(r"<(?:\w+:)?(\w+?)_?>", r"{\1}", rule.rule)
