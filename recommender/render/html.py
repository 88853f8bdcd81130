"""A report as one HTML file that needs nothing else: to open, to print, to send."""

from recommender.engine.model import Answers
from recommender.engine.rulebook import Rulebook
from recommender.render.report import report
from recommender.render.templates import template


def html(rulebook: Rulebook, answers: Answers, lang: str, reader: str) -> str:
    """The report for a reader, as a whole document."""
    return template("documents/report.html").render(report=report(rulebook, answers, lang, reader))
