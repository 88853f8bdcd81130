"""The pages of sending by themselves."""

import pytest
from forms import CODE
from framing import Host
from looks import NARROW, Sight, bring_axe, look
from playwright.sync_api import Locator, Page, expect

from recommender.i18n import words

T = words("en")


@pytest.mark.only_browser("chromium")  # the clipboard is read
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
def test_nothing_is_wrong_with_the_pages_of_sending(page: Page, kept, looks: set[str], embed):
    host, _ = kept
    found: list[str] = []

    def judge(where: str, pressed: Locator | None = None) -> None:
        if pressed:
            with page.expect_navigation():
                pressed.click()
        found.extend(look(page, where, looks, [Sight(NARROW, "light", "dark")], where == "error"))

    bring_axe(page)
    page.goto(f"{host.form}/f/kopi/privacy?x=1{embed}")
    judge("privacy")
    page.goto(f"{host.form}/f/kopi/send?a={CODE}{embed}")
    judge("send")
    judge("error", page.get_by_role("button", name=T("send_now")))
    send(page, host, embed)
    judge("sent")
    judge("erase", page.locator(".address a"))
    judge("erased", page.get_by_role("button", name=T("erase_now")))
    assert found == []


def send(page: Page, host: Host, embed: str = "") -> Page:
    """Fill in the send page and press its button."""
    page.goto(f"{host.form}/f/kopi/send?a={CODE}{embed}")
    page.get_by_label(T("contact_email")).fill("copy@kopi.example")
    page.locator("#consent").check(force=True)
    with page.expect_navigation():
        page.get_by_role("button", name=T("send_now")).click()
    expect(page.locator(".address a")).to_be_visible()
    return page
