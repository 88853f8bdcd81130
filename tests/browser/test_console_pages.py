"""Every page of the console in real Chromium: nothing for axe, nothing too wide or too small."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from console_site import OWNER, Console, State, console, tell_all
from playwright.sync_api import Browser, Page, expect
from site_map import DESK, LANGUAGES, PHONE, open_all
from test_axe import ALL, all_but_contrast, contrast, shown
from test_layout import HEADINGS, OVERFLOW, TARGETS

NARROW = {"width": 320, "height": 640}
# Languages share the order of their pages: each page is looked at in one of them, and axe sees it
# by turns in light and in dark, narrow and wide. AXE=all shows every page in both.
SIGHTS = {
    "id": (("light", NARROW), ("dark", DESK)),
    "en": (("dark", NARROW), ("light", DESK)),
}
LOW = """() => [...document.querySelectorAll("button, select, textarea, input")]
    .filter((one) => one.checkVisibility() && !one.matches("[type=radio], [type=checkbox]")
        && one.getBoundingClientRect().height < 44)
    .map((one) => one.outerHTML.slice(0, 120))"""


@dataclass
class Seen:
    """What was found on a page, in words where something is wrong."""

    state: State
    axe: list[str] = field(default_factory=list)
    wide: list[object] = field(default_factory=list)
    small: list[object] = field(default_factory=list)
    levels: list[int] = field(default_factory=list)
    violated: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    with console(tmp_path_factory.mktemp("console")) as made:
        yield made


def looked_at(page: Page, state: State, lang: str, place: int, known: set[str]) -> Seen:
    """Measure the page that is open, narrow and wide, and let axe see it."""
    seen = Seen(state, levels=page.evaluate(HEADINGS))
    open_all(page)
    scheme, sight = SIGHTS[lang][place // 2 % 2]
    for size in (DESK, NARROW) if sight is NARROW else (NARROW, DESK):
        page.set_viewport_size(size)
        over = page.evaluate(OVERFLOW)
        if over["over"] > 0 or over["cut"]:
            seen.wide.append((size["width"], over))
        found = page.evaluate(TARGETS)
        low = page.evaluate(LOW)
        if found["small"] or found["low"] or low:
            seen.small.append((size["width"], found["small"], found["low"], low))
    page.emulate_media(color_scheme=scheme)
    where = f"{state.name} {lang} {scheme} {sight['width']}"
    seen.axe = all_but_contrast(page, where) + contrast(page, where, known)
    seen.violated = page.evaluate("violated")
    return seen


@pytest.fixture(scope="module", params=LANGUAGES)
def tour(request, browser: Browser, office: Console) -> list[Seen]:
    """Every page of the route table once, and every other one of their further states."""
    told = tell_all(office.values)[:: 1 if ALL else 2]
    states, lang, known = [*office.routes(), *told], request.param, set()
    return [
        looked_at(office.open(browser, state, lang), state, lang, place, known)
        for place, state in enumerate(states)
        if shown(lang, place)
    ]


@pytest.mark.slow
def test_axe_finds_nothing_on_any_page_of_the_console(tour: list[Seen]):
    print(f"axe: {len(tour)} pages of the console")
    assert [one for seen in tour for one in seen.axe] == []


@pytest.mark.slow
def test_no_page_of_the_console_scrolls_sideways(tour: list[Seen]):
    assert [(seen.state.name, one) for seen in tour for one in seen.wide] == []


@pytest.mark.slow
def test_every_target_of_the_console_is_large_enough_for_a_finger(tour: list[Seen]):
    assert [(seen.state.name, one) for seen in tour for one in seen.small] == []


@pytest.mark.slow
def test_headings_of_the_console_stand_in_order(tour: list[Seen]):
    for seen in tour:
        if seen.state.status in (409, 422):  # what is wrong stands before everything else
            continue
        assert seen.levels[:1] == [1], seen
        assert seen.levels.count(1) == 1, seen
        steps = [after - before for before, after in itertools.pairwise(seen.levels)]
        assert max(steps, default=0) <= 1, seen


@pytest.mark.slow
def test_nothing_of_the_console_breaks_its_own_policy(tour: list[Seen], office: Console):
    assert [(seen.state.name, seen.violated) for seen in tour if seen.violated] == []
    assert office.errors == []


TABS = """() => {
    const box = (one) => one.getBoundingClientRect();
    const here = box(document.querySelector(".tabs [aria-current]"));
    return {
        rows: new Set([...document.querySelectorAll(".tabs a")].map((one) => box(one).top)).size,
        seen: here.left >= 0 && here.right <= innerWidth,
        icon: document.querySelector("link[rel=icon]").href,
    };
}"""


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_on_a_phone_tabs_are_one_row_that_shows_where_one_is(
    browser: Browser, office: Console, lang: str
):
    for path in ("/console/submissions", f"/console/submissions/{office.values['id_']}",
                 "/console/team", "/console/hooks"):  # fmt: skip
        page = office.page_of(browser, OWNER)
        page.set_viewport_size(PHONE)
        page.goto(f"{path}?lang={lang}")
        found = page.evaluate(TABS)
        assert (found["rows"], found["seen"]) == (1, True), path
    page.locator(".tabs a").first.focus()
    assert page.locator(".tabs a").first.bounding_box()["x"] >= 0
    drawn = page.request.get(found["icon"])
    assert (drawn.status, drawn.headers["content-type"][:13]) == (200, "image/svg+xml")


@pytest.mark.slow
def test_previews_show_the_form_in_their_frames(browser: Browser, office: Console):
    page = office.open(browser, State("preview", "/console/forms/kopi/preview", OWNER), "en")
    frames = page.locator("iframe")
    expect(frames).to_have_count(3)
    for place in range(3):
        frames.nth(place).scroll_into_view_if_needed()
        heading = frames.nth(place).content_frame.get_by_role("heading", level=1)
        expect(heading).to_be_visible()
