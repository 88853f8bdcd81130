"""Keys for the agency's own programs: owners make them, see their use, and revoke them."""

from flask import Blueprint, abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from recommender.agency.written import written
from recommender.console.filtering import zone_name
from recommender.store import keys
from recommender.store.keys import SCOPES, ApiKey
from recommender.store.retention import zone_of
from recommender.web.console.guard import desk, for_owners, seat
from recommender.web.console.showing import page
from recommender.web.page import link
from recommender.web.running import running

blueprint = Blueprint("keys", __name__)

MOST_NAME = 200


@blueprint.get("/keys")
@for_owners
def index() -> str:
    """The keys, and fields to make one."""
    return _page("", ("read",), {})


@blueprint.post("/keys")
@for_owners
def make() -> tuple[str, int]:
    """Make a key. It is on this page alone: nobody can show it once more."""
    given, chosen = request.form.get("name", "").strip(), request.form.getlist("scope")
    name, scopes = written(given), tuple(one for one in SCOPES if one in chosen)
    wrong = {}
    if not name or len(name) > MOST_NAME:
        wrong["name"] = "keys_bad_name"
    if not scopes or set(chosen) - set(SCOPES):
        wrong[f"scope-{SCOPES[0]}"] = "keys_bad_scope"
    if not wrong:
        try:
            made, text = keys.make(desk(), name or "", scopes, seat().email, running().now())
        except keys.TooMany:
            wrong[""] = "keys_too_many"
        else:
            return page("key_made.html", made=made, text=text), 200
    return _page(given, scopes, wrong), 422


@blueprint.get("/keys/<key>/revoke")
@for_owners
def ask(key: str) -> str:
    """Ask whether to revoke a key."""
    return page("key_revoke.html", key=_key(key))


@blueprint.post("/keys/<key>/revoke")
@for_owners
def revoke(key: str) -> AnyResponse:
    """End a key at once."""
    if not keys.revoke(desk(), _key(key).id, seat().email, running().now()):
        abort(404)
    return redirect(link("console.keys.index", done="revoked"), 303)


def _key(id_: str) -> ApiKey:
    """A key of the agency that opens; 404 for every other."""
    found = [one for one in keys.listed(desk()) if one.id == id_ and not one.revoked_at]
    return found[0] if found else abort(404)


def _page(name: str, chosen: tuple[str, ...], wrong: dict[str, str]) -> str:
    zone = zone_of(zone_name(desk().forms(), ""))
    return page(
        "keys.html",
        keys=keys.listed(desk()),
        clock=lambda when: when.astimezone(zone),
        scopes=SCOPES,
        given=name,
        chosen=chosen,
        wrong=wrong,
        most=keys.MOST_KEYS,
        done=request.args.get("done") == "revoked",
    )
