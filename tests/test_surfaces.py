"""One document on every surface: web, API, command line and batch, byte for byte."""

import json
import random

import pytest
from click.testing import CliRunner
from process import run
from profiles import random_given

from recommender.cli import main
from recommender.engine.answers import read
from recommender.engine.scoring import recommend
from recommender.render.document import canonical, document


@pytest.fixture(scope="module")
def profiles(rulebook) -> list[dict]:
    """A thousand random answers, as the JSON objects that programs send."""
    rng = random.Random(1000)
    return [random_given(rulebook, rng) for _ in range(1000)]


@pytest.fixture(scope="module")
def documents(rulebook, profiles) -> list[bytes]:
    """What the engine and the renderer alone make of them."""
    read_ = (read(rulebook.questionnaire, given) for given in profiles)
    return [canonical(document(recommend(rulebook, answers))) for answers in read_]


@pytest.mark.slow
def test_the_api_sends_the_document(client, profiles, documents):
    sent = [client.post("/api/v1/recommendations", json=given).data for given in profiles]

    assert sent == documents


@pytest.mark.slow
def test_the_page_of_a_code_sends_the_document_as_json(client, documents):
    codes = [json.loads(wanted)["code"] for wanted in documents]

    assert [client.get(f"/r/{code}.json").data for code in codes] == documents


@pytest.mark.slow
def test_recommend_prints_the_document(loaded_once, profiles, documents):
    runner = CliRunner()
    command = ["recommend", "--format", "json"]

    printed = [runner.invoke(main, command, json.dumps(given)).stdout_bytes for given in profiles]

    assert printed == [wanted + b"\n" for wanted in documents]


@pytest.mark.slow
def test_batch_writes_the_document_on_each_line(loaded_once, profiles, documents):
    lines = [json.dumps({"id": n, "answers": given}) for n, given in enumerate(profiles)]

    done = CliRunner().invoke(main, ["batch"], "\n".join(lines))

    assert done.exit_code == 0
    written = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["id"] for line in written] == list(range(1000))
    assert [canonical(line["recommendation"]) for line in written] == documents
    start = b'{"id":7,"recommendation":'
    assert done.stdout_bytes.splitlines()[7] == start + documents[7] + b"}"


@pytest.mark.slow
def test_a_process_of_its_own_prints_the_same_document(profiles, documents):
    for given, wanted in zip(profiles[:3], documents, strict=False):
        done = run("recommend", "--format", "json", given=json.dumps(given).encode())
        assert (done.returncode, done.stderr) == (0, b"")
        assert done.stdout == wanted + b"\n"


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
