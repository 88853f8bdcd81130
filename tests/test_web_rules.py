"""The rules in the open: their pages, and how often they are right."""

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner
from page import Page, text_of
from results import PROFILES, each_language, each_profile, made_of, result_of, rule

from recommender.cli import main
from recommender.i18n import words
from recommender.render.rule import condition, outcome
from recommender.web.app import create_app


def listed(page: Page) -> list[str]:
    """The ids of the rules on the list."""
    return [link.split("?")[0].removeprefix("/rules/") for link in page.links("ul.rules a")]


@each_language
def test_every_rule_is_listed_once_in_words_with_its_reason(reader: Page, rulebook, lang):
    reader.get(f"/rules?lang={lang}")

    assert sorted(listed(reader)) == sorted(rulebook.rules)
    for id_, text in zip(listed(reader), reader.texts("ul.rules li")):
        one = rulebook.rules[id_]
        said = condition(rulebook.questionnaire, one.when, one.unless, lang)
        does = outcome(rulebook, one, lang)
        assert text.startswith(" ".join(f"{said} {does}".split())), id_
        assert " ".join(one.reason[lang].split()) in text


@pytest.mark.slow
def test_the_list_can_be_narrowed_to_a_type_a_question_and_words(reader: Page, rulebook):
    of_forum = listed(reader.get("/rules?type=forum"))
    of_hours = listed(reader.get("/rules?question=weekly_hours"))
    both = listed(reader.get("/rules?type=forum&question=weekly_hours"))

    assert both
    assert set(both) == set(of_forum) & set(of_hours)
    assert set(of_forum) == {
        id_
        for id_, one in rulebook.rules.items()
        if "forum" in {*one.effects, *one.exclude, *one.close, *one.warn}
    }
    found = listed(reader.get("/rules?q=WIKIPEDIA+covered&lang=en"))
    assert set(found) < set(rulebook.rules)
    assert listed(reader.get("/rules?q=no-such-word-anywhere")) == []
    assert listed(reader.get("/rules?type=podcast")) == listed(reader.get("/rules"))


def test_both_goals_find_the_rules_that_read_a_goal(reader: Page, rulebook):
    main_goal = set(listed(reader.get("/rules?question=primary_goal")))
    others = set(listed(reader.get("/rules?question=secondary_goals")))

    of_goal = {id_ for id_, one in rulebook.rules.items() if "goal" in dict(one.when)}
    assert of_goal <= main_goal & others


@pytest.mark.slow
@each_language
def test_a_rules_page_says_everything_about_it(reader: Page, rulebook, lang):
    for id_ in ("readers-suit-blog", "no-coverage-closes-wikipedia", "no-writing-no-blog"):
        one = rulebook.rules[id_]
        reader.get(f"/rules/{id_}?lang={lang}")

        assert id_ in reader.h1
        assert condition(rulebook.questionnaire, one.when, one.unless, lang) in reader.text
        assert one.reason[lang] in reader.text
        assert words(lang)(f"kind_{one.kind}") in reader.text
        for source in one.sources:
            assert rulebook.sources[source].title[lang] in reader.text


@pytest.mark.slow
def test_a_rules_page_leads_to_the_results_of_the_cases_it_applies_to(reader: Page, rulebook):
    reader.get("/rules/readers-suit-blog?lang=en")

    results = reader.links("section[aria-labelledby=cases] a[href^='/r/']")
    assert len(results) == 14
    reader.get(results[0])
    assert "/rules/readers-suit-blog?lang=en" in reader.links("a.points")


@pytest.mark.parametrize("id_", ["no-such-rule", "readers-suit-blog.html", "%00"])
def test_a_rule_that_there_is_not_is_not_found(reader: Page, id_):
    reader.get(f"/rules/{id_}", status=404)


@each_profile
def test_every_reason_on_a_result_leads_to_its_rule(rulebook, answers):
    made = made_of(rulebook, answers)
    page = result_of(rulebook, answers)

    for card, entry in zip(page.tree.css("details.card"), made.ranking, strict=True):
        links = [node.attributes["href"] for node in card.css("a.points, a.tag.no")]
        reasons = (*entry.contributions, *entry.warnings)
        assert set(links) == {f"/rules/{one.rule}?lang=id" for one in reasons}
        for node in card.css("a.points"):
            assert (node.attributes["aria-label"] or "").startswith(text_of(node))


def test_own_and_changed_rules_are_marked(rulebook):
    other = replace(rulebook, origin={"readers-suit-blog": "own"})
    page = Page(create_app(other).test_client())

    marks = page.get("/rules?lang=en").texts("ul.rules .tag")
    assert marks == ["own rule"]


@each_language
def test_rules_that_are_switched_off_stand_at_the_end_without_a_page(rulebook, lang):
    off = rule("not-for-us", effects={"forum": 3})
    page = Page(create_app(replace(rulebook, off=(off,))).test_client())

    [said] = page.get(f"/rules?lang={lang}").texts("ul.off li")

    assert off.reason[lang] in said
    assert "not-for-us" not in listed(page)
    assert page.texts("h2")[-1].startswith(words(lang)("rules_off"))
    assert page.get("/rules?type=blog").texts("ul.off li") == []


# How often the rules are right


@pytest.mark.slow
@each_language
def test_the_page_of_accuracy_and_the_command_give_the_same_numbers(
    reader: Page, loaded_once, lang
):
    told = json.loads(CliRunner().invoke(main, ["cases", "--json"]).output)
    reader.get(f"/accuracy?lang={lang}")

    rows = [
        told["all"],
        told["without_named"],
        *told["per_market"].values(),
        *told["baselines"].values(),
        *told["per_type"].values(),
        *told["per_label"].values(),
    ]
    cells = [[text_of(td) for td in tr.css("td")] for tr in reader.tree.css("tbody tr")]
    assert len(cells) == len(rows)
    for row, shown in zip(rows, cells):
        n = next(iter(row.values()))["n"]
        assert shown == [str(n), *(as_shown(each, n, lang) for each in row.values())]
    assert len(reader.texts("section[aria-labelledby=wrong] li")) == len(told["wrong"])


def as_shown(estimate: dict, n: int, lang: str) -> str:
    if not estimate["n"]:
        return "–"
    value, low, high = (f"{100 * estimate[k]:.1f}%" for k in ("value", "low", "high"))
    of = "" if estimate["n"] == n else f" {words(lang)('accuracy_of', n=estimate['n'])}"
    said = f"{value} ({low}–{high}){of}".replace(".0%", "%")
    return said if lang == "en" else said.replace(".", ",")


@pytest.mark.slow
def test_a_case_that_goes_wrong_is_told_with_what_came_first_and_what_worked(reader: Page):
    reader.get("/accuracy?lang=en")

    wrong = reader.texts("section[aria-labelledby=wrong] li")
    assert any(
        "A city plan that anyone can edit" in text
        and "Came first: Forum. What worked: Wikis and collaboration." in text
        for text in wrong
    ), wrong


@pytest.mark.slow
def test_a_rulebook_that_cannot_read_the_cases_says_so(rulebook):
    asked = rulebook.questionnaire
    questions = {id_: q for id_, q in asked.questions.items() if id_ != "horizon"}
    steps = tuple(
        replace(step, questions=tuple(q for q in step.questions if q != "horizon"))
        for step in asked.steps
    )
    other = replace(
        rulebook,
        questionnaire=replace(asked, questions=questions, steps=steps),
        rules={"a-rule": rule("a-rule", effects={"blog": 1})},
    )
    page = Page(create_app(other).test_client())

    assert "cannot be tried" in page.get("/accuracy?lang=en").text
    assert "0 of 0" in page.get("/rules/a-rule?lang=en").text


def test_result_and_guide_lead_to_the_rules_and_their_accuracy(reader: Page, rulebook):
    result = result_of(rulebook, PROFILES["warnings"])
    for page in (result, reader.get("/guide?lang=id")):
        assert {"/rules?lang=id", "/accuracy?lang=id"} <= set(page.links())
