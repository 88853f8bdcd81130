"""What tells an operator that the app is alive and ready."""

from flask import Blueprint, Response

from recommender.errors import StoreError
from recommender.web.problems import RETRY_AFTER
from recommender.web.running import running

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def alive() -> Response:
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
def ready() -> Response:
    """Ready once the rules are loaded, which they are before the app exists, and the database
    answers and has every table that this program wants."""
    if lacking := _lacking():
        said, again = f"not ready: {lacking}\n", {"Retry-After": str(RETRY_AFTER)}
        return Response(said, 503, again, mimetype="text/plain")
    return Response(f"ok {running().shelf.today.version}\n", mimetype="text/plain")


def _lacking() -> str:
    """What this app lacks to answer; empty if nothing."""
    database = running().database
    if database is None:
        return ""
    from recommender.store import migrations  # it brings SQLAlchemy, as every database does

    try:
        return "migrations" if migrations.is_behind(database) else ""
    except StoreError:
        return "database"
