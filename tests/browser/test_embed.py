"""A form in frames of another site's pages."""

import json
import os
import re
from contextlib import suppress
from statistics import median

import pytest
from forms import BOOK, CODE
from framing import Host, inside, press_enter
from looks import NARROW, Sight, bring_axe, look
from playwright.sync_api import Frame, Page, TimeoutError, expect
from profiles import PLAIN

REFUSED = ("chrome-error://", "about:neterror?e=cspBlocked")
"""What browsers show in place of a page that may not stand in this frame."""
SANDBOX = 'sandbox="allow-forms allow-scripts"'


def step(frame: Frame, changes: dict[str, str | list[str]]) -> None:
    """Choose answers on a page of questions and go on.

    By the keyboard: while a host page scrolls, a click can miss what is in a frame.
    """
    for question, chosen in changes.items():
        for option in [chosen] if isinstance(chosen, str) else chosen:
            frame.locator(f"#{question}-{option}").press(" ")
    before = frame.url
    press_enter(frame.get_by_role("button", name=re.compile("Continue|See")))
    frame.wait_for_url(lambda address: address != before)


def answer(page: Page, at: int = 0) -> Frame:
    """From the first page in a frame to the result in it."""
    frame = inside(page, at)
    step(frame, {key: PLAIN[key] for key in ("primary_goal", "organisation")})
    step(frame, {"audience_activity": PLAIN["audience_activity"]})
    step(frame, {"content_strengths": PLAIN["content_strengths"]})
    expect(frame.locator(".rank")).to_be_visible()
    return frame


def is_as_high_as_its_page(page: Page, at: int = 0) -> None:
    """Wait until a frame has the height of what is in it, to two pixels."""
    shown = page.locator("iframe").nth(at)
    inner = inside(page, at)
    inner.wait_for_load_state("load")
    height = "document.body.getBoundingClientRect().height"
    for _ in range(60):  # on a busy machine a page may still grow while it is measured
        wanted = inner.evaluate(height)
        with suppress(TimeoutError):
            page.wait_for_function(
                "([frame, wanted]) => Math.abs(frame.clientHeight - wanted) <= 2",
                arg=[shown.element_handle(), wanted],
                timeout=1000,
            )
            break
    assert abs(shown.evaluate("frame => frame.clientHeight") - inner.evaluate(height)) <= 2
    assert inner.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.slow
def test_without_the_loader_the_frame_keeps_its_height(page: Page, host: Host):
    host.open(page, host.frame(), script=False)

    answer(page)
    assert page.locator("iframe").evaluate("frame => frame.clientHeight") == 900


CHANGES = 10
CHANGED = """() => {
    const card = document.querySelector(".card ~ .card"), began = performance.now();
    card.open = !card.open;
    const height = document.body.getBoundingClientRect().height;
    return {began: performance.timeOrigin + began, height, up: card.open};
}"""
FOLLOWED = "(wanted) => heights.find((one) => Math.abs(one[1] - wanted) <= 2)"


@pytest.mark.slow
@pytest.mark.parametrize("more", ["", SANDBOX], ids=["plain", "sandbox"])
def test_a_frame_follows_each_change_of_height_within_a_tenth_of_a_second(
    page: Page, host: Host, more
):
    host.open(page, host.frame(more=more))
    frame = answer(page)
    is_as_high_as_its_page(page)
    took = []
    for number in range(CHANGES + 2):
        page.evaluate("heights.length = 0")
        changed = frame.evaluate(CHANGED)
        assert changed["up"] == (number % 2 == 0)  # up first, and down again
        at, _ = page.wait_for_function(FOLLOWED, arg=changed["height"]).json_value()
        took.append(at - changed["began"])
    measured = took[2:]  # the first two warm up
    print(
        f"height followed after {median(measured):.0f} ms (median), {max(measured):.0f} ms (most)"
    )
    # A machine with much else to do is late at times, but never early: the best each way counts.
    # On a quiet one TIMES=all holds every change to it.
    best = max(min(measured[0::2]), min(measured[1::2]))
    assert (max(measured) if os.environ.get("TIMES") == "all" else best) <= 100


@pytest.mark.slow
def test_several_forms_on_a_page_each_have_their_own_height(page: Page, host: Host):
    host.open(page, host.frame(), host.frame(path="/f/kopi/3"), host.frame(more=SANDBOX))

    for at in range(3):
        is_as_high_as_its_page(page, at)
    heights = page.locator("iframe").evaluate_all("all => all.map((one) => one.clientHeight)")
    assert heights[0] == heights[2] != heights[1]
    step(inside(page, 1), {"content_strengths": PLAIN["content_strengths"]})
    for at in range(3):
        is_as_high_as_its_page(page, at)


@pytest.mark.slow
def test_the_host_page_hears_how_far_its_reader_is_and_no_answers(page: Page, host: Host):
    host.open(page, host.frame("&ref=PROPOSAL-12"))
    answer(page)
    page.wait_for_function("got.some((one) => one.type === 'rc:result')")
    got = page.evaluate("got")

    assert all((one["source"], one["v"], one["form"]) == ("rc", 1, "kopi") for one in got)
    steps = [one["step"] for one in got if one["type"] == "rc:step"]
    assert steps == [1, 2, 3]
    [result] = [one for one in got if one["type"] == "rc:result"]
    assert {result["first"], result["second"]} < set(BOOK.types)
    assert result["label"] in ("clear", "narrow", "tie", "early")
    options = {id_ for q in BOOK.questionnaire.questions.values() for id_ in q.options} - set(
        BOOK.types
    )
    said = json.dumps(got)
    assert [one for one in (*options, "PROPOSAL") if f'"{one}"' in said] == []
    assert not re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-", said)


@pytest.mark.slow
def test_messages_of_others_and_malformed_ones_change_nothing(page: Page, host: Host):
    forged = "{source:'rc',v:1,type:'rc:resize',form:'kopi',height:77}"
    evil = f"<script>parent.postMessage({forged}, '*')</script>"
    host.pages["/evil"] = evil
    host.open(
        page,
        host.frame(),
        f'<iframe title="a" src="{host.stranger}/evil" height="40"></iframe>',
        f'<iframe title="b" src="{host.origin}/evil" height="40"></iframe>',
        f'<iframe title="c" sandbox="allow-scripts" srcdoc="{evil}" height="40"></iframe>',
    )
    is_as_high_as_its_page(page)
    page.wait_for_function("got.filter((one) => one.height === 77).length === 3")
    page.evaluate(f"postMessage({forged}, '*')")
    for wrong in (
        "null", "7", "'rc'", "{}", "{source:'rc'}", "{source:'rc',v:2,type:'rc:resize',height:77}",
        "{source:'rc',v:1,type:'rc:resize',height:'77'}", "{source:'rc',v:1,height:77}",
        "{source:'rc',v:1,type:'rc:resize',height:NaN}", "{source:'rc',v:1,type:7,height:77}",
        "{source:'rc',v:1,type:'rc:resize',height:-1}",
        "{source:'x',v:1,type:'rc:resize',height:77}",
        "{source:'rc',v:1,type:'rc:resize',height:1e9}", "{source:'rc',v:1,type:'click',height:77}",
    ):  # fmt: skip
        inside(page).evaluate(f"parent.postMessage({wrong}, '*')")
    inside(page).evaluate("parent.postMessage({source:'rc',v:1,type:'rc:end'}, '*')")
    page.wait_for_function("got.some((one) => one?.type === 'rc:end')")

    is_as_high_as_its_page(page)
    heights = page.locator("iframe").evaluate_all("all => all.map((one) => one.clientHeight)")
    assert heights[1:] == [40, 40, 40]
    assert page.evaluate("failed") == []


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/f/kopi", "/"])
def test_other_sites_cannot_show_it_and_the_ready_made_site_nobody_can(page, host: Host, path):
    origin = host.stranger if path != "/" else host.origin
    host.open(page, host.frame(path=path), origin=origin)

    assert inside(page).url.startswith(REFUSED)
    assert page.evaluate("got") == []


@pytest.mark.slow
def test_the_frame_takes_no_focus_and_a_later_page_begins_at_its_top(page: Page, host: Host):
    page.set_viewport_size({"width": 360, "height": 640})
    host.open(page, host.frame())
    is_as_high_as_its_page(page)
    assert page.evaluate("document.activeElement === document.body")
    assert page.evaluate("scrollY") == 0

    step(inside(page), {key: PLAIN[key] for key in ("primary_goal", "organisation")})
    page.wait_for_function("document.querySelector('iframe').getBoundingClientRect().top >= -1")
    expect(inside(page).locator("h1")).to_be_in_viewport()


@pytest.mark.slow
def test_nothing_is_wrong_with_the_pages_of_a_brand_in_a_frame(page: Page, host: Host, looks):
    bring_axe(page)
    found = []
    for path in ("", "/2", "/3", f"/refine?a={CODE}", f"/r/{CODE}"):
        page.goto(f"{host.form}/f/kopi{path}{'&' if '?' in path else '?'}embed=1")
        found += look(page, f"/f/kopi{path}", looks, [Sight(NARROW, "light", "dark")])
    assert found == []
