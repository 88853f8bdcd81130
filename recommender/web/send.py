"""Sending a result to the agency whose form it is, and the receipt that a person gets for it.

What makes a press of "send" the same as an earlier one is worked out of what is sent and of the
visit (`agency.sending.key_of`): a repeated press leads to the same receipt, and what somebody
corrected and sent once more is stored as well.
"""

from collections.abc import Mapping
from dataclasses import asdict, astuple, dataclass, replace
from typing import Any

from flask import Blueprint, Response, abort, redirect, request
from itsdangerous import BadData, URLSafeSerializer
from werkzeug.wrappers import Response as AnyResponse

from recommender.agency import sending
from recommender.engine.model import Answers
from recommender.errors import Problem, StoreError
from recommender.store import front
from recommender.store.records import Meant, Sending, Tombstone
from recommender.store.retention import zone_of
from recommender.store.storing import Unknown
from recommender.web.drafts import asked_for, carried, decoded, encoded
from recommender.web.embedding import (
    EVERY_STATE,
    LIVE,
    answers_while,
    counted,
    counting_day,
    on_its_own,
    visited,
)
from recommender.web.page import language, link, render
from recommender.web.problems import RETRY_AFTER, WrongCode, answer
from recommender.web.questionnaire import first_missing
from recommender.web.running import answering, database, running
from recommender.web.security import FORM_TYPES
from recommender.web.signer import signer

LEAST_SECONDS = 2
"""Nobody gets through a form in less; programs do."""

TRAP = "subject"
"""A field that no person sees. What fills it in is a program, or a browser that guesses."""

blueprint = Blueprint("send", __name__)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the address of a receipt says, signed: which send, of what answers, and with what.

    `parts` names what went with the answers (such as `email`), never what was written there.
    """

    key: str
    code: str
    parts: tuple[str, ...]


@blueprint.after_request
def keep_to_the_person(response: Response) -> Response:
    """What is on these pages stays in no copy, and no search engine lists them."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@blueprint.get("/send")
@answers_while(LIVE)
def show() -> AnyResponse | str:
    """What will be sent, and what the form asks for beside it."""
    answers = _answers()
    if answers.missing:
        return redirect(first_missing(answers), 303)
    if request.method == "GET":
        counted("send")
    return _page(answers, {})


@blueprint.post("/send")
@answers_while(LIVE)
def submit() -> AnyResponse | tuple[str, int]:
    """Store it and lead to the receipt, or show the page again with everything kept."""
    if request.mimetype not in FORM_TYPES:
        abort(415)
    if request.files:
        return answer(422, "400")
    answers, fields = _answers(), dict(request.form.lists())
    if answers.missing:
        return redirect(first_missing(answers), 303)
    if wait := running().sends.wait(visited().form.id, request.remote_addr, running().now()):
        return _later(answers, fields, 429, "send_busy", wait)
    try:
        return _send(answers, fields)
    except StoreError:
        return _later(answers, fields, 503, "send_unstored", RETRY_AFTER)


@blueprint.get("/sent/<receipt>")
@answers_while(EVERY_STATE)
def sent(receipt: str) -> str:
    """The receipt: what arrived where and when, and the link that erases it."""
    visit, opened = visited(), _opened(receipt)
    found = front.sent(database(), visit.form.id, opened.key) if opened else None
    if opened is None or found is None:
        abort(404)
    if isinstance(found, Tombstone):
        return render("send/erased.html", when=in_zone(found.erased_at))
    token = sending.erase_token(running().secret, opened.key)
    return render(
        "send/sent.html",
        turn=_turn(found.id),
        when=in_zone(found.created_at),
        parts=opened.parts,
        code=opened.code,
        answers=_answers_of(opened.code),
        mailed=running().mailing and visit.settings.receipt and "email" in opened.parts,
        erase=request.host_url[:-1] + link("links.ask", token=token, embed=None, **on_its_own()),
        message={"type": "rc:submit", "submission": found.id, "code": opened.code},
    )


def _turn(id_: str) -> int:
    """Which of the answers sent with one invitation this is; 0 without an invitation.

    Only who holds the invitation is told. That answers of one address came before is for the
    agency alone: anybody can type another's address.
    """
    together = front.together(database(), id_)
    return together.index(id_) + 1 if id_ in together else 0


def in_zone(moment: Any) -> Any:
    """A moment by the clock of the form's time zone."""
    return moment.astimezone(zone_of(visited().settings.time_zone))


def _send(answers: Answers, fields: Mapping[str, list[str]]) -> AnyResponse | tuple[str, int]:
    """Raises StoreError if nothing was stored."""
    visit = visited()
    given, wrong = sending.read(visit.settings, fields, language(), visit.form.agency_name)
    doubts = _doubts(fields)
    if wrong:
        return _page(answers, fields, (*wrong, *doubts)), 422
    book = answering()
    meant = Meant(encoded(answers), book.version, book.digest)
    key = sending.key_of(running().secret, visit.token.key, meant, given)
    if not doubts and visit.proven:
        _store(_sending(key, meant, given), answers)
    elif not front.sent(database(), visit.form.id, key):
        return _page(answers, fields, doubts), 422
    return _to_receipt(key, meant, given)


def _store(ready: Sending, answers: Answers) -> None:
    """To work out what answers lead to takes longer than all the rest: it is done once."""
    form, now = visited().form, running().now()
    try:
        front.send(database(), form, ready, now)
    except Unknown:
        whole = replace(ready, made=sending.made(answering(), answers))
        front.send(database(), form, whole, now)


def _sending(key: str, meant: Meant, given: sending.Given) -> Sending:
    token = visited().token
    return Sending(
        key,
        sending.erase_token(running().secret, key),
        meant,
        language(),
        contact=given.contact,
        consent=given.consent,
        ref=token.ref,
        hidden=token.hidden,
        context=given.context,
        invitation=token.invitation,
        seconds=max(0, int(token.age(running().now()))),
        test=token.preview,
        counted_on=counting_day(),
        mailing=running().mailing,
        receipt=visited().settings.receipt,
    )


def _doubts(fields: Mapping[str, list[str]]) -> tuple[Problem, ...]:
    """What looks like a program. A person who is taken for one presses once more."""
    visit = visited()
    # A clock that was set back meanwhile says nothing about how quick somebody was.
    quick = visit.proven and 0 <= visit.token.age(running().now()) < LEAST_SECONDS
    found = {"trap": any(fields.get(TRAP, ())), "quick": quick}
    return tuple(
        Problem(None, code, sending.in_words(f"unsent_{code}")) for code in found if found[code]
    )


def _page(
    answers: Answers,
    fields: Mapping[str, list[str]],
    problems: tuple[Problem, ...] = (),
    notice: str = "",
    minutes: int = 0,
) -> str:
    """The send page, filled in with the fields as they were sent."""
    visit = visited()
    asked = sending.asked(visit.settings)
    return render(
        "send/send.html",
        answers=answers,
        code=encoded(answers),
        asked=asked,
        controls={one.name: one.first_control for one in asked} | {"consent": "consent"},
        fields=fields,
        problems=problems,
        errors={problem.question: problem.message[language()] for problem in problems},
        notice=notice,
        minutes=minutes,
        trap=TRAP,
        brought=({"ref": ref} if (ref := visit.token.ref) else {}) | dict(visit.token.hidden),
    )


def _later(
    answers: Answers, fields: Mapping[str, list[str]], status: int, notice: str, seconds: int
) -> Response:
    """The page with everything kept, and when to press again."""
    page = _page(answers, fields, notice=notice, minutes=-(-seconds // 60))
    return Response(page, status, {"Retry-After": str(seconds)}, mimetype="text/html")


def _answers() -> Answers:
    """The answers that would be sent, under the rules that the result was shown under."""
    if visited().settings.contact == "off":
        abort(404)
    text = request.args.get("a", "")
    return asked_for(text) if text else carried()


def _answers_of(code: str) -> Answers | None:
    """The answers of a receipt; None under rules that no longer read its code."""
    try:
        return decoded(code)
    except WrongCode:
        return None


def _to_receipt(key: str, meant: Meant, given: sending.Given) -> AnyResponse:
    token = visited().token
    own = {"own": given.context, "brought": token.ref or token.hidden}
    parts = [part for part, there in {**asdict(given.contact), **own}.items() if there]
    signed = _signer().dumps(astuple(Receipt(key, meant.code, tuple(parts))))
    address = link("send.sent", receipt=signed, v=meant.rules_version, **on_its_own())
    return redirect(address, 303)


def _opened(receipt: str) -> Receipt | None:
    try:
        key, code, parts = _signer().loads(receipt)
    except BadData:
        return None
    return Receipt(key, code, tuple(parts))


def _signer() -> URLSafeSerializer:
    return signer("receipt")
