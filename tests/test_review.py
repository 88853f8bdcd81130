"""What `rules check` finds in rules that load: what is in order by its form and cannot be meant."""

from pathlib import Path

import pytest
from folders import add_rule, edit, findings

from recommender.engine.answers import read
from recommender.errors import RulebookError
from recommender.rulebook import shipped
from recommender.rulebook.load import load_folder
from recommender.rulebook.review import Review, review
from recommender.rulebook.witness import witnesses

RULE = """\
  - id: a-new-rule
    kind: {kind}
    when: {when}
    unless: {unless}
    {does}
    reason: {{en: "A reason.", id: "Sebuah alasan."}}
    source: [seed-b-blog]
    examples:
      - {{answers: {fires}, fires: yes, {shows}}}
      - {{answers: {{pace: monthly}}, fires: no}}
"""
USUAL = {
    "kind": "fit",
    "when": "{pace: daily}",
    "unless": "{}",
    "does": "effects: {forum: 3}",
    "fires": "{pace: daily}",
    "shows": "raises: forum",
}


def reviewed(folder: Path) -> Review:
    return review(*load_folder(folder))


def said(folder: Path) -> list[str]:
    return [finding.text("en") for finding in reviewed(folder).findings]


def with_rule(folder: Path, **changed: str) -> list[str]:
    """What is found when one more rule stands in more.yaml (its `when` on line 4)."""
    add_rule(folder, RULE.format(**USUAL | changed))
    return said(folder)


@pytest.mark.slow
def test_nothing_is_found_in_the_shipped_rules():
    assert reviewed(shipped()).findings == ()


@pytest.mark.slow
def test_nothing_is_found_in_a_new_rule_of_one_file(rules_folder):
    assert with_rule(rules_folder) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("when", "unless"),
    [
        ("{pace: daily}", "{pace: [daily, weekly]}"),
        ("{pace: daily}", "{organisation: ORGANISATIONS}"),
        ("{secondary_goals: credibility}", "{primary_goal: GOALS}"),
        ("{goal: credibility}", "{primary_goal: GOALS}"),
        ("{risk_exposure: '-'}", "{risk_exposure: '-'}"),
    ],
    ids=["the same option", "every organisation", "every main goal", "goal", "none of these"],
)
def test_a_rule_that_can_never_hold_is_found(rules_folder, rulebook, when, unless):
    """Whatever its examples say: drafts may leave a required question open, full answers not."""
    asked = rulebook.questionnaire.questions
    for name, question in (("ORGANISATIONS", "organisation"), ("GOALS", "primary_goal")):
        unless = unless.replace(name, f"[{', '.join(asked[question].options)}]")
    answers = "{secondary_goals: [credibility]}" if "goal" in when else "{pace: daily}"
    add_rule(
        rules_folder,
        RULE.format(
            **USUAL
            | {"when": when, "unless": unless, "does": "effects: {forum: 2}", "fires": answers}
        ),
    )

    try:
        found = said(rules_folder)
    except RulebookError as error:
        found = [finding.text("en") for finding in error.findings]

    assert found == [
        "more.yaml:4: rule “a-new-rule” can never hold: no valid answers meet `when` without "
        "meeting `unless`; correct the conditions"
    ]


@pytest.mark.slow
def test_a_main_goal_that_is_dropped_from_the_other_goals_makes_a_rule_impossible(rules_folder):
    conditions = {"when": "{primary_goal: credibility, secondary_goals: credibility}"}
    add_rule(rules_folder, RULE.format(**USUAL | conditions))

    assert [line.partition(": rule")[0] for line in findings(rules_folder)] == ["more.yaml:4"]


@pytest.mark.slow
def test_an_option_that_cannot_make_a_difference_is_found(rules_folder):
    found = with_rule(
        rules_folder, when="{pace: [daily, weekly]}", unless="{pace: [weekly, realtime]}"
    )

    assert [line for line in found if "warning" not in line] == [
        "more.yaml:4: “weekly” in `when` of rule “a-new-rule” never makes a difference, whatever "
        "else is answered; remove it or correct the conditions",
        "more.yaml:5: “realtime” in `unless` of rule “a-new-rule” never makes a difference, "
        "whatever else is answered; remove it or correct the conditions",
    ]


def line_of_rule(folder: Path, file: str, id_: str) -> int:
    return (folder / file).read_text("utf-8").partition(f"- id: {id_}\n")[0].count("\n") + 1


@pytest.mark.slow
def test_the_same_conditions_and_type_twice_are_found_with_both_places(rules_folder):
    line = line_of_rule(rules_folder, "context.yaml", "reddit-grows-elsewhere")
    found = with_rule(
        rules_folder,
        when="{market: elsewhere}",
        fires="{market: elsewhere}",
        does="effects: {forum: 2}",
    )

    assert found == [
        "more.yaml:2: rule “a-new-rule” does to forum under the same conditions what "
        f"“reddit-grows-elsewhere” at context.yaml:{line} does; keep one, with the sources of both"
    ]


@pytest.mark.slow
def test_rules_that_cancel_each_other_are_found(rules_folder):
    line = line_of_rule(rules_folder, "context.yaml", "reddit-grows-elsewhere")
    found = with_rule(
        rules_folder,
        when="{market: elsewhere}",
        fires="{market: elsewhere}",
        does="effects: {forum: -1}",
        shows="lowers: forum",
    )

    assert found == [
        f"more.yaml:2: rules “a-new-rule” and “reddit-grows-elsewhere” at context.yaml:{line} "
        "cancel each other for forum: the same conditions, opposite points; remove both or "
        "correct one"
    ]


@pytest.mark.slow
def test_points_and_a_warning_under_the_same_conditions_are_two_things(rules_folder):
    conditions = {"when": "{market: elsewhere}", "fires": "{market: elsewhere}"}

    assert with_rule(rules_folder, does="warn: [forum]", shows="warns: forum", **conditions) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("question", "options", "points", "wrong"),
    [
        ("weekly_hours", ["hours_3_7"], 3, True),
        ("weekly_hours", ["hours_8_20", "hours_over_20"], 3, False),
        ("weekly_hours", ["hours_8_20"], -3, True),
        ("weekly_hours", ["hours_under_3", "hours_3_7"], -3, False),
        ("pace", ["daily"], -3, False),
    ],
)
def test_points_by_which_more_hours_lower_a_type_are_found(
    rules_folder, question, options, points, wrong
):
    found = with_rule(
        rules_folder,
        when=f"{{{question}: [{', '.join(options)}], horizon: weeks}}",
        fires=f"{{{question}: {options[0]}, horizon: weeks}}",
        does=f"effects: {{forum: {points}}}",
        shows="raises: forum" if points > 0 else "lowers: forum",
    )

    assert [line for line in found if "warning" not in line] == wrong * [
        f"more.yaml:2: rule “a-new-rule” holds for {', '.join(options)} of {question}, so a "
        "greater answer lowers forum; a plus must hold for every greater answer too, a minus for "
        "every lesser one"
    ]


@pytest.mark.slow
def test_a_step_written_as_two_rules_is_no_lowering(rules_folder):
    """The shipped rules take less for few_days than others do for cannot_reply."""
    edit(rules_folder, "capacity.yaml", "effects: {microblog: -5}", "effects: {microblog: -2}")

    assert [line for line in said(rules_folder) if "a greater answer lowers microblog" in line]


@pytest.mark.slow
def test_an_option_that_no_rule_reads_is_found_unless_it_is_declared(rules_folder):
    edit(rules_folder, "rulebook.yaml", "    option: other\n", "    option: blog\n")

    found = said(rules_folder)

    assert [line.partition(": ")[2] for line in found] == [
        "no rule reads “other” of existing_channels; write a rule for it, or list it under "
        "`without_effect` in rulebook.yaml and say why",
        "“blog” of existing_channels is said to be without effect, but rule "
        "“blog-articles-need-a-network” reads it; remove it here",
    ]


@pytest.mark.slow
def test_names_under_without_effect_and_never_lowers_are_known(rules_folder):
    edit(rules_folder, "rulebook.yaml", "    option: other\n", "    option: othr\n")
    edit(rules_folder, "rulebook.yaml", "[response_time, weekly_hours]", "[response_tme, market]")

    found = [line.partition(": ")[2] for line in said(rules_folder) if "rulebook.yaml:" in line]
    assert found == [
        "the options of market do not all have an `order`, so more and less mean nothing there; "
        "give each its order",
        "there is no question “response_tme”; did you mean “response_time”?",
        "“othr” is not an option of existing_channels; did you mean “other”?",
    ]


@pytest.mark.slow
def test_what_no_example_shows_is_a_warning(rules_folder):
    found = with_rule(
        rules_folder,
        when="{pace: [daily, weekly]}",
        unless="{horizon: weeks}",
        shows="raises: forum",
        does="effects: {forum: 3, blog: 1}",
    )

    assert found == [
        "more.yaml:9: warning: no example of rule “a-new-rule” shows: pace: weekly; unless "
        "horizon: weeks; raises: blog; add examples, so that a slip there is noticed"
    ]


@pytest.mark.slow
def test_a_type_that_no_answers_put_first_is_a_warning(rules_folder, rulebook):
    options = ", ".join(rulebook.questionnaire.questions["organisation"].options)
    add_rule(
        rules_folder,
        RULE.format(
            **USUAL
            | {
                "when": f"{{organisation: [{options}]}}",
                "fires": "{organisation: public_institution}",
                "does": "exclude: [forum]",
                "shows": "excludes: forum",
                "kind": "gate",
            }
        ),
    )

    found = reviewed(rules_folder)

    assert [
        finding.message["en"] for finding in found.findings if finding.file == "types.yaml"
    ] == [
        "no answers were found that put forum first alone, in 20 searches; see whether any rule "
        "still lets it win"
    ]
    assert not found.wrong
    assert set(found.witnesses) == set(rulebook.types) - {"forum"}


def test_every_witness_puts_its_type_first_alone(rulebook):
    found = witnesses(rulebook)

    assert list(found) == list(rulebook.types)
    for type_, answers in found.items():
        read(rulebook.questionnaire, answers.values)
        points = rulebook.index.points(rulebook.index.fired(answers))
        assert all(points[type_] > points[other] for other in points if other != type_)


def test_the_same_rules_give_the_same_witnesses(rulebook):
    assert witnesses(rulebook) == witnesses(rulebook)


STATEMENT = "rules: {blog-educates-market: {raises: blog}}"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            STATEMENT,
            "rules: {blog-educates-markets: {raises: blog}}",
            "there is no rule “blog-educates-markets” to use this statement; bring it back, or say "
            "which rule uses it or why none does; did you mean “blog-educates-market”?",
        ),
        (
            STATEMENT,
            "rules: {blog-educates-market: {lowers: blog}}",
            "by this statement rule “blog-educates-market” lowers blog, but the rule does not; "
            "correct the rule or the statement",
        ),
        (
            "source: seed-b-blog,",
            "source: seed-b-forum,",
            "rule “blog-educates-market” uses this statement but does not name its source "
            "(seed-b-forum); add it to the rule",
        ),
        (
            STATEMENT,
            STATEMENT + ', why: "It says nothing."',
            "statement “bl-seed-educate-market” needs either rules that use it or a why for "
            "leaving it out, and not both",
        ),
    ],
    ids=["a rule that is gone", "the wrong way", "another source", "used and left out"],
)
@pytest.mark.slow
def test_a_statement_that_its_rules_do_not_bear_out_is_found(rules_folder, old, new, words):
    edit(rules_folder, "statements.yaml", old, new)

    [found] = said(rules_folder)

    assert found.startswith("statements.yaml:")
    assert found.partition(": ")[2] == words


@pytest.mark.slow
def test_a_folder_needs_no_statements(rules_folder):
    (rules_folder / "statements.yaml").unlink()

    assert said(rules_folder) == []
