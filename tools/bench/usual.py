"""The same app written the usual way: WTForms fields that draw and judge themselves, plain Jinja.

What it is measured for is the handling of requests, so it ranks and explains with the same
engine and shows the same questions, answers and sentences.
"""

from typing import Any

from flask import Flask, jsonify, redirect, render_template, request, url_for
from jinja2 import DictLoader
from werkzeug.datastructures import MultiDict
from wtforms import Form, RadioField, SelectMultipleField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from recommender.engine import code
from recommender.engine.answers import from_fields, read, to_fields
from recommender.engine.model import NONE, Answers, Question
from recommender.engine.rulebook import Rulebook
from recommender.i18n import words
from recommender.render.document import brief
from recommender.render.view import view

PAGE = """<!doctype html>
<html lang="{{ lang }}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>{% block title %}{% endblock %}</title>
<link rel="stylesheet" href="{{ url_for('static', filename='app.css') }}"></head>
<body><header><a href="{{ url_for('step') }}">{{ t('product') }}</a></header>
<main>{% block main %}{% endblock %}</main></body></html>
"""
STEP = """{% extends 'page.html' %}
{% block title %}{{ step.title[lang] }}{% endblock %}
{% block main %}<h1>{{ step.title[lang] }}</h1><p class="lead">{{ step.lead[lang] }}</p>
<form method="post" action="{{ url_for('step', number=number, a=code) }}" novalidate>
{% for field in form %}
<fieldset id="q-{{ field.id }}"><legend>{{ field.label.text }}</legend>
{% if field.description %}<p class="hint">{{ field.description }}</p>{% endif %}
{% for error in field.errors %}<p class="error">{{ error }}</p>{% endfor %}
{{ field() }}
</fieldset>
{% endfor %}
<button class="button">{{ t('continue') }}</button></form>{% endblock %}
"""
RESULT = """{% extends 'page.html' %}
{% macro list(said) %}
<ul>{% for one in said %}<li>{{ one.text[lang] }}</li>{% endfor %}</ul>
{% endmacro %}
{% macro reasons(said) %}
<ul>{% for one in said %}<li><b>{{ one.points }}</b> {{ one.reason[lang] }}
{% for id in one.sources %}<a href="#s-{{ id }}">[{{ id }}]</a>{% endfor %}</li>{% endfor %}</ul>
{% endmacro %}
{% block title %}{{ view.headline }}{% endblock %}
{% block main %}<h1>{{ view.headline }}</h1><p class="lead">{{ view.lead }}</p>
<p>{{ view.confidence }} {{ view.confidence_line }}</p><p>{{ view.runner_up }}</p>
<ol>{% for card in view.cards %}<li>{{ book.types[card.entry.type].name[lang] }}
<b>{{ card.entry.points }}</b> <meter min="{{ book.scale.least }}" max="{{ book.scale.most }}"
 value="{{ card.entry.points }}"></meter></li>{% endfor %}</ol>
<ul>{% for one in view.what_ifs %}
<li><a href="{{ url_for('result', code_=one.code) }}">{{ one.clause }}</a> {{ one.outcome }}</li>
{% endfor %}</ul>
{% for card in view.cards %}
<details id="{{ card.entry.type }}"><summary>{{ book.types[card.entry.type].name[lang] }}</summary>
{{ reasons(card.reasons_for) }}{{ reasons(card.reasons_against) }}
<ul>{% for note in card.warnings %}<li>{{ note.reason[lang] }}</li>{% endfor %}</ul>
<ul>{% for sentence in card.changes %}<li>{{ sentence }}</li>{% endfor %}</ul>
{% for kind, said in card.advice.items() %}<h4>{{ t(kind) }}</h4>{{ list(said) }}{% endfor %}
<ul>{% for note in card.platforms %}<li><b>{{ book.platforms[note.id].name }}</b>
{% if note in card.told %}{{ note.reason[lang] }}{% endif %}</li>{% endfor %}</ul>
</details>
{% endfor %}
<form method="post">{% for field in form %}
<fieldset><legend>{{ field.label.text }}</legend>{{ field() }}</fieldset>{% endfor %}</form>
<dl>{% for question in book.questionnaire.questions.values() %}
<dt>{{ question.short[lang] }}</dt><dd>{% for id in view.answers.options(question.id) %}
{{ question.options[id].label[lang] if id in question.options else question.none[lang] }}
{% endfor %}</dd>{% endfor %}</dl>{% endblock %}
"""


class Boxes(SelectMultipleField):
    """Several choices, each with a box."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def usual_app(book: Rulebook) -> Flask:
    """Question pages, result and API at the addresses that the product has them at."""
    app = Flask("recommender.web")
    app.jinja_loader = DictLoader({"page.html": PAGE, "step.html": STEP, "result.html": RESULT})
    step = _step(book)
    app.add_url_rule("/", "step", step, methods=["GET", "POST"])
    app.add_url_rule("/<int:number>", "step", step, methods=["GET", "POST"])
    app.add_url_rule("/r/<code_>", "result", _result(book))
    app.add_url_rule("/api/v1/recommendations", "api", _api(book), methods=["POST"])
    return app


def _step(book: Rulebook) -> Any:
    pages = book.questionnaire.pages
    forms = {lang: [_form(book, page.questions, lang) for page in pages] for lang in ("id", "en")}

    def step(number: int = 1) -> Any:
        lang, page = _language(), pages[number - 1]
        earlier = _carried(book)
        kind = forms[lang][number - 1]
        if request.method == "GET":
            form = kind(data={q: _data(earlier, q) for q in page.questions})
        else:
            form = kind(request.form)
            if form.validate():
                return _onward(book, number, {**to_fields(earlier), **_sent(form)})
        return render_template(
            "step.html",
            **{"lang": lang, "t": words(lang), "step": page, "number": number, "form": form},
            code=request.args.get("a"),
        )

    return step


def _onward(book: Rulebook, number: int, fields: dict[str, list[str]]) -> Any:
    given = from_fields(book.questionnaire, fields)
    written = code.encode(book.layouts, read(book.questionnaire, given, require=()))
    if number == len(book.questionnaire.pages):
        return redirect(url_for("result", code_=written), 303)
    return redirect(url_for("step", number=number + 1, a=written), 303)


def _result(book: Rulebook) -> Any:
    forms = {}

    def result(code_: str) -> str:
        lang = _language()
        answers = read(book.questionnaire, code.decode(book.layouts, code_))
        shown = view(book, answers, lang)
        key = (shown.sharpen, lang)
        if key not in forms:
            forms[key] = _form(book, *key)
        return render_template(
            "result.html", lang=lang, t=words(lang), book=book, view=shown, form=forms[key]()
        )

    return result


def _api(book: Rulebook) -> Any:
    kind = _form(book, tuple(book.questionnaire.questions), "en")

    def recommendation() -> Any:
        given = request.get_json()
        form = kind(MultiDict(given))
        if not form.validate():
            return jsonify(form.errors), 422
        return jsonify(brief(book, read(book.questionnaire, given)))

    return recommendation


def _form(book: Rulebook, questions: tuple[str, ...], lang: str) -> type[Form]:
    asked = (book.questionnaire.questions[id_] for id_ in questions)
    return type("QuestionsForm", (Form,), {q.id: _field(q, lang) for q in asked})


def _field(question: Question, lang: str) -> Any:
    choices = [SelectChoice(option.id, option.label[lang]) for option in question.options.values()]
    if question.none:
        choices.append(SelectChoice(NONE, question.none[lang]))
    if question.not_sure:
        choices.append(SelectChoice("", words(lang)("not_answered")))
    judged = [DataRequired() if question.required else Optional()]
    if question.many:
        judged.append(Length(max=question.most))
    return (Boxes if question.many else RadioField)(
        question.label[lang],
        choices=choices,
        validators=judged,
        description=question.hint[lang] if question.hint else "",
    )


def _language() -> str:
    return request.accept_languages.best_match(("id", "en")) or "id"


def _carried(book: Rulebook) -> Answers:
    written = request.args.get("a")
    given = code.decode(book.layouts, written) if written else {}
    return read(book.questionnaire, given, require=())


def _data(answers: Answers, question: str) -> Any:
    value = answers.get(question)
    return value if value is None or isinstance(value, str) else answers.options(question)


def _sent(form: Form) -> dict[str, list[str]]:
    return {
        name: value if isinstance(value, list) else [value or ""]
        for name, value in form.data.items()
    }
