"""One browser and one server for all browser tests."""

import logging
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from agencies import live_form
from flask import Flask
from forms import BOOK, sqlite
from framing import Host, served
from playwright.sync_api import Browser, BrowserContext, expect
from sends import ASKING
from site_map import Site

from recommender.engine.rulebook import Rulebook
from recommender.store.database import Database
from recommender.web.app import create_app

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--test-third-party-cookie-phaseout",  # no frame of another site gets a cookie
]

FRAMES = ("test_embed", "test_embedded_sends", "test_send", "test_console_story")
"""Where frames of other sites are shown: only a Chromium with windows keeps cookies from them."""

LONG = 60_000
"""Milliseconds that are enough for a machine with much else to do; what is awaited ends earlier."""
expect.set_options(timeout=LONG)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The Chromium of the system, or Playwright's own where there is none."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium")
    return {**browser_type_launch_args, "args": CHROMIUM_FLAGS} | (
        {"executable_path": found} if found else {}
    )


@pytest.fixture(scope="module")
def browser(
    request: pytest.FixtureRequest, launch_browser: Callable[..., Browser]
) -> Iterator[Browser]:
    """One for each file; where it can be had, one without windows: half the processor time."""
    light = None if request.module.__name__ in FRAMES else shutil.which("chromium-headless-shell")
    with launch_browser(**({"executable_path": light} if light else {})) as browser:
        yield browser


@pytest.fixture
def new_context(new_context: Callable[..., BrowserContext]) -> Callable[..., BrowserContext]:
    """Contexts that give up after a time that is long even for a busy machine."""

    def opened(**options: Any) -> BrowserContext:
        context = new_context(**options)
        context.set_default_timeout(LONG)
        return context

    return opened


@pytest.fixture(scope="session")
def base_url(app: Flask) -> Iterator[str]:
    """Where the app is served; pytest-playwright takes it for every page."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with served(app) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="session")
def site(base_url: str, rulebook: Rulebook) -> Site:
    return Site(base_url, rulebook)


@pytest.fixture(scope="module")
def kept(tmp_path_factory) -> Iterator[tuple[Host, Database]]:
    """A host page's site, with the database of the form that it may show."""
    begun = datetime.now(UTC)
    database = sqlite(tmp_path_factory.mktemp("send"))
    app = create_app(BOOK, database=database)
    # A hundred seconds pass in one: a browser answers faster than anybody can.
    app.extensions["recommender"] = replace(
        app.extensions["recommender"], now=lambda: begun + 100 * (datetime.now(UTC) - begun)
    )
    with served(app) as port:
        host = Host(f"http://127.0.0.1:{port}")
        with served(host) as host.port:
            live_form(database, sites=[host.origin], **ASKING)
            yield host, database
    database.close()
