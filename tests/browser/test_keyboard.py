"""Everything is reached and used by keyboard, and one always sees where one is."""

import re

import pytest
from forms import CODE
from playwright.sync_api import Locator, Page, expect
from profiles import PLAIN
from sends import SRI, desk_of
from site_map import LANGUAGES, PHONE, RISKY, Site

from recommender.i18n import words
from recommender.web.send import TRAP

MOST_STOPS = 8

FOCUS = """() => {
    const at = document.activeElement;
    if (!at || at === document.body) return null;
    const seen = at.closest(".option") || at, box = seen.getBoundingClientRect();
    // Of a field of several lines, a browser brings the line to write in into view.
    const bottom = at.matches("textarea") ? box.top + 44 : box.bottom;
    // Firefox leaves where it is what is partly in view.
    const partly = navigator.userAgent.includes("Firefox")
        && box.bottom >= 24 && box.top + 24 <= innerHeight;
    const style = getComputedStyle(seen), ground = getComputedStyle(document.body).backgroundColor;
    return {
        name: (at.labels?.[0] || at).textContent.trim().replace(/\\s+/g, " "),
        tag: at.tagName, kind: at.type || "", id: at.id,
        above: partly ? 0 : Math.min(0, box.top),
        below: partly ? 0 : Math.max(0, bottom - innerHeight),
        tall: box.height > innerHeight,
        ring: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
        colour: style.outlineColor, ground,
    };
}"""


PASSED = f"""() => {{
    document.activeElement.blur();
    window.passed = [];
    const note = (event) => event.key === "Tab" && passed.push(({FOCUS})());
    addEventListener("keyup", note, {{capture: true}});
}}"""
"""The page notes by itself where each Tab leads, which saves asking it after each."""


def stops(page: Page, most: int = 200) -> list[dict]:
    """Tab from the top of the page to its end; where that leads."""
    page.evaluate(PASSED)
    found: list[dict | None] = []
    while None not in found:
        assert len(found) < most, f"the focus never leaves {page.url}: a trap"
        for _ in range(10):
            page.keyboard.press("Tab")
        found = page.evaluate("passed")
    return found[: found.index(None)]


def luminance(colour: str) -> float:
    channels = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    low = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * low[0] + 0.7152 * low[1] + 0.0722 * low[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def assert_in_view_and_marked(at: dict) -> None:
    """Whoever looks sees where the focus is."""
    assert at["tall"] or (at["above"], at["below"]) == (0, 0), at
    assert at["ring"] >= 2, at
    assert contrast(at["colour"], at["ground"]) >= 3, at


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
        assert_in_view_and_marked(at)
    least = min(contrast(at["colour"], at["ground"]) for at in found)
    print(f"{state} {scheme}: {len(found)} stops, ring at least {least:.1f}:1")


def tab_to(page: Page, target: Locator) -> None:
    """Tab on until a control has the focus, which is always seen on the way."""
    wanted = target.element_handle()
    for _ in range(80):
        page.keyboard.press("Tab")
        at, there = page.evaluate(f"(one) => [({FOCUS})(), one === document.activeElement]", wanted)
        if at:
            assert_in_view_and_marked(at)
        if there:
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


def press(page: Page, target: Locator) -> None:
    """Tab to what leads to another page, and go there."""
    tab_to(page, target)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def write(page: Page, label: str, text: str) -> None:
    tab_to(page, page.get_by_label(label))
    page.keyboard.type(text)


@pytest.mark.slow
def test_a_form_is_answered_sent_and_erased_by_keyboard(page: Page, kept):
    host, database = kept
    say, main = words("en"), page.locator("main")
    page.set_viewport_size(PHONE)
    page.goto(f"{host.form}/f/kopi?ref=KEYS")
    choose(page, "primary_goal", PLAIN["primary_goal"])
    for question in ("organisation", "audience_activity", "content_strengths"):
        options = PLAIN[question]
        choose(page, question, options if isinstance(options, str) else options[0])
        press(page, page.locator("form button.button"))
    press(page, page.get_by_role("link", name=say("send_to", agency="Studio")))

    write(page, say("contact_name"), SRI["name"])
    write(page, say("contact_email"), "keys@kopi.example")
    choose(page, "own-budget", "high")
    choose(page, "own-tools", "low")
    choose(page, "consent", SRI["consent"])
    press(page, main.get_by_role("button", name=say("send_now")))
    expect(page.get_by_role("heading", level=1)).to_have_text(say("sent_title", agency="Studio"))
    [sent] = [one for one in desk_of(database).submissions() if one.ref == "KEYS"]
    assert sent.contact.email == "keys@kopi.example"

    press(page, page.locator(".address a"))
    press(page, main.get_by_role("button", name=say("erase_now")))
    expect(page.get_by_role("heading", level=1)).to_have_text(say("erased_title"))
    assert desk_of(database).submission(sent.id) is None


@pytest.mark.only_browser("chromium")  # Firefox keeps the focus it took into its own bars
@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_every_page_of_sending_the_focus_is_in_view_and_marked(page: Page, kept, scheme):
    host, _ = kept
    say = words("en")
    page.set_viewport_size(PHONE)
    page.emulate_media(color_scheme=scheme)
    found: dict[str, list[dict]] = {}

    def look(where: str, clicked: Locator | None = None) -> None:
        if clicked:
            with page.expect_navigation():
                clicked.click()
        found[where] = stops(page)

    page.goto(f"{host.form}/f/kopi/privacy")
    look("privacy")
    page.goto(f"{host.form}/f/kopi/send?a={CODE}")
    look("send")
    look("send in error", page.get_by_role("button", name=say("send_now")))
    page.get_by_label(say("contact_email")).fill(f"{scheme}@kopi.example")
    page.locator("#consent").press(" ")
    look("receipt", page.get_by_role("button", name=say("send_now")))
    look("erase", page.locator(".address a"))
    look("erased", page.get_by_role("button", name=say("erase_now")))

    for where, passed in found.items():
        assert passed, where
        for at in passed:
            assert at["id"] != TRAP, where
            assert_in_view_and_marked(at | {"where": where})
    print(f"sending {scheme}: stops { ({where: len(passed) for where, passed in found.items()}) }")


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
