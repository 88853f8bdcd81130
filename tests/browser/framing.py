"""A host page on another origin, with forms in its frames."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Frame, Locator, Page, TimeoutError
from werkzeug.serving import make_server

# What the page notes for a test: every message, each change of a frame's height, and shifts.
NOTES = """
window.got = []; window.heights = []; window.shifted = 0; window.failed = [];
addEventListener('message', (e) => got.push(e.data));
addEventListener('error', (e) => failed.push(e.message));
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) shifted += one.value;
}).observe({ type: 'layout-shift', buffered: true });
addEventListener('DOMContentLoaded', () => {
  for (const frame of document.querySelectorAll('iframe')) {
    new ResizeObserver(() => {
      heights.push([performance.timeOrigin + performance.now(), frame.clientHeight]);
    }).observe(frame);
  }
});
"""


@contextmanager
def served(app: Any) -> Iterator[int]:
    """An app on a port of this machine."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Host:
    """A site with pages of its own. `origin` may show the forms, `stranger` may not."""

    form: str
    port: int = 0
    pages: dict[str, str] = field(default_factory=dict)

    @property
    def origin(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def stranger(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __call__(self, environ: dict[str, Any], start: Any) -> list[bytes]:
        body = self.pages.get(environ["PATH_INFO"], "")
        start("200 OK", [("Content-Type", "text/html; charset=utf-8")])
        return [body.encode()]

    def open(self, page: Page, *frames: str, script: bool = True, origin: str = "") -> Page:
        """Open a page that holds these frames, one below the other."""
        loader = f'<script src="{self.form}/embed.js" defer></script>' if script else ""
        self.pages["/host"] = (
            "<!doctype html><html lang=en><meta name=viewport content='width=device-width'>"
            "<title>Host</title><style>body{margin:0}iframe{display:block}</style>"
            f"<script>{NOTES}</script><h1>Welcome</h1>{''.join(frames)}"
            f"<p style='height:600px'>Below</p>{loader}"
        )
        page.goto(f"{origin or self.origin}/host", wait_until="load")
        return page

    def frame(
        self, query: str = "", more: str = "", path: str = "/f/kopi", height: int = 900
    ) -> str:
        """The snippet of the contract, with more attributes."""
        return (
            f'<iframe data-rc src="{self.form}{path}?embed=1{query}" title="Form" width="100%" '
            f'height="{height}" style="border:0;color-scheme:light dark" {more}></iframe>'
        )


def inside(page: Page, at: int = 0) -> Frame:
    """The page within one of the frames."""
    frame = page.locator("iframe").nth(at).element_handle().content_frame()
    assert frame is not None
    return frame


def press_enter(place: Locator, times: int = 1) -> None:
    """Press Enter on a link or button in a frame. What it leads to is for the test to see.

    Waiting for that here can miss a frame of another process. So can waiting for the
    browser to say that the key was pressed (seen on a busy machine): that ends early, where
    `page.keyboard` would wait for ever.
    """
    with suppress(TimeoutError):
        place.press_sequentially("\n" * times, no_wait_after=True, timeout=10_000)
