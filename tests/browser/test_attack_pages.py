"""Harmful texts in real Chromium: no dialog opens, nothing is reported or loaded from elsewhere."""

import pytest
from carriers import world_of
from console_site import OWNER, VIOLATIONS, sign_in
from forms import sqlite
from framing import served
from playwright.sync_api import Browser, ConsoleMessage, Page

ENDPOINTS = (
    *("console.submissions.index", "console.submission.show", "console.forms.show"),
    *("console.forms.inviting.show", "console.team.index", "console.hooks.show"),
    *("form.send.show", "form.result.show", "form.links.privacy"),
)
"""Pages with most of what people write; that every page holds it as text is seen by parsing."""


@pytest.fixture
def told(browser: Browser, tmp_path) -> tuple[Page, list[str]]:
    """A page of somebody who is signed in, the addresses, and all that Chromium complains of."""
    world = world_of(sqlite(tmp_path))
    complaints: list[str] = []
    with served(world.app) as port:
        site = f"http://127.0.0.1:{port}"
        context = browser.new_context(base_url=site)
        sign_in(context, world.app, site, OWNER)
        context.add_init_script(VIOLATIONS)
        page = context.new_page()
        page.on("dialog", lambda one: (complaints.append(one.message), one.dismiss()))
        page.on("console", lambda one: said(one) and complaints.append(one.text))
        page.on("pageerror", lambda one: complaints.append(str(one)))
        page.on("request", lambda one: one.url.startswith(site) or complaints.append(one.url))
        paths = {name: path for name, path in world.addresses("GET") if name in ENDPOINTS}
        paths["form.send.show"] += f"?a={world.values['code']}"
        yield page, list(paths.values()), complaints
        context.close()
    world.desk.database.close()


def said(one: ConsoleMessage) -> bool:
    """Whether this is a complaint; that there is no picture for the tab is none."""
    return one.type == "error" and "status of 404" not in one.text


@pytest.mark.slow
def test_chromium_runs_nothing_of_what_anybody_wrote(told) -> None:
    page, paths, complaints = told
    assert len(paths) == len(ENDPOINTS)
    for path in paths:
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
        assert page.locator("[data-zq]").count() == 0, path
        assert page.evaluate("violated") == [], path
    assert complaints == []
