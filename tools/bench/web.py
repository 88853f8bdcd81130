"""P5: what a request costs, in Flask's answers to "hello", and beside the usual way to write it.

Every request carries answers that no request before it had, so that nothing kept for them
flatters the figure; but for a result seen again, which is what is kept. The app is called as a
server calls it; nothing else is timed.
"""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from html.parser import HTMLParser
from typing import Any

from flask import Flask
from werkzeug.test import EnvironBuilder

from recommender.engine import code
from recommender.engine.answers import to_fields
from recommender.engine.explain import explain
from recommender.engine.model import Answers
from recommender.engine.rulebook import Rulebook
from recommender.render.document import answers_object
from recommender.rulebook import load, shipped
from recommender.web.app import create_app
from tools.bench.measure import Contestant, Samples, apart, rounds
from tools.bench.rules import profiles
from tools.bench.table import Figure, at_least, at_most
from tools.bench.usual import usual_app

Application = Callable[[dict, Callable], Any]
Environ = dict[str, Any]

RESULT = "result page, first time"
AGAIN = "result page, seen again"
GOALS = {
    "step page, blank": 3,
    "step page, filled in": 3,
    "step posted": 5,
    RESULT: 6,
    AGAIN: 6,
    "JSON API, brief": 3,
}
"""Kinds of request, and how many answers to "hello" each may cost. The result page is counted
without its explanation: what the rest of it costs the first time, and all it costs once the
explanation is known."""
TIMES_USUAL = 3
VISIT = {"step page, blank": 1, "step page, filled in": 2, "step posted": 3, RESULT: 1}
"""One visit: how often each kind of request is made on the way to a result."""
LANGUAGES = ("id", "en")
PER_ROUND = 60
PROCESSES = 3


def figures(book: Rulebook, quick: bool) -> list[Figure]:
    samples = apart("tools.bench.web", PROCESSES, 1 if quick else 3)
    hello = [at_most("P5", _said(kind), _hellos(samples, kind), GOALS[kind]) for kind in GOALS]
    return [*hello, _beside_usual(samples), *_told(samples)]


def timed(book: Rulebook, first: int, count: int) -> Samples:
    """The samples of these rounds. Raises ValueError if the two apps do not answer alike."""
    apps = {"ours": create_app(book), "usual": usual_app(book)}
    check_alike(book, apps["ours"], apps["usual"])
    made = contestants(book, apps, first + count)
    return rounds(f"web: pages beside hello, from round {first + 1}", made, count, first)


def contestants(book: Rulebook, apps: dict[str, Flask], count: int) -> dict[str, Contestant]:
    """Hello, each kind of request to each app, and the explanations of the results shown.

    They have answers for `count` rounds.
    """
    asked = profiles(book, len(GOALS) * PER_ROUND * count, seed=5)
    hello = _hello().wsgi_app
    made = {"hello": Contestant(_calls(hello), lambda _: [_environ("/")] * 200)}
    for order, kind in enumerate(GOALS):
        given = asked[order * PER_ROUND * count :][: PER_ROUND * count]
        for name, app in apps.items():
            call = _calls(app.wsgi_app)
            items = _in_round(given, lambda one, k=kind: request(book, k, *one))
            before = call if kind == AGAIN else _nothing
            made[f"{name}: {kind}"] = Contestant(call, _after(before, items))
        if kind == RESULT:
            run = partial(explain.__wrapped__, book)
            made["explanation"] = Contestant(run, _in_round(given, lambda one: one[1]))
    return made


def _in_round(given: Sequence[Answers], make: Callable) -> Callable[[int], list]:
    """The items of a round: its own part of the answers, with a number each."""

    def items(number: int) -> list:
        part = given[number * PER_ROUND :][:PER_ROUND]
        return [make(one) for one in enumerate(part, number * PER_ROUND)]

    return items


def _after(call: Callable, items: Callable[[int], list]) -> Callable[[int], list]:
    """The items once each was called, with no explanation known that this does not make known."""

    def called(number: int) -> list:
        explain.cache_clear()
        for item in items(number):
            call(item)
        return items(number)

    return called


def _nothing(_: object) -> None:
    """Nothing is called beforehand."""


def request(book: Rulebook, kind: str, number: int, answers: Answers) -> Environ:
    """A request of a kind with these answers; `number` picks page and language."""
    pages = book.questionnaire.pages
    page = number % len(pages)
    path = f"/{page + 1}" if page else "/"
    written = code.encode(book.layouts, answers)
    language = LANGUAGES[number // len(pages) % 2]
    if kind in (RESULT, AGAIN):
        return _environ(f"/r/{written}", language)
    if kind == "step posted":
        sent = {q: to_fields(answers).get(q, []) for q in pages[page].questions}
        return _environ(path, language, query={"a": written}, data=sent, method="POST")
    if kind == "JSON API, brief":
        body = {"json": answers_object(answers), "method": "POST"}
        return _environ("/api/v1/recommendations", language, query={"brief": "1"}, **body)
    return _environ(path, language, query={"a": written} if kind.endswith("in") else {})


def _environ(path: str, language: str = "en", query: dict | None = None, **more: Any) -> Environ:
    headers = {"Accept-Language": language, "User-Agent": "bench", "Accept": "*/*"}
    return EnvironBuilder(path, query_string=query or {}, headers=headers, **more).get_environ()


def _hello() -> Flask:
    app = Flask("hello")
    app.add_url_rule("/", view_func=lambda: "Hello, World!")
    return app


def _calls(app: Application) -> Callable[[Environ], object]:
    def call(environ: Environ) -> None:
        answered = app(environ, _ignore)
        for _ in answered:
            pass
        answered.close()

    return call


def _ignore(status: str, headers: list, exc_info: object = None) -> None:
    """A server would send these."""


def _hellos(samples: Samples, kind: str) -> float:
    """The cost of a kind of request in answers to hello, a new result without its explanation."""
    return without_explanation(samples, "ours", kind).ratio(kind, "hello")


def without_explanation(samples: Samples, app: str, kind: str) -> Samples:
    """The rounds of a kind of request, with the explanation's usual share of each taken off.

    Its share is the median of all rounds: in a single one either may be held up, as by what the
    machine's other guests do, so that the part would come out longer than the whole.
    """
    took = samples[f"{app}: {kind}"]
    if kind == RESULT:
        share = min(samples.ratio("explanation", f"{app}: {kind}"), 1.0)
        took = [whole * (1 - share) for whole in took]
    return Samples({**samples, kind: took})


def _visit(samples: Samples, app: str) -> list[float]:
    """The CPU seconds of one visit in each round, without the explanation."""
    parts = {kind: without_explanation(samples, app, kind)[kind] for kind in VISIT}
    return [
        sum(times * parts[kind][number] for kind, times in VISIT.items())
        for number in range(len(samples["hello"]))
    ]


def _beside_usual(samples: Samples) -> Figure:
    visits = Samples({app: _visit(samples, app) for app in ("ours", "usual")})
    said = "a visit (three step pages, three posts, the result without its explanation)"
    return at_least(
        "P5",
        f"{said}: times less CPU than the same app written the usual way",
        visits.ratio("usual", "ours"),
        TIMES_USUAL,
    )


def _told(samples: Samples) -> Iterator[Figure]:
    yield Figure("", "Flask answering hello: µs", samples.median("hello") * 1e6)
    yield Figure("", "explanation of a result: µs", samples.median("explanation") * 1e6)
    for kind in GOALS:
        ours, usual = (without_explanation(samples, app, kind)[kind] for app in ("ours", "usual"))
        both = Samples({"ours": ours, "usual": usual})
        said = f"{both.ratio('usual', 'ours'):.1f} times less than the usual way"
        yield Figure("", f"{_said(kind)}: µs ({said})", both.median("ours") * 1e6)


def _said(kind: str) -> str:
    return f"{kind}, without its explanation" if kind == RESULT else kind


class _Inputs(HTMLParser):
    """The controls of a page: name, value, and whether each is chosen."""

    def __init__(self, page: str):
        super().__init__()
        self.found: set[tuple[str, str, bool]] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list) -> None:
        given = dict(attributes)
        if tag == "input" and given.get("type") in ("radio", "checkbox"):
            self.found.add(
                (given["name"], given["value"], "checked" in given and given["value"] != "")
            )


def check_alike(book: Rulebook, ours: Flask, usual: Flask) -> None:
    """Both apps must answer alike before either is timed; raises ValueError where they do not."""
    for number, answers in enumerate(profiles(book, 12, seed=6)):
        for kind in GOALS:
            got = [_answered(app, request(book, kind, number, answers)) for app in (ours, usual)]
            if _essence(book, kind, *got[0]) != _essence(book, kind, *got[1]):
                raise ValueError(f"{kind}: the two apps differ; nothing was timed.")


def _answered(app: Flask, environ: Environ) -> tuple[int, str, str]:
    response = app.test_client().open(environ)
    return (
        response.status_code,
        response.get_data(as_text=True),
        response.headers.get("Location", ""),
    )


def _essence(book: Rulebook, kind: str, status: int, body: str, location: str) -> object:
    """What must be the same whoever wrote the page."""
    if kind == "step posted":
        return status, location.split("lang=")[0].split("?v=")[0].split("&v=")[0]
    if kind == "JSON API, brief":
        return status, json.loads(body)
    if kind in (RESULT, AGAIN):
        said = (rule.reason[lang] for rule in book.rules.values() for lang in LANGUAGES)
        return status, {reason for reason in said if reason in body}
    return status, _Inputs(body).found


if __name__ == "__main__":
    print(json.dumps(timed(load(shipped()), *map(int, sys.argv[1:]))))
