"""A form in a frame of another site's page, in a browser that gives such frames no cookies."""

import re

import pytest
from forms import CODE
from framing import Host, inside, press_enter
from playwright.sync_api import BrowserContext, Page, expect
from profiles import PLAIN
from sends import SRI, desk_of
from test_embed import SANDBOX, answer, is_as_high_as_its_page, step

from recommender.i18n import words

T = words("en")


@pytest.mark.slow
def test_the_browser_of_these_tests_gives_frames_of_other_sites_no_cookies(page: Page, host: Host):
    host.pages["/cookie"] = "<script>document.cookie = 'a=1; SameSite=None; Secure'</script>"
    page.goto(f"{host.stranger}/cookie")
    assert page.evaluate("document.cookie") == "a=1"

    page.context.clear_cookies()
    host.open(page, f'<iframe title="a" src="{host.stranger}/cookie"></iframe>')
    assert inside(page).evaluate("document.cookie") == ""


@pytest.mark.slow
@pytest.mark.parametrize(("width", "more"), [(320, SANDBOX), (360, ""), (1280, SANDBOX)])
def test_a_form_is_answered_in_a_frame_that_is_always_as_high_as_its_page(
    page: Page, host: Host, browser_name: str, width, more
):
    page.set_viewport_size({"width": width, "height": 800})
    host.open(page, host.frame(more=more))
    frame = inside(page)
    for keys in (("primary_goal", "organisation"), ("audience_activity",), ("content_strengths",)):
        is_as_high_as_its_page(page)
        step(frame, {key: PLAIN[key] for key in keys})
    expect(frame.locator(".rank")).to_be_visible()
    is_as_high_as_its_page(page)
    for _ in range(2):  # up, and down again
        frame.locator(".card > summary").nth(1).click()
        is_as_high_as_its_page(page)

    assert page.evaluate("failed") == []
    if browser_name == "chromium":  # others do not tell of shifts
        assert page.evaluate("shifted") <= 0.01
        page.evaluate("document.body.style.paddingTop = '300px'")
        page.wait_for_function("shifted > 0.01")  # a shift would have been seen
    assert page.context.cookies() == []


@pytest.mark.slow
@pytest.mark.parametrize("more", ["", SANDBOX], ids=["plain", "sandbox"])
def test_without_any_javascript_a_form_is_answered_in_its_frame(new_context, host: Host, more):
    context: BrowserContext = new_context(
        java_script_enabled=False, viewport={"width": 320, "height": 640}
    )
    page = host.open(context.new_page(), host.frame(more=more), script=False)

    frame = answer(page)
    assert "/f/kopi/r/" in frame.url
    assert "embed=1" in frame.url
    assert context.cookies() == []


@pytest.mark.slow
@pytest.mark.parametrize("script", [True, False], ids=["script", "none"])
def test_a_form_in_a_frame_is_answered_sent_and_erased_at_320_px(new_context, kept, script):
    host, database = kept
    context: BrowserContext = new_context(
        java_script_enabled=script, viewport={"width": 320, "height": 640}
    )
    page, asked = context.new_page(), []
    page.on("request", lambda made: asked.append(made.url))
    host.open(page, host.frame("&ref=P-12", more=SANDBOX), script=script)
    frame = answer(page)
    press_enter(frame.get_by_role("link", name=T("send_to", agency="Studio")))
    expect(frame.get_by_text("P-12")).to_be_visible()
    press_enter(frame.get_by_role("button", name=T("send_now")))
    expect(frame.get_by_role("alert").get_by_role("link")).to_have_count(2)
    if script:  # what grows while it is clicked at is missed
        is_as_high_as_its_page(page)

    frame.get_by_label(T("contact_name")).fill("Wahyuni")
    frame.get_by_label(T("contact_email")).fill(SRI["email"])
    frame.locator("#consent").press(" ")  # by the keyboard, as in `answer`
    press_enter(frame.get_by_role("button", name=T("send_now")))
    expect(frame.get_by_role("heading", level=1)).to_have_text(T("sent_title", agency="Studio"))
    [sent] = desk_of(database).submissions()
    assert (sent.ref, sent.contact.email) == ("P-12", SRI["email"])
    if script:
        is_as_high_as_its_page(page)
        page.wait_for_function("got.some((one) => one.type === 'rc:submit')")
        [said] = [one for one in page.evaluate("got") if one["type"] == "rc:submit"]
        assert (said["submission"], said["code"]) == (sent.id, CODE)
        assert not re.search("wahyuni|kopi.example", str(page.evaluate("got")), re.I)

    press_enter(frame.locator(".address a"))
    press_enter(frame.get_by_role("button", name=T("erase_now")))
    expect(frame.get_by_role("heading", level=1)).to_have_text(T("erased_title"))
    assert desk_of(database).submissions() == []
    assert context.cookies() == []
    assert len(asked) > 10
    assert [url for url in asked if re.search("wahyuni|kopi.example", url, re.I)] == []
