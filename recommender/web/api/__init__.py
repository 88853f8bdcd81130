"""The API below /api/v1: what it does for everybody. What it does for agencies' programs is in
`agency_calls` and `hook_calls`, which only an app with a database has."""

from flask import Blueprint

from recommender.web.api import describing, open_calls

blueprint = Blueprint("api", __name__)
for _room in (open_calls, describing):
    blueprint.register_blueprint(_room.blueprint)
