"""Pages: the reader's language, links that keep it, and what every template may use."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from flask import Flask, current_app, g, render_template, request, url_for
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from recommender.engine import code
from recommender.engine.model import NONE, Answers, Question
from recommender.i18n import LANGUAGES, number, signed, words
from recommender.render.saying import rules_name
from recommender.render.view import named
from recommender.web.embedding import Visit, visiting
from recommender.web.running import answering, asked, running, today

MOST_ADDRESSES = 4096
MOST_PREFERENCES = 256

_OWN = {name: f"zQ{name}Qz" for name in ("a", "code", "from", "receipt", "t")}
"""What hardly two readers' addresses share, and what stands for it in an address that is kept."""

_RULE = "zQruleQz"
"""Stands for the rule in the address of any."""

_PLAIN = re.compile(r"[\w.-]+", re.ASCII).fullmatch  # written in an address as it is


def chosen_language() -> str | None:
    """`?lang=`, where the form lets its reader choose."""
    return _chosen(visiting())


def language() -> str:
    """`?lang=`, else the form's, else the browser's, else Indonesian."""
    visit = visiting()
    own = visit.settings.language if visit else g._get_current_object().get("lang")
    wanted = _chosen(visit) or (own if own in LANGUAGES else None)
    return wanted or _preferred(asked().environ.get("HTTP_ACCEPT_LANGUAGE", ""))


def _chosen(visit: Visit | None) -> str | None:
    chosen = asked().args.get("lang") if visit is None or visit.settings.may_switch else None
    return chosen if chosen in LANGUAGES else None


@lru_cache(MOST_PREFERENCES)
def _preferred(header: str) -> str:
    accepted = parse_accept_header(header, LanguageAccept)
    return accepted.best_match(LANGUAGES) or LANGUAGES[0]


def carried_on() -> dict[str, str]:
    """What every link and form of a page keeps of its address."""
    visit, chosen = visiting(), chosen_language()
    kept = {"lang": chosen} if chosen else {}
    if visit:
        kept |= {"embed": "1"} if visit.embedded else {}
        kept |= {"t": visit.signed}
    return kept


def link(endpoint: str, **values: Any) -> str:
    """An address within the product, or within the form that is visited.

    It keeps the language if the reader chose one in the address, and what a form hands on.
    """
    values |= {name: value for name, value in carried_on().items() if name not in values}
    if visiting():
        endpoint, values = f"form.{endpoint}", values | {"slug": g.slug}
    own = {name: values[name] for name in _OWN if values.get(name) and _PLAIN(values[name])}
    shape = values | {name: _OWN[name] for name in own}
    given = tuple([(name, value) for name, value in shape.items() if value])
    address = _address(asked().script_root, endpoint, given)
    for name, text in own.items():
        address = address.replace(_OWN[name], text)
    return address


@lru_cache(MOST_ADDRESSES)
def _address(root: str, endpoint: str, given: tuple[tuple[str, Any], ...]) -> str:
    """An address below `root`; a page of a result has a hundred and fifty, most of them known."""
    return url_for(endpoint, **dict(given))


def link_to_share(code: str) -> str:
    """A result as others may see it: without what belongs to this visit."""
    return link_to_result(code, t=None, embed=None)


def link_to_result(code: str, **values: Any) -> str:
    """The result of a code under the rules that answer today."""
    return link("result.show", code=code, v=answering().version, **values)


def link_to_example() -> str:
    """The result of the rulebook's example."""
    book = answering()
    return link_to_result(code.encode(book.layouts, Answers(book.example.answers)))


def link_to_rule(id_: str) -> str:
    """A rule's page, under the rules that answer; a page of a result has a hundred of these."""
    held = g._get_current_object()
    address: str | None = held.get("rule_address")
    if address is None:
        address = held.rule_address = link("rules.rule", id_=_RULE, v=old_version())
    return address.replace(_RULE, id_)


def old_version() -> str | None:
    """The version of the rules that answer, for links under them; None if they are today's."""
    return None if answering() is today() else answering().version


def link_to_look(part: str) -> str:
    """The style sheet or the logo of the form that is visited, for browsers to keep."""
    visit = visiting()
    return url_for(f"form.{part}", v=visit.known.mark if visit else None)


def page_name() -> str:
    """What messages to a host page call this page."""
    return (request.endpoint or "").removeprefix("form.")


def in_language(lang: str) -> str:
    """The present page in another language, with everything else in its address kept."""
    if request.method not in ("GET", "HEAD"):
        return _instead(lang)
    arguments = request.args.to_dict(flat=False) | {"lang": [lang]}
    home = "form.questionnaire.show" if visiting() else "questionnaire.show"
    endpoint, values = request.endpoint or home, request.view_args or {}
    # Added as text: url_for would take a reader's `_external` or `endpoint` as its own.
    return f"{url_for(endpoint, **values)}?{urlencode(arguments, doseq=True)}"


def _instead(lang: str) -> str:
    """Where another language leads from a page that answers a form: what was sent is not there."""
    if not request.path.startswith("/console"):
        return link("questionnaire.show", lang=lang)
    adapter = current_app.create_url_adapter(request)
    if request.endpoint and adapter and adapter.test(method="GET"):
        return link(request.endpoint, **(request.view_args or {}), lang=lang)
    return link("console.home", lang=lang)


def render(template: str, **values: Any) -> str:
    """A page in the reader's language."""
    lang = language()
    visit, t = visiting(), words(lang)
    own = visit.settings.brand.product if visit else None
    values = {"product": own or t("product"), "message": None} | values
    return render_template(template, lang=lang, t=t, book=answering(), visit=visit, **values)


def register(app: Flask) -> None:
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        asset=_asset,
        at=_at,
        carried_on=carried_on,
        in_words=_in_words,
        short_names=_short_names,
        in_language=in_language,
        languages=LANGUAGES,
        link=link,
        link_to_example=link_to_example,
        link_to_look=link_to_look,
        link_to_result=link_to_result,
        link_to_rule=link_to_rule,
        link_to_share=link_to_share,
        named=named,
        number=number,
        old_version=old_version,
        page_name=page_name,
        rules_name=rules_name,
        signed=signed,
    )


def _at(points: int, least: int, span: int) -> float:
    """Where points stand on a bar, in percent of its width."""
    return round(100 * (min(max(points, least), least + span) - least) / span, 1)


def _asset(name: str) -> str:
    given = (("filename", name), ("v", running().assets[name]))
    return _address(asked().script_root, "static", given)


def _in_words(question: Question, answers: Answers) -> str:
    """An answer as its options' labels; empty where it is unknown."""
    lang, labels = language(), []
    for option in answers.options(question.id):
        label = question.none if option == NONE else question.options[option].label
        labels += [label[lang]] if label else []
    return "; ".join(labels)


def _short_names(questions: Iterable[str], between: str = ", ") -> str:
    asked, lang = answering().questionnaire.questions, language()
    return between.join(asked[id_].short[lang] for id_ in questions)
