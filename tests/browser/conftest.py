"""One browser and one server for all browser tests."""

import logging
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest
from agencies import live_form
from console_site import Console, console
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

FIREFOX_SETTINGS = {
    "network.cookie.cookieBehavior": 1,  # no frame of another site gets a cookie
    "fission.webContentIsolationStrategy": 0,  # or no key and no click would reach such a frame
    "ui.useOverlayScrollbars": 1,  # as on a phone: a scrollbar takes no width
    "widget.gtk.overlay-scrollbars.enabled": True,
}

FRAMES = ("test_cookieless", "test_embedded_sends")
"""Where it counts that frames of other sites get no cookies: a Chromium with windows keeps them."""

LONG = 60_000
"""Milliseconds that are enough for a machine with much else to do; what is awaited ends earlier."""
expect.set_options(timeout=LONG)


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, Any], browser_name: str
) -> dict[str, Any]:
    """The browser of the system, or Playwright's own Chromium where there is none."""
    if browser_name == "firefox":
        firefox = shutil.which("firefox-esr") or shutil.which("firefox")
        own = {"channel": "moz-firefox", "firefox_user_prefs": FIREFOX_SETTINGS}
        return {**browser_type_launch_args, **own, "executable_path": firefox}
    found = os.environ.get("CHROMIUM") or shutil.which("chromium")
    return {**browser_type_launch_args, "args": CHROMIUM_FLAGS} | (
        {"executable_path": found} if found else {}
    )


@pytest.fixture(scope="session")
def browsers(launch_browser: Callable[..., Browser]) -> Iterator[Callable[[bool], Browser]]:
    """The browser with windows and, where it can be had, one without: half the processor time.

    Each is started when it is first asked for.
    """
    with ExitStack() as running:

        @cache
        def started(windows: bool) -> Browser:
            light = None if windows else shutil.which("chromium-headless-shell")
            return running.enter_context(
                launch_browser(**({"executable_path": light} if light else {}))
            )

        yield started


@pytest.fixture(scope="module")
def browser(
    request: pytest.FixtureRequest, browsers: Callable[[bool], Browser], browser_name: str
) -> Browser:
    return browsers(browser_name != "chromium" or request.module.__name__ in FRAMES)


@pytest.fixture(scope="session")
def looks() -> set[str]:
    """The looks of texts whose contrast was measured on a page before."""
    return set()


@pytest.fixture
def new_context(
    new_context: Callable[..., BrowserContext], browser_name: str
) -> Callable[..., BrowserContext]:
    """Contexts that give up after a time that is long even for a busy machine."""

    def opened(**options: Any) -> BrowserContext:
        if browser_name == "firefox" and not options.get("java_script_enabled", True):
            pytest.skip("nothing can switch JavaScript off in a Firefox that is driven")
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


@pytest.fixture(scope="session")
def office(browsers: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """The console that is visited; its pages are closed before their browser."""
    with console(tmp_path_factory.mktemp("console")) as made:
        yield made


@pytest.fixture(scope="module")
def host(tmp_path_factory) -> Iterator[Host]:
    """A host page's site, and a form that it may show."""
    brand = {"product": "Kopi & Kata", "accent": "#8a3b00", "radius": 4}
    database = sqlite(tmp_path_factory.mktemp("embed"))
    with served(create_app(BOOK, database=database)) as port:
        host = Host(f"http://127.0.0.1:{port}")
        with served(host) as host.port:
            live_form(database, sites=[host.origin], brand=brand, language="en", so_far="yes")
            yield host
    database.close()


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
