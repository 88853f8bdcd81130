"""Sending from a frame of another site's page, and the pages of sending by themselves."""

import re

import pytest
from forms import CODE
from framing import Host
from playwright.sync_api import BrowserContext, Page, expect
from sends import SRI, desk_of
from test_axe import bring_axe, in_light_and_dark
from test_embed import SANDBOX, answer, is_as_high_as_its_page
from test_layout import OVERFLOW, TARGETS

from recommender.i18n import words

T = words("en")


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
    frame.get_by_role("link", name=T("send_to", agency="Studio")).press("Enter", no_wait_after=True)
    expect(frame.get_by_text("P-12")).to_be_visible()
    frame.get_by_role("button", name=T("send_now")).press("Enter", no_wait_after=True)
    expect(frame.get_by_role("alert").get_by_role("link")).to_have_count(2)
    if script:  # what grows while it is clicked at is missed
        is_as_high_as_its_page(page)

    frame.get_by_label(T("contact_name")).fill("Wahyuni")
    frame.get_by_label(T("contact_email")).fill(SRI["email"])
    frame.locator("#consent").press(" ")  # by the keyboard, as in `answer`
    frame.get_by_role("button", name=T("send_now")).press("Enter", no_wait_after=True)
    expect(frame.get_by_role("heading", level=1)).to_have_text(T("sent_title", agency="Studio"))
    [sent] = desk_of(database).submissions()
    assert (sent.ref, sent.contact.email) == ("P-12", SRI["email"])
    if script:
        is_as_high_as_its_page(page)
        page.wait_for_function("got.some((one) => one.type === 'rc:submit')")
        [said] = [one for one in page.evaluate("got") if one["type"] == "rc:submit"]
        assert (said["submission"], said["code"]) == (sent.id, CODE)
        assert not re.search("wahyuni|kopi.example", str(page.evaluate("got")), re.I)

    frame.locator(".address a").press("Enter", no_wait_after=True)
    frame.get_by_role("button", name=T("erase_now")).press("Enter", no_wait_after=True)
    expect(frame.get_by_role("heading", level=1)).to_have_text(T("erased_title"))
    assert desk_of(database).submissions() == []
    assert context.cookies() == []
    assert len(asked) > 10
    assert [url for url in asked if re.search("wahyuni|kopi.example", url, re.I)] == []


@pytest.mark.slow
def test_the_erase_link_is_copied(new_context, kept):
    host, _ = kept
    context = new_context(permissions=["clipboard-read", "clipboard-write"])
    page = send(context.new_page(), host)
    page.get_by_role("button", name=T("erase_copy")).click()

    expect(page.get_by_role("button", name=T("copied"))).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator(".address a").get_attribute("href")
    page.goto(copied)
    expect(page.get_by_role("button", name=T("erase_now"))).to_be_visible()


@pytest.mark.slow
@pytest.mark.parametrize("embed", ["", "&embed=1"], ids=["page", "frame"])
def test_the_pages_of_sending_are_accessible_narrow_and_easy_to_hit(page: Page, kept, embed):
    host, _ = kept
    page.set_viewport_size({"width": 320, "height": 640})
    bring_axe(page)
    page.goto(f"{host.form}/f/kopi/privacy?x=1{embed}")
    found = judged(page, "privacy")
    page.goto(f"{host.form}/f/kopi/send?a={CODE}{embed}")
    found += judged(page, "send")
    page.get_by_role("button", name=T("send_now")).click()
    found += judged(page, "error")
    send(page, host, embed)
    found += judged(page, "sent")
    page.locator(".address a").click()
    found += judged(page, "erase")
    page.get_by_role("button", name=T("erase_now")).click()
    found += judged(page, "erased")

    assert found == []


def judged(page: Page, where: str) -> list:
    """What is wrong with a page for eyes, fingers and programs that read it aloud."""
    found: list = [*in_light_and_dark(page, where)]
    page.evaluate("document.querySelector('#subject')?.parentElement.remove()")  # nobody hits it
    over, targets = page.evaluate(OVERFLOW), page.evaluate(TARGETS)
    found += [(where, over)] if over["over"] > 0 or over["cut"] else []
    return found + [(where, one) for one in (*targets["small"], *targets["low"])]


def send(page: Page, host: Host, embed: str = "") -> Page:
    """Fill in the send page and press its button."""
    page.goto(f"{host.form}/f/kopi/send?a={CODE}{embed}")
    page.get_by_label(T("contact_email")).fill("copy@kopi.example")
    page.locator("#consent").check(force=True)
    page.get_by_role("button", name=T("send_now")).click()
    expect(page.locator(".address a")).to_be_visible()
    return page
