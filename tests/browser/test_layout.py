"""Nothing is cut off, too small, out of reach or lost, on any screen and on paper."""

import random
import re

import pytest
from playwright.sync_api import Page, expect
from profiles import random_answers
from site_map import DESK, LANGUAGES, PHONE, STEPS, Site, open_all, restyle

from recommender.engine.model import Answers
from recommender.engine.scoring import recommend
from recommender.render.phrases import headline, main_reason, runner_up

WIDTHS = (320, 360, 640, 1280)  # 320: an ordinary window at 400 % zoom; 640: at 200 %

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


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_scrolls_sideways_or_is_cut_off(page: Page, site: Site, lang):
    found = []
    for state in site.states:
        site.open(page, state, lang)
        open_all(page)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 640})
            found.append((state, width, page.evaluate(OVERFLOW)))
        page.set_viewport_size({"width": 320, "height": 640})
        restyle(page, TEXT_SPACING)
        found.append((state, "320 with text spacing", page.evaluate(OVERFLOW)))
    worst = max(seen["over"] for _, _, seen in found)
    print(f"overflow {lang}: {worst} px at most, {len(found)} pages and widths")
    assert [one for one in found if one[2]["over"] > 0 or one[2]["cut"]] == []


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_target_is_large_enough_for_a_finger(page: Page, site: Site, lang):
    found, least = [], []
    for state in site.states:
        site.open(page, state, lang)
        open_all(page)
        for size in (PHONE, DESK):
            page.set_viewport_size(size)
            seen = page.evaluate(TARGETS)
            least.append(seen["least"])
            found += [(state, size["width"], one) for one in seen["small"] + seen["low"]]
    print(f"targets {lang}: the smallest is {min(least):.0f} px")
    assert found == []


def bottom(page: Page, selector: str, nth: int = 0) -> float:
    box = page.locator(selector).nth(nth).bounding_box()
    assert box is not None, selector
    return box["y"] + box["height"]


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
    made = recommend(site.rulebook, answers)
    said = (headline(site.rulebook, made, lang), main_reason(made, lang))
    return sum(len(text or "") for text in (*said, runner_up(site.rulebook, made, lang)))


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_phones_first_screen_of_a_result_shows_answer_main_reason_and_runner_up(
    page: Page, site: Site, lang
):
    page.set_viewport_size(PHONE)
    rng = random.Random(7)
    drawn = [random_answers(site.rulebook, rng) for _ in range(400)]
    drawn = drawn[:20] + sorted(drawn[20:], key=lambda a: words_on_top(site, a, lang))[-5:]
    paths = [f"/r/{site.code(answers)}?lang={lang}" for answers in drawn]
    ends = {}
    for path in (site.path("example result", lang), *paths):
        page.goto(path)
        parts = [part for part in ("h1", ".lead", ".runner-up") if page.locator(part).count()]
        ends[path] = max(bottom(page, f".answer {part}") for part in parts)
        assert path in paths or len(parts) == 3
    print(f"result {lang}: ends at {min(ends.values()):.0f} to {max(ends.values()):.0f} px")
    assert [path for path, end in ends.items() if end > PHONE["height"]] == []


MOST_PAPER = 8
BARS = """() => [...document.querySelectorAll(".bar")].map((bar) => {
    const look = (part) => getComputedStyle(bar.querySelector(part));
    return {
        fill: look(".fill").fill, track: look(".track").fill, edge: look(".track").stroke,
        zero: look("line").stroke, ground: getComputedStyle(document.body).backgroundColor,
        exact: look(".fill").printColorAdjust,
        width: bar.querySelector(".fill").getBoundingClientRect().width,
    };
})"""


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
    site.open(page, "example result", lang)
    paper = pages_of(page.pdf(format="A4", prefer_css_page_size=True))
    print(f"paper {lang}, script {script}: {paper} pages of A4")
    assert 2 < paper <= MOST_PAPER
    if script:
        expect(page.locator("details.card[open]")).to_have_count(6)

    page.emulate_media(media="print")
    for card in page.locator("details.card").all():
        expect(card.locator(".body")).to_be_visible()
    expect(page.get_by_role("button")).to_have_count(0)
    if script:
        bars = page.evaluate(BARS)
        assert all(bar["exact"] == "exact" for bar in bars)
        assert bars[0]["width"] > bars[1]["width"] > 0


def test_steps_can_be_printed_too(page: Page, site: Site):
    for state in STEPS[:3]:
        site.open(page, state, "en")
        assert pages_of(page.pdf(format="A4")) <= 3
