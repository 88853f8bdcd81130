"""The Flask application: what it is made of, and nothing else."""

from flask import Flask

from recommender.engine.rulebook import Rulebook
from recommender.resources import folder
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
    security,
    sheet,
)
from recommender.web.running import Running

MOST_BODY = 64 * 1024


def create_app(rulebook: Rulebook, settings: Settings = DEFAULT) -> Flask:
    """The app for one rulebook; it keeps a single record in `app.extensions["recommender"]`."""
    app = Flask("recommender.web", template_folder=str(folder("templates")))
    app.config.update(
        MAX_CONTENT_LENGTH=MOST_BODY,
        MAX_FORM_MEMORY_SIZE=MOST_BODY,
        MAX_FORM_PARTS=500,
        SEND_FILE_MAX_AGE_DEFAULT=31_536_000,  # static files are asked for by their digest
        HOSTS=settings.hosts,
    )
    app.url_map.strict_slashes = False
    app.extensions["recommender"] = Running(rulebook)
    for part in (security, problems, page):
        part.register(app)
    for room in (questionnaire, result, compare, reading, sheet, report, api):
        app.register_blueprint(room.blueprint)
    return app
