"""The recommendation document: its schema, its canonical bytes, and its short form."""

import json
import random
from dataclasses import asdict
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from profiles import MANY, random_answers

from recommender.engine.answers import read
from recommender.engine.code import decode
from recommender.engine.explain import explain
from recommender.engine.guidance import advice_for, platforms_for
from recommender.engine.scoring import recommend
from recommender.render.document import answers_object, brief, canonical, document

SCHEMA = Path(__file__).parent.parent / "recommender/render/recommendation.schema.json"


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    schema = json.loads(SCHEMA.read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


@pytest.fixture(scope="module")
def made(rulebook):
    """The fashion brand's recommendation."""
    return recommend(rulebook, read(rulebook.questionnaire, answers_of_example(rulebook)))


@pytest.fixture(scope="module")
def example(rulebook, made):
    """The fashion brand's document."""
    return document(rulebook, made.answers)


def answers_of_example(rulebook) -> dict:
    return {
        question: value if isinstance(value, str) else list(value)
        for question, value in rulebook.example.answers.items()
    }


@pytest.mark.slow
def test_random_documents_are_valid_by_the_published_schema(rulebook, rng, validator):
    for _ in range(MANY // 4):
        sent = json.loads(canonical(document(rulebook, random_answers(rulebook, rng))))
        assert list(validator.iter_errors(sent)) == []


@pytest.mark.slow
def test_the_schema_notices_what_it_should(example, validator):
    """Without this, a schema that allows everything would pass too."""
    sent = json.loads(canonical(example))
    spoiled = [
        sent | {"format": 2},
        sent | {"code": "not a code"},
        sent | {"guess": 1},
        sent | {"ranking": sent["ranking"][:5]},
        sent | {"confidence": sent["confidence"] | {"label": "sure"}},
        *({key: value for key, value in sent.items() if key != left_out} for left_out in sent),
        *(
            sent | {"ranking": [sent["ranking"][0] | {key: None}, *sent["ranking"][1:]]}
            for key in sent["ranking"][0]
        ),
    ]

    assert validator.is_valid(sent)
    assert [validator.is_valid(one) for one in spoiled] == [False] * len(spoiled)


def test_a_document_says_under_which_rules_and_for_which_answers_it_was_made(example, rulebook):
    assert example["format"] == 1
    assert example["rules"] == {"version": rulebook.version, "digest": rulebook.digest}
    assert example["answers"] == answers_of_example(rulebook)


@pytest.mark.slow
def test_the_code_of_a_document_leads_back_to_its_answers(rulebook, rng):
    for _ in range(30):
        sent = document(rulebook, random_answers(rulebook, rng))
        again = read(rulebook.questionnaire, decode(rulebook.layouts, sent["code"]))
        assert answers_object(again) == sent["answers"]
        assert document(rulebook, again) == sent


@pytest.mark.slow
def test_a_document_always_ranks_all_six_types_and_their_points_add_up(rulebook, rng):
    for _ in range(50):
        ranking = document(rulebook, random_answers(rulebook, rng))["ranking"]
        assert sorted(entry["type"] for entry in ranking) == sorted(rulebook.types)
        for entry in ranking:
            assert entry["points"] == sum(said["points"] for said in entry["contributions"])
            for kind in ("fit", "capacity"):
                of_kind = [s["points"] for s in entry["contributions"] if s["kind"] == kind]
                assert entry[kind] == sum(of_kind)
            least, most = entry["range"]
            assert least <= entry["points"] <= most


@pytest.mark.parametrize("number", range(4))
def test_a_document_carries_all_that_explains_it(rulebook, number):
    answers = random_answers(rulebook, random.Random(40 + number))
    explained = explain(rulebook, answers)

    sent = document(rulebook, answers)

    assert sent["confidence"] == asdict(explained.confidence)
    assert sent["next_questions"] == list(explained.next_questions)
    for entry in sent["ranking"]:
        type_ = entry["type"]
        assert entry["range"] == list(explained.ranges[type_])
        assert [[change["question"] for change in one] for one in entry["changes"]] == [
            [change.question for change in one] for one in explained.changes[type_]
        ]
        advice = advice_for(rulebook, answers, type_)
        assert [(one["id"], one["kind"]) for one in entry["advice"]] == [
            (one.id, one.kind) for one in advice
        ]
        closing = next(e for e in recommend(rulebook, answers).ranking if e.type == type_).warnings
        notes = platforms_for(rulebook, answers, type_, closing)
        assert [(p["id"], p["advised"]) for p in entry["platforms"]] == [
            (note.id, note.advised) for note in notes
        ]


@pytest.mark.slow
def test_a_change_of_a_document_says_from_what_to_what_as_answers_are_written(rulebook, rng):
    asked = rulebook.questionnaire.questions
    kinds = set()
    for _ in range(30):
        sent = document(rulebook, random_answers(rulebook, rng))
        for change in (c for e in sent["ranking"] for one in e["changes"] for c in one):
            question = asked[change["question"]]
            assert change["from"] == sent["answers"].get(question.id)
            assert change["to"] != change["from"]
            changed = sent["answers"] | {question.id: change["to"]}
            again = answers_object(read(rulebook.questionnaire, changed))
            assert again.get(question.id) == change["to"]
            kinds.add(type(change["to"]))
    assert kinds == {str, list, type(None)}


def test_none_of_these_is_an_empty_list_and_unknown_is_left_out(rulebook):
    answers = read(rulebook.questionnaire, answers_of_example(rulebook) | {"risk_exposure": []})

    sent = document(rulebook, answers)["answers"]

    assert sent["risk_exposure"] == []
    assert "existing_channels" not in sent


def test_the_canonical_form_has_sorted_keys_no_spaces_and_plain_utf_8():
    value = {"b": [1, "–é"], "a": {"z": None, "c": True}}

    assert canonical(value) == '{"a":{"c":true,"z":null},"b":[1,"–é"]}'.encode()


def test_the_canonical_form_is_the_same_whatever_order_the_keys_came_in(example):
    turned = dict(reversed(example.items()))

    assert canonical(turned) == canonical(example)
    assert json.loads(canonical(example)) == json.loads(json.dumps(example))


def test_the_short_form_holds_type_rank_and_points_alone(rulebook, made):
    assert brief(rulebook, made.answers) == {
        "ranking": [
            {"type": entry.type, "rank": entry.rank, "points": entry.points}
            for entry in made.ranking
        ]
    }


def test_no_document_is_made_of_a_draft(rulebook):
    draft = read(rulebook.questionnaire, {"pace": "daily"}, require=())

    assert len(recommend(rulebook, draft).ranking) == 6
    with pytest.raises(ValueError, match="draft"):
        document(rulebook, draft)
