"""axe finds nothing on any page."""

import os

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from site_map import DESK, LANGUAGES, PHONE, RESULTS, Site, open_all

ALL = os.environ.get("AXE") == "all"
"""The long form: every page in every state and in both languages."""
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CONTRAST = "color-contrast"
# Contrast takes most of the time: a text of the colours, the size and the ground of one that was
# looked at before is passed over. Gives what is known now.
PASS_OVER = """(before) => {
    const known = new Set(before);
    const mark = (one, behind) => {
        const style = getComputedStyle(one), clear = style.backgroundColor === "rgba(0, 0, 0, 0)";
        let ground = behind, isNew = false;
        if (!clear || style.backgroundImage !== "none" || style.opacity !== "1") {
            ground += `${style.backgroundColor} ${style.backgroundImage} ${style.opacity}>`;
        }
        const says = [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
        if ((says || one.matches("button, input, select, textarea")) && one.checkVisibility()
            && one.clientWidth !== 1) {
            const key = `${ground}${style.color} ${style.fontSize} ${style.fontWeight} `
                + `${style.position} ${one.matches(":disabled, :disabled *")}`;
            isNew = !known.has(key);
            known.add(key);
        }
        for (const part of one.children) isNew = mark(part, ground) || isNew;
        one.toggleAttribute("data-known", !isNew);
        return isNew;
    };
    mark(document.documentElement, "");
    return [...known];
}"""


def shown(lang: str, place: int) -> bool:
    """Whether a page is looked at in this language: every other one is, or all with AXE=all."""
    return ALL or place % 2 == LANGUAGES.index(lang)


def bring_axe(page: Page) -> None:
    """Every page that is opened from now on holds axe."""
    page.add_init_script(Axe().axe_script)


def in_light_and_dark(page: Page, where: str) -> list[str]:
    """What axe finds on the page that is open; in the dark only its colours are others."""
    page.emulate_media(color_scheme="light")
    found = findings(page, f"{where} light")
    page.emulate_media(color_scheme="dark")
    only_contrast = {"runOnly": {"type": "rule", "values": [CONTRAST]}}
    return found + run(page, f"{where} dark", only_contrast)


def findings(page: Page, where: str) -> list[str]:
    """What axe, which the page holds already, has to say."""
    return run(page, where, {"runOnly": {"type": "tag", "values": TAGS}})


def all_but_contrast(page: Page, where: str) -> list[str]:
    options = {"runOnly": {"type": "tag", "values": TAGS}, "rules": {CONTRAST: {"enabled": False}}}
    return run(page, where, options)


def contrast(page: Page, where: str, known: set[str]) -> list[str]:
    """Texts that are hard to read, among those whose looks are not `known` yet."""
    known.update(page.evaluate(PASS_OVER, [*known]))
    options = {"runOnly": {"type": "rule", "values": [CONTRAST]}}
    return run(page, where, options, "{exclude: [['[data-known]']]}")


def run(page: Page, where: str, options: dict, context: str = "document") -> list[str]:
    options |= {"resultTypes": ["violations"], "preload": False, "iframes": False}
    call = f"async (options) => (await axe.run({context}, options)).violations"
    return [
        f"{where}: {rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in page.evaluate(call, options)
        for node in rule["nodes"]
    ]


@pytest.mark.slow
def test_axe_finds_nothing_on_the_first_page_and_on_a_result(page: Page, site: Site):
    found = []
    bring_axe(page)
    for state in ("step 1", "example result"):
        site.open(page, state, "en")
        found += findings(page, state)
    assert found == []


@pytest.mark.slow
def test_axe_would_find_a_fault(page: Page, site: Site):
    bring_axe(page)
    site.open(page, "step 1", "id")
    page.evaluate("document.querySelector('legend').remove()")
    page.evaluate("document.querySelector('.option label').remove()")
    page.evaluate("document.querySelector('.lead').style.color = '#aaa'")

    found = " ".join(findings(page, "step 1"))
    assert all(rule in found for rule in ("label", "color-contrast"))


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_axe_finds_nothing_on_any_page_light_or_dark_narrow_or_wide(page: Page, site: Site, lang):
    """Languages share their colours and the order of their pages, so each shows a part."""
    bring_axe(page)
    found, known = [], set()
    for place, state in enumerate(site.states):
        if not shown(lang, place):
            continue
        site.open(page, state, lang)
        # All cards are alike: those of two results stand for those of the others.
        if state not in ("refine in error", *RESULTS[2:]):
            open_all(page)
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(PHONE if lang == "id" else DESK)
        found += all_but_contrast(page, f"{state} {lang}") + contrast(page, f"{state} light", known)
        page.emulate_media(color_scheme="dark")
        page.set_viewport_size(DESK)
        found += contrast(page, f"{state} dark", known)
    print(f"axe: {len(site.states)} pages in {lang}, {len(found)} findings, {len(known)} looks")
    assert found == []
