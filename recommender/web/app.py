"""The Flask application: what it is made of, and nothing else."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from recommender.engine.rulebook import Rulebook
from recommender.resources import folder
from recommender.rulebook.shelf import Shelf
from recommender.settings import DEFAULT, Settings
from recommender.web import api, embedding, health, hearing, page, problems, security, shared
from recommender.web.hearing import Listener
from recommender.web.limits import limits
from recommender.web.running import Running

if TYPE_CHECKING:
    from recommender.store.database import Database

MOST_BODY = 64 * 1024


class _App(Flask):
    """Flask looks at every function at every request whether it is a coroutine; none is here."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func


def create_app(
    answering: Rulebook | Shelf, settings: Settings = DEFAULT, database: "Database | None" = None
) -> Flask:
    """The app for a rulebook, or for a shelf whose rulebook of today may change while it runs.

    With a database it also serves agencies' forms. It keeps a single record in
    `app.extensions["recommender"]`.
    """
    app = _App("recommender.web", template_folder=str(folder("templates")))
    app.config.update(
        MAX_CONTENT_LENGTH=MOST_BODY,
        MAX_FORM_MEMORY_SIZE=MOST_BODY,
        MAX_FORM_PARTS=500,
        SEND_FILE_MAX_AGE_DEFAULT=31_536_000,  # static files are asked for by their digest
        HOSTS=settings.hosts,
    )
    app.url_map.strict_slashes = False
    if settings.proxies:
        trusted = {"x_for": settings.proxies, "x_proto": settings.proxies}
        app.wsgi_app = ProxyFix(app.wsgi_app, **trusted)  # type: ignore[method-assign]
    shelf = answering if isinstance(answering, Shelf) else Shelf(answering)
    app.extensions["recommender"] = Running(
        shelf,
        database,
        settings.secret_key,
        settings.hooks_anywhere,
        settings.mail is not None,
        **limits(settings.redis, settings.secret_key),
    )
    hearing.register(app, hearing.log, *_metrics(app, settings))
    for part in (security, problems, page):
        part.register(app)
    for room in (*shared.ROOMS, api, health):
        app.register_blueprint(room.blueprint)
    app.add_url_rule("/embed.js", "embed_js", embedding.loader)
    if database is not None:
        # Everything below brings SQLAlchemy, which takes as long to import as all the rest.
        from recommender.web import console, entering, form_pages
        from recommender.web.api import agency_calls, hook_calls

        app.before_request(entering.enter)
        for rest in (form_pages, agency_calls, hook_calls):
            app.register_blueprint(rest.blueprint)
        console.register(app, settings.secret_key)
    return app


def _metrics(app: Flask, settings: Settings) -> tuple[Listener, ...]:
    """What hears of requests for /metrics, where that is served."""
    if not settings.metrics:
        return ()
    from recommender.web import metrics  # its library is optional

    return (metrics.register(app),)
