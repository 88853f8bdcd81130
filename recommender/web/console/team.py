"""The team: who belongs to it, who may sign in, and the list of who did what."""

import re
from datetime import datetime

from flask import Blueprint, abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from recommender.agency.written import is_email, written
from recommender.console.filtering import place, placed, zone_name
from recommender.i18n import words
from recommender.store import mails, team
from recommender.store.audit import COMMAND, deeds
from recommender.store.desk import Taken
from recommender.store.records import Deed, Member
from recommender.store.retention import zone_of
from recommender.web.console.guard import desk, for_owners, seat
from recommender.web.console.showing import page
from recommender.web.page import language, link
from recommender.web.running import running

blueprint = Blueprint("team", __name__)

ROLES = ("member", "owner")
MOST_NAME = 200
DONE = ("role", "removed")
_ID = re.compile(r"[0-9a-f]{32}")
DEEDS = 50
"""So many deeds are on one page of the list."""


@blueprint.get("/team")
def index() -> str:
    """The members; for owners also what can be done with each."""
    return _page()


@blueprint.post("/team")
@for_owners
def invite() -> tuple[str, int]:
    """Add a member, and show the link by which she chooses a password."""
    given = {name: request.form.get(name, "").strip() for name in ("name", "email", "role")}
    called, wrong = written(given["name"]), {}
    if not called or len(called) > MOST_NAME:
        wrong["name"] = "team_bad_name"
    if not is_email(given["email"]):
        wrong["email"] = "team_bad_email"
    if given["role"] not in ROLES:
        wrong["role"] = "team_bad_role"
    if not wrong:
        try:
            made = team.add(desk(), given["email"], called or "", given["role"], *_by())
        except Taken:
            wrong["email"] = "team_taken"
        else:
            return _with_link(made), 200
    return _page(given, wrong), 422


@blueprint.post("/team/<member>/link")
@for_owners
def give_link(member: str) -> str:
    """Show a new link by which a member chooses a password; an earlier one ends."""
    return _with_link(_member(member))


@blueprint.post("/team/<member>/role")
@for_owners
def change_role(member: str) -> AnyResponse | tuple[str, int]:
    """Make a member an owner, or an owner a member."""
    found, role = _member(member), request.form.get("role", "")
    if role not in ROLES:
        return _page(wrong={"": "team_bad_role"}), 422
    try:
        team.change_role(desk(), found.email, role, *_by())
    except team.LastOwner:
        return _page(wrong={"": "team_last_owner"}), 409
    return redirect(link("console.team.index", done="role"), 303)


@blueprint.get("/team/<member>/remove")
@for_owners
def ask(member: str) -> str:
    """Ask whether to take a member away."""
    return page("team_remove.html", member=_member(member))


@blueprint.post("/team/<member>/remove")
@for_owners
def remove(member: str) -> AnyResponse | tuple[str, int]:
    """Take a member away; her sessions end."""
    try:
        team.remove(desk(), _member(member).email, *_by())
    except team.LastOwner:
        return _page(wrong={"": "team_last_owner"}), 409
    return redirect(link("console.team.index", done="removed"), 303)


@blueprint.get("/team/done")
@for_owners
def audit() -> str:
    """Who did what, the newest first; `?before=` is where a page begins."""
    before = place(request.args.get("before", ""))
    found = deeds(desk(), DEEDS + 1, before)
    shown, zone = found[:DEEDS], zone_of(zone_name(desk().forms(), ""))
    last = shown[-1] if len(found) > DEEDS else None
    return page(
        "audit.html",
        deeds=[(one, one.at.astimezone(zone), _about(one)) for one in shown],
        command=COMMAND,
        said=_said,
        older=placed((last.at, last.id)) if last else None,
        newest=before is None,
    )


def _about(deed: Deed) -> list[tuple[str, str]]:
    """What a deed was done to, as pairs of a name and a value.

    Of ids, the page can lead to submissions alone, while they are there.
    """
    found = [(name, str(value)) for name, value in deed.about.items() if value not in (None, "")]
    leads = {"submission"} if deed.what != "erased" else set()
    return [(name, value) for name, value in found if name in leads or not _ID.fullmatch(value)]


def _said(what: str) -> str:
    """The words for a deed; one that only a newer version knows keeps its name."""
    try:
        return words(language())(f"deed_{what}")
    except KeyError:
        return what


def _by() -> tuple[str, datetime]:
    return seat().email, running().now()


def _member(id_: str) -> Member:
    """A member of the agency; 404 for everybody else."""
    found = [one for one in team.team(desk()) if one.id == id_]
    return found[0] if found else abort(404)


def _with_link(member: Member) -> str:
    """The page with a member's link, which nobody can show once more."""
    mail = language() if running().mailing else ""
    token = team.pass_for(desk(), member.email, *_by(), mail)
    if token is None:
        abort(404)
    address = request.host_url[:-1] + link("console.signing.choosing", token=token, lang=None)
    return page("team_link.html", member=member, address=address, days=team.PASS_DAYS)


def _page(given: dict[str, str] | None = None, wrong: dict[str, str] | None = None) -> str:
    zone, done = zone_of(zone_name(desk().forms(), "")), request.args.get("done")
    members = team.team(desk())
    return page(
        "team.html",
        members=members,
        clock=lambda when: when.astimezone(zone),
        given=given or {"role": "member"},
        wrong=wrong or {},
        done=done if done in DONE else None,
        roles=ROLES,
        undelivered=mails.given_up(desk()) if seat().role == "owner" else (),
        alone=sum(one.role == "owner" for one in members) == 1,
    )
