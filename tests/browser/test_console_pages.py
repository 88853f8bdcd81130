"""Every page of the console in real Chromium: nothing for axe, nothing too wide or too small."""

import pytest
from console_site import OWNER, Console, State, tell_all
from looks import ALL, NARROW, Sight, look, shown
from playwright.sync_api import Browser, expect
from site_map import DESK, LANGUAGES, PHONE

# Each page is looked at in one language, and axe sees it by turns in light and in dark, narrow
# and wide. AXE=all shows every page in both.
SIGHTS = {
    "id": ((Sight(DESK), Sight(NARROW, "light")), (Sight(NARROW), Sight(DESK, "dark"))),
    "en": ((Sight(DESK), Sight(NARROW, "dark")), (Sight(NARROW), Sight(DESK, "light"))),
}


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_is_wrong_with_any_page_of_the_console_and_none_breaks_its_own_policy(
    browser: Browser, office: Console, lang: str, looks: set[str]
):
    """Every page of the route table once, and every other one of their further states."""
    told = tell_all(office.values)[:: 1 if ALL else 2]
    found, count = [], 0
    for place, state in enumerate([*office.routes(), *told]):
        if not shown(lang, place):
            continue
        page, where = office.open(browser, state, lang), f"{state.name} {lang}"
        in_error = state.status in (409, 422)
        found += look(page, where, looks, SIGHTS[lang][place // 2 % 2], in_error)
        found += [f"{where}: {one}" for one in page.evaluate("violated")]
        count += 1
    print(f"{count} pages of the console in {lang}: {len(found)} faults")
    assert found == []
    assert office.errors == []


TABS = """() => {
    const box = (one) => one.getBoundingClientRect();
    const here = box(document.querySelector(".tabs [aria-current]"));
    return {
        rows: new Set([...document.querySelectorAll(".tabs a")].map((one) => box(one).top)).size,
        pushed: CSS.supports("scroll-initial-target", "nearest"),
        seen: here.left >= 0 && here.right <= innerWidth,
        icon: document.querySelector("link[rel=icon]").href,
    };
}"""


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_on_a_phone_the_tabs_show_where_one_is_in_one_row_if_the_browser_can_begin_there(
    browser: Browser, office: Console, lang: str
):
    for path in ("/console/submissions", f"/console/submissions/{office.values['id_']}",
                 "/console/team", "/console/hooks"):  # fmt: skip
        page = office.page_of(browser, OWNER)
        page.set_viewport_size(PHONE)
        page.goto(f"{path}?lang={lang}")
        found = page.evaluate(TABS)
        assert found["seen"], path
        assert found["rows"] == 1 or not found["pushed"], path
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
