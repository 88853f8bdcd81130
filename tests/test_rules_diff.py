"""`rules diff`: what was changed between two rulebooks, in words, and whom it moves."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from folders import add_rule, edit
from markdown_it import MarkdownIt
from profiles import PLAIN, shipped_rulebook
from results import rule, with_rules

from recommender.cli import main
from recommender.engine.answers import read
from recommender.engine.model import Answers, Rule
from recommender.engine.rulebook import Rulebook
from recommender.render import rules_diff
from recommender.render.rule_change import told
from recommender.rulebook import shipped
from recommender.rulebook.cases import Case
from recommender.rulebook.comparison import compare
from recommender.rulebook.diff import PARTS, changes, effect, other_changes

BOOK = shipped_rulebook()
SHOP, CHARITY = (
    read(BOOK.questionnaire, PLAIN | {"organisation": organisation})
    for organisation in ("consumer_business", "nonprofit_community")
)
BLOG, FORUM = rule("blogs", effects={"blog": 4}), rule("forums", effects={"forum": 2})


def book(*rules: Rule) -> Rulebook:
    return with_rules(BOOK, *rules)


def in_words(old: Rule, new: Rule, lang: str = "en") -> list[str]:
    books = book(old), book(new)
    [change] = changes(*books)
    return told(books, change, lang)


def test_rules_are_added_changed_and_removed():
    louder = replace(FORUM, effects={"forum": 3})

    found = changes(book(BLOG, FORUM), book(louder, rule("new", effects={"blog": 1})))

    assert [(change.id, change.what) for change in found] == [
        ("forums", "changed"),
        ("new", "added"),
        ("blogs", "removed"),
    ]
    assert [change.differs for change in found] == [("effects",), (), ()]


def test_the_same_rulebook_has_no_changes_and_moves_nobody():
    assert changes(BOOK, BOOK) == ()
    assert other_changes(BOOK, BOOK) == ()
    assert effect(BOOK, BOOK, [SHOP, CHARITY]).moved == ()


def test_what_is_no_rule_is_counted_part_by_part():
    new = replace(BOOK, advice=BOOK.advice[1:], platforms=dict(BOOK.platforms))
    id_, platform = next(iter(BOOK.platforms.items()))
    new.platforms[id_] = replace(platform, name="Another")
    del new.platforms[list(BOOK.platforms)[1]]

    found = {part.part: part for part in other_changes(BOOK, new)}

    assert set(found) == {"advice", "platforms"}
    assert found["advice"].removed == (BOOK.advice[0].id,)
    assert found["platforms"].changed == (id_,)
    assert found["platforms"].removed == (list(BOOK.platforms)[1],)


def test_changed_points_are_told_from_what_to_what():
    was = replace(FORUM, effects={"forum": 2, "blog": 1})

    assert in_words(was, replace(FORUM, effects={"forum": 4})) == [
        "Points for a forum: from +2 to +4",
        "Points for a blog: from +1 to 0",
    ]
    assert in_words(was, replace(FORUM, effects={"forum": 4}), "id") == [
        "Poin untuk forum: dari +2 menjadi +4",
        "Poin untuk blog: dari +1 menjadi 0",
    ]


def test_points_that_become_a_gate_are_told_as_before_and_now():
    [line, kind] = in_words(FORUM, replace(FORUM, effects={}, kind="gate", exclude=("forum",)))

    assert line.startswith("Before: +2 points for a forum. Now: we advise against a forum")
    assert kind == "Kind: from fit to gate"


def test_conditions_are_told_in_the_labels_of_the_form():
    organisation = BOOK.questionnaire.questions["organisation"]
    shop, charity = (
        organisation.options[id_].label["en"]
        for id_ in ("consumer_business", "nonprofit_community")
    )
    goals = BOOK.questionnaire.questions["primary_goal"]
    new = replace(
        FORUM,
        when=(
            ("organisation", frozenset({"nonprofit_community"})),
            ("goal", frozenset({next(iter(goals.options))})),
        ),
        unless=(("risk_exposure", frozenset({"-"})),),
    )
    risks = BOOK.questionnaire.questions["risk_exposure"]

    assert in_words(FORUM, new) == [
        f"Condition “{organisation.short['en']}” now also holds for: {charity}",
        f"Condition “{organisation.short['en']}” no longer holds for: {shop}",
        f"New condition: “{goals.short['en']}” (or another goal, at half the points): "
        f"{next(iter(goals.options.values())).label['en']}",
        f"New exception: “{risks.short['en']}”: {risks.none['en']}",
    ]
    assert in_words(new, FORUM)[2].startswith(f"Condition dropped: “{goals.short['en']}”")


def test_an_option_that_is_no_more_is_told_in_the_old_label():
    asked = BOOK.questionnaire.questions["organisation"]
    fewer = dict(asked.options)
    gone = fewer.pop("consumer_business")
    questions = {**BOOK.questionnaire.questions, "organisation": replace(asked, options=fewer)}
    new = replace(FORUM, when=(("organisation", frozenset({"nonprofit_community"})),))
    books = (
        book(FORUM),
        replace(book(new), questionnaire=replace(BOOK.questionnaire, questions=questions)),
    )

    [change] = changes(*books)

    assert told(books, change, "en")[1].endswith(f"no longer holds for: {gone.label['en']}")


def test_reason_and_sources_are_told_and_the_rest_is_named():
    other = next(id_ for id_ in BOOK.sources if id_ != "seed-b-blog")
    new = replace(
        FORUM,
        reason={"en": "Another.", "id": FORUM.reason["id"]},
        sources=(other,),
        examples=BOOK.rules["articles-suit-blog"].examples,
    )

    assert in_words(FORUM, new) == [
        "Reason, before: “Reason of forums.” Now: “Another.”",
        f"Sources added: {other}",
        "Sources dropped: seed-b-blog",
        "Also changed: examples",
    ]
    assert "Juga diubah: reason.en" in in_words(FORUM, new, "id")


def test_who_moves_is_found_with_what_gave_way_to_what_and_why():
    found = effect(book(FORUM), book(FORUM, BLOG), [CHARITY, SHOP])

    [moved] = found.moved
    assert (moved.at, moved.old, moved.new) == (1, ("forum",), ("blog",))
    assert moved.rules == ("blogs",)
    assert found.tried == 2
    assert found.flows == {(("forum",), ("blog",)): 1}
    assert found.by_rule == {"blogs": (1, 0)}


def test_a_change_that_several_rules_share_is_counted_for_each_as_joint():
    more = rule("more", effects={"blog": 1})
    unmoved = replace(
        rule("elsewhere", effects={"blog": 9}),
        when=(("organisation", frozenset({"nonprofit_community"})),),
    )

    found = effect(book(FORUM), book(FORUM, BLOG, more, unmoved), [SHOP])

    assert found.by_rule == {"blogs": (0, 1), "more": (0, 1)}


def test_a_rule_whose_words_alone_have_changed_is_no_cause():
    reworded = replace(FORUM, reason={"en": "Otherwise.", "id": "Lain."}, sources=())

    found = effect(book(FORUM), book(reworded, BLOG), [SHOP])

    assert found.by_rule == {"blogs": (1, 0)}


def test_a_type_that_a_new_gate_rules_out_moves_with_the_gate_as_cause():
    found = effect(book(BLOG, FORUM), book(BLOG, FORUM, rule("gate", exclude=("blog",))), [SHOP])

    assert [(each.old, each.new, each.rules) for each in found.moved] == [
        (("blog",), ("forum",), ("gate",))
    ]


def test_an_option_that_the_old_rules_do_not_know_fulfils_nothing_there():
    unknown = Answers({**SHOP.values, "organisation": "a_new_kind", "a_new_question": ("x",)})
    new = replace(BLOG, when=(("organisation", frozenset({"a_new_kind"})),))

    [moved] = effect(book(BLOG), book(new), [unknown]).moved

    assert set(moved.old) == set(BOOK.types)
    assert moved.new == ("blog",)


def test_accuracy_on_the_cases_is_given_before_and_after():
    case = Case("a-case", ("blog",), ("forum",), False, SHOP)

    made = compare(book(FORUM), book(FORUM, BLOG), [case], 10)

    before, after = made.accuracy
    assert (before["top1"], before["failed_first"]) == (0, 1)
    assert (after["top1"], after["failed_first"]) == (1, 0)
    assert made.of_profiles.tried == 10
    text = rules_diff.text(made, "en")
    assert re.search(r"^  A type that worked comes first +0\.000 +1\.000$", text, re.M)
    assert re.search(r"^  a-case +Forum +Blog +Blog +blogs$", text, re.M)


@pytest.mark.slow
def test_the_rest_of_many_first_places_stands_in_one_row():
    made = compare(book(BLOG), BOOK, [], 300)

    table = re.search(r"^From what to what\n.*\n((?:  .*\n)+)", rules_diff.text(made, "en"), re.M)
    rows = table[1].splitlines()
    flows = made.of_profiles.flows
    assert len(flows) > rules_diff.MOST_FLOWS
    assert len(rows) == rules_diff.MOST_FLOWS + 1
    assert sum(int(row.split()[-1]) for row in rows) == len(made.of_profiles.moved)
    assert rows[-1].startswith(f"  Other changes: {len(flows) - rules_diff.MOST_FLOWS} ")
    assert int(rows[0].split()[-1]) == max(flows.values())


def test_without_cases_there_is_no_accuracy():
    made = compare(book(FORUM), book(FORUM, BLOG), [], 3)

    assert made.accuracy[0]["top1"] is None
    assert "Accuracy" not in rules_diff.text(made, "en")


@pytest.mark.parametrize("lang", ["en", "id"])
def test_markdown_shows_hostile_words_as_they_are(lang):
    hostile = "<b>x</b> | [a](http://evil.test) `c` *d* # e"
    new = rule("blogs", effects={"blog": 5})
    new = replace(new, reason={"en": hostile, "id": hostile})
    case = Case("a-case", ("blog",), (), False, SHOP)
    name = {"en": "A | <b>blog</b>", "id": "Sebuah | <b>blog</b>"}
    types = {**BOOK.types, "blog": replace(BOOK.types["blog"], name=name)}
    named = replace(book(FORUM, new), types=types)

    page = rules_diff.markdown(compare(book(FORUM), named, [case], 20), lang)

    html = MarkdownIt("commonmark").enable("table").render(page)
    assert "&lt;b&gt;x&lt;/b&gt; | [a](http://evil.test) `c` *d* # e" in html
    assert html.count("<table>") == 4
    assert f"<td>{name[lang]}</td>".replace("<b>blog</b>", "&lt;b&gt;blog&lt;/b&gt;") in html
    assert "<a " not in html
    assert "<b>" not in html


def test_every_part_has_words_in_both_languages():
    empty = replace(BOOK, **{part: () for part in ("advice", "guide", "scenarios", "contrasts")})
    for lang in ("en", "id"):
        text = rules_diff.text(compare(empty, BOOK, [], 0), lang)
        assert f"{len(BOOK.guide)} {'added' if lang == 'en' else 'ditambahkan'}" in text
        assert set(PARTS) >= {"advice", "guide", "scenarios", "contrasts"}


def invoked(*command: object) -> Result:
    return CliRunner().invoke(main, ["rules", "diff", *map(str, command)])


@pytest.mark.slow
def test_the_command_tells_the_same_in_every_format(rules_folder: Path, loaded_once):
    edit(
        rules_folder, "audience.yaml", "effects: {media_sharing: 7}", "effects: {media_sharing: 2}"
    )
    command = (shipped(), rules_folder, "--profiles", 200, "--lang", "en")

    text, page, found = (
        invoked(*command, "--format", format_) for format_ in ("text", "markdown", "json")
    )

    assert {text.exit_code, page.exit_code, found.exit_code} == {0}
    made = json.loads(found.stdout)
    [changed] = made["rules"]
    assert (changed["what"], changed["differs"]) == ("changed", ["effects"])
    assert [changed[side]["effects"] for side in ("old", "new")] == [
        {"media_sharing": 7},
        {"media_sharing": 2},
    ]
    moved = made["profiles"]["changed"]
    assert made["profiles"]["by_rule"] == [{"rule": changed["id"], "alone": moved, "joint": 0}]
    assert sum(flow["n"] for flow in made["profiles"]["flows"]) == moved > 0
    for shown in (text.stdout, page.stdout.replace("\\", "")):
        assert f"{moved} of 200 random profiles" in shown
        assert "Points for a media-sharing service: from +7 to +2" in shown


def test_a_name_that_is_no_folder_and_no_release_is_refused(rules_folder, loaded_once):
    done = invoked(shipped(), "nothing-here", "--lang", "en")

    assert done.exit_code == 2
    assert "“nothing-here” is neither a folder of rules nor a released version" in done.stderr


@pytest.mark.slow
def test_what_is_wrong_with_a_folder_is_told_with_the_folder(rules_folder, loaded_once):
    add_rule(rules_folder, "  - id: broken\n")

    done = invoked(shipped(), rules_folder, "--lang", "en")

    assert done.exit_code == 2
    assert all(line.startswith(f"{rules_folder}/more.yaml:") for line in done.stderr.splitlines())


@pytest.mark.slow
def test_a_released_version_is_named_by_its_version(rules_folder):
    kept = CliRunner().invoke(main, ["rules", "release", "1.x", str(rules_folder)])
    assert kept.exit_code == 0, kept.output
    edit(rules_folder, "audience.yaml", "{media_sharing: 7}", "{media_sharing: 2}")

    done = invoked("1.x", rules_folder, "--profiles", 20, "--lang", "en")

    assert done.exit_code == 0
    assert done.stdout.startswith("Rules 1.x and 1.x+")
    assert "Rules: 0 added, 1 changed, 0 removed" in done.stdout
