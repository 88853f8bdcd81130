"""Pages: the reader's language, links that keep it, and what every template may use."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from flask import Flask, render_template, request, url_for

from recommender.engine import code
from recommender.engine.model import NONE, Answers, Question
from recommender.i18n import LANGUAGES, number, signed, words
from recommender.render.saying import rules_name
from recommender.render.view import named
from recommender.web.running import answering, running, today


def language() -> str:
    """`?lang=`, else the browser's, else Indonesian."""
    chosen = request.args.get("lang")
    if chosen in LANGUAGES:
        return chosen
    return request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]


def link(endpoint: str, **values: Any) -> str:
    """An address within the product; keeps the language if the reader chose one in the address."""
    chosen = request.args.get("lang")
    if chosen in LANGUAGES:
        values.setdefault("lang", chosen)
    return url_for(endpoint, **{name: value for name, value in values.items() if value})


def link_to_result(code: str, **values: Any) -> str:
    """The result of a code under the rules that answer today."""
    return link("result.show", code=code, v=answering().version, **values)


def link_to_example() -> str:
    """The result of the rulebook's example."""
    book = answering()
    return link_to_result(code.encode(book.layouts, Answers(book.example.answers)))


def link_to_rule(id_: str) -> str:
    """A rule's page, under the rules that answer."""
    old = answering().version if answering() is not today() else None
    return link("rules.rule", id_=id_, v=old)


def in_language(lang: str) -> str:
    """The present page in another language, with everything else in its address kept."""
    if request.method not in ("GET", "HEAD"):
        return url_for("questionnaire.show", lang=lang)
    arguments = request.args.to_dict(flat=False) | {"lang": [lang]}
    endpoint, values = request.endpoint or "questionnaire.show", request.view_args or {}
    # Added as text: url_for would take a reader's `_external` or `endpoint` as its own.
    return f"{url_for(endpoint, **values)}?{urlencode(arguments, doseq=True)}"


def render(template: str, **values: Any) -> str:
    """A page in the reader's language."""
    lang = language()
    return render_template(template, lang=lang, t=words(lang), book=answering(), **values)


def register(app: Flask) -> None:
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        asset=_asset,
        at=_at,
        in_words=_in_words,
        short_names=_short_names,
        in_language=in_language,
        languages=LANGUAGES,
        link=link,
        link_to_example=link_to_example,
        link_to_result=link_to_result,
        link_to_rule=link_to_rule,
        named=named,
        number=number,
        rules_name=rules_name,
        signed=signed,
    )


def _at(points: int, least: int, span: int) -> float:
    """Where points stand on a bar, in percent of its width."""
    return round(100 * (min(max(points, least), least + span) - least) / span, 1)


def _asset(name: str) -> str:
    return url_for("static", filename=name, v=running().assets[name])


def _in_words(question: Question, answers: Answers) -> str:
    """An answer as its options' labels; empty where it is unknown."""
    lang = language()
    labels = {id_: option.label[lang] for id_, option in question.options.items()}
    if question.none:
        labels[NONE] = question.none[lang]
    return "; ".join(labels[option] for option in answers.options(question.id))


def _short_names(questions: Iterable[str], between: str = ", ") -> str:
    asked, lang = answering().questionnaire.questions, language()
    return between.join(asked[id_].short[lang] for id_ in questions)
