"""Webhooks: the endpoints that hear of submissions, and the log of what they were told."""

from datetime import UTC, datetime, tzinfo

from flask import Blueprint, abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from recommender.console.filtering import place, placed, zone_name
from recommender.delivery.addresses import Allowed, refused
from recommender.delivery.message import new_secret
from recommender.i18n import words
from recommender.store import endpoints
from recommender.store.records import Attempt, Endpoint
from recommender.store.retention import zone_of
from recommender.web.console.guard import desk, for_owners, seat
from recommender.web.console.opening import checked
from recommender.web.console.showing import page
from recommender.web.page import language, link
from recommender.web.running import running

blueprint = Blueprint("hooks", __name__)

DELIVERIES = 50
"""So many are on one page of the log."""

DONE = {
    "on": "hooks_done_on",
    "off": "hooks_done_off",
    "removed": "hooks_done_removed",
    "test": "hooks_done_test",
    "again": "hooks_done_again",
    "nothing": "hooks_done_nothing",
}
OFF = {"hand": "hooks_off_hand", "gone": "hooks_off_gone", "failing": "hooks_off_failing"}
EVENTS = {
    "submission.created": "hooks_event_created",
    "submission.erased": "hooks_event_erased",
    endpoints.TEST: "hooks_event_test",
}
STATES = {"waiting": "hooks_waits", "done": "hooks_heard", "given_up": "hooks_given_up"}
"""Keys of words: for what was done, why an endpoint is off, events, and states of deliveries."""


@blueprint.get("/hooks")
@for_owners
def index() -> str:
    """The endpoints, how each is doing, and a field to add one."""
    return _page()


@blueprint.post("/hooks")
@for_owners
def add() -> tuple[str, int]:
    """Add an endpoint, and show its secret, which nobody can show once more."""
    url = request.form.get("url", "").strip()
    allowed = Allowed(running().hooks_anywhere)
    if wrong := refused(url, allowed, own_host=request.host):
        return _page(url, wrong), 422
    secret = new_secret()
    try:
        made = endpoints.add(desk(), url, secret, *_by())
    except endpoints.TooMany:
        return _page(url, "hook_many"), 422
    return page("hooks_secret.html", hook=made, secret=secret, until=None), 200


@blueprint.get("/hooks/<hook>")
@for_owners
def show(hook: str) -> str:
    """One endpoint and its log, the newest first; `?before=` is where a page of it begins."""
    return _page_of(_hook(hook))


@blueprint.post("/hooks/<hook>/secret")
@for_owners
def rotate(hook: str) -> str:
    """Give an endpoint another secret and show it; for a day the old one signs beside it."""
    found, secret = _hook(hook), new_secret()
    endpoints.rotate(desk(), found.id, secret, *_by())
    until = (running().now() + endpoints.OVERLAP).astimezone(_zone())
    return page("hooks_secret.html", hook=found, secret=secret, until=until)


@blueprint.post("/hooks/<hook>/switch")
@for_owners
def switch(hook: str) -> AnyResponse:
    """Switch an endpoint on (`on=1`) or off."""
    on = request.form.get("on") == "1"
    by, now = _by()
    endpoints.switch(desk(), _hook(hook).id, on=on, by=by, now=now)
    return _back(hook, "on" if on else "off")


@blueprint.get("/hooks/<hook>/remove")
@for_owners
def ask(hook: str) -> str:
    """Ask whether to take an endpoint away."""
    return page("hooks_remove.html", hook=_hook(hook))


@blueprint.post("/hooks/<hook>/remove")
@for_owners
def remove(hook: str) -> AnyResponse:
    """Take an endpoint away, with what waits for it and its log."""
    endpoints.remove(desk(), _hook(hook).id, *_by())
    return redirect(link("console.hooks.index", done="removed"), 303)


@blueprint.post("/hooks/<hook>/test")
@for_owners
def try_out(hook: str) -> AnyResponse:
    """Let an endpoint hear a test event."""
    endpoints.try_out(desk(), _hook(hook).id, *_by())
    return _back(hook, "test")


@blueprint.post("/hooks/<hook>/again")
@for_owners
def replay_since(hook: str) -> AnyResponse | tuple[str, int]:
    """Let an endpoint hear once more of all that happened since a moment (`since`)."""
    found, raw = _hook(hook), request.form.get("since", "")
    since = _moment(raw, _zone())
    if since is None:
        return _page_of(found, since=raw, wrong="hooks_wrong_moment"), 422
    count = endpoints.replay_since(desk(), found.id, since, *_by())
    return _back(hook, "again" if count else "nothing")


@blueprint.post("/hooks/<hook>/again/<delivery>")
@for_owners
def replay(hook: str, delivery: str) -> AnyResponse:
    """Let an endpoint hear of one event once more."""
    checked(delivery)
    if not endpoints.replay(desk(), _hook(hook).id, delivery, *_by()):
        abort(404)
    return _back(hook, "again")


def _by() -> tuple[str, datetime]:
    return seat().email, running().now()


def _hook(id_: str) -> Endpoint:
    """An endpoint of the agency; 404 for everybody else."""
    found = [one for one in endpoints.listed(desk()) if one.id == id_]
    return found[0] if found else abort(404)


def _back(hook: str, done: str) -> AnyResponse:
    return redirect(link("console.hooks.show", hook=hook, done=done), 303)


def _zone() -> tzinfo:
    return zone_of(zone_name(desk().forms(), ""))


def _moment(raw: str, zone: tzinfo) -> datetime | None:
    """The moment that a browser's field for one names, by the clock of a zone."""
    try:
        found = datetime.fromisoformat(raw)
        known = found.tzinfo is None and 1970 <= found.year <= 9000
        return found.replace(tzinfo=zone).astimezone(UTC) if known else None
    except ValueError:
        return None


def _state(hook: Endpoint) -> str:
    """The key of how an endpoint is doing."""
    if hook.state == "off":
        return OFF.get(hook.why or "", "hooks_off_hand")
    return "hooks_failing" if hook.failing_since else "hooks_on"


def _went(attempt: Attempt) -> str:
    """How a try went, in words."""
    t = words(language())
    if attempt.status is not None:
        return t("hooks_answered", status=attempt.status)
    return t(attempt.error or "hook_away")


def _took(attempt: Attempt) -> str:
    """Seconds as they are written."""
    said = f"{attempt.seconds:.1f}"
    return said if language() == "en" else said.replace(".", ",")


def _page(url: str = "", wrong: str | None = None) -> str:
    zone = _zone()
    return page(
        "hooks.html",
        hooks=endpoints.listed(desk()),
        waiting=endpoints.waiting(desk()),
        state=_state,
        clock=lambda when: when.astimezone(zone),
        url=url,
        wrong=wrong,
        done=DONE.get(request.args.get("done", "")),
    )


def _page_of(hook: Endpoint, since: str = "", wrong: str | None = None) -> str:
    before, zone = place(request.args.get("before", "")), _zone()
    found = endpoints.log(desk(), hook.id, DELIVERIES + 1, before)
    shown = found[:DELIVERIES]
    last = shown[-1] if len(found) > DELIVERIES else None
    return page(
        "hooks_one.html",
        hook=hook,
        state=_state(hook),
        waiting=endpoints.waiting(desk()).get(hook.id, 0),
        log=shown,
        events=EVENTS,
        states=STATES,
        tries=endpoints.tries(desk(), [one.id for one in shown]),
        went=_went,
        took=_took,
        clock=lambda when: when.astimezone(zone),
        now=running().now(),
        zone=zone_name(desk().forms(), ""),
        older=placed((last.created_at, last.id)) if last else None,
        newest=before is None,
        since=since,
        wrong=wrong,
        done=DONE.get(request.args.get("done", "")),
    )
