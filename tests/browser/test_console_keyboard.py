"""The console by keyboard alone: everything is reached, and one always sees where one is."""

from collections.abc import Iterator

import pytest
from console_site import OWNER, Console, State, sign_in
from consoles import PASSWORD
from playwright.sync_api import Browser, Locator, Page, expect
from site_map import PHONE
from test_keyboard import assert_in_view_and_marked, press, stops, tab_to, write

from recommender.i18n import words

T = words("en")


@pytest.fixture
def page(browser: Browser, office: Console) -> Iterator[Page]:
    """A telephone whose owner has signed in."""
    found = browser.new_page(base_url=office.address, viewport=PHONE)
    found.set_default_timeout(60_000)
    sign_in(found.context, office.app, office.address, OWNER)
    found.goto("/console/submissions?lang=en")
    yield found
    found.context.close()


def tab(page: Page, key: str) -> None:
    """To another page by the tabs on top."""
    press(page, page.get_by_role("link", name=T(key), exact=True))


def button(page: Page, key: str, **filled: object) -> Locator:
    return page.get_by_role("main").get_by_role("button", name=T(key, **filled), exact=True)


@pytest.mark.only_browser("chromium")  # Firefox keeps the focus it took into its own bars
@pytest.mark.slow
def test_after_signing_in_a_submission_is_found_noted_overruled_and_followed_up_by_keyboard(
    page, office
) -> None:
    page.context.clear_cookies()
    page.goto("/console/sign-in?lang=en")
    write(page, T("email"), OWNER)
    write(page, T("password"), PASSWORD)
    press(page, page.get_by_role("main").get_by_role("button"))
    expect(page.get_by_role("heading", level=1)).to_have_text(T("tab_submissions"))

    write(page, T("list_q"), "Dimas")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    press(page, page.get_by_role("link", name="Dimas"))
    press(page, page.get_by_role("link", name=T("note_title"), exact=True))
    write(page, T("note_new"), "Begins in January")
    press(page, button(page, "note_add"))
    expect(page.get_by_text("Begins in January", exact=True)).to_be_visible()

    press(page, page.get_by_role("link", name=T("overrule_begin")))
    tab_to(page, page.locator("input[name=type]").first)
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    write(page, T("overrule_reason"), "Her team runs one")
    press(page, button(page, "practice_keep"))
    expect(page.get_by_text("Her team runs one")).to_be_visible()

    press(page, page.get_by_role("link", name=T("followup_begin")))
    tab_to(page, page.locator("input[name=used]").first)
    page.keyboard.press("Space")
    tab_to(page, page.locator("input[name=went]").first)
    page.keyboard.press("Space")
    press(page, button(page, "practice_keep"))
    expect(page.get_by_text(T("followup_kept"))).to_be_visible()


@pytest.mark.slow
def test_two_clients_are_compared_and_submissions_exported_by_keyboard(page, office) -> None:
    press(page, page.get_by_role("link", name=T("compare_clients"), exact=True))
    for place in range(2):
        tab_to(page, page.locator("input[name=id]").nth(place))
        page.keyboard.press("Space")
    press(page, button(page, "compare_now"))
    expect(page.get_by_role("heading", level=1)).to_have_text(T("compare_title", n=2))

    tab(page, "tab_export")
    tab_to(page, button(page, "export_take"))
    with page.expect_download() as waited:
        page.keyboard.press("Enter")
    assert waited.value.path().read_text("utf-8-sig").count("client") >= 5


@pytest.mark.slow
def test_a_form_is_changed_and_a_member_invited_by_keyboard(page, office) -> None:
    tab(page, "tab_forms")
    press(page, page.get_by_role("link", name="Kenali kanal Anda"))
    tab_to(page, page.locator("[id='market']"))
    page.keyboard.press("ArrowDown")
    with page.expect_navigation():
        page.locator("#name").focus()
        page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text(T("set_market"))

    tab(page, "tab_team")
    write(page, T("name"), "Rina")
    write(page, T("email"), "rina@studio.example")
    press(page, button(page, "team_invite_send"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Rina")

    press(page, page.get_by_role("button", name=T("sign_out")))
    expect(page.get_by_role("status")).to_have_text(T("signed_out_now"))


@pytest.mark.only_browser("chromium")  # Firefox keeps the focus it took into its own bars
@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_pages_of_the_console_the_focus_is_in_view_and_marked(
    browser: Browser, office: Console, scheme: str
) -> None:
    id_, one = office.values["id_"], office.values["one"]
    paths = {
        "light": ("submissions", f"submissions/{id_}", "portfolio", "practice", "team", "keys"),
        "dark": (f"compare?id={id_}&id={one}", "compare", "forms/kopi", "stops", "hooks"),
    }
    for path in paths[scheme]:
        seen = office.open(browser, State(path, f"/console/{path}"), "id")
        seen.set_viewport_size(PHONE)
        seen.emulate_media(color_scheme=scheme)
        passed = stops(seen, most=400)
        assert len(passed) > 5, path
        for at in passed:
            assert_in_view_and_marked(at | {"where": path})


@pytest.mark.slow
def test_the_focus_leaves_the_previews_again(browser: Browser, office: Console) -> None:
    seen = office.open(browser, State("preview", "/console/forms/kopi/preview"), "id")
    tags: list[str] = []
    while "BODY" not in tags:
        assert len(tags) < 400
        seen.keyboard.press("Tab")
        tags.append(seen.evaluate("document.activeElement.tagName"))
    assert tags.count("IFRAME") > 3
    assert tags[-2] == "BUTTON"  # that of signing out, below
