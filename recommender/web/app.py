"""The Flask application: what it is made of, and nothing else."""

from flask import Flask

from recommender.engine.rulebook import Rulebook
from recommender.resources import folder
from recommender.rulebook.shelf import Shelf
from recommender.settings import DEFAULT, Settings
from recommender.web import (
    api,
    compare,
    page,
    problems,
    questionnaire,
    reading,
    report,
    result,
    rule_pages,
    security,
    sheet,
)
from recommender.web.running import Running

MOST_BODY = 64 * 1024


def create_app(answering: Rulebook | Shelf, settings: Settings = DEFAULT) -> Flask:
    """The app for a rulebook, or for a shelf whose rulebook of today may change while it runs.

    It keeps a single record in `app.extensions["recommender"]`.
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
    shelf = answering if isinstance(answering, Shelf) else Shelf(answering)
    app.extensions["recommender"] = Running(shelf)
    for part in (security, problems, page):
        part.register(app)
    for room in (questionnaire, result, compare, reading, rule_pages, sheet, report, api):
        app.register_blueprint(room.blueprint)
    return app
