"""What every answer says to the browser, and what is refused before it is read."""

from flask import Flask, Response, abort, request

MOST_URL = 8 * 1024
MOST_FIELDS = 500

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    # A result's address holds the answers, so no other site may learn it.
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def register(app: Flask) -> None:
    app.before_request(_refuse_outsize)
    app.after_request(_add_headers)


def _refuse_outsize() -> None:
    """An address or form beyond the limits is refused before any of it is worked on."""
    if len(request.environ.get("RAW_URI") or request.full_path) > MOST_URL:
        abort(413)
    if sum(len(values) for _, values in request.form.lists()) > MOST_FIELDS:
        abort(413)


def _add_headers(response: Response) -> Response:
    response.headers.update(_HEADERS)
    if request.endpoint != "static":
        # Pages depend on answers in the address and on the reader's language: no shared copies.
        response.headers["Cache-Control"] = "private, no-cache"
        response.vary.add("Accept-Language")
    return response
