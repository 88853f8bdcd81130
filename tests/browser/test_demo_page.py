"""The demo's page of another site, in a browser that gives its frames no cookies."""

import re
from collections.abc import Iterator
from contextlib import closing

import pytest
from framing import inside, served
from playwright.sync_api import BrowserContext, expect
from test_embed import answer, is_as_high_as_its_page

from recommender import demo
from recommender.engine.rulebook import Rulebook
from recommender.store import migrations
from recommender.store.database import Database
from recommender.web.app import create_app


@pytest.fixture(scope="module")
def page_of_demo(tmp_path_factory, rulebook: Rulebook) -> Iterator[str]:
    """The address of the page that embeds the demo's forms."""
    url = f"sqlite:///{tmp_path_factory.mktemp('demo')}/demo.db"
    with closing(Database(url)) as database:
        migrations.upgrade(database)
        with (
            served(create_app(rulebook, database=database)) as form,
            served(demo.host_site(f"http://127.0.0.1:{form}")) as port,
        ):
            demo.made(database, [f"http://localhost:{port}"])
            yield f"http://localhost:{port}/demo"


@pytest.mark.slow
@pytest.mark.parametrize("width", [320, 1280])
def test_the_form_in_the_demos_page_has_its_height_and_its_messages_are_shown(
    new_context, page_of_demo, width
):
    context: BrowserContext = new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text) if said.type == "error" else None)
    page.goto(f"{page_of_demo}?form=find-your-channel")
    page.locator("iframe").scroll_into_view_if_needed()
    answer(page)
    is_as_high_as_its_page(page)

    for name in ("rc:ready", "rc:step", "rc:result"):
        expect(page.locator("#messages", has_text=name)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert refused == []
    assert context.cookies() == []


@pytest.mark.slow
def test_without_javascript_the_form_in_the_demos_page_is_answered_all_the_same(
    new_context, page_of_demo
):
    context: BrowserContext = new_context(
        java_script_enabled=False, viewport={"width": 320, "height": 640}
    )
    page = context.new_page()
    page.goto(f"{page_of_demo}?form=find-your-channel")
    page.locator("iframe").scroll_into_view_if_needed()
    answer(page)

    assert re.search(r"/f/find-your-channel/r/[\w-]+\?", inside(page).url)
