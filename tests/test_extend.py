"""A folder that extends the shipped rules: what it adds, changes, switches off, and gets wrong."""

import json

import pytest
from click.testing import CliRunner
from folders import edit, findings
from own_rules import EXAMPLE, NAME, OWN_RULE, own_folder
from profiles import PLAIN, load_once, random_answers

from recommender.cli import main
from recommender.engine.answers import read
from recommender.engine.guidance import advice_for, platforms_for
from recommender.engine.scoring import recommend
from recommender.render.document import canonical, document
from recommender.rulebook import load, shipped
from recommender.rulebook.findings import Findings
from recommender.rulebook.load import (
    checked,
    contents_of,
    data_of,
    extended_data,
    folder_of,
    rulebook_of,
)
from recommender.rulebook.released import kept
from recommender.rulebook.releasing import release
from recommender.rulebook.shelf import Shelf

EDUCATION = {**PLAIN, "primary_goal": "audience_education"}
CHANGED = "blog-educates-market"
"""A shipped rule on the goal of education: 8 points for a blog."""


def given(rulebook, type_, answers=EDUCATION):
    """What each rule gave a type, and why: points and reasons by rule."""
    made = recommend(rulebook, read(rulebook.questionnaire, answers))
    [entry] = [entry for entry in made.ranking if entry.type == type_]
    return {said.rule: (said.points, said.reason["en"]) for said in entry.contributions}


# What it gives


@pytest.mark.slow
def test_a_folder_that_only_extends_answers_as_the_extended_rules_do(tmp_path, rulebook, rng):
    own = load(own_folder(tmp_path / "own"))

    for _ in range(20):
        answers = random_answers(rulebook, rng)
        same, theirs = document(own, answers), document(rulebook, answers)
        assert same.pop("rules") != theirs.pop("rules")
        assert same == theirs


@pytest.mark.slow
def test_an_own_rule_counts_beside_the_extended_ones(tmp_path, rulebook):
    own = load(own_folder(tmp_path / "own", {"daily.yaml": OWN_RULE}))

    answers = {**EDUCATION, "pace": "daily"}
    before, after = given(rulebook, "microblog", answers), given(own, "microblog", answers)
    assert after == {**before, "kopi-daily-posts": (3, "You post daily.")}
    assert own.origin == {"kopi-daily-posts": "own"}


@pytest.mark.slow
def test_changed_points_keep_the_reason_and_a_changed_reason_keeps_the_points(tmp_path, rulebook):
    changes = f"""\
changes:
  - {{rule: {CHANGED}, effects: {{blog: 6}}, why: "Less than we thought."}}
  - rule: fuller-wiki-pages-inform
    reason: {{en: "Ours.", id: "Milik kami."}}
    source: seed-b-blog
    why: "Our own words."
"""
    own = load(own_folder(tmp_path / "own", {"changes.yaml": changes}))

    shipped_points, shipped_reason = given(rulebook, "blog")[CHANGED]
    assert (shipped_points, given(own, "blog")[CHANGED]) == (8, (6, shipped_reason))
    reworded = own.rules["fuller-wiki-pages-inform"]
    assert reworded.reason == {"en": "Ours.", "id": "Milik kami."}
    assert reworded.sources == ("seed-b-blog",)
    assert reworded.effects == rulebook.rules["fuller-wiki-pages-inform"].effects
    assert own.origin == {CHANGED: "changed", "fuller-wiki-pages-inform": "changed"}


@pytest.mark.slow
def test_a_rule_switched_off_gives_nothing_and_is_remembered(tmp_path, rulebook):
    off = f'off: [{{rule: {CHANGED}, why: "Not for our clients."}}]\n'
    own = load(own_folder(tmp_path / "own", {"changes.yaml": off}))

    assert given(own, "blog").keys() == given(rulebook, "blog").keys() - {CHANGED}
    assert own.off == (rulebook.rules[CHANGED],)
    assert own.rules.keys() == rulebook.rules.keys() - {CHANGED}


@pytest.mark.slow
def test_own_platforms_follow_the_extended_ones_and_own_advice_goes_before(tmp_path, rulebook):
    platforms = """\
platforms:
  kopi-club:
    {name: Kopi Club, types: blog, markets: indonesia, source: seed-b-blog,
    reason: {en: "Kopi Club is ours.", id: "Kopi Club milik kami."}}
"""
    tactics = """\
advice:
  - {id: kopi-first-week, types: blog, kind: first_week, source: seed-b-blog,
    text: {en: "Call us.", id: "Hubungi kami."}}
"""
    files = {"platforms.yaml": platforms, "tactics.yaml": tactics}
    own = load(own_folder(tmp_path / "own", files))
    answers = read(own.questionnaire, EDUCATION)

    names = [note.id for note in platforms_for(own, answers, "blog") if note.advised]
    theirs = [note.id for note in platforms_for(rulebook, answers, "blog") if note.advised]
    assert names == [*theirs, "kopi-club"]
    week = [one.id for one in advice_for(own, answers, "blog") if one.kind == "first_week"]
    assert week == ["kopi-first-week"]


@pytest.mark.slow
def test_services_are_for_the_reader_and_never_in_the_document(rulebook):
    own = load_once(EXAMPLE)
    answers = read(own.questionnaire, EDUCATION)

    assert [service.id for service in own.services] == ["film-day", "editorial-desk"]
    assert {service.by for service in own.services} == {"Kopi Studio"}
    assert rulebook.services == ()
    assert b"film-day" not in canonical(document(own, answers))


# Which rules it is


@pytest.mark.slow
def test_the_version_is_that_of_the_extended_rules_and_the_digest_covers_both(tmp_path, rulebook):
    base = rulebook.version.partition("+")[0]
    books = [
        load(own_folder(tmp_path / "own", files))
        for files in ({}, {"daily.yaml": OWN_RULE}, {"daily.yaml": "# A comment\n" + OWN_RULE})
    ]

    digests = [book.digest for book in books]
    assert digests[1] == digests[2]
    assert len({rulebook.digest, *digests}) == 3
    for book in books:
        assert book.version == f"{base}+{book.digest.removeprefix('sha256:')[:8]}"
    assert books[0].name == {"en": "Kopi Studio's rules", "id": "Aturan Kopi Studio"}
    assert rulebook.name is None


@pytest.mark.slow
def test_rules_that_are_kept_as_plain_values_can_be_extended(tmp_path):
    own = contents_of(own_folder(tmp_path / "own", {"daily.yaml": OWN_RULE}), Findings())
    data = data_of(own, Findings())
    lines, nothing = extended_data(data, Findings()), Findings()

    folders = [folder_of(data | base, nothing) for base in (lines, json.loads(json.dumps(lines)))]

    assert folders[0].forms == folders[1].forms
    assert not nothing


@pytest.mark.slow
@pytest.mark.parametrize("version", kept(shipped()))
def test_each_released_version_can_be_extended(tmp_path, version):
    own = load(own_folder(tmp_path / "own", {"daily.yaml": OWN_RULE}, extends=version))

    assert own.version.startswith(f"{version}+")


@pytest.mark.slow
def test_put_together_the_rules_stand_on_their_own_as_a_release_keeps_them(rng):
    own, found = load_once(EXAMPLE), Findings()
    folder = checked(contents_of(EXAMPLE, found), found)

    assert "statements.yaml" not in folder.data  # they tell of the rules as they were
    again = folder_of(json.loads(json.dumps(folder.data)), found)

    kept_ = rulebook_of(again, own.version, own.digest)
    assert own.origin
    assert own.off
    assert (kept_.origin, kept_.off) == (own.origin, own.off)
    for _ in range(10):
        answers = random_answers(own, rng)
        assert canonical(document(kept_, answers)) == canonical(document(own, answers))


@pytest.mark.slow
def test_a_release_of_such_a_folder_still_answers_after_a_change(tmp_path, monkeypatch):
    files = {"rulebook.yaml": f'extends: shipped\nlast_release: "0"\n{NAME}'}
    folder = own_folder(tmp_path / "own", files | {"daily.yaml": OWN_RULE})
    monkeypatch.setattr("recommender.rulebook.releasing.RECORDED", 1)

    released = release(folder, "kopi1", lambda *made: canonical(document(*made)))
    same = load(folder)
    edit(folder, "daily.yaml", "microblog: 3", "microblog: 1")

    assert (released.version, same.version) == ("kopi1", "kopi1")
    assert same.digest == released.digest
    assert load(folder).version.startswith("kopi1+")
    old = Shelf.opened(folder).under("kopi1")
    answers = {**EDUCATION, "pace": "daily"}
    assert given(old, "microblog", answers)["kopi-daily-posts"][0] == 3


# What can be wrong with it


@pytest.mark.slow
def test_a_key_that_a_change_cannot_have_is_told_with_those_that_it_can(tmp_path):
    change = f'changes: [{{rule: {CHANGED}, when: {{pace: daily}}, why: "A note."}}]\n'

    [said] = findings(own_folder(tmp_path / "own", {"changes.yaml": change}))

    assert said.endswith("possible: rule, effects, reason, source, why")


@pytest.mark.slow
def test_everything_wrong_is_told_at_once_where_the_agency_wrote_it(tmp_path):
    files = {
        "changes.yaml": """\
changes:
  - {rule: blog-educates-markt, effects: {blog: 6}, why: "A slip."}
  - {rule: blog-educates-market, effects: {blog: 7}, why: "Odd."}
  - {rule: blog-educates-market, effects: {blog: 6}, why: "Twice."}
  - {rule: people-learn-from-video, effects: {media_sharing: 2}, why: "The same."}
  - {rule: social-network-carries-lessons, effects: {blogs: 2}, why: "No such type."}
  - {rule: fuller-wiki-pages-inform, effects: {collaboration: -4}, why: "Turned round."}
off:
  - {rule: blog-educates-market, why: "Both."}
""",
        "more.yaml": OWN_RULE.replace("kopi-daily-posts", "articles-suit-blog"),
        "platforms.yaml": """\
platforms:
  tiktok:
    {name: T, types: blog, markets: indonesia, source: seed-b-blog, reason: {en: "T.", id: "T."}}
""",
        "questionnaire.yaml": "words: {}\n",
        "services.yaml": """\
by: Kopi Studio
services:
  - {id: a, types: blogs, name: {en: "A", id: "A"}, text: {en: "A.", id: "A."}}
  - {id: a, types: blog, name: {en: "A", id: "A"}, text: {en: "A.", id: "A."}}
""",
    }
    folder = own_folder(tmp_path / "own", files)

    found = findings(folder)
    for place, words in (
        ("changes.yaml:2", "no rule “blog-educates-markt”"),
        ("changes.yaml:2", "did you mean “blog-educates-market”?"),
        ("changes.yaml:3", "even"),
        ("changes.yaml:4", "“blog-educates-market” has an entry at line 3 already"),
        ("changes.yaml:5", "changes nothing of rule “people-learn-from-video”"),
        ("changes.yaml:6", "there is no type “blogs”"),
        ("changes.yaml:6", "raises or lowers blogs, which its reason does not explain"),
        ("changes.yaml:7", "raises or lowers collaboration, which its reason does not explain"),
        ("changes.yaml:9", "changed at line 3 and switched off here"),
        ("more.yaml:2", "use changes.yaml"),
        ("more.yaml:2", "“articles-suit-blog” stands at shipped: content.yaml:"),
        ("platforms.yaml:2", "“tiktok” stands at shipped: platforms.yaml:"),
        ("questionnaire.yaml:1", "remove this file"),
        ("services.yaml:3", "there is no type “blogs”"),
        ("services.yaml:4", "service “a” stands earlier"),
    ):
        assert any(one.startswith(f"{place}: ") and words in one for one in found), (place, words)
    assert not [one for one in found if one.startswith("shipped: ")]
    assert len({one.partition(": ")[0] for one in found}) == 12
    assert len(findings(folder, "id")) == len(found)


@pytest.mark.slow
def test_a_gate_cannot_be_given_points_and_a_source_must_be_listed(tmp_path, rulebook):
    gate = next(rule.id for rule in rulebook.rules.values() if rule.exclude)
    changes = f"""\
changes:
  - {{rule: {gate}, effects: {{blog: 2}}, why: "Milder."}}
  - rule: {CHANGED}
    source: nobody
    why: "No such source."
"""
    found = findings(own_folder(tmp_path / "own", {"changes.yaml": changes}))

    assert len(found) == 2
    assert found[0].startswith(f"changes.yaml:2: rule “{gate}” gives no points (it has “exclude”)")
    assert found[1].startswith("changes.yaml:4: there is no source “nobody”")


@pytest.mark.slow
def test_a_change_that_turns_a_rule_round_needs_a_reason_and_is_free_of_the_old_examples(tmp_path):
    change = f"""\
changes:
  - rule: {CHANGED}
    effects: {{blog: -2}}
    reason: {{en: "Our readers left.", id: "Pembaca kami pergi."}}
    why: "Seen twice."
"""
    own = load(own_folder(tmp_path / "own", {"changes.yaml": change}))

    assert given(own, "blog")[CHANGED] == (-2, "Our readers left.")
    assert {done for one in own.rules[CHANGED].examples for done in one.does} == {
        ("lowers", "blog")
    }


@pytest.mark.slow
def test_a_file_that_has_no_right_form_does_not_hide_mistakes_in_others(tmp_path):
    files = {
        "sources.yaml": "sources: {kopi: {strength: strong}}\n",
        "services.yaml": "by: Kopi\nservices: []\n",
        "cites.yaml": OWN_RULE.replace("seed-b-microblog", "kopi"),
        "changes.yaml": 'off: [{rule: nothing, why: "A slip."}]\n',
    }
    found = findings(own_folder(tmp_path / "own", files))

    files = {one.partition(":")[0] for one in found}
    assert files == {"changes.yaml", "services.yaml", "sources.yaml"}


@pytest.mark.parametrize("base", ["shiped", "1999.1", "../rules"])
def test_rules_that_are_not_there_cannot_be_extended(tmp_path, base):
    found = findings(own_folder(tmp_path / "own", {"more.yaml": OWN_RULE}, extends=base))

    assert len(found) == 1
    assert found[0].startswith(f"rulebook.yaml:1: there are no rules “{base}” to extend; write")
    assert "shipped" in found[0]


@pytest.mark.slow
def test_a_folder_that_extends_must_say_its_name_in_both_languages(tmp_path):
    files = {"rulebook.yaml": 'extends: shipped\nname: {en: "Kopi"}\n'}

    assert findings(own_folder(tmp_path / "own", files)) == [
        "rulebook.yaml:2: “id” is missing; add it"
    ]


# By its commands


@pytest.mark.slow
def test_the_commands_take_such_a_folder(tmp_path):
    (tmp_path / "in.json").write_text(json.dumps(EDUCATION), "utf-8")
    line = {"id": "one", "answers": EDUCATION}
    (tmp_path / "in.jsonl").write_text(json.dumps(line) + "\n", "utf-8")
    rules = ["--rules", str(EXAMPLE), "--lang", "en"]

    checked_ = CliRunner().invoke(main, ["rules", "check", str(EXAMPLE), "--lang", "en"])
    shown = CliRunner().invoke(main, ["recommend", str(tmp_path / "in.json"), *rules])
    many = CliRunner().invoke(main, ["batch", str(tmp_path / "in.jsonl"), "-", *rules])

    assert [checked_.exit_code, shown.exit_code, many.exit_code] == [0, 0, 0]
    version = load_once(EXAMPLE).version
    assert version in checked_.output
    assert shown.output.endswith(f"Kopi Studio's rules, version {version}\n")
    assert json.loads(many.output)["recommendation"]["rules"]["version"] == version


def test_the_name_in_the_tests_is_that_of_the_example():
    assert NAME in (EXAMPLE / "rulebook.yaml").read_text("utf-8")


def test_the_guide_shows_the_example_as_it_stands():
    guide = (EXAMPLE.parent.parent / "rules.md").read_text("utf-8")
    section = guide.partition("\n## Your own rules\n")[2].partition("\n## ")[0]

    for name in ("rulebook.yaml", "changes.yaml", "services.yaml"):
        lines = (EXAMPLE / name).read_text("utf-8").splitlines(keepends=True)
        shown = "".join(line for line in lines if not line.startswith("#"))
        assert f"```yaml\n{shown}```" in section
