"""Sign in, sign out, and choose a password."""

from flask import Blueprint, redirect, request, session
from werkzeug.wrappers import Response as AnyResponse

from recommender.agency.written import is_email
from recommender.console import passwords
from recommender.i18n import LANGUAGES
from recommender.store import team
from recommender.store.records import Seat
from recommender.store.team import Wishes
from recommender.web.console.guard import open_to_all, seat, sit_down
from recommender.web.console.showing import page
from recommender.web.page import language, link
from recommender.web.problems import answer
from recommender.web.running import database, running

blueprint = Blueprint("signing", __name__)

MOST_SEATS = 20
"""So many agencies of one address are tried, one that she names first: each costs the time of a
password."""


@blueprint.get("/sign-in")
@open_to_all
def show() -> str:
    """The sign-in page; `?next=` is the page of the console that was asked for."""
    return _page()


@blueprint.post("/sign-in")
@open_to_all
def sign_in() -> AnyResponse | tuple[str, int] | tuple[str, int, dict[str, str]]:
    """Sign in. A wrong address and a wrong password cannot be told from each other."""
    email, password = request.form.get("email", "").strip(), request.form.get("password", "")
    if wait := _wait(email):
        minutes = -(-wait // 60)
        return _page("sign_in_busy", minutes), 429, {"Retry-After": str(wait)}
    named = request.values.get("agency")
    seats = team.seats(database(), email) if is_email(email) else []
    found = sorted(seats, key=lambda one: one.agency_slug != named)[:MOST_SEATS]
    right = [one for one in found if passwords.matches(one.password_hash, password)]
    if not found:
        passwords.matches(None, password)
    chosen = [one for one in right if one.agency_slug == named]
    if not right:
        return _page("sign_in_wrong"), 422
    if len(right) > 1 and not chosen:
        return _page("sign_in_which", agencies=right), 422
    found_seat = (chosen or right)[0]
    sit_down(found_seat, found_seat.session_key)
    team.signed_in(database(), found_seat, language(), running().now())
    return redirect(_next(), 303)


@blueprint.post("/sign-out")
def sign_out() -> AnyResponse:
    """End this session and every other one of the member."""
    team.end_sessions(database(), seat(), running().now())
    lang = session.get("lang")
    session.clear()
    return redirect(link("console.signing.show", lang=lang, out="1"), 303)


@blueprint.get("/password/<token>")
@open_to_all
def choosing(token: str) -> AnyResponse | str:
    """The page to choose a password with a link; a link that is used or over says so."""
    found = team.holder(database(), token, running().now())
    return _password_page(found) if found else answer(404, "pass")


@blueprint.post("/password/<token>")
@open_to_all
def choose(token: str) -> AnyResponse | tuple[str, int]:
    """Set the password, end the link, and sign in."""
    found = team.holder(database(), token, running().now())
    if found is None:
        return answer(404, "pass")
    password = request.form.get("password", "")
    if wrong := _wrong(found, password):
        return _password_page(found, wrong), 422
    kept = passwords.hashed(password)
    if not team.choose_password(database(), token, kept, running().now(), language()):
        return answer(404, "pass")
    for fresh in team.seats(database(), found.email):
        if fresh.member_id == found.member_id:
            sit_down(fresh, fresh.session_key)
    return redirect(link("console.home", chosen="1"), 303)


@blueprint.get("/forgotten")
@open_to_all
def forgotten() -> str:
    """The page to ask for another password; without mail it says who can make a link."""
    return page("forgotten.html")


@blueprint.post("/forgotten")
@open_to_all
def forget() -> str | tuple[str, int] | tuple[str, int, dict[str, str]]:
    """Write down who asks. The answer is the same for everybody, known or not."""
    email, limits = request.form.get("email", "").strip(), running().forgotten
    if not running().mailing:
        return page("forgotten.html")
    if not is_email(email):
        return page("forgotten.html", problem="team_bad_email", email=email), 422
    if wait := limits.wait(email.casefold(), request.remote_addr, running().now()):
        minutes = -(-wait // 60)
        shown = page("forgotten.html", problem="sign_in_busy", minutes=minutes, email=email)
        return shown, 429, {"Retry-After": str(wait)}
    team.forget(database(), email, language(), running().now())
    return page("forgotten.html", asked=email)


@blueprint.get("/account")
def account() -> str:
    """The member's own page: who she is here, and another password."""
    return _account_page()


@blueprint.post("/account")
def change() -> AnyResponse | tuple[str, int] | tuple[str, int, dict[str, str]]:
    """Choose another password; every other session of hers ends."""
    own, password = seat(), request.form.get("password", "")
    if wait := _wait(own.email):
        return _account_page("sign_in_busy", -(-wait // 60)), 429, {"Retry-After": str(wait)}
    if not passwords.matches(own.password_hash, request.form.get("present", "")):
        return _account_page("password_present"), 422
    if wrong := _wrong(own, password):
        return _account_page(wrong), 422
    key = team.change_password(database(), own, passwords.hashed(password), running().now())
    sit_down(own, key)
    return redirect(link("console.signing.account", changed="1"), 303)


@blueprint.post("/account/mail")
def choose_mail() -> AnyResponse:
    """Choose whether mail tells of new submissions, and its language."""
    lang = request.form.get("lang", "")
    wishes = Wishes(request.form.get("told") == "yes", lang if lang in LANGUAGES else language())
    team.wish(database(), seat(), wishes, running().now())
    return redirect(link("console.signing.account", wished="1"), 303)


def _wrong(whose: Seat, password: str) -> str | None:
    local = whose.email.partition("@")[0]
    return passwords.wrong(password, whose.email, local, whose.agency_name, whose.name)


def _wait(email: str) -> int:
    now, tries = running().now(), running().sign_ins
    return tries.wait(email.casefold()[:254], request.remote_addr, now)


def _next() -> str:
    """The page that was asked for, if it is one of the console."""
    wanted = request.args.get("next", "")
    home = link("console.home")
    own = wanted.startswith("/console") and "\\" not in wanted and "//" not in wanted
    return wanted if own else home


def _page(problem: str | None = None, minutes: int = 0, agencies: list[Seat] | None = None) -> str:
    return page(
        "sign_in.html",
        problem=problem,
        minutes=minutes,
        agencies=[(one.agency_slug, one.agency_name) for one in agencies or ()],
        email=request.form.get("email", ""),
        next=request.args.get("next"),
        out=request.args.get("out") == "1",
    )


def _password_page(whose: Seat, problem: str | None = None) -> str:
    return page("password.html", whose=whose, problem=problem, least=passwords.LEAST)


def _account_page(problem: str | None = None, minutes: int = 0) -> str:
    return page(
        "account.html",
        problem=problem,
        minutes=minutes,
        least=passwords.LEAST,
        changed=request.args.get("changed") == "1",
        wished=request.args.get("wished") == "1",
        wishes=team.wishes(database(), seat()),
        languages=LANGUAGES,
    )
