"""What is found wrong with the files around the rules: advice, platforms, guide, contrasts."""

import pytest
from folders import RULE, add_rule, edit, findings

# Each row: a file, what is replaced in it, the text on whose line it is told, and what is said.
WRONG = [
    pytest.param(
        "tactics.yaml",
        "when: {audience_activity: [reads_in_depth,",
        "when: {audience_activty: [reads_in_depth,",
        "  - id: blog-watchers-get-one-takeaway",
        "there is no question “audience_activty”; did you mean “audience_activity”?",
        id="advice: an unknown question",
    ),
    pytest.param(
        "tactics.yaml",
        "when: {audience_activity: [reads_in_depth,",
        "when: {audience_activity: [read_in_depth,",
        "  - id: blog-watchers-get-one-takeaway",
        "“read_in_depth” is not an option of audience_activity; did you mean “reads_in_depth”?",
        id="advice: an unknown option",
    ),
    pytest.param(
        "tactics.yaml",
        "when: {audience_activity: [reads_in_depth,",
        "unless: {audience_activity: [read_in_depth,",
        "  - id: blog-watchers-get-one-takeaway",
        "“read_in_depth” is not an option of audience_activity; did you mean “reads_in_depth”?",
        id="advice: an unknown option in unless",
    ),
    pytest.param(
        "tactics.yaml",
        "when: {audience_activity: [reads_in_depth,",
        "when: {goal: [credibility], audience_activity: [reads_in_depth,",
        "  - id: blog-watchers-get-one-takeaway",
        "; possible: primary_goal, secondary_goals, organisation, audience_activity, audience_age, "
        "conversation, content_strengths, pace, response_time, weekly_hours, "
        "audience_relationship, risk_exposure, horizon, paid_budget, existing_channels, "
        "independent_coverage, market",
        id="advice: goal, which is of rules alone",
    ),
    pytest.param(
        "tactics.yaml",
        "types: [blog]",
        "types: [blok]",
        "  - id: blog-watchers-get-one-takeaway",
        "there is no type “blok”; did you mean “blog”?",
        id="advice: an unknown type",
    ),
    pytest.param(
        "tactics.yaml",
        "source: [nng-2006, seed-a-kinds]",
        "source: [nng-2007, seed-a-kinds]",
        "  - id: blog-watchers-get-one-takeaway",
        "there is no source “nng-2007” in sources.yaml; add it there; did you mean “nng-2006”?",
        id="advice: an unknown source",
    ),
    pytest.param(
        "tactics.yaml",
        "id: network-watchers-get-a-pinned-post",
        "id: blog-watchers-get-one-takeaway",
        "  - id: blog-watchers-get-one-takeaway\n    types: [social_network]",
        "advice “blog-watchers-get-one-takeaway” stands earlier in this file already; give this "
        "one another id",
        id="advice: an id that stands twice",
    ),
    pytest.param(
        "tactics.yaml",
        "kind: ladder",
        "kind: lader",
        "kind: lader",
        "did you mean “ladder”?",
        id="advice: an unknown kind",
    ),
    pytest.param(
        "platforms.yaml",
        "types: [blog]",
        "types: [blogg]",
        "\n  wordpress:",
        "there is no type “blogg”; did you mean “blog”?",
        id="platform: an unknown type",
    ),
    pytest.param(
        "platforms.yaml",
        "markets: [indonesia, elsewhere]",
        "markets: [indonesia, elswhere]",
        "\n  wordpress:",
        "“elswhere” is not an option of market; did you mean “elsewhere”?",
        id="platform: an unknown market",
    ),
    pytest.param(
        "platforms.yaml",
        "source: [seed-b-blog,",
        "source: [seed-b-blogg,",
        "\n  wordpress:",
        "there is no source “seed-b-blogg” in sources.yaml; add it there; did you "
        "mean “seed-b-blog”?",
        id="platform: an unknown source",
    ),
    pytest.param(
        "platforms.yaml",
        "organisation: [individual_creator]",
        "organisation: [individual_creater]",
        "\n  blogger:",
        "“individual_creater” is not an option of organisation; did you mean “individual_creator”?",
        id="platform: an unknown option that it suits",
    ),
    pytest.param(
        "platforms.yaml",
        "organisation: [individual_creator]",
        "organization: [individual_creator]",
        "\n  blogger:",
        "there is no question “organization”; did you mean “organisation”?",
        id="platform: an unknown question that it suits",
    ),
    pytest.param(
        "platforms.yaml",
        "- when: {",
        "- when: {weather: [fine], ",
        "- when: {weather",
        "paid_budget, existing_channels, independent_coverage, market",
        id="platform: an unknown question in an objection",
    ),
    pytest.param(
        "guide.yaml",
        "to: questionnaire",
        "to: questionaire",
        "  - id: what-it-is",
        "“questionaire” leads nowhere; use questionnaire, example, sources, type.… or guide.…; "
        "did you mean “questionnaire”?",
        id="guide: an unknown place",
    ),
    pytest.param(
        "guide.yaml",
        "to: type.media_sharing",
        "to: type.media_sharin",
        "  - id: content",
        "“type.media_sharin” leads nowhere; use questionnaire, example, sources, type.… or "
        "guide.…; did you mean “type.media_sharing”?",
        id="guide: an unknown type to lead to",
    ),
    pytest.param(
        "guide.yaml",
        "to: type.media_sharing",
        "to: guide.xyz",
        "  - id: content",
        "; use questionnaire, example, sources, type.… or guide.…; did you mean “guide.six-types”?",
        id="guide: a chapter that is none",
    ),
    pytest.param(
        "guide.yaml",
        "source: [seed-a-intro,",
        "source: [seed-a-into,",
        "  - id: what-it-is",
        "there is no source “seed-a-into” in sources.yaml; add it there; did you "
        "mean “seed-a-intro”?",
        id="guide: an unknown source",
    ),
    pytest.param(
        "contrasts.yaml",
        "change: {response_time: cannot_reply}",
        "change: {response_tim: cannot_reply}",
        "  - id: cannot-reply-hurts-microblog",
        "response_tim: There is no question “response_tim”. Did you mean “response_time”?",
        id="contrast: an unknown question that changes",
    ),
    pytest.param(
        "contrasts.yaml",
        "change: {response_time: cannot_reply}",
        "change: {response_time: cannot_replay}",
        "  - id: cannot-reply-hurts-microblog",
        "Did you mean “cannot_reply”?",
        id="contrast: an unknown option",
    ),
    pytest.param(
        "contrasts.yaml",
        "gap: [microblog, blog]",
        "gap: [microblog, blok]",
        "  - id: cannot-reply-hurts-microblog",
        "there is no type “blok”; did you mean “blog”?",
        id="contrast: an unknown type",
    ),
    pytest.param(
        "contrasts.yaml",
        "must: shrink",
        "must: shrinks",
        "must: shrinks",
        "“shrinks” is not possible for “must”; use one of: grow, shrink; did you mean “shrink”?",
        id="contrast: neither grow nor shrink",
    ),
    pytest.param(
        "contrasts.yaml",
        "source: [seed-a-strategy,",
        "source: [seed-a-strateg,",
        "  - id: cannot-reply-hurts-microblog",
        "there is no source “seed-a-strateg” in sources.yaml; add it there; did you "
        "mean “seed-a-strategy”?",
        id="contrast: an unknown source",
    ),
    pytest.param(
        "questionnaire.yaml",
        '    more_clause: {en: "you also want {option}", id: "Anda juga ingin {option}"}\n',
        "",
        "\n  secondary_goals:",
        "“more_clause, less_clause” is missing; add it",
        id="a question of many answers without words for one more",
    ),
    pytest.param(
        "questionnaire.yaml",
        'less_clause: {en: "you cannot make {option}", id: "Anda tidak bisa membuat {option}"}',
        "",
        "\n  content_strengths:",
        "“more_clause, less_clause” is missing; add it",
        id="a question of many answers without words for one less",
    ),
    pytest.param(
        "questionnaire.yaml",
        '    unknown_clause: {en: "your main goal is not known", '
        'id: "tujuan utama Anda belum diketahui"}\n',
        "",
        "\n  primary_goal:",
        "“unknown_clause” is missing; add it",
        id="a question without words for no answer",
    ),
]


@pytest.mark.slow
@pytest.mark.parametrize(("file", "old", "new", "at", "said"), WRONG)
def test_what_is_wrong_is_told_with_file_line_and_what_to_do(
    small_folder, file, old, new, at, said
):
    add_rule(small_folder, RULE)
    edit(small_folder, file, old, new)
    content = (small_folder / file).read_text("utf-8")
    line = content[: content.index(at) + at.startswith("\n")].count("\n") + 1

    [told] = findings(small_folder)

    assert told.startswith(f"{file}:{line}: ")
    assert told.endswith(said)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("closed", "said"),
    [
        pytest.param(
            "wikipeda",
            "collaboration has no platform “wikipeda” in platforms.yaml; add it there, or name one "
            "of its platforms; did you mean “wikipedia”?",
            id="none at all",
        ),
        pytest.param(
            "wordpress",
            "collaboration has no platform “wordpress” in platforms.yaml; add it there, or name "
            "one of its platforms; possible: wikipedia, wikidata, wikimedia-commons, openstreetmap",
            id="one of another type",
        ),
    ],
)
def test_a_platform_that_a_rule_closes_must_be_one_of_its_type(rules_folder, closed, said):
    line = edit(
        rules_folder,
        "risk.yaml",
        "close: {collaboration: [wikipedia]}",
        f"close: {{collaboration: [{closed}]}}",
    )

    assert findings(rules_folder) == [f"risk.yaml:{line}: {said}"]


@pytest.mark.slow
def test_problems_of_all_these_files_are_told_at_once_and_in_indonesian_too(small_folder):
    add_rule(small_folder, RULE)
    edit(small_folder, "tactics.yaml", "types: [blog]", "types: [blok]")
    edit(small_folder, "platforms.yaml", "types: [blog]", "types: [blok]")
    edit(small_folder, "contrasts.yaml", "gap: [microblog, blog]", "gap: [microblog, blok]")
    edit(small_folder, "guide.yaml", "to: questionnaire", "to: nowhere-at-all")

    said = findings(small_folder, "id")

    assert [words.split(":")[0] for words in said] == [
        "contrasts.yaml",
        "guide.yaml",
        "platforms.yaml",
        "tactics.yaml",
    ]
    assert said[0].endswith("tidak ada jenis “blok”; apakah maksud Anda “blog”?")
    assert "tidak mengarah ke mana pun" in said[1]
