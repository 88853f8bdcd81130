"""Nothing is cut off, too small, out of reach or lost, on any screen and on paper."""

import itertools
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect
from profiles import random_answers
from site_map import DESK, ERRORS, LANGUAGES, PHONE, RESULTS, STEPS, Site, open_all, restyle
from test_axe import shown

from recommender.engine.model import Answers
from recommender.render.view import view

WIDTHS = (1280, 640, 320)  # 320: an ordinary window at 400 % zoom; 640: at 200 %

TEXT_SPACING = """
* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
p { margin-bottom: 2em !important }"""

OVERFLOW = """() => {
    const root = document.documentElement, wide = root.clientWidth;
    const cut = [...document.querySelectorAll("a, button, label, summary, legend, h1, h2, h3")]
        .filter((one) => one.checkVisibility() && !one.matches(".vh, .skip")
            && one.clientWidth && one.scrollWidth > one.clientWidth + 1);
    return {over: root.scrollWidth - wide, cut: cut.map((one) => one.outerHTML.slice(0, 120))};
}"""

TARGETS = """() => {
    const small = [], low = [], sizes = [];
    for (const one of document.querySelectorAll("a[href], button, input, summary")) {
        if (!one.checkVisibility() || one.matches(".skip")) continue;
        const target = one.closest(".option") || one, box = target.getBoundingClientRect();
        const size = `${Math.round(box.width)}x${Math.round(box.height)} `
            + target.textContent.trim().slice(0, 60);
        const block = one.parentElement;
        const inline = getComputedStyle(one).display === "inline"
            && block.textContent.trim().length > one.textContent.trim().length;
        if (!inline) {
            sizes.push(Math.min(box.width, box.height));
            if (box.width < 24 || box.height < 24) small.push(size);
        }
        if (target.matches(".option, .button, summary") && box.height < 44) low.push(size);
    }
    return {small, low, least: Math.min(...sizes)};
}"""


HEADINGS = """() => [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")]
    .map((one) => Number(one.tagName[1]))"""
SUMMARIES = """() => [...document.querySelectorAll("summary")]
    .map((one) => one.innerText.trim().replace(/\\s+/g, " "))"""


@dataclass
class Seen:
    """What was measured on a page: width by width, and once."""

    state: str
    overflow: dict[int | str, dict]
    targets: dict[int, dict]
    levels: list[int]
    summaries: list[str]


@pytest.fixture(scope="module", params=LANGUAGES)
def tour(request, browser: Browser, base_url: str, site: Site) -> Iterator[list[Seen]]:
    """Every page in one language, measured with all that is folded open."""
    page = browser.new_page(base_url=base_url)
    found = []
    for place, state in enumerate(site.states):
        if not shown(request.param, place):
            continue
        site.open(page, state, request.param)
        seen = Seen(state, {}, {}, page.evaluate(HEADINGS), page.evaluate(SUMMARIES))
        open_all(page)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 640})
            seen.overflow[width] = page.evaluate(OVERFLOW)
            if width in (320, DESK["width"]):
                seen.targets[width] = page.evaluate(TARGETS)
        restyle(page, TEXT_SPACING)
        seen.overflow["320 with text spacing"] = page.evaluate(OVERFLOW)
        found.append(seen)
    yield found
    page.close()


@pytest.mark.slow
def test_nothing_scrolls_sideways_or_is_cut_off(tour: list[Seen]):
    found = [(seen.state, width, one) for seen in tour for width, one in seen.overflow.items()]
    worst = max(one["over"] for _, _, one in found)
    print(f"overflow: {worst} px at most, {len(found)} pages and widths")
    assert [one for one in found if one[2]["over"] > 0 or one[2]["cut"]] == []


@pytest.mark.slow
def test_every_target_is_large_enough_for_a_finger(tour: list[Seen]):
    found = [(seen.state, width, one) for seen in tour for width, one in seen.targets.items()]
    print(f"targets: the smallest is {min(one['least'] for _, _, one in found):.0f} px")
    assert [one for one in found if one[2]["small"] or one[2]["low"]] == []


@pytest.mark.slow
def test_headings_stand_in_order(tour: list[Seen]):
    for seen in (seen for seen in tour if seen.state not in ERRORS):
        assert seen.levels[:1] == [1], seen
        assert seen.levels.count(1) == 1, seen
        steps = [after - before for before, after in itertools.pairwise(seen.levels)]
        assert max(steps, default=0) <= 1, seen


@pytest.mark.slow
def test_what_is_folded_says_what_it_holds(tour: list[Seen]):
    for seen in tour:
        assert len({*seen.summaries}) == len(seen.summaries), seen
        assert min((len(text) for text in seen.summaries), default=99) > 8, seen


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
        parts = [part for part in ("h1", ".lead", ".confidence") if page.locator(part).count()]
        ends[path] = max(bottom(page, f".answer {part}") for part in parts)
        assert path in paths or len(parts) == 3
        assert page.evaluate(COMMAS_FIRST) == []
    print(f"result {lang}: ends at {min(ends.values()):.0f} to {max(ends.values()):.0f} px")
    assert [path for path, end in ends.items() if end > PHONE["height"]] == []


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
