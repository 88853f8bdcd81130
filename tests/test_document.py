"""The recommendation document: its schema, its canonical bytes, and its short form."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from profiles import random_answers

from recommender.engine.answers import read
from recommender.engine.code import decode
from recommender.engine.scoring import recommend
from recommender.render.document import answers_object, brief, canonical, document

SCHEMA = Path(__file__).parent.parent / "docs" / "recommendation.schema.json"


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    schema = json.loads(SCHEMA.read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


@pytest.fixture(scope="module")
def made(rulebook):
    """The fashion brand's recommendation."""
    answers = read(rulebook.questionnaire, answers_of_example(rulebook))
    return recommend(rulebook, answers)


def answers_of_example(rulebook) -> dict:
    return {
        question: value if isinstance(value, str) else list(value)
        for question, value in rulebook.example.answers.items()
    }


@pytest.mark.slow
def test_random_documents_are_valid_by_the_published_schema(rulebook, rng, validator):
    for _ in range(300):
        sent = json.loads(canonical(document(recommend(rulebook, random_answers(rulebook, rng)))))
        assert list(validator.iter_errors(sent)) == []


def test_the_schema_notices_what_it_should(made, validator):
    """Without this, a schema that allows everything would pass too."""
    sent = json.loads(canonical(document(made)))
    spoiled = [
        sent | {"format": 2},
        sent | {"code": "not a code"},
        sent | {"guess": 1},
        sent | {"ranking": sent["ranking"][:5]},
        {key: value for key, value in sent.items() if key != "rules"},
    ]

    assert validator.is_valid(sent)
    assert [validator.is_valid(one) for one in spoiled] == [False] * len(spoiled)


def test_a_document_says_under_which_rules_and_for_which_answers_it_was_made(made, rulebook):
    sent = document(made)

    assert sent["format"] == 1
    assert sent["rules"] == {"version": rulebook.version, "digest": rulebook.digest}
    assert sent["answers"] == answers_of_example(rulebook)


def test_the_code_of_a_document_leads_back_to_its_answers(rulebook, rng):
    for _ in range(200):
        sent = document(recommend(rulebook, random_answers(rulebook, rng)))
        again = read(rulebook.questionnaire, decode(rulebook.layouts, sent["code"]))
        assert answers_object(again) == sent["answers"]
        assert document(recommend(rulebook, again)) == sent


def test_a_document_always_ranks_all_six_types_and_their_points_add_up(rulebook, rng):
    for _ in range(200):
        ranking = document(recommend(rulebook, random_answers(rulebook, rng)))["ranking"]
        assert sorted(entry["type"] for entry in ranking) == sorted(rulebook.types)
        for entry in ranking:
            assert entry["points"] == sum(said["points"] for said in entry["contributions"])


def test_none_of_these_is_an_empty_list_and_unknown_is_left_out(rulebook):
    answers = read(rulebook.questionnaire, answers_of_example(rulebook) | {"risk_exposure": []})

    sent = document(recommend(rulebook, answers))["answers"]

    assert sent["risk_exposure"] == []
    assert "existing_channels" not in sent


def test_the_canonical_form_has_sorted_keys_no_spaces_and_plain_utf_8():
    value = {"b": [1, "–é"], "a": {"z": None, "c": True}}

    assert canonical(value) == '{"a":{"c":true,"z":null},"b":[1,"–é"]}'.encode()


def test_the_canonical_form_is_the_same_whatever_order_the_keys_came_in(made):
    sent = document(made)
    turned = dict(reversed(sent.items()))

    assert canonical(turned) == canonical(sent)
    assert json.loads(canonical(sent)) == json.loads(json.dumps(sent))


def test_the_short_form_holds_type_rank_and_points_alone(made):
    assert brief(made) == {
        "ranking": [
            {"type": entry.type, "rank": entry.rank, "points": entry.points}
            for entry in made.ranking
        ]
    }


def test_no_document_is_made_of_a_draft(rulebook):
    draft = recommend(rulebook, read(rulebook.questionnaire, {"pace": "daily"}, require=()))

    assert len(draft.ranking) == 6
    with pytest.raises(ValueError, match="draft"):
        document(draft)
