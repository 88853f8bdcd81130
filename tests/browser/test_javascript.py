"""What the script adds for comfort."""

import re
from typing import Any
from urllib.parse import unquote

import pytest
from playwright.sync_api import Page, expect
from site_map import DESK, PHONE, Site

from recommender.engine.answers import read
from recommender.engine.scoring import recommend
from recommender.i18n import words

SAY = words("en")


@pytest.fixture
def result(page: Page, site: Site) -> Page:
    site.open(page, "example result", "en")
    return page


@pytest.mark.slow
def test_not_sure_and_the_options_of_its_question_exclude_each_other(page: Page, site: Site):
    site.open(page, "step 2", "en")
    boxes = page.get_by_role("group", name="How old").get_by_role("checkbox")
    unsure = boxes.and_(page.get_by_label("Not sure yet"))
    expect(boxes.and_(page.get_by_label("18 to 24"))).to_be_checked()

    unsure.check(force=True)
    expect(page.locator("[name=audience_age]:checked")).to_have_count(1)
    expect(page.locator("[name=audience_activity]:checked")).to_have_count(3)

    page.get_by_label("55 and over").check(force=True)
    expect(unsure).not_to_be_checked()


@pytest.mark.slow
def test_none_of_these_excludes_the_other_boxes_of_its_question_only(page: Page, site: Site):
    site.open(page, "refine", "en")
    group = page.get_by_role("group", name="Does any of this apply")
    for label in ("Sensitive topics", "Frequent complaints"):
        group.get_by_label(label).check(force=True)
    page.get_by_label("None yet").check(force=True)
    expect(page.locator("[name=risk_exposure]:checked")).to_have_count(2)

    group.get_by_label("None of these").check(force=True)
    expect(page.locator("[name=risk_exposure]:checked")).to_have_count(1)
    expect(page.get_by_label("None yet")).to_be_checked()


@pytest.mark.slow
@pytest.mark.parametrize("state", ["step 1 in error", "step 3 in error", "refine in error"])
def test_the_summary_of_problems_has_the_focus_and_leads_to_the_first_field(
    page: Page, site: Site, state
):
    site.open(page, state, "en")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page).to_have_title(re.compile(r"^Error: "))

    page.get_by_role("alert").get_by_role("link").first.click()
    field = page.locator(":focus")
    expect(field).to_have_attribute("name", page.locator(".bad input").first.get_attribute("name"))
    expect(field).to_be_in_viewport()


@pytest.mark.only_browser("chromium")  # the clipboard is read
@pytest.mark.slow
def test_the_link_is_copied_and_that_is_announced_politely(page: Page, site: Site, context):
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site.address)
    site.open(page, "example result", "en")
    button = page.get_by_role("button", name=SAY("copy_link"))
    live = page.get_by_role("status")
    expect(live).to_be_empty()

    button.click()

    expect(live).to_have_text(SAY("copied"))
    expect(page.get_by_role("button", name=SAY("copied"))).to_be_focused()
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    assert f"?v={site.rulebook.version}" in unquote(page.url)


@pytest.mark.slow
def test_the_print_button_prints_with_every_card_open(page: Page, site: Site):
    page.add_init_script("window.print = () => dispatchEvent(new Event('beforeprint'))")
    site.open(page, "example result", "en")
    expect(page.locator("details.card[open]")).to_have_count(1)

    page.get_by_role("button", name=SAY("print")).click()

    expect(page.locator("details.card[open]")).to_have_count(6)


@pytest.mark.slow
def test_a_link_to_a_card_opens_it(result: Page, site: Site):
    ranking = result.get_by_role("region", name=SAY("rank_title"))
    name = site.rulebook.types["forum"].name["en"]
    expect(result.locator("#forum")).not_to_have_attribute("open", "")

    ranking.get_by_role("link", name=name).click()

    expect(result.locator("#forum")).to_have_attribute("open", "")
    expect(result.locator("#forum")).to_be_in_viewport()


@pytest.mark.slow
def test_an_address_that_names_a_card_opens_it(page: Page, site: Site):
    page.goto(site.path("example result", "en") + "#blog")

    expect(page.locator("#blog")).to_have_attribute("open", "")
    expect(page.locator("details.card[open]")).to_have_count(2)


@pytest.mark.slow
def test_an_address_that_names_nothing_does_no_harm(page: Page, site: Site):
    page.goto(site.path("example result", "en") + "#1%20[")
    expect(page.get_by_role("button", name=SAY("print"))).to_be_visible()


@pytest.mark.slow
def test_the_mark_of_a_source_opens_the_list_and_leads_to_the_source(result: Page):
    sources = result.locator("details.fold").filter(has=result.locator("ol.sources"))
    expect(sources).not_to_have_attribute("open", "")
    mark = result.locator("#media_sharing a.mark").last

    mark.click()

    expect(sources).to_have_attribute("open", "")
    expect(result.locator(mark.get_attribute("href") or "")).to_be_in_viewport()


def leaders(site: Site, given: dict[str, Any]) -> list[str]:
    answers = read(site.rulebook.questionnaire, given, require=())
    first = recommend(site.rulebook, answers).first
    return [site.rulebook.types[entry.type].name["en"] for entry in first]


@pytest.mark.slow
def test_on_a_wide_screen_the_types_so_far_follow_the_answers_and_a_new_leader_is_announced(
    page: Page, site: Site
):
    given = {"primary_goal": "community_loyalty", "organisation": "consumer_business"}
    habits = site.rulebook.questionnaire.questions["audience_activity"].options
    before = leaders(site, given)
    habit, after = next(
        (habit, after)
        for habit in habits
        if not {*(after := leaders(site, given | {"audience_activity": [habit]}))} & {*before}
    )
    page.set_viewport_size(DESK)
    page.goto(f"/2?a={site.code(given)}&lang=en")
    panel = page.get_by_role("complementary", name=SAY("so_far"))
    expect(panel.get_by_role("listitem")).to_have_count(6)
    expect(panel.get_by_role("listitem").first).to_contain_text(before[0])
    expect(page.get_by_role("status")).to_be_empty()

    page.locator(f"[name=audience_activity][value={habit}]").check(force=True)

    expect(panel.get_by_role("listitem").first).to_contain_text(after[0])
    said = SAY("so_far_leads", type="") if len(after) == 1 else SAY("so_far_tie", type="")
    expect(page.get_by_role("status")).to_contain_text(said.strip())


@pytest.mark.slow
def test_on_a_phone_nothing_stands_beside_the_questions(page: Page, site: Site):
    page.set_viewport_size(PHONE)
    site.open(page, "step 2", "en")
    expect(page.locator("[data-so-far]")).to_be_hidden()
