"""What counts most stands on the first screen, and nothing is lost on paper."""

import random
import re

import pytest
from playwright.sync_api import Page, expect
from profiles import random_answers
from site_map import LANGUAGES, PHONE, RESULTS, STEPS, Site

from recommender.engine.model import Answers
from recommender.render.view import view


def bottom(page: Page, selector: str, nth: int = 0) -> float:
    box = page.locator(selector).nth(nth).bounding_box()
    assert box is not None, selector
    return box["y"] + box["height"]


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_phones_first_screen_of_step_one_shows_the_promise_and_first_choices(
    page: Page, site: Site, lang
):
    page.set_viewport_size(PHONE)
    site.open(page, "step 1", lang)
    expect(page.locator(".option").first).to_be_visible()
    ends = {name: bottom(page, name) for name in ("h1", ".lead", ".example")}
    ends["second choice"] = bottom(page, ".option", 1)
    print(f"step 1 {lang}: {ends}")
    assert max(ends.values()) <= PHONE["height"]


def words_on_top(site: Site, answers: Answers, lang: str) -> int:
    shown = view(site.rulebook, answers, lang)
    return sum(len(text or "") for text in (shown.headline, shown.lead, shown.confidence_line))


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_phones_first_screen_of_a_result_shows_answer_main_reason_and_how_sure_it_is(
    page: Page, site: Site, lang
):
    page.set_viewport_size(PHONE)
    rng = random.Random(7)
    drawn = [random_answers(site.rulebook, rng) for _ in range(30)]
    drawn = drawn[:3] + sorted(drawn[3:], key=lambda a: words_on_top(site, a, lang))[-4:]
    paths = [f"/r/{site.code(answers)}?lang={lang}" for answers in drawn]
    ends = {}
    for path in (*(site.path(state, lang) for state in RESULTS), *paths):
        page.goto(path)
        parts = page.evaluate(BOTTOMS)
        ends[path] = max(parts)
        assert path in paths or len(parts) == 3
        assert page.evaluate(COMMAS_FIRST) == []
    print(f"result {lang}: ends at {min(ends.values()):.0f} to {max(ends.values()):.0f} px")
    assert [path for path, end in ends.items() if end > PHONE["height"]] == []


BOTTOMS = """() => [...document.querySelectorAll(".answer :is(h1, .lead, .confidence)")]
    .map((one) => one.getBoundingClientRect().bottom)"""
# Commas of the headline that stand first in a line.
COMMAS_FIRST = """() => {
    const headline = document.querySelector("h1"), range = document.createRange(), found = [];
    const texts = document.createTreeWalker(headline, NodeFilter.SHOW_TEXT);
    let before = null;
    while (texts.nextNode()) {
        for (let at = 0; at < texts.currentNode.length; at++) {
            range.setStart(texts.currentNode, at);
            range.setEnd(texts.currentNode, at + 1);
            const box = range.getBoundingClientRect();
            if (!box.width) continue;
            if (range.toString() === "," && before && box.left < before.left) {
                found.push(headline.textContent);
            }
            before = box;
        }
    }
    return found;
}"""

MOST_PAPER = 4
LEAST_TYPE = 8.5  # points on paper
SMALLEST = """() => Math.min(...[...document.querySelectorAll("body *")]
    .filter((one) => one.checkVisibility()
        && [...one.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
    .map((one) => parseFloat(getComputedStyle(one).fontSize))) * 72 / 96"""
BARS = """() => [...document.querySelectorAll(".bar")].map((bar) => {
    const look = (part) => getComputedStyle(bar.querySelector(part));
    return {
        fill: look(".fill").fill, track: look(".track").fill, edge: look(".track").stroke,
        zero: look("line").stroke, ground: getComputedStyle(document.body).backgroundColor,
        exact: look(".fill").printColorAdjust,
        width: bar.querySelector(".fill").getBoundingClientRect().width,
    };
})"""


@pytest.mark.only_browser("chromium")  # in others they cannot be asked for
@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_forced_colours_keep_the_bars(page: Page, site: Site, scheme):
    page.emulate_media(forced_colors="active", color_scheme=scheme)
    site.open(page, "example result", "id")
    bars = page.evaluate(BARS)
    assert len(bars) == 6
    assert bars[0]["width"] > bars[1]["width"] > bars[2]["width"] > 0
    assert len({bar["fill"] for bar in bars}) == 1
    for bar in bars:
        assert bar["track"] == bar["ground"]
        assert bar["ground"] not in (bar["fill"], bar["edge"], bar["zero"])


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


@pytest.mark.only_browser("chromium")  # in others paper cannot be asked for
@pytest.mark.slow
@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_paper_holds_every_card_and_the_bars(new_context, site: Site, lang, script):
    page = new_context(java_script_enabled=script).new_page()
    paper = {}
    for state in RESULTS[::2] if script else RESULTS[:1]:
        site.open(page, state, lang)
        paper[state] = pages_of(page.pdf(format="A4", prefer_css_page_size=True))
    print(f"paper {lang}, script {script}: pages of A4 {paper}")
    assert max(paper.values()) <= MOST_PAPER

    site.open(page, "example result", lang)
    page.emulate_media(media="print")
    for card in page.locator("details.card").all():
        for part in range(2):  # why, and why not with what would change it
            expect(card.locator(".body > div").nth(part)).to_be_visible()
    for first in range(2):
        expect(page.locator("details.card").nth(first).locator(".steps")).to_be_visible()
    expect(page.locator("ol.sources li").last).to_be_visible()
    expect(page.get_by_role("button")).to_have_count(0)
    if script:
        bars = page.evaluate(BARS)
        assert all(bar["exact"] == "exact" for bar in bars)
        assert bars[0]["width"] > bars[1]["width"] > 0
        smallest = page.evaluate(SMALLEST)
        print(f"the smallest type on paper: {smallest:.2f} points")
        assert round(smallest, 2) >= LEAST_TYPE
        whole = "(one) => getComputedStyle(one).breakInside"
        for row in (".reasons li", ".bullets li", ".given div", ".steps div", ".rank"):
            assert page.locator(f"main {row}").first.evaluate(whole) == "avoid", row


@pytest.mark.slow
def test_steps_can_be_printed_too(page: Page, site: Site):
    for state in STEPS[:3]:
        site.open(page, state, "en")
        assert pages_of(page.pdf(format="A4")) <= 3
