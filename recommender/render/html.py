"""A report as one HTML file that needs nothing else: to open, to print, to send."""

from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from recommender.engine.model import Answers
from recommender.engine.rulebook import Rulebook
from recommender.render.report import report
from recommender.resources import folder


def html(rulebook: Rulebook, answers: Answers, lang: str, reader: str) -> str:
    """The report for a reader, as a whole document."""
    return _template().render(report=report(rulebook, answers, lang, reader))


@cache
def _template() -> Template:
    room = Environment(
        loader=FileSystemLoader(folder("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return room.get_template("documents/report.html")
