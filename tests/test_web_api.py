"""The JSON API: documents out, and problems that a program and its user can both read."""

import json

import pytest
from flask.testing import FlaskClient
from page import HEADERS

from recommender.engine.answers import read
from recommender.engine.scoring import recommend
from recommender.i18n import words
from recommender.render.document import brief, canonical, document

ADDRESS = "/api/v1/recommendations"
BASE = {
    "primary_goal": "brand_awareness",
    "organisation": "consumer_business",
    "audience_activity": ["watches_listens"],
    "content_strengths": ["photos"],
}


@pytest.fixture
def send(client: FlaskClient):
    """Post a body, text or a value to write as JSON, to the API."""

    def post(body, address: str = ADDRESS, content_type: str = "application/json", **options):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        response = client.post(address, data=data, content_type=content_type, **options)
        check_headers(response)
        return response

    return post


def check_headers(response) -> None:
    assert "Set-Cookie" not in response.headers
    assert "Access-Control-Allow-Origin" not in response.headers
    for name in HEADERS.keys() - {"Content-Type"}:
        assert response.headers[name] == HEADERS[name]


def problems_of(response, status: int, lang: str = "id") -> list[tuple[str | None, str]]:
    """Question and code of each problem, once the answer has the shape of a problem document."""
    assert (response.status_code, response.mimetype) == (status, "application/problem+json")
    body = json.loads(response.data)
    assert body.keys() == {"type", "status", "title", "detail", "problems"}
    assert (body["type"], body["status"]) == ("about:blank", status)
    assert body["title"]
    assert body["detail"]
    assert body["title"] in [words(lang)(f"error_{key}_title") for key in (status, "code")]
    for problem in body["problems"]:
        assert problem.keys() == {"question", "code", "message"}
        assert problem["message"].keys() == {"en", "id"}
        assert all(problem["message"].values())
        assert problem["message"]["en"] != problem["message"]["id"]
    assert canonical(body) == response.data
    return [(problem["question"], problem["code"]) for problem in body["problems"]]


def test_answers_in_give_the_document_out_in_its_canonical_form(send, rulebook):
    made = recommend(rulebook, read(rulebook.questionnaire, BASE))

    response = send(BASE)

    assert (response.status_code, response.mimetype) == (200, "application/json")
    assert response.data == canonical(document(rulebook, made.answers))
    assert response.json["ranking"][0]["type"] == "media_sharing"
    assert [entry["type"] for entry in response.json["ranking"]] == [e.type for e in made.ranking]
    assert response.json["rules"] == {"version": rulebook.version, "digest": rulebook.digest}


def test_the_language_of_the_asker_changes_nothing_in_a_document(send):
    plain = send(BASE).data

    assert send(BASE, f"{ADDRESS}?lang=en").data == plain
    assert send(BASE, headers={"Accept-Language": "en"}).data == plain


def test_a_brief_answer_has_only_type_rank_and_points(send, rulebook):
    response = send(BASE, f"{ADDRESS}?brief=1")

    made = recommend(rulebook, read(rulebook.questionnaire, BASE))
    assert response.data == canonical(brief(rulebook, made.answers))
    assert [entry["points"] for entry in response.json["ranking"]] == [
        entry.points for entry in made.ranking
    ]
    assert all(entry.keys() == {"type", "rank", "points"} for entry in response.json["ranking"])


def test_any_other_value_of_brief_is_not_brief(send):
    assert "digest" in send(BASE, f"{ADDRESS}?brief=0").json["rules"]


def test_null_is_unknown_and_an_empty_list_is_none_of_these(send):
    given = send(BASE | {"pace": None, "risk_exposure": [], "audience_age": []}).json["answers"]

    assert given == BASE | {"risk_exposure": []}


def test_lists_come_out_without_repeats_and_in_the_questionnaires_order(send):
    given = BASE | {"content_strengths": ["video", "photos", "video", "photos"]}

    assert send(given).json["answers"]["content_strengths"] == ["photos", "video"]


def test_a_byte_order_mark_is_no_part_of_the_answers(send):
    assert send(b"\xef\xbb\xbf" + json.dumps(BASE).encode()).status_code == 200


def test_every_problem_is_named_at_once_in_the_questionnaires_order(send):
    response = send(
        {
            "pase": "daily",
            "weekly_hours": 5,
            "primary_goal": "brand_awarenes",
            "audience_activity": ["reads_in_depth", "follows_updates", "watches_listens", "forum"],
            "content_strengths": "photos",
            "risk_exposure": ["-", "sensitive_topics"],
            "conversation": "-",
        }
    )

    assert problems_of(response, 422) == [
        ("primary_goal", "choice"),
        ("organisation", "required"),
        ("audience_activity", "choice"),
        ("audience_activity", "too_many"),
        ("conversation", "no_none"),
        ("content_strengths", "type"),
        ("weekly_hours", "type"),
        ("risk_exposure", "none_with_option"),
        ("pase", "unknown_question"),
    ]


def test_a_misspelt_name_comes_with_the_one_that_was_meant(send):
    body = send(BASE | {"paces": "daily", "organisation": "consumer_busines"}).json

    assert "Did you mean “consumer_business”?" in body["problems"][0]["message"]["en"]
    assert "Apakah maksud Anda “pace”?" in body["problems"][1]["message"]["id"]


@pytest.mark.parametrize(
    ("sent", "lang"),
    [
        ({}, "id"),
        ({"headers": {"Accept-Language": "en"}}, "en"),
        ({"address": f"{ADDRESS}?lang=en"}, "en"),
        ({"address": f"{ADDRESS}?lang=id", "headers": {"Accept-Language": "en"}}, "id"),
    ],
)
def test_a_problem_speaks_the_askers_language_and_its_details_both(send, sent, lang):
    problems_of(send({}, **sent), 422, lang)


@pytest.mark.parametrize("body", [b"[]", b"1", b'"x"', b"true", b"null"])
def test_json_that_is_no_object_is_readable_but_wrong(send, body):
    assert problems_of(send(body), 422) == [(None, "object")]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "malformed"),
        (b"{", "malformed"),
        (b"{} {}", "malformed"),
        (b"{'a': 1}", "malformed"),
        (b'{"pace": "daily", "pace": "weekly"}', "duplicate_key"),
        (b'{"pace": NaN}', "number"),
        (b'{"pace": -Infinity}', "number"),
        (b'{"pace": 1e999}', "number"),
        (b'{"pace": %s}' % (b"9" * 5_000), "number"),
        (b"[" * 20 + b"]" * 20, "too_deep"),
        (b"[" * 60_000, "too_deep"),
        (b'{"pace": "\xff"}', "encoding"),
        (json.dumps(BASE).encode("utf-16"), "encoding"),
    ],
)
def test_what_cannot_be_read_is_400_with_the_reason(send, body, code):
    assert problems_of(send(body), 400) == [(None, code)]


@pytest.mark.parametrize("escape", [b'{"\\ud800": 1}', b'{"pace": "\\udfff"}'])
def test_half_a_letter_is_a_problem_and_no_fault(send, escape):
    response = send(escape)

    assert response.status_code in (400, 422)
    assert problems_of(response, response.status_code)


@pytest.mark.parametrize("key", ["", " ", "\x00", "__proto__", "<script>", "a" * 10_000, "{value}"])
def test_an_unknown_key_is_a_problem_whatever_it_is(send, key):
    response = send(BASE | {key: 1})

    assert [code for _, code in problems_of(response, 422)] == ["unknown_question"]
    assert len(response.data) < 30_000


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "text/json", ""]
)
def test_anything_but_json_is_refused_by_its_kind(send, content_type):
    assert problems_of(send(BASE, content_type=content_type), 415) == []


def test_a_packed_body_is_refused(send):
    assert problems_of(send(BASE, headers={"Content-Encoding": "gzip"}), 415) == []


def test_a_body_beyond_64_kib_is_too_large(send):
    padding = b" " * (64 * 1024 - len(json.dumps(BASE)))

    assert send(json.dumps(BASE).encode() + padding).status_code == 200
    assert problems_of(send(json.dumps(BASE).encode() + padding + b" "), 413) == []


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_a_wrong_method_is_refused_with_the_right_one_named(client: FlaskClient, method):
    response = client.open(ADDRESS, method=method)

    assert problems_of(response, 405) == []
    assert set(response.headers["Allow"].split(", ")) == {"OPTIONS", "POST"}


@pytest.mark.parametrize("address", ["/api/v1/nothing", "/api/", "/api/v2/recommendations"])
def test_an_address_that_is_none_is_a_problem_too(client: FlaskClient, address):
    response = client.get(address)

    assert problems_of(response, 404) == []
    check_headers(response)


def test_the_questionnaire_holds_every_question_and_option_in_both_languages(client, rulebook):
    response = client.get("/api/v1/questionnaire")

    check_headers(response)
    assert response.mimetype == "application/json"
    asked = rulebook.questionnaire.questions
    assert [question["id"] for question in response.json["questions"]] == list(asked)
    for question in response.json["questions"]:
        assert question["label"].keys() == {"en", "id"}
        assert question["required"] == asked[question["id"]].required
        assert [option["id"] for option in question["options"]] == list(
            asked[question["id"]].options
        )
        assert all(option["label"].keys() == {"en", "id"} for option in question["options"])


@pytest.mark.slow
def test_every_option_of_the_questionnaire_is_taken_as_an_answer(client, send):
    for question in client.get("/api/v1/questionnaire").json["questions"]:
        for option in question["options"]:
            value = option["id"] if question["kind"] == "one" else [option["id"]]
            given = BASE | {question["id"]: value}
            answers = send(given).json["answers"]
            if given["primary_goal"] in given.get("secondary_goals", []):
                del given["secondary_goals"]
            assert answers == given


def test_the_app_says_that_it_is_alive_and_ready(client: FlaskClient, rulebook):
    alive, ready = client.get("/healthz"), client.get("/readyz")

    assert (alive.status_code, alive.data) == (200, b"ok\n")
    assert (ready.status_code, ready.text) == (200, f"ok {rulebook.version}\n")
    for response in (alive, ready):
        assert response.mimetype == "text/plain"
        check_headers(response)
