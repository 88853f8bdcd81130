"""Every page that anybody can see, opened once: whole on any screen, for every eye and finger."""

import pytest
from looks import FAULTS, NARROW, Sight, bring_axe, look, shown, sights
from playwright.sync_api import Page
from site_map import ERRORS, LANGUAGES, Site, restyle

WATCH = "addEventListener('securitypolicyviolation', (e) => console.error('CSP ' + e.blockedURI))"
TEXT_SPACING = """
* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
p { margin-bottom: 2em !important }"""

SUMMARIES = """() => [...document.querySelectorAll("summary")]
    .map((one) => one.innerText.trim().replace(/\\s+/g, " "))"""


def heard(page: Page, site: Site) -> list[str]:
    """What the page asks of others and complains of, as long as it is open."""
    found: list[str] = []
    page.add_init_script(WATCH)
    page.on("request", lambda one: one.url.startswith(site.address) or found.append(one.url))
    # Chromium itself reports a page that is not there, or a form that comes back.
    page.on("console", lambda one: "responded with a status" in one.text or found.append(one.text))
    page.on("pageerror", lambda one: found.append(str(one)))
    return found


def folded(page: Page) -> list[str]:
    """What is folded without saying what it holds."""
    said = page.evaluate(SUMMARIES)
    vague = len({*said}) != len(said) or min(map(len, said), default=99) <= 8
    return [f"what is folded does not say what it holds: {said}"] if vague else []


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_is_wrong_with_any_page_and_none_asks_anyone_else_or_complains(
    page: Page, site: Site, lang: str, looks: set[str]
):
    """Languages share the order of their pages, so each shows a part."""
    bring_axe(page)
    complaints, found, count = heard(page, site), [], 0
    for place, state in enumerate(site.states):
        if not shown(lang, place):
            continue
        site.open(page, state, lang)
        found += look(page, f"{state} {lang}", looks, sights(lang), in_error=state in ERRORS)
        found += [f"{state} {lang}: {one}" for one in folded(page)]
        restyle(page, TEXT_SPACING)
        found += [f"{state} {lang}, text spaced: {fault}" for fault in page.evaluate(FAULTS)]
        found += [f"{state} {lang}: {one}" for one in complaints]
        complaints.clear()
        count += 1
    print(f"{count} pages in {lang}: {len(found)} faults, {len(looks)} looks")
    assert found == []


SPOILT = """() => {
    const first = (selector) => document.querySelector(selector);
    const [one, other] = document.querySelectorAll(".option");
    one.querySelector("label").remove();
    other.style.cssText = "min-height: 0; height: 30px; overflow: hidden";
    first(".lead").style.color = "#aaa";
    first(".lead").append(Object.assign(document.createElement("a"), {href: "/", id: "plain",
        textContent: "like the text", style: "color: #888; text-decoration: none"}));
    first(".example").style.width = "400px";
    first("form .button").style.cssText = `all: unset; display: block; height: 20px; width: 30px;
        white-space: nowrap; overflow: hidden`;
    first("h1").remove();
    first("summary").textContent = "Lain";
}"""


@pytest.mark.slow
def test_what_is_wrong_with_a_page_is_found_and_said_with_the_page(page: Page, site: Site):
    bring_axe(page)
    site.open(page, "step 1", "id")
    page.evaluate(SPOILT)
    found = look(page, "step 1", set(), [Sight(NARROW, "light")])
    assert "'Lain'" in str(folded(page))
    for fault in (
        *(
            "step 1: headings out of order: [2",
            "step 1 at 320 px: scrolls sideways by",
            "step 1 at 320 px: is cut off:",
        ),
        *("step 1 at 320 px: too small: ", "step 1 at 320 px: too low: "),
        *("step 1 at 320 px light: label: ", "step 1 at 320 px light: color-contrast: "),
        "step 1 at 320 px light: link-in-text-block: ",
    ):
        assert any(one.startswith(fault) for one in found), (fault, found)


@pytest.mark.slow
def test_a_breach_of_the_policy_would_be_seen(page: Page, site: Site):
    complaints = heard(page, site)
    site.open(page, "step 1", "id")
    page.evaluate("document.body.append(Object.assign(new Image(), {src: 'http://localhost:9/'}))")
    page.wait_for_function("document.images[0].complete")
    assert any("CSP" in one or "Content Security Policy" in one for one in complaints)
