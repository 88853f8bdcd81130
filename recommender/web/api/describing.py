"""The API's description for programs, and as a page for the people who write them."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask import Blueprint, Response, current_app

from recommender.i18n import words
from recommender.render.document import canonical
from recommender.web.api.description import SCHEMAS, description
from recommender.web.page import language, render
from recommender.web.running import answering

blueprint = Blueprint("describing", __name__)


@blueprint.get("/api/v1/openapi.json")
def openapi() -> Response:
    """The description (OpenAPI 3.1) in the reader's language."""
    return Response(canonical(_description()), mimetype="application/json")


@blueprint.get("/docs")
def page() -> str:
    """The same as a page."""
    made = _description()
    calls = [
        (method.upper(), path, said)
        for path, methods in made["paths"].items()
        for method, said in methods.items()
    ]
    return render(
        "reading/api.html",
        calls=calls,
        schemas=made["components"]["schemas"],
        named=named,
        kind=kind,
    )


def named(content: Mapping[str, Any]) -> str:
    """The name of the schema of a body; empty where it is none of its own."""
    for kind_ in content.get("content", {}).values():
        return str(kind_["schema"].get("$ref", "")).removeprefix(SCHEMAS)
    return ""


def kind(schema: Mapping[str, Any]) -> str:
    """A schema in a few words of its own, such as `array of Listed`."""
    if "$ref" in schema:
        return str(schema["$ref"]).removeprefix(SCHEMAS)
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(map(kind, schema["anyOf"])))
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if "const" in schema:
        return str(schema["const"])
    said = " ".join([str(schema.get("type", "any")), *_bounds(schema)])
    if schema.get("type") == "array":
        inner = kind(schema.get("items", {}))
        return f"{said} of ({inner})" if " " in inner else f"{said} of {inner}"
    return said


def _bounds(schema: Mapping[str, Any]) -> Iterator[str]:
    for least, most in (
        ("minimum", "maximum"),
        ("minLength", "maxLength"),
        ("minItems", "maxItems"),
    ):
        if least in schema or most in schema:
            yield f"{schema.get(least, '')}–{schema.get(most, '')}"
    if "format" in schema:
        yield f"({schema['format']})"


def _description() -> dict[str, Any]:
    return description(current_app, answering().questionnaire, words(language()))
