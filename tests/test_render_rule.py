"""A rule in words, and everything about it for whoever writes rules."""

import json

import pytest
from click.testing import CliRunner

from recommender.cli import main
from recommender.engine.model import Rule
from recommender.i18n import LANGUAGES
from recommender.render.rule import sentence


def made(when: dict, unless: dict | None = None, **does) -> Rule:
    return Rule(
        id="a-rule",
        kind="fit",
        when=tuple((q, frozenset(options)) for q, options in when.items()),
        unless=tuple((q, frozenset(options)) for q, options in (unless or {}).items()),
        reason={"en": "Because.", "id": "Karena."},
        sources=("seed-b-blog",),
        **does,
    )


@pytest.mark.parametrize(
    ("rule", "en", "id_"),
    [
        pytest.param(
            made({"audience_activity": ["reads_in_depth"]}, effects={"blog": 5}),
            "If your audience reads long articles: +5 points for a blog.",
            "Jika audiens Anda membaca tulisan panjang: +5 poin untuk blog.",
            id="one condition",
        ),
        pytest.param(
            made(
                {"goal": ["customer_service", "timely_information"], "pace": ["realtime"]},
                {"response_time": ["few_days", "cannot_reply"]},
                effects={"microblog": -1, "forum": -2},
            ),
            "If your main goal (or, for half the points, one of your other goals) is to answer "
            "complaints and questions or to inform people fast, and you have something new to "
            "share several times a day, but not if you can reply within a few days or can hardly "
            "ever reply: −1 point for a microblog and −2 points for a forum.",
            "Jika tujuan utama Anda (atau, dengan setengah poin, salah satu tujuan lain Anda) "
            "adalah menangani keluhan dan pertanyaan atau memberi kabar dengan cepat, dan Anda "
            "punya hal baru untuk dibagikan beberapa kali sehari, kecuali jika Anda bisa membalas "
            "dalam beberapa hari kerja atau hampir tidak pernah bisa membalas: −1 poin untuk "
            "mikroblog dan −2 poin untuk forum.",
            id="a goal, two conditions and an exception",
        ),
        pytest.param(
            made({"risk_exposure": ["-", "frequent_complaints"]}, exclude=("forum", "blog")),
            "If you often receive complaints or none of these risks applies to you: we advise "
            "against a forum or a blog, whatever the points.",
            "Jika Anda sering menerima keluhan atau tidak ada risiko ini yang berlaku bagi Anda: "
            "kami tidak menyarankan forum atau blog, berapa pun poinnya.",
            id="none of these, and types excluded",
        ),
        pytest.param(
            made({"market": ["indonesia"]}, close={"collaboration": ("wikipedia",)}),
            "If your market is in Indonesia: we advise against Wikipedia as a wiki or "
            "collaboration service.",
            "Jika pasar Anda berada di Indonesia: kami tidak menyarankan Wikipedia sebagai wiki "
            "atau layanan kolaborasi.",
            id="a platform closed",
        ),
        pytest.param(
            made({"market": ["indonesia"]}, warn=("forum",)),
            "If your market is in Indonesia: we add a warning about a forum, and no points change.",
            "Jika pasar Anda berada di Indonesia: kami menambahkan peringatan untuk forum, dan "
            "poinnya tetap.",
            id="a warning",
        ),
    ],
)
def test_a_rule_is_one_sentence_in_each_language(rulebook, rule, en, id_):
    assert sentence(rulebook, rule, "en") == en
    assert sentence(rulebook, rule, "id") == id_


def test_every_shipped_rule_names_each_of_its_options_and_types(rulebook):
    for rule in rulebook.rules.values():
        for lang in LANGUAGES:
            said = sentence(rulebook, rule, lang)
            for question, options in rule.when + rule.unless:
                asked = rulebook.questionnaire.questions[
                    "primary_goal" if question == "goal" else question
                ]
                phrases = [asked.options[one].phrase[lang] for one in options if one != "-"]
                assert all(phrase in said for phrase in phrases), rule.id
            types = (*rule.effects, *rule.exclude, *rule.close, *rule.warn)
            assert all(rulebook.types[one].in_sentence[lang] in said for one in types), rule.id


def shown(*arguments: str):
    return CliRunner().invoke(main, ["rules", "show", *arguments])


def test_a_rule_is_shown_with_its_sources_and_what_hangs_on_it(rulebook, loaded_once):
    rule = rulebook.rules["readers-suit-blog"]

    done = shown(rule.id, "--lang", "en", "--profiles", "50")

    assert done.exit_code == 0
    text = " ".join(done.output.split())
    assert sentence(rulebook, rule, "en") in text
    assert rule.reason["en"] in text
    assert all(f"[{source}]" in text for source in rule.sources)
    assert "ball-state-sheet-music: A library makes old sheet music findable" in text
    assert "It does not apply if only this is known: " in text


@pytest.mark.slow
def test_a_rule_as_json_agrees_with_the_coverage_of_all_rules(loaded_once):
    one = json.loads(shown("readers-suit-blog", "--json", "--profiles", "50").output)
    every = json.loads(
        CliRunner().invoke(main, ["rules", "coverage", "--json", "--profiles", "50"]).output
    )

    used = every["uses"]["readers-suit-blog"]
    assert one["cases"] == {"n": 40, **used["cases"]}
    assert one["profiles"] == {"n": 50, **used["profiles"]}
    assert one["points"] == {"blog": 5}


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "There is no rule “readers-suit-blogs”; did you mean “readers-suit-blog”?\n"),
        ("id", "Tidak ada aturan “readers-suit-blogs”; apakah maksud Anda “readers-suit-blog”?\n"),
    ],
)
def test_a_rule_that_there_is_not_is_refused_with_the_nearest(loaded_once, lang, said):
    done = shown("readers-suit-blogs", "--lang", lang)

    assert (done.exit_code, done.stderr) == (2, said)
