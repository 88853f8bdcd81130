"""A person without JavaScript and cookies gets from the first page to a result and on."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect
from site_map import LANGUAGES, Site

from recommender.engine.answers import from_fields, read
from recommender.engine.scoring import recommend
from recommender.i18n import words

GOAL = "community_loyalty"
STEPS = (
    {
        "primary_goal": [GOAL],
        "secondary_goals": ["sales_promotion"],
        "organisation": ["nonprofit_community"],
    },
    {
        "audience_activity": ["watches_listens", "comments_chats"],
        "audience_age": ["age_18_24"],
        "conversation": [],
    },
    {
        "content_strengths": ["photos", "video"],
        "pace": ["daily"],
        "response_time": ["same_day"],
        "weekly_hours": ["hours_3_7"],
    },
)


class Person:
    """Reads and answers by what the page says, never by how it is built."""

    def __init__(self, page: Page, site: Site, lang: str):
        self.page, self.lang, self.say = page, lang, words(lang)
        self.book = site.rulebook
        self.questions = site.rulebook.questionnaire.questions

    def group(self, question: str) -> Locator:
        label = self.questions[question].label[self.lang]
        return self.page.get_by_role("group", name=re.compile(f"^{re.escape(label)}"))

    def control(self, question: str, option: str) -> Locator:
        asked = self.questions[question]
        return self.group(question).get_by_role(
            "checkbox" if asked.many else "radio",
            name=asked.options[option].label[self.lang],
            exact=True,
        )

    def answer(self, question: str, options: list[str]) -> None:
        asked = self.questions[question]
        if asked.collapsed:
            self.page.get_by_text(asked.label[self.lang]).locator("visible=true").click()
        expect(self.group(question)).to_have_count(1)
        expect(self.group(question)).to_be_visible()
        for option in options:
            self.control(question, option).check(force=True)

    def press(self, key: str) -> None:
        self.page.get_by_role("button", name=self.say(key), exact=True).click()

    def stands_in_the_summary(self, question: str, option: str) -> None:
        asked = self.questions[question]
        term = self.page.get_by_role("term").filter(has_text=asked.short[self.lang])
        row = self.page.locator("dl > div").filter(has=term)
        expect(row.get_by_role("definition").first).to_have_text(
            asked.options[option].label[self.lang]
        )


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_person_without_javascript_and_cookies_reaches_a_result_and_changes_it(
    new_context, site: Site, lang
):
    context = new_context(java_script_enabled=False, locale={"id": "id-ID", "en": "en-GB"}[lang])
    page = context.new_page()
    cookies = []
    page.on("response", lambda response: cookies.append(response.headers.get("set-cookie")))
    me = Person(page, site, lang)

    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text(me.say("start_title"))
    for number, step in enumerate(STEPS, 1):
        for question, options in step.items():
            me.answer(question, options)
        me.press("see_result" if number == len(STEPS) else "continue")

    given = {question: options for step in STEPS for question, options in step.items() if options}
    fields = from_fields(site.rulebook.questionnaire, given)
    made = recommend(site.rulebook, read(site.rulebook.questionnaire, fields))
    first = site.rulebook.types[made.first[0].type]
    expect(page).to_have_url(re.compile(r"/r/[0-9A-Z-]+\?v="))
    expect(page.get_by_role("heading", level=1)).to_contain_text(first.best_known[0])
    ranking = page.get_by_role("region", name=me.say("rank_title")).get_by_role("listitem")
    expect(ranking).to_have_count(6)

    hours = me.questions["weekly_hours"]
    page.get_by_role("link", name=f"{me.say('change')} {hours.short[lang]}", exact=True).click()
    expect(me.control("weekly_hours", "hours_3_7")).to_be_checked()
    expect(me.control("content_strengths", "video")).to_be_checked()
    me.answer("weekly_hours", ["hours_over_20"])
    me.press("see_result")
    expect(page).to_have_url(re.compile("/r/"))
    me.stands_in_the_summary("weekly_hours", "hours_over_20")
    me.stands_in_the_summary("primary_goal", GOAL)

    page.get_by_role("link", name=me.say("other_questions"), exact=True).click()
    optional = [q for q in me.questions if q not in {q for step in STEPS for q in step}]
    for question in optional:
        expect(me.group(question)).to_be_visible()
    me.answer("horizon", ["weeks"])
    me.press("update_result")
    expect(page).to_have_url(re.compile("/r/"))
    me.stands_in_the_summary("horizon", "weeks")
    me.stands_in_the_summary("weekly_hours", "hours_over_20")

    page.get_by_role("link", name=me.say("compare_types"), exact=True).click()
    for type_ in me.book.types.values():
        box = page.get_by_role("checkbox", name=type_.name[lang], exact=True)
        box.set_checked(type_.id in ("forum", "microblog"), force=True)
    me.press("compare")
    for type_ in ("forum", "microblog"):
        name = re.compile(re.escape(me.book.types[type_].name[lang]))
        expect(page.get_by_role("columnheader", name=name)).to_be_visible()
    page.get_by_role("link", name=me.say("back_to_result")).click()

    code = page.locator("footer code").inner_text()
    page.goto(site.path("example result", lang))
    page.get_by_label(me.say("compare_code")).fill(f" {code.lower()} ")
    me.press("compare")
    expect(page.get_by_role("heading", name=me.say("compare_differing"))).to_be_visible()
    second = page.get_by_role("region", name=me.say("compare_two"))
    second.get_by_role("link").click()
    expect(page.locator("footer code")).to_have_text(code)

    # The first card is open from the start.
    page.get_by_role("link", name=re.compile(f"^{me.say('about_type')}")).click()
    names = [type_.name[lang] for type_ in site.rulebook.types.values()]
    assert page.get_by_role("heading", level=1).inner_text() in names
    expect(page.locator("html")).to_have_attribute("lang", lang)
    assert set(cookies) == {None}
    assert context.cookies() == []


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_without_javascript_the_example_is_one_link_away_and_an_error_keeps_the_answers(
    new_context, site: Site, lang
):
    page = new_context(java_script_enabled=False).new_page()
    me = Person(page, site, lang)

    page.goto(site.path("step 1", lang))
    page.get_by_role("link", name=site.rulebook.example.title[lang]).click()
    shown = site.rulebook.types["media_sharing"].best_known[0]
    expect(page.get_by_role("heading", level=1)).to_contain_text(shown)
    # No button that only the script could bring to life.
    expect(page.get_by_role("button")).to_have_text([me.say("compare")])

    page.goto(site.path("step 1", lang))
    me.answer("primary_goal", [GOAL])
    me.press("continue")
    problem = page.get_by_role("alert").get_by_role("link")
    expect(problem).to_have_text([me.questions["organisation"].error[lang]])
    expect(me.control("primary_goal", GOAL)).to_be_checked()
    problem.click()
    expect(me.group("organisation").get_by_role("radio").first).to_be_in_viewport()
