"""One document on every surface: web, API, command line and batch, byte for byte."""

import json
import random
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache

import pytest
from click.testing import CliRunner
from process import run
from profiles import MANY, random_given

from recommender.cli import main
from recommender.engine.answers import read
from recommender.render.document import canonical, document

TEN, REST = slice(0, 10), slice(10, MANY)
each_part = pytest.mark.parametrize(
    "part",
    [
        pytest.param(TEN, id="ten"),
        pytest.param(REST, id="the rest", marks=pytest.mark.slow),
    ],
)


@pytest.fixture(scope="module")
def profiles(rulebook) -> list[dict]:
    """Random answers, as the JSON objects that programs send."""
    rng = random.Random(1000)
    return [random_given(rulebook, rng) for _ in range(MANY)]


@pytest.fixture(scope="module")
def batch(profiles) -> Iterator[Callable[[slice], Future]]:
    """`recommender batch` on a part of them, in a process that works beside the other surfaces."""
    with ThreadPoolExecutor() as pool:

        @cache
        def started(start: int, stop: int) -> Future:
            some = enumerate(profiles[start:stop])
            lines = [json.dumps({"id": n, "answers": given}) for n, given in some]
            return pool.submit(run, "batch", given="\n".join(lines).encode())

        yield lambda part: started(part.start, part.stop)


@pytest.fixture(scope="module")
def wanted(app, profiles, batch) -> Callable[[slice], list[bytes]]:
    """What the API sends for a part of them, asked only once: one document takes 20 ms."""
    client = app.test_client()

    @cache
    def sent(start: int, stop: int) -> list[bytes]:
        batch(slice(start, stop))
        some = profiles[start:stop]
        return [client.post("/api/v1/recommendations", json=given).data for given in some]

    return lambda part: sent(part.start, part.stop)


@pytest.mark.slow
def test_the_api_sends_what_engine_and_renderer_alone_make(rulebook, profiles, wanted):
    read_ = (read(rulebook.questionnaire, given) for given in profiles[REST])

    assert wanted(REST) == [canonical(document(rulebook, answers)) for answers in read_]


@pytest.mark.slow
@each_part
def test_the_page_of_a_code_sends_the_document_as_json(client, wanted, part):
    codes = [json.loads(document_)["code"] for document_ in wanted(part)]

    assert [client.get(f"/r/{code}.json").data for code in codes] == wanted(part)


@pytest.mark.slow
@each_part
def test_recommend_prints_the_document(loaded_once, profiles, wanted, part):
    runner = CliRunner()
    command = ["recommend", "--format", "json"]

    printed = [runner.invoke(main, command, json.dumps(one)).stdout_bytes for one in profiles[part]]

    assert printed == [document_ + b"\n" for document_ in wanted(part)]


@pytest.mark.slow
@each_part
def test_batch_writes_the_document_on_each_line(wanted, batch, part):
    done = batch(part).result()

    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.splitlines() == [
        b'{"id":%d,"recommendation":%s}' % (n, document_)
        for n, document_ in enumerate(wanted(part))
    ]


@pytest.mark.slow
def test_a_process_of_its_own_prints_the_same_document(profiles, wanted):
    for given, document_ in zip(profiles[:3], wanted(TEN)[:3], strict=True):
        done = run("recommend", "--format", "json", given=json.dumps(given).encode())
        assert (done.returncode, done.stderr) == (0, b"")
        assert done.stdout == document_ + b"\n"


def test_the_short_form_is_the_same_on_api_and_batch(loaded_once, client, profiles):
    line = json.dumps({"id": "a", "answers": profiles[0]})

    sent = client.post("/api/v1/recommendations?brief=1", json=profiles[0]).data
    written = CliRunner().invoke(main, ["batch", "--brief"], line).stdout_bytes

    assert written == b'{"id":"a","recommendation":' + sent + b"}\n"


def test_api_and_batch_tell_the_same_problems(loaded_once, client):
    wrong = {"pace": "dayly", "weather": "fine"}

    sent = client.post("/api/v1/recommendations", json=wrong).json
    line = CliRunner().invoke(main, ["batch"], json.dumps({"id": "a", "answers": wrong})).stdout

    assert json.loads(line)["problems"] == sent["problems"]
    assert len(sent["problems"]) == 6
