"""The pages below `/f/<form>/`: those of the ready-made site under a form, its own and its look.

Only an app with a database imports this.
"""

from typing import Any

from flask import Blueprint, Response, abort, g, request

from recommender.store import front
from recommender.web import links, send, shared
from recommender.web.embedding import EVERY_STATE, answers_while, visited
from recommender.web.running import database, running

OWN = (send, links)
"""The pages that only a form has."""

FOREVER = "public, max-age=31536000, immutable"

blueprint = Blueprint("form", __name__, url_prefix="/f/<slug>")
for _room in (*shared.ROOMS, *OWN):
    blueprint.register_blueprint(_room.blueprint)


@blueprint.url_value_preprocessor
def _take_slug(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Pages under a form take the same values as on the ready-made site."""
    if values:
        g.slug = values.pop("slug")


@blueprint.url_defaults
def _give_slug(endpoint: str, values: dict[str, Any]) -> None:
    values.setdefault("slug", g.get("slug"))


@blueprint.get("/theme.css")
@answers_while(EVERY_STATE)
def theme() -> Response:
    """The look of the form's brand, in the version that the address names, else today's."""
    form = visited().form
    number = request.args.get("v", "").partition(".")[0]
    if number in map(str, range(form.version)):
        form = front.form_at(database(), form.id, int(number)) or form
    return _kept(running().forms.of(form).theme, "text/css")


@blueprint.get("/logo")
@answers_while(EVERY_STATE)
def logo() -> Response:
    """The form's logo."""
    found = front.logo(database(), visited().form.id)
    if found is None:
        abort(404)
    media, content = found
    return _kept(content, media)


def _kept(body: str | bytes, media: str) -> Response:
    response = Response(body, mimetype=media)
    response.headers["Cache-Control"] = FOREVER
    return response
