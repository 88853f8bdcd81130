"""The letter to the client, and what today's rules say of an earlier submission: as values."""

import json
from dataclasses import replace
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from profiles import PLAIN, shipped_rulebook

from recommender.console.letter import MOST_ADDRESS, Parties, letter, mailto
from recommender.console.rereading import Reread, reread
from recommender.engine.answers import read
from recommender.engine.rulebook import Rulebook
from recommender.i18n import LANGUAGES
from recommender.render.document import document

BOOK = shipped_rulebook()
RISKY = PLAIN | {
    "weekly_hours": "hours_under_3",
    "response_time": "cannot_reply",
    "risk_exposure": ["sensitive_topics", "frequent_complaints", "misinformation_target"],
}
SRI = Parties("Sri", "sri@kopi.example", "Ani", "Studio", "https://a.example/f/kopi/r/7KX2")
each_language = pytest.mark.parametrize("lang", LANGUAGES)


def made(given: dict = PLAIN) -> dict:
    """The document of these answers, as it comes back from the store."""
    return json.loads(json.dumps(document(BOOK, read(BOOK.questionnaire, given))))


@each_language
def test_the_letter_says_what_comes_first_why_what_to_do_and_where(lang: str) -> None:
    whole = made()
    said = letter(whole, BOOK, lang, SRI).body
    first = whole["ranking"][0]
    strongest = [c["reason"][lang] for c in first["contributions"] if c["points"] > 0]
    steps = [one["text"][lang] for one in first["advice"] if one["kind"] == "first_week"]
    asked = BOOK.questionnaire.questions[whole["next_questions"][0]].label[lang]
    for part in (BOOK.types[first["type"]].in_sentence[lang], *strongest[:3], steps[0], asked):
        assert part in said
    assert "Sri" in said.splitlines()[0]
    assert SRI.link in said
    assert said.splitlines()[-2:] == ["Ani", "Studio"]


def test_the_letter_of_a_tie_or_without_a_held_type_promises_nothing() -> None:
    whole = made()
    whole["confidence"]["label"] = "tie"
    assert "fit equally well" in letter(whole, BOOK, "en", SRI).body
    whole["ranking"][0]["band"] = "weak"
    assert "No type fits well yet" in letter(whole, BOOK, "en", SRI).body
    for entry in whole["ranking"]:
        entry["excluded"] = True
    assert "rule out every type" in letter(whole, BOOK, "en", SRI).body


@each_language
def test_the_mail_link_holds_the_letter_and_stays_short(lang: str) -> None:
    whole = made(RISKY)
    address = mailto(whole, BOOK, lang, SRI)
    assert len(address) <= MOST_ADDRESS
    parts = urlsplit(address)
    assert (parts.scheme, unquote(parts.path)) == ("mailto", "sri@kopi.example")
    body = parse_qs(parts.query)["body"][0]
    assert SRI.link in body
    assert "\r\n" in body


def test_a_letter_that_no_mail_link_can_hold_leaves_the_link_to_the_result() -> None:
    whole = made()
    long = replace(SRI, author="a" * 2000, client="“&?#")
    body = parse_qs(urlsplit(mailto(whole, BOOK, "en", long)).query)["body"]
    assert body == [SRI.link]
    odd = replace(SRI, client="Sri & “Co”?#%")
    assert "Sri & “Co”?#%" in parse_qs(urlsplit(mailto(whole, BOOK, "en", odd)).query)["body"][0]


def test_under_the_same_rules_nothing_differs() -> None:
    whole = made()
    found = reread(whole, BOOK, BOOK, "en")
    assert (found.moved, found.causes) == ((), ())
    assert "nothing differs" in found.said


def without(rule: str) -> Rulebook:
    """The rulebook of today after this rule was taken away."""
    rest = {id_: one for id_, one in BOOK.rules.items() if id_ != rule}
    return replace(BOOK, version="2099.01", digest="sha256:other", rules=rest)


@each_language
def test_a_rule_that_is_gone_is_named_with_what_it_did_and_what_moved(lang: str) -> None:
    whole = made()
    first = whole["ranking"][0]
    gone = first["contributions"][0]
    found = reread(whole, BOOK, without(gone["rule"]), lang)
    assert [(cause.rule, cause.what) for cause in found.causes] == [(gone["rule"], "removed")]
    assert gone["reason"][lang] in " ".join(found.causes[0].lines)
    assert gone["rule"] in found.said
    [moved] = [one for one in found.moved if one.type == first["type"]]
    assert moved.points == (first["points"], first["points"] - gone["points"])
    assert found.code == whole["code"]


def test_without_the_rules_of_then_no_cause_is_told_but_what_moved() -> None:
    whole = made()
    today = without(whole["ranking"][0]["contributions"][0]["rule"])
    found = reread(whole, None, today, "en")
    assert found.causes == ()
    assert found.moved
    assert "no longer kept" in found.said
    whole["rules"]["digest"] = "sha256:older"
    assert reread(whole, None, BOOK, "en").moved == ()


def test_answers_that_today_cannot_read_are_said_to_be_so() -> None:
    whole = made()
    whole["answers"]["asked_once"] = "yes"
    whole["rules"]["digest"] = "sha256:older"
    found = reread(whole, None, BOOK, "en")
    assert found == Reread(found.said)
    assert "cannot read these answers" in found.said
