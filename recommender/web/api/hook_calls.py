"""What the API does with an agency's webhooks: the endpoints that hear of submissions."""

from flask import Blueprint, abort, request

from recommender.delivery.addresses import Allowed, refused
from recommender.delivery.message import new_secret
from recommender.errors import Problem
from recommender.i18n import LANGUAGES, words
from recommender.store import endpoints
from recommender.store.records import Endpoint
from recommender.web.api import agency_models as models
from recommender.web.api.agency_calls import ID
from recommender.web.api.door import Refused
from recommender.web.api.operations import Call, Operation, operation
from recommender.web.running import running

blueprint = Blueprint("api_hooks", __name__)


@blueprint.get("/api/v1/webhooks")
@operation(Operation(models.Webhooks, "read"))
def webhooks(call: Call) -> models.Webhooks:
    """The endpoints, without their secrets."""
    return models.Webhooks(webhooks=[_hook(one) for one in endpoints.listed(call.desk)])


@blueprint.post("/api/v1/webhooks")
@operation(Operation(models.MadeWebhook, "write", body=models.AddWebhook, status=201, stores=True))
def add(call: Call) -> models.MadeWebhook:
    """Add an endpoint; its secret is in this answer alone."""
    allowed, secret = Allowed(running().hooks_anywhere), new_secret()
    if wrong := refused(call.body.url, allowed, own_host=request.host):
        raise _refusing(wrong)
    try:
        made = endpoints.add(call.desk, call.body.url, secret, call.by, call.now)
    except endpoints.TooMany:
        raise _refusing("hook_many") from None
    return models.MadeWebhook(**_hook(made).model_dump(), secret=secret)


@blueprint.delete("/api/v1/webhooks/<id_>")
@operation(Operation(None, "write", status=204, also=(404,)))
def remove(call: Call, id_: str) -> None:
    """Take an endpoint away, with what waits for it."""
    if not ID.fullmatch(id_) or not endpoints.remove(call.desk, id_, call.by, call.now):
        abort(404)


@blueprint.post("/api/v1/webhooks/<id_>/test")
@operation(Operation(models.Test, "write", status=202, stores=True, also=(404,)))
def try_out(call: Call, id_: str) -> models.Test:
    """Send a test event, which takes the way of all others."""
    if not ID.fullmatch(id_) or not endpoints.try_out(call.desk, id_, call.by, call.now):
        abort(404)
    return models.Test()


def _refusing(wrong: str) -> Refused:
    said = {lang: words(lang)(wrong) for lang in LANGUAGES}
    return Refused(422, "request", (Problem("url", wrong, said),))


def _hook(one: Endpoint) -> models.Webhook:
    return models.Webhook(
        id=one.id,
        url=one.url,
        state=one.state,  # type: ignore[arg-type]
        why=one.why,
        failing_since=one.failing_since,
        created_at=one.created_at,
    )
