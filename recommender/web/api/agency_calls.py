"""What the API does for an agency's programs: forms, invitations and submissions.

What another agency has is not there, just as what was never there.
"""

import re
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, request

from recommender.agency.form import settings_of
from recommender.console.filtering import placed
from recommender.delivery.message import created
from recommender.store import invitations as asked
from recommender.store import remarks
from recommender.store.desk import Desk
from recommender.store.listing import Wanted, listing
from recommender.store.records import FormRecord
from recommender.web.api import agency_models as models
from recommender.web.api.inviting import made_of
from recommender.web.api.operations import Call, Operation, operation

ID = re.compile(r"[0-9a-f]{32}")
_SLUG = re.compile(r"[a-z0-9-]{1,64}")

blueprint = Blueprint("api_agency", __name__)


@blueprint.get("/api/v1/forms")
@operation(Operation(models.Forms, "read"))
def forms(call: Call) -> models.Forms:
    """The forms, each under its newest settings."""
    return models.Forms(forms=[_form(one) for one in call.desk.forms()])


@blueprint.get("/api/v1/forms/<slug>")
@operation(Operation(models.Form, "read", also=(404,)))
def form(call: Call, slug: str) -> models.Form:
    """One form."""
    return _form(_own_form(call.desk, slug))


@blueprint.get("/api/v1/invitations")
@operation(Operation(models.Invitations, "read", query=models.Paging, also=(404,)))
def invitations(call: Call) -> models.Invitations:
    """Whom the agency has asked, the newest first."""
    desk, wanted = call.desk, call.query
    chosen = _own_form(desk, wanted.form).id if wanted.form else None
    found = asked.page(desk, wanted.limit + 1, wanted.after, chosen)
    shown, slugs = found[: wanted.limit], {one.id: one.slug for one in desk.forms()}
    last = shown[-1] if len(found) > len(shown) else None
    return models.Invitations(
        invitations=[models.Invitation.model_validate(_invited(one, slugs)) for one in shown],
        next=placed((last.created_at, last.id)) if last else None,
    )


@blueprint.post("/api/v1/invitations")
@operation(
    Operation(
        models.MadeInvitation,
        "write",
        body=models.Invite,
        status=201,
        stores=True,
        also=(404,),
    )
)
def invite(call: Call) -> models.MadeInvitation:
    """Ask one client; the link is in this answer alone."""
    record = _own_form(call.desk, call.body.form)
    return made_of(call, record, request.host_url[:-1])


@blueprint.get("/api/v1/submissions")
@operation(Operation(models.Submissions, "read", query=models.Filters, also=(404,)))
def submissions(call: Call) -> models.Submissions:
    """What clients have sent, the newest first."""
    desk, wanted = call.desk, call.query
    chosen = _own_form(desk, wanted.form).id if wanted.form else None
    tests = wanted.tests == "1"
    filters = Wanted(form_id=chosen, since=wanted.since, until=wanted.until, tests=tests)
    found = listing(desk, filters, wanted.after, wanted.limit)
    return models.Submissions(
        submissions=[models.Listed.model_validate(_plain(one)) for one in found.rows],
        next=placed(found.after) if found.after else None,
    )


@blueprint.get("/api/v1/submissions/<id_>")
@operation(Operation(models.Submission, "read", also=(404,)))
def submission(call: Call, id_: str) -> models.Submission:
    """One submission, with the recommendation as the client saw it."""
    found = call.desk.submission(id_) if ID.fullmatch(id_) else None
    if found is None:
        abort(404)
    own = {"id": id_, "created_at": found.listed.created_at}
    return models.Submission.model_validate(created(found) | own)


@blueprint.delete("/api/v1/submissions/<id_>")
@operation(Operation(None, "write", status=204, also=(404,)))
def erase(call: Call, id_: str) -> None:
    """Erase a submission with all that belongs to it. It cannot be got back."""
    if not ID.fullmatch(id_) or not remarks.erase_one(call.desk, id_, call.by, call.now):
        abort(404)


def _own_form(desk: Desk, slug: str) -> FormRecord:
    found = desk.form(slug) if _SLUG.fullmatch(slug) else None
    return found or abort(404)


def _form(record: FormRecord) -> models.Form:
    return models.Form(
        slug=record.slug,
        name=settings_of(record).name,
        state=record.state,  # type: ignore[arg-type]
        version=record.version,
        address=f"{request.host_url[:-1]}/f/{record.slug}",
        settings=dict(record.settings),
    )


def _invited(one: Any, slugs: dict[str, str]) -> dict[str, Any]:
    return _plain(one) | {"form": slugs[one.form_id], "state": one.state}


def _plain(record: Any) -> dict[str, Any]:
    """The fields of a frozen value, with those within it; no contact at all is None."""
    found = {name: getattr(record, name) for name in type(record).__slots__}
    for name, value in found.items():
        if hasattr(type(value), "__slots__") and name == "contact":
            found[name] = _plain(value) if value else None
        elif isinstance(value, Sequence) and not isinstance(value, str):
            found[name] = list(value)
    return found
