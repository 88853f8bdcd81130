"""axe finds nothing on any page."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from site_map import DESK, LANGUAGES, PHONE, RESULTS, Site, open_all

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Languages share their colours and the order of their pages, so one of them is seen once.
SIGHTS = {"id": [("light", PHONE), ("dark", DESK)], "en": [("light", PHONE)]}


def findings(page: Page, where: str, *, contrast: bool = True) -> list[str]:
    """What axe, which the page holds already, has to say."""
    options = {
        "runOnly": {"type": "tag", "values": TAGS},
        "rules": {"color-contrast": {"enabled": contrast}},
        "resultTypes": ["violations"],
        "preload": False,
    }
    found = page.evaluate("(options) => axe.run(document, options)", options)["violations"]
    return [
        f"{where}: {rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]


@pytest.mark.slow
def test_axe_finds_nothing_on_the_first_page_and_on_a_result(page: Page, site: Site):
    found = []
    for state in ("step 1", "example result"):
        site.open(page, state, "en")
        page.evaluate(Axe().axe_script)
        found += findings(page, state)
    assert found == []


@pytest.mark.slow
def test_axe_would_find_a_fault(page: Page, site: Site):
    site.open(page, "step 1", "id")
    page.evaluate(Axe().axe_script)
    page.evaluate("document.querySelector('legend').remove()")
    page.evaluate("document.querySelector('.option label').remove()")
    page.evaluate("document.querySelector('.lead').style.color = '#aaa'")

    found = " ".join(findings(page, "step 1"))
    assert all(rule in found for rule in ("label", "color-contrast"))


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_axe_finds_nothing_on_any_page_light_or_dark_narrow_or_wide(page: Page, site: Site, lang):
    found, runs = [], 0
    for state in site.states:
        site.open(page, state, lang)
        # All cards are alike: those of two results stand for those of the others.
        if state not in ("refine in error", *RESULTS[2:]):
            open_all(page)
        page.evaluate(Axe().axe_script)
        for scheme, size in SIGHTS[lang]:
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size(size)
            where = f"{state} {lang} {scheme} {size['width']}"
            # Contrast takes most of the time.
            found += findings(page, where, contrast=lang == "id")
            runs += 1
    print(f"axe: {runs} runs over {len(site.states)} pages in {lang}, {len(found)} findings")
    assert found == []
