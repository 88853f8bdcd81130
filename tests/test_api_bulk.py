"""Recommendations for many at once, and the rules that they are made by."""

import pytest
from apis import asking, key_for, world_of
from flask.testing import FlaskClient

from recommender.store.database import Database
from recommender.web.api import models

ANSWERS = {
    "primary_goal": "brand_awareness",
    "organisation": "consumer_business",
    "audience_activity": ["watches_listens"],
    "content_strengths": ["photos"],
}


@pytest.fixture
def program(store: Database) -> FlaskClient:
    world = world_of(store)
    return asking(world, key_for(world, "recommend", "write")[1])


def codes(response) -> dict[str, str]:
    assert response.status_code == 422, response.text
    return {one["question"]: one["code"] for one in response.json["problems"]}


@pytest.mark.slow
def test_many_answers_are_answered_in_their_order(program) -> None:
    items = [{"id": n, "answers": ANSWERS} for n in (3, 1, 2)]

    given = program.post("/api/v1/recommendations/bulk", json={"items": items}).json["items"]

    alone = program.post("/api/v1/recommendations", json=ANSWERS).json
    assert [one["id"] for one in given] == [3, 1, 2]
    assert all(one["recommendation"] == alone for one in given)


@pytest.mark.parametrize("query", ["", "?brief=1"])
def test_what_is_wrong_with_one_set_of_answers_costs_the_others_nothing(program, query) -> None:
    items = [{"id": "a", "answers": ANSWERS}, {"answers": {"pace": "x"}}, 7, {"id": "b"}]

    given = program.post(f"/api/v1/recommendations/bulk{query}", json={"items": items}).json

    good, *bad = given["items"]
    alone = program.post(f"/api/v1/recommendations{query}", json=ANSWERS).json
    assert good == {"id": "a", "recommendation": alone}
    assert [(one["id"], one.get("line")) for one in bad] == [(None, 2), (None, 3), ("b", None)]
    assert ("pace", "choice") in [(one["question"], one["code"]) for one in bad[0]["problems"]]
    assert [one["code"] for one in bad[1]["problems"]] == ["object"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("query", "most"), [("", models.MOST_WHOLE), ("?brief=1", models.MOST_BRIEF)]
)
def test_a_call_takes_so_many_answers_and_no_more(program, query, most) -> None:
    item = {"answers": {}}

    full = program.post(f"/api/v1/recommendations/bulk{query}", json={"items": [item] * most})
    over = program.post(f"/api/v1/recommendations/bulk{query}", json={"items": [item] * (most + 1)})

    assert len(full.json["items"]) == most
    assert codes(over) == {"items": "many"}
    assert str(most) in over.json["problems"][0]["message"]["id"]


@pytest.mark.slow
def test_many_answers_may_take_a_mebibyte(program) -> None:
    body = b'{"items": [{"answers": {}}]}'
    full, over = body.ljust(1024 * 1024), body.ljust(1024 * 1024 + 1)

    sent = {"content_type": "application/json"}
    assert program.post("/api/v1/recommendations/bulk", data=full, **sent).status_code == 200
    assert program.post("/api/v1/recommendations/bulk", data=over, **sent).status_code == 413
    assert program.post("/api/v1/webhooks", data=full, **sent).status_code == 413


def test_the_rules_come_with_words_points_and_sources(client: FlaskClient, rulebook) -> None:
    given = client.get("/api/v1/rules").json

    assert (given["version"], given["digest"]) == (rulebook.version, rulebook.digest)
    assert [one["id"] for one in given["rules"]] == list(rulebook.rules)
    known = {one["id"] for one in given["sources"]}
    for one in given["rules"]:
        rule = rulebook.rules[one["id"]]
        assert one["points"] == dict(rule.effects)
        assert set(one["sources"]) <= known
        assert one["points"] or one["exclude"] or one["close"] or one["warn"]
        assert all(one[key].keys() == {"en", "id"} for key in ("condition", "outcome", "reason"))
