"""The Flask application: what it is made of, and nothing else."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from recommender.engine.rulebook import Rulebook
from recommender.resources import folder
from recommender.rulebook.shelf import Shelf
from recommender.settings import DEFAULT, Settings
from recommender.store.database import Database
from recommender.web import api, embedding, form_pages, page, problems, security
from recommender.web.running import Running

MOST_BODY = 64 * 1024


def create_app(
    answering: Rulebook | Shelf, settings: Settings = DEFAULT, database: Database | None = None
) -> Flask:
    """The app for a rulebook, or for a shelf whose rulebook of today may change while it runs.

    With a database it also serves agencies' forms. It keeps a single record in
    `app.extensions["recommender"]`.
    """
    app = Flask("recommender.web", template_folder=str(folder("templates")))
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
    app.extensions["recommender"] = Running(shelf, database, settings.secret_key)
    for part in (security, problems, page):
        part.register(app)
    for room in (*form_pages.SHARED, api, form_pages):
        app.register_blueprint(room.blueprint)
    app.before_request(embedding.enter)
    app.add_url_rule("/embed.js", view_func=form_pages.embed_js)
    return app
