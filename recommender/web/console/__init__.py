"""The agency's console, below `/console`. Only an app with a database imports this."""

from flask import Blueprint, Flask, redirect
from werkzeug.wrappers import Response

from recommender.web.console import (
    comparing,
    exporting,
    forms,
    guard,
    hooks,
    keys,
    practice,
    signing,
    submission,
    submissions,
    team,
)
from recommender.web.page import link

ROOMS = (signing, submission, comparing, submissions, practice, exporting, forms, team, hooks, keys)
"""The pages of the console, a blueprint each."""

blueprint = Blueprint("console", __name__, url_prefix="/console")
blueprint.before_request(guard.enter)
for _room in ROOMS:
    blueprint.register_blueprint(_room.blueprint)


@blueprint.get("/")
def home() -> Response:
    """Where a member begins: at what came in."""
    return redirect(link("console.submissions.index"), 303)


def register(app: Flask, secret: str) -> None:
    """Let members sign in to this app; `secret` signs their sessions."""
    guard.keep_sessions(app, secret)
    app.register_blueprint(blueprint)
