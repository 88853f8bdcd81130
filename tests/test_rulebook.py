"""A rules folder: what is loaded, what is refused and where, and what every rule does."""

import random
import re
import shutil
from pathlib import Path

import pytest
from folders import RULE, add_rule, edit, findings
from profiles import MANY, shipped_rulebook

from recommender.engine.model import Answers
from recommender.engine.rows import rows_of
from recommender.errors import RulebookError
from recommender.rulebook import load, shipped
from recommender.rulebook.findings import Findings
from recommender.rulebook.load import FORMS, contents_of, data_of
from recommender.rulebook.released import digest_of
from recommender.rulebook.yaml_text import MOST_BYTES

RULES = shipped_rulebook().rules
DOES = {
    "raises": lambda row: row.points > 0,
    "lowers": lambda row: row.points < 0,
    "excludes": lambda row: row.excludes,
    "closes": lambda row: row.warning and row.warning.closes,
    "warns": lambda row: row.warning and not row.warning.closes,
}


@pytest.mark.slow
def test_a_rule_is_added_in_one_file(rules_folder):
    add_rule(rules_folder, RULE)

    assert load(rules_folder).rules["a-new-rule"].effects == {"blog": 2}


@pytest.mark.slow
def test_rules_may_stand_in_a_folder_of_their_own(rules_folder):
    (rules_folder / "more").mkdir()
    add_rule(rules_folder, RULE, "more/mine.yaml")

    assert "a-new-rule" in load(rules_folder).rules


# Each row: what is replaced in the rule above (which begins at more.yaml:2), and what is found.
BROKEN_RULES = [
    pytest.param(
        "{pace: daily}\n",
        "{pase: daily}\n",
        ["more.yaml:3: there is no question “pase”; did you mean “pace”?"],
        id="an unknown question",
    ),
    pytest.param(
        "{pace: daily}\n",
        "{pace: dayly}\n",
        ["more.yaml:3: “dayly” is not an option of pace; did you mean “daily”?"],
        id="an unknown option",
    ),
    pytest.param(
        "{pace: daily}\n    effects",
        "{pace: daily}\n    unless: {horizon: [weeks, yeer]}\n    effects",
        ["more.yaml:4: “yeer” is not an option of horizon; did you mean “year”?"],
        id="an unknown option in unless",
    ),
    pytest.param(
        "when: {pace: daily}",
        "when: {pace: '-'}",
        ["more.yaml:3: “-” is not an option of pace; possible: realtime, daily, weekly, monthly"],
        id="none of these where a question has none",
    ),
    pytest.param(
        "{blog: 2}",
        "{blogs: 2}",
        ["more.yaml:4: there is no type “blogs”; did you mean “blog”?"],
        id="an unknown type",
    ),
    pytest.param(
        "[seed-b-blog]",
        "[seed-b-blogs]",
        [
            "more.yaml:6: there is no source “seed-b-blogs” in sources.yaml; add it there; did "
            "you mean “seed-b-blog”?"
        ],
        id="an unknown source",
    ),
    pytest.param(
        ', id: "Sebuah alasan."', "", ["more.yaml:5: “id” is missing; add it"], id="no Indonesian"
    ),
    pytest.param(
        'en: "A reason.", ', "", ["more.yaml:5: “en” is missing; add it"], id="no English"
    ),
    pytest.param(
        '"A reason."',
        '""',
        ["more.yaml:5: “en” is empty; fill it in or leave it out"],
        id="an empty reason",
    ),
    pytest.param(
        "    when: {pace: daily}\n", "", ["more.yaml:2: “when” is missing; add it"], id="no when"
    ),
    pytest.param(
        "when: {pace: daily}",
        "when: {}",
        ["more.yaml:3: “when” has too few entries; write at least 1"],
        id="an empty when",
    ),
    pytest.param(
        "when: {pace: daily}",
        "when: {pace: []}",
        ["more.yaml:3: “pace” has too few entries; write at least 1"],
        id="a question without options",
    ),
    pytest.param(
        "{blog: 2}",
        "{blog: 2, forum: -1}",
        [
            "more.yaml:4: rule “a-new-rule” both raises and lowers; make two rules, each with its "
            "own reason"
        ],
        id="mixed signs",
    ),
    pytest.param(
        "{blog: 2}",
        "{blog: 0}",
        ["more.yaml:4: rule “a-new-rule” gives 0 points to blog; give it points or leave it out"],
        id="no points",
    ),
    pytest.param(
        "{blog: 2}",
        "{blog: 2.5}",
        ["more.yaml:4: “2.5” must be a whole number from -20 to 20"],
        id="half a point",
    ),
    pytest.param(
        "{blog: 2}",
        "{blog: 21}",
        ["more.yaml:4: “21” must be a whole number from -20 to 20"],
        id="too many points",
    ),
    pytest.param(
        "effects: {blog: 2}",
        "effects: {blog: 2}\n    warn: [forum]",
        [
            "more.yaml:2: rule “a-new-rule” must have exactly one of effects, exclude, close and "
            "warn"
        ],
        id="two effects",
    ),
    pytest.param(
        "    effects: {blog: 2}\n",
        "",
        [
            "more.yaml:2: rule “a-new-rule” must have exactly one of effects, exclude, close and "
            "warn",
        ],
        id="no effect",
    ),
    pytest.param(
        "effects: {blog: 2}",
        "exclude: [blog]",
        ["more.yaml:2: rule “a-new-rule” excludes or closes, so its kind must be gate"],
        id="an exclusion that is no gate",
    ),
    pytest.param(
        "    effects",
        "    kind: gate\n    effects",
        [
            "more.yaml:4: rule “a-new-rule” gives points, so its kind cannot be gate; a gate "
            "excludes or closes"
        ],
        id="a gate with points",
    ),
    pytest.param(
        "    effects",
        "    kind: risc\n    effects",
        [
            "more.yaml:4: “risc” is not possible for “kind”; use one of: fit, capacity, risk, "
            "gate, prior; did you mean “risk”?"
        ],
        id="an unknown kind",
    ),
    pytest.param(
        "    effects",
        "    unles: {pace: daily}\n    effects",
        ["more.yaml:4: “unles” is not known here; remove it or correct it; did you mean “unless”?"],
        id="an unknown key",
    ),
    pytest.param(
        "fires: yes",
        "fires: no",
        [
            "more.yaml:7: rule “a-new-rule” needs one example that fires and one that does not",
            "more.yaml:8: this example of rule “a-new-rule” says fires: no, but it is yes; correct "
            "the example or the conditions",
        ],
        id="an example that lies",
    ),
    pytest.param(
        "fires: yes",
        "fires: true",
        ["more.yaml:8: “true” is not possible for “fires”; use one of: yes, no"],
        id="an example that neither fires nor not",
    ),
    pytest.param(
        "      - {answers: {pace: weekly}, fires: no}\n",
        "",
        ["more.yaml:7: rule “a-new-rule” needs one example that fires and one that does not"],
        id="no example that does not fire",
    ),
    pytest.param(
        "fires: yes}",
        "fires: yes, lowers: blog}",
        ["more.yaml:8: rule “a-new-rule” does not do this to blog; correct the example"],
        id="an example that names the wrong effect",
    ),
    pytest.param(
        "{pace: weekly}",
        "{pace: weakly}",
        [
            "more.yaml:9: these answers cannot be used: pace: “weakly” is not an option of “How "
            "often”. Did you mean “weekly”?"
        ],
        id="an example with a wrong answer",
    ),
    pytest.param(
        "{pace: daily}\n    effects: {blog: 2}",
        "{goal: credibility}\n    effects: {blog: 3}",
        [
            "more.yaml:4: rule “a-new-rule” reads goal, so its points are halved for another goal: "
            "make 3 even",
            "more.yaml:8: this example of rule “a-new-rule” says fires: yes, but it is no; correct "
            "the example or the conditions",
        ],
        id="odd points for a goal",
    ),
    pytest.param(
        "{pace: daily}\n    effects",
        "{pace: daily}\n    unless: {goal: credibility}\n    effects",
        [
            "more.yaml:4: “goal” may stand only in `when` of rules that give points; name "
            "primary_goal and secondary_goals instead"
        ],
        id="goal in unless",
    ),
    pytest.param(
        "{pace: daily}\n    effects: {blog: 2}",
        "{goal: credibility}\n    kind: gate\n    exclude: [blog]",
        [
            "more.yaml:3: “goal” may stand only in `when` of rules that give points; name "
            "primary_goal and secondary_goals instead"
        ],
        id="goal in a gate",
    ),
    pytest.param(
        "{pace: daily}\n    effects: {blog: 2}",
        "{goal: credibility}\n    kind: risk\n    warn: [blog]",
        [
            "more.yaml:3: “goal” may stand only in `when` of rules that give points; name "
            "primary_goal and secondary_goals instead"
        ],
        id="goal in a warning",
    ),
    pytest.param(
        "id: a-new-rule",
        "id: A new rule",
        ["more.yaml:2: “A new rule” cannot be an id; use lower-case letters, digits, - and _"],
        id="an id that is none",
    ),
    pytest.param(
        "when: {pace: daily}",
        "when: \"__import__('os').system('id')\"",
        [
            "more.yaml:3: “when” must be a map of keys and values; write {key: value}, or each "
            "key on a line of its own below"
        ],
        id="code in place of conditions",
    ),
    pytest.param(
        "effects: {blog: 2}",
        "effects: [blog]",
        [
            "more.yaml:4: “effects” must be a map of keys and values; write {key: value}, or each "
            "key on a line of its own below"
        ],
        id="a list of effects",
    ),
]


@pytest.mark.slow
@pytest.mark.parametrize(("old", "new", "found"), BROKEN_RULES)
def test_a_rule_that_is_wrong_is_told_with_file_line_and_what_to_do(small_folder, old, new, found):
    assert old in RULE
    add_rule(small_folder, RULE.replace(old, new, 1))

    assert findings(small_folder) == found


@pytest.mark.slow
def test_a_repeated_rule_is_told_where_the_first_one_stands(rules_folder):
    line = edit(rules_folder, "goals.yaml", "- id: blog-educates-market", "- id: a-new-rule")
    add_rule(rules_folder, RULE)

    assert findings(rules_folder) == [
        f"more.yaml:2: rule “a-new-rule” stands at goals.yaml:{line} already; "
        "give this one another id"
    ]


@pytest.mark.slow
def test_the_same_rule_twice_in_one_file_is_told(rules_folder):
    add_rule(rules_folder, RULE + RULE)

    assert findings(rules_folder) == [
        "more.yaml:10: rule “a-new-rule” stands at more.yaml:2 already; give this one another id"
    ]


@pytest.mark.slow
def test_findings_speak_indonesian(rules_folder):
    add_rule(rules_folder, RULE.replace("{pace: daily}\n", "{pase: daily}\n", 1))

    assert findings(rules_folder, "id") == [
        "more.yaml:3: tidak ada pertanyaan “pase”; apakah maksud Anda “pace”?"
    ]


@pytest.mark.slow
@pytest.mark.parametrize("file", FORMS)
def test_a_missing_file_is_named(rules_folder, file):
    (rules_folder / file).unlink()

    assert findings(rules_folder) == [
        f"{file}:1: the file is missing; add it (a copy of the shipped one is a good start)"
    ]


def test_a_folder_that_is_not_there_is_named(tmp_path):
    [said] = findings(tmp_path / "nothing")

    assert said.startswith(f"{tmp_path}/nothing:1: there is no such folder; name the folder")


def test_an_empty_folder_lacks_every_file(tmp_path):
    said = findings(tmp_path)

    assert len(said) == len(FORMS)
    assert all("the file is missing" in words for words in said)


@pytest.mark.slow
def test_a_folder_without_a_rule_is_refused(small_folder):
    assert findings(small_folder) == [
        "rulebook.yaml:1: no file of this folder has a rule; write at least one"
    ]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["notes.txt", "goals.yml", "README", "more/data.json"])
def test_a_file_that_is_no_yaml_file_is_named(rules_folder, name):
    (rules_folder / name).parent.mkdir(exist_ok=True)
    (rules_folder / name).write_text("x")

    assert findings(rules_folder) == [
        f"{name}:1: only .yaml files belong in a rules folder; move this one elsewhere"
    ]


@pytest.mark.slow
def test_a_file_of_an_editor_that_begins_with_a_dot_is_none_of_ours(rules_folder):
    (rules_folder / ".goals.yaml.swp").write_bytes(b"\x00")
    (rules_folder / ".git").mkdir()
    (rules_folder / ".git" / "config").write_text("x")

    assert load(rules_folder).digest == shipped_rulebook().digest


@pytest.mark.slow
def test_a_huge_file_is_refused_unread(rules_folder):
    with (rules_folder / "more.yaml").open("wb") as file:
        file.truncate(MOST_BYTES + 1)

    assert findings(rules_folder) == [
        f"more.yaml:1: the file is larger than {MOST_BYTES} bytes; split it"
    ]


@pytest.mark.slow
def test_every_problem_of_a_folder_is_told_at_once_by_file_and_line(rules_folder):
    (rules_folder / "notes.txt").write_text("x")
    (rules_folder / "bytes.yaml").write_bytes(b"rules:\n  - caf\xe9\n")
    twice = edit(
        rules_folder, "capacity.yaml", "    kind: capacity", "    kind: fit\n    kind: fit"
    )
    option = edit(rules_folder, "audience.yaml", "one_to_many}\n", "one_to_meny}\n")
    source = edit(rules_folder, "sources.yaml", "strength: seed", "strength: hearsay")
    add_rule(rules_folder, RULE.replace(', id: "Sebuah alasan."', ""))

    said = findings(rules_folder)

    assert [words.split(": ")[0] for words in said] == [
        "bytes.yaml:2",
        f"capacity.yaml:{twice + 1}",
        "more.yaml:5",
        "notes.txt:1",
        f"sources.yaml:{source}",
    ]
    # Names are judged once every file has its form; then they are told too.
    for name in ("notes.txt", "bytes.yaml", "more.yaml"):
        (rules_folder / name).unlink()
    edit(rules_folder, "capacity.yaml", "    kind: fit\n    kind: fit", "    kind: capacity")
    edit(rules_folder, "sources.yaml", "hearsay", "seed")
    assert findings(rules_folder) == [
        f"audience.yaml:{option}: “one_to_meny” is not an option of conversation; "
        "did you mean “one_to_many”?"
    ]


@pytest.mark.slow
def test_names_are_judged_in_all_rules_files_at_once(rules_folder):
    places = {
        "audience.yaml": edit(rules_folder, "audience.yaml", "{blog: 4}", "{blok: 4}"),
        "goals.yaml": edit(rules_folder, "goals.yaml", "audience_education}", "education}"),
        "scenarios.yaml": edit(rules_folder, "scenarios.yaml", "{first: blog}", "{first: blok}"),
        "types.yaml": edit(rules_folder, "types.yaml", "[seed-b-blog]", "[seed-b-blok]"),
    }
    said = findings(rules_folder)

    assert {words.split(":")[0] for words in said} == set(places)
    assert f"audience.yaml:{places['audience.yaml']}: there is no type “blok”" in said[0]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "old", "new", "at", "words"),
    [
        pytest.param(
            "rulebook.yaml",
            "example: fashion-brand",
            "example: fashion-brant",
            "example: ",
            "there is no scenario “fashion-brant” in scenarios.yaml; did you mean “fashion-brand”?",
            id="the example is no scenario",
        ),
        pytest.param(
            "rulebook.yaml",
            "{least: -",
            "{least: 0",
            "least: ",
            "must be a whole number from -999 to -1",
            id="a bar that does not begin below zero",
        ),
        pytest.param(
            "scenarios.yaml",
            "expect: {first: blog}",
            "expect: {first: blog, top_two: forum}",
            "  - id: ",
            "a scenario expects exactly one of first and top_two",
            id="a scenario that expects two things",
        ),
        pytest.param(
            "questionnaire.yaml",
            "questions: [primary_goal, secondary_goals, organisation]",
            "questions: [primary_goal, secondary_goal, organisation]",
            "secondary_goal, ",
            "there is no question “secondary_goal”; did you mean “secondary_goals”?",
            id="a page with a question that is none",
        ),
        pytest.param(
            "questionnaire.yaml",
            "options: [brand_awareness, search_visibility]",
            "options: [brand_awareness, search_visibilty]",
            "    groups:",
            "“search_visibilty” is not an option of primary_goal; did you mean "
            "“search_visibility”?",
            id="a group with an option that is none",
        ),
        pytest.param(
            "code.yaml",
            "[realtime, daily, weekly, monthly]",
            "[daily, realtime, weekly, monthly]",
            "pace: ",
            "the newest layout does not hold the options of pace in the questionnaire's order; "
            "append a new layout with the next version",
            id="a code layout in another order",
        ),
        pytest.param(
            "code.yaml",
            "- version: 1",
            "- version: 2",
            "\nlayouts:",
            "layouts are numbered 1, 2, 3, … in order, up to 31",
            id="a code layout that is misnumbered",
        ),
    ],
)
def test_the_other_files_are_judged_too(small_folder, file, old, new, at, words):
    add_rule(small_folder, RULE)
    edit(small_folder, file, old, new)
    before, found, _ = (small_folder / file).read_text("utf-8").partition(at)
    line = (before + found).count("\n") + 1

    [said] = findings(small_folder)

    assert said.startswith(f"{file}:{line}: ")
    assert said.endswith(words)


@pytest.mark.slow
def test_an_option_added_to_a_question_needs_a_new_code_layout(small_folder):
    add_rule(small_folder, RULE)
    edit(
        small_folder,
        "questionnaire.yaml",
        "      monthly:\n",
        "      never:\n        label: {en: Never, id: Tidak pernah}\n"
        "        phrase: {en: never, id: tidak pernah}\n      monthly:\n",
    )

    [said] = findings(small_folder)

    assert "the newest layout does not hold the options of pace" in said


@pytest.mark.slow
def test_the_version_of_unreleased_rules_is_the_last_release_and_the_digests_start(small_folder):
    text = (small_folder / "rulebook.yaml").read_text("utf-8")
    line = next(line for line in text.splitlines() if line.startswith("last_release:"))
    edit(small_folder, "rulebook.yaml", line, 'last_release: "2019.01"')
    add_rule(small_folder, RULE)

    changed = load(small_folder)

    assert re.fullmatch(r"sha256:[0-9a-f]{64}", changed.digest)
    assert changed.version == f"2019.01+{changed.digest[7:15]}"


@pytest.mark.slow
def test_the_digest_changes_with_any_value_of_any_file():
    data = data_of(contents_of(shipped(), Findings()), Findings())
    digests = {digest_of(data)}
    for name in data:
        for changed in (another_value(data[name]), another_order(data[name])):
            digests.add(digest_of({**data, name: changed}))

    assert len(digests) == 1 + 2 * len(data)


def another_value(data):
    """The same with its last text, wherever it stands, one letter longer."""
    if isinstance(data, str):
        return data + "x"
    if isinstance(data, dict):
        last = list(data)[-1]
        return {**data, last: another_value(data[last])}
    return [*data[:-1], another_value(data[-1])]


def another_order(data):
    """The same with the first of several keys or items at the end."""
    if isinstance(data, dict) and len(data) > 1:
        first, *rest = data
        return {key: data[key] for key in (*rest, first)}
    if isinstance(data, dict):
        return {key: another_order(inner) for key, inner in data.items()}
    return [*data[1:], data[0]] if len(data) > 1 else [another_order(data[0])]


@pytest.mark.slow
def test_comments_and_layout_change_neither_digest_nor_version(rules_folder, rulebook):
    for path in rules_folder.glob("*.yaml"):
        path.write_bytes(b"# A comment.\n\n" + path.read_bytes() + b"# Another.\n")

    assert load(rules_folder) == rulebook


@pytest.mark.slow
def test_the_digest_changes_with_the_name_of_a_file(rules_folder):
    (rules_folder / "risk.yaml").rename(rules_folder / "risks.yaml")

    assert load(rules_folder).digest != shipped_rulebook().digest


@pytest.mark.slow
def test_the_digest_depends_on_nothing_but_the_files(rules_folder, tmp_path):
    elsewhere = Path(shutil.copytree(rules_folder, tmp_path / "else" / "where"))
    for file in elsewhere.iterdir():
        file.touch()
    (elsewhere / "empty").mkdir()

    assert load(elsewhere).digest == load(rules_folder).digest == shipped_rulebook().digest


@pytest.mark.slow
def test_a_rulebook_is_loaded_the_same_every_time(rulebook):
    assert load(shipped()) == rulebook


@pytest.mark.parametrize("id_", RULES)
def test_each_shipped_rule_does_what_its_examples_say(id_):
    rule = RULES[id_]
    for example in rule.examples:
        holding = [row for row in rows_of(rule) if row.holds(Answers(example.answers))]
        assert bool(holding) == example.fires
        for deed, type_ in example.does:
            assert any(row.type == type_ and DOES[deed](row) for row in holding)
    assert {example.fires for example in rule.examples} == {True, False}


@pytest.mark.parametrize("id_", RULES)
def test_each_shipped_rule_has_a_whole_sentence_in_both_languages_and_a_source(id_, rulebook):
    rule = RULES[id_]
    for lang in ("en", "id"):
        sentence = rule.reason[lang]
        assert sentence[0].isupper() or sentence[0].isdigit()
        assert sentence.endswith(".")
    assert rule.sources
    assert set(rule.sources) <= set(rulebook.sources)


@pytest.mark.slow
def test_a_file_spoiled_at_random_is_loaded_or_refused_with_findings(small_folder, rng):
    """Never with another error, whatever stands in it."""
    shutil.copy(shipped() / "risk.yaml", small_folder)
    originals = {path: path.read_bytes() for path in sorted(small_folder.glob("*.yaml"))}
    refused, turns = 0, MANY // 5
    for _ in range(turns):
        path = rng.choice(list(originals))
        path.write_bytes(spoiled(originals[path], rng))
        try:
            load(small_folder)
        except RulebookError as error:
            refused += bool(error.findings)
        path.write_bytes(originals[path])
    assert refused > turns // 2


def spoiled(content: bytes, rng: random.Random) -> bytes:
    """A file with a few bytes or a line lost, doubled or replaced."""
    lines = content.split(b"\n")
    at = rng.randrange(len(lines))
    what = rng.choice(("cut", "lose", "double", "indent", "bytes", "empty"))
    if what == "cut":
        return content[: rng.randrange(len(content))]
    if what == "bytes":
        place = rng.randrange(len(content))
        other = rng.choices(b"{}[]:-&*!|>'\"#%@`,? \n\t\x00\xffx9", k=2)
        return content[:place] + bytes(other) + content[place + 2 :]
    lines[at : at + 1] = {
        "lose": [],
        "double": [lines[at]] * 2,
        "indent": [b"  " + lines[at]],
        "empty": [lines[at].partition(b":")[0] + b":"],
    }[what]
    return b"\n".join(lines)
