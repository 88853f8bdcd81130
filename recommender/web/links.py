"""What the links lead to that people get from a form or an agency: erasing, invitation, privacy."""

from contextlib import suppress
from dataclasses import replace

from flask import Blueprint, Response, abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from recommender.engine.model import Answers
from recommender.errors import StoreError
from recommender.store import front
from recommender.store.records import Sent, Tombstone
from recommender.web.drafts import begun, decoded, encoded
from recommender.web.embedding import (
    EVERY_STATE,
    LIVE,
    answers_while,
    counted,
    on_its_own,
    signed,
    visited,
)
from recommender.web.lookers import is_looked_at
from recommender.web.page import link, render
from recommender.web.problems import WrongCode, answer
from recommender.web.running import database, running
from recommender.web.send import in_zone, keep_to_the_person

blueprint = Blueprint("links", __name__)
blueprint.after_request(keep_to_the_person)


@blueprint.get("/erase/<token>")
@answers_while(EVERY_STATE)
def ask(token: str) -> str:
    """Ask whether to erase, or say when that was done. Whoever merely opens it changes nothing."""
    found = _behind(token)
    if isinstance(found, Tombstone):
        return render("send/erased.html", when=in_zone(found.erased_at))
    together = len(front.together(database(), found.id))
    when = in_zone(found.created_at)
    return render("send/erase.html", when=when, token=token, together=together)


@blueprint.post("/erase/<token>")
@answers_while(EVERY_STATE)
def erase(token: str) -> AnyResponse:
    """Erase it, or all that was sent with its invitation.

    The token is all that this takes: whoever holds the link may do it.
    """
    _behind(token)
    whole = request.form.get("which") == "all"
    front.erase_by_token(database(), token, running().now(), whole=whole)
    return redirect(link("links.ask", token=token, **on_its_own()), 303)


@blueprint.get("/i/<token>")
@answers_while(LIVE)
def invited(token: str) -> AnyResponse | Response:
    """Lead to the first page, filled in as the invitation says, and carry the invitation on."""
    visit, now = visited(), running().now()
    found = front.invitation(database(), token)
    if found is None or found.form_id != visit.form.id:
        abort(404)
    if found.expires_at <= now:
        return answer(410, "invitation", agency=visit.form.agency_name)
    if request.method == "GET" and not is_looked_at():
        with suppress(StoreError):  # she may answer, whether that is noted or not
            front.opened(database(), found.id, now)
        counted("seen")
    carrying = replace(visit.token, ref=found.ref or visit.token.ref, invitation=found.id)
    filled = encoded(begun(_readable(found.code)))
    return redirect(link("questionnaire.show", a=filled, t=signed(carrying)), 303)


@blueprint.get("/privacy")
@answers_while(EVERY_STATE)
def privacy() -> str:
    """What is stored of whoever sends a result, where, how long, and how it is erased."""
    return render("send/privacy.html", mailing=running().mailing)


def _behind(token: str) -> Sent | Tombstone:
    """What the link of this form belongs to; 404 for all others, whatever is wrong with them."""
    found = front.behind(database(), token)
    if found is None or found.form_id != visited().form.id:
        abort(404)
    return found


def _readable(code: str) -> Answers | None:
    """The answers that an invitation begins with; None if today's questions have no such code."""
    try:
        return decoded(code) if code else None
    except WrongCode:
        return None
