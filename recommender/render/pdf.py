"""A report as a tagged PDF, set by typst. Texts travel as data and never become markup."""

import json
from functools import cache
from typing import Any

from recommender.engine.model import Answers
from recommender.engine.rulebook import Rulebook
from recommender.errors import FormatError
from recommender.i18n import LANGUAGES, words
from recommender.render.blocks import as_data
from recommender.render.report import report
from recommender.resources import folder

STANDARD = "ua-1"
"""PDF/UA-1: typst refuses to write what a screen reader could not read."""


def pdf(rulebook: Rulebook, answers: Answers, lang: str, reader: str) -> bytes:
    """The report for a reader. Raises FormatError where typst is not installed."""
    typst = _typst()
    made = report(rulebook, answers, lang, reader)
    data = as_data(made) | {"title": made.title}
    template = folder("templates") / "documents" / "report.typ"
    written: bytes = typst.compile(
        template,
        root=template.parent,
        font_paths=_fonts(),
        sys_inputs={"report": json.dumps(data, ensure_ascii=False)},
        pdf_standards=STANDARD,
    )
    return written


def _typst() -> Any:
    try:
        import typst
    except ImportError:
        raise FormatError({lang: words(lang)("pdf_missing") for lang in LANGUAGES}) from None
    return typst


@cache
def _fonts() -> Any:
    """The fonts that typst brings, and the system's for letters which those lack."""
    return _typst().Fonts()
