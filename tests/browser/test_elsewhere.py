"""What a browser asks for: nothing of anybody else, and no word of what was written."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from canaries import OWNER, World, shown, world_of
from forms import CODE, later, sqlite
from framing import served
from playwright.sync_api import BrowserContext, Page, Request, expect

from recommender.i18n import words

T = words("en")
IN_ADDRESSES = {"campaign", "ref", "erase link", "receipt"}
"""What a link of the agency brings along, and the links that a person gets."""


@pytest.fixture
def world(tmp_path) -> Iterator[tuple[World, str]]:
    database = sqlite(tmp_path)
    made = world_of(database)
    with served(made.app) as port:
        yield made, f"http://127.0.0.1:{port}"
    database.close()


def visit_as_a_client(page: Page, world: World, address: str) -> None:
    canaries = world.canaries
    page.goto(f"{address}/f/kopi/send?a={CODE}&lang=en&campaign={canaries['campaign']}")
    later(world.app, minutes=9)
    page.get_by_label(T("contact_name")).fill(canaries["name"])
    page.get_by_label(T("contact_email")).fill(canaries["email"])
    page.locator("#own-wishes").fill(canaries["wishes"])
    page.locator("#consent").check(force=True)
    page.get_by_role("button", name=T("send_now")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(T("sent_title", agency="Studio"))
    page.locator(".address a").click()
    page.get_by_role("link", name=T("privacy")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(T("privacy"))


def visit_as_the_owner(page: Page, world: World, address: str) -> None:
    page.goto(f"{address}/console/sign-in?lang=en")
    page.locator("#email").fill(OWNER)
    page.locator("#password").fill(world.canaries["password"])
    page.locator("main form button").first.click()
    page.get_by_role("link", name=world.canaries["name"]).first.click()
    page.locator("#note").fill(world.canaries["note"])
    page.get_by_role("button", name=T("note_add")).click()
    expect(page.get_by_text(world.canaries["note"], exact=True)).to_be_visible()
    for path in ("practice", "forms/kopi/invitations"):
        page.goto(f"{address}/console/{path}")


@pytest.mark.slow
def test_a_browser_asks_nobody_else_and_its_addresses_hold_nothing_that_was_written(
    new_context, world
):
    made, address = world
    asked: dict[str, list[Request]] = {}
    for visit in (visit_as_a_client, visit_as_the_owner):
        context: BrowserContext = new_context()
        heard = asked.setdefault(visit.__name__, [])
        context.on("request", lambda request, heard=heard: heard.append(request))
        visit(context.new_page(), made, address)

    everything = [request for requests in asked.values() for request in requests]
    assert len(everything) > 30
    assert {urlsplit(request.url).netloc for request in everything} == {urlsplit(address).netloc}
    told = " ".join(shown(request.url) for request in everything)
    assert set(made.canaries.found_in(told)) <= IN_ADDRESSES
    assert not any(one.headers.get("referer") for one in asked["visit_as_a_client"])
