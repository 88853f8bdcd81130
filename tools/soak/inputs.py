"""Inputs made up without end: valid ones that were spoiled, sent to each way in, in this process.

The same seed makes the same inputs, so one that does harm can be sent again.
"""

import csv
import json
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from urllib.parse import urlencode

from flask.testing import FlaskClient

from recommender.agency import form_file
from recommender.batch.outcome import from_csv
from recommender.engine import code
from recommender.engine.answers import read
from recommender.engine.rulebook import Rulebook
from recommender.errors import RecommenderError
from recommender.rulebook import shipped
from recommender.rulebook.findings import Findings
from recommender.rulebook.load import folder_of
from recommender.rulebook.yaml_text import parse

MARKS = (
    *(
        "",
        "-",
        "|",
        "&",
        "=",
        "%",
        "%00",
        "%ff",
        "+",
        "[]",
        "{",
        "}",
        '"',
        "'",
        ",",
        ";",
        ":",
        "\\",
    ),
    *(
        "null",
        "NaN",
        "1e999",
        "9" * 400,
        "-1",
        "\\ud800",
        "\\u0000",
        "\x00",
        "\r\n",
        "\ufeff",
        "\u202e",
    ),
    *("<script>", "{{7*7}}", "=1+1", "../", "&a ", "*a", "!t ", "<<: ", "é", "𐍈", "[" * 60, " "),
)
KINDS = (
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/json",
    "application/json; charset=utf-16",
    "text/plain",
    "",
)


@dataclass
class World:
    """What is sent to: an app with a form called kopi, and the parts that are reached by files."""

    client: FlaskClient
    book: Rulebook
    files: Sequence[str] = field(
        default_factory=lambda: [one.read_text("utf-8") for one in sorted(shipped().glob("*.yaml"))]
    )


def answers(world: World, rng: Random) -> dict[str, str | list[str]]:
    """What somebody may answer: of each question an option or some, of some none."""
    found: dict[str, str | list[str]] = {}
    for question in world.book.questionnaire.questions.values():
        options = [*question.options]
        if question.required or rng.random() < 0.4:
            some = rng.sample(options, rng.randint(1, min(3, len(options))))
            found[question.id] = some if question.many else some[0]
    return found


def spoiled(text: str, rng: Random) -> str:
    """The text with a few pieces cut out, doubled, or written over."""
    for _ in range(rng.randint(0, 4)):
        at = rng.randrange(len(text) + 1)
        end = min(len(text), at + rng.randint(0, 12))
        new = rng.choice((rng.choice(MARKS), text[at:end] * 2, chr(rng.randrange(1, 0xD7FF))))
        text = text[:at] + new + text[end:]
    return text


def as_bytes(text: str, rng: Random) -> bytes:
    """As bytes, now and then not as UTF-8."""
    if rng.random() < 0.9:
        return text.encode("utf-8", "replace")
    return text.encode(rng.choice(("utf-16", "latin-1")), "replace")


def asked(world: World, rng: Random, path: str, query: str) -> int:
    raw = path.encode("utf-8", "replace").decode("latin-1")
    environ = {"PATH_INFO": raw, "QUERY_STRING": query.encode("utf-8", "replace").decode("latin-1")}
    return world.client.get("/", environ_overrides=environ).status_code


def form(world: World, rng: Random) -> int:
    fields = answers(world, rng)
    path = rng.choice(("/1", "/2", "/3", "/refine", "/f/kopi/3", "/f/kopi/send"))
    body = spoiled(urlencode(fields, doseq=True), rng)
    kind = KINDS[0] if rng.random() < 0.85 else rng.choice(KINDS)
    return world.client.post(path, data=as_bytes(body, rng), content_type=kind).status_code


def api(world: World, rng: Random) -> int:
    path = "/api/v1/recommendations" + rng.choice(("", "?brief=1", "/bulk", "/bulk?brief=1"))
    body = spoiled(json.dumps(answers(world, rng)), rng)
    kind = KINDS[2] if rng.random() < 0.9 else rng.choice(KINDS)
    return world.client.post(path, data=as_bytes(body, rng), content_type=kind).status_code


def table(world: World, rng: Random) -> int:
    given = {"id": "a", **answers(world, rng)}
    cells = ["|".join(one) if isinstance(one, list) else one for one in given.values()]
    text = spoiled(f"{','.join(given)}\n{','.join(cells)}\n", rng)
    with suppress(RecommenderError, csv.Error):
        for _ in from_csv(world.book, text.splitlines(keepends=True)):
            pass
    return 200


def rules(world: World, rng: Random) -> int:
    text = rng.choice(world.files)
    start = rng.randrange(max(1, len(text) - 2_000))
    content, findings = as_bytes(spoiled(text[start : start + 2_000], rng), rng), Findings()
    if rng.random() < 0.3:
        with suppress(form_file.FormFileError):
            form_file.read("kopi.yaml", content)
        return 200
    data = parse("extra.yaml", content, findings)
    folder_of({} if data is None else {"extra.yaml": data}, findings)
    for finding in findings.all():
        finding.text("en")
    return 200


def link(world: World, rng: Random) -> int:
    whole = read(world.book.questionnaire, answers(world, rng))
    text = code.encode(world.book.layouts, whole)
    text = spoiled(text, rng) if rng.random() < 0.8 else text
    end = rng.choice(("", "", ".json", ".md", "/sheet", "/sheet.csv"))
    query = spoiled(rng.choice(("", "v=2026.11", "lang=id", f"from={text}", "reader=client")), rng)
    path = f"{rng.choice(('', '/f/kopi'))}/r/{text}{end}"
    return asked(world, rng, path, query)


def prefill(world: World, rng: Random) -> int:
    path = rng.choice(("/", "/2", "/so-far", "/compare", "/refine", "/f/kopi/", "/types/blog"))
    return asked(world, rng, path, spoiled(urlencode(answers(world, rng), doseq=True), rng))


WAYS: dict[str, Callable[[World, Random], int]] = {
    "form": form,
    "API": api,
    "CSV": table,
    "rules": rules,
    "code": link,
    "prefill": prefill,
}


@dataclass
class Tried:
    """What came of inputs: how many by way and by hundred of the status, and which did harm.

    `slowest` is the time of the processor, in seconds, that the dearest input took.
    """

    count: Counter[tuple[str, int]] = field(default_factory=Counter)
    harm: list[str] = field(default_factory=list)
    slowest: float = 0.0

    def add(self, other: "Tried") -> None:
        self.count += other.count
        self.harm += other.harm
        self.slowest = max(self.slowest, other.slowest)


def tried(world: World, seeds: range) -> Tried:
    """Send the inputs of these seeds, one to each way in turn."""
    found, ways = Tried(), list(WAYS.items())
    for seed in seeds:
        name, way = ways[seed % len(ways)]
        began = time.process_time()
        try:
            status = way(world, Random(seed))
        except Exception as error:
            status = 599
            found.harm.append(f"{name}, seed {seed}: {error!r}"[:300])
        took = time.process_time() - began
        found.slowest = max(found.slowest, took)
        found.count[name, status // 100] += 1
        if status in range(500, 599) or took > 1:
            found.harm.append(f"{name}, seed {seed}: {status} after {took:.2f} s")
    return found
