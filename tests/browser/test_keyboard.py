"""Everything is reached and used by keyboard, and one always sees where one is."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect
from site_map import LANGUAGES, PHONE, RISKY, Site

MOST_STOPS = 8

FOCUS = """() => {
    const at = document.activeElement;
    if (!at || at === document.body) return null;
    const seen = at.closest(".option") || at, box = seen.getBoundingClientRect();
    const style = getComputedStyle(seen), ground = getComputedStyle(document.body).backgroundColor;
    return {
        name: (at.labels?.[0] || at).textContent.trim().replace(/\\s+/g, " "),
        tag: at.tagName, kind: at.type || "",
        above: Math.min(0, box.top), below: Math.max(0, box.bottom - innerHeight),
        tall: box.height > innerHeight,
        ring: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
        colour: style.outlineColor, ground,
    };
}"""


def stops(page: Page, most: int = 200) -> list[dict]:
    """Tab from the top of the page to its end; where that leads."""
    page.evaluate("document.activeElement.blur()")
    found = []
    for _ in range(most):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUS)
        if at is None:
            return found
        found.append(at)
    raise AssertionError("the focus never leaves the page: a trap")


def luminance(colour: str) -> float:
    channels = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    low = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * low[0] + 0.7152 * low[1] + 0.0722 * low[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_step_one_has_few_tab_stops_up_to_its_button(page: Page, site: Site, lang):
    page.set_viewport_size(PHONE)
    site.open(page, "step 1", lang)
    kinds = [(at["tag"], at["kind"]) for at in stops(page)]
    to_the_button = kinds.index(("BUTTON", "submit")) + 1
    print(f"step 1 {lang}: {to_the_button} stops to Continue, {len(kinds)} in all")
    assert to_the_button <= MOST_STOPS
    assert kinds.count(("INPUT", "radio")) == 2


@pytest.mark.slow
@pytest.mark.parametrize(
    ("state", "scheme"),
    [
        *((state, "light") for state in ("step 1", "step 2", "step 3", "step 1 in error")),
        *((state, "light") for state in ("risky result", "two people", "guide", "sheet")),
        *((state, "dark") for state in ("step 2", "tried result", "three types", "type blog")),
    ],
)
def test_the_focus_is_always_in_view_and_marked_by_a_ring(page: Page, site: Site, state, scheme):
    page.set_viewport_size(PHONE)
    page.emulate_media(color_scheme=scheme)
    site.open(page, state, "id")
    found = stops(page)
    assert found
    for at in found:
        assert at["tall"] or (at["above"], at["below"]) == (0, 0), at
        assert at["ring"] >= 2, at
        assert contrast(at["colour"], at["ground"]) >= 3, at
    least = min(contrast(at["colour"], at["ground"]) for at in found)
    print(f"{state} {scheme}: {len(found)} stops, ring at least {least:.1f}:1")


def tab_to(page: Page, target: Locator) -> None:
    for _ in range(80):
        page.keyboard.press("Tab")
        if target.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"not reached by Tab: {target}")


def choose(page: Page, question: str, option: str) -> None:
    """Tab to a group of radios, then arrows to the option; or Tab to a box, then space."""
    target = page.locator(f"input[name={question}][value='{option}']")
    if target.get_attribute("type") == "checkbox":
        tab_to(page, target)
        page.keyboard.press("Space")
    else:
        tab_to(page, page.locator(f"input[name={question}]").first)
        page.keyboard.press("Space")
        while not target.is_checked():
            page.keyboard.press("ArrowDown")
    expect(target).to_be_checked()


@pytest.mark.slow
def test_the_whole_journey_works_by_keyboard(page: Page, site: Site):
    page.set_viewport_size(PHONE)
    page.goto("/?lang=en")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    expect(page.get_by_role("link", name="Skip to content")).to_be_in_viewport()
    page.keyboard.press("Enter")

    choose(page, "primary_goal", RISKY["primary_goal"])
    tab_to(page, page.locator("summary"))
    page.keyboard.press("Enter")
    choose(page, "secondary_goals", "credibility")
    choose(page, "organisation", RISKY["organisation"])
    for question, number in (("audience_activity", 2), ("content_strengths", 3)):
        tab_to(page, page.locator("form button"))
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(rf"/{number}\?"))
        choose(page, question, RISKY[question][0])
    choose(page, "response_time", "same_day")
    tab_to(page, page.locator("form button"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/r/"))

    second = page.locator("details.card").nth(1)
    tab_to(page, second.locator("summary"))
    page.keyboard.press("Enter")
    expect(second).to_have_attribute("open", "")
    tab_to(page, page.get_by_role("link", name="Change Reply time"))
    page.keyboard.press("Enter")
    expect(page.locator("input[name=response_time][value=same_day]")).to_be_checked()
