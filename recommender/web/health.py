"""What tells an operator that the app is alive and ready."""

from flask import Blueprint, Response

from recommender.web.running import answering

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def alive() -> Response:
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
def ready() -> Response:
    """Ready once a rulebook is loaded, which it is before the app exists."""
    return Response(f"ok {answering().version}\n", mimetype="text/plain")
