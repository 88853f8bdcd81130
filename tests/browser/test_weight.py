"""Pages are light."""

import gzip
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, Response
from site_map import LANGUAGES, RESULTS, STEPS, Site

MOST_RESULT = 25_000
MOST = dict.fromkeys(STEPS, 12_000) | dict.fromkeys(RESULTS, MOST_RESULT)
MOST_REQUESTS = 3
MOST_LOADER = 1_000


def test_what_a_host_page_loads_beside_a_frame_is_at_most_one_kilobyte(client: FlaskClient):
    with client.get("/embed.js") as answer:
        body = answer.data
    weight = len(gzip.compress(body, 6))
    print(f"embed.js: {weight} bytes gzipped, {len(body)} as they are")
    assert 0 < weight <= MOST_LOADER
    assert b"import" not in body
    assert b"fetch" not in body


class Watched:
    """A browser's page, with all that it has fetched and said."""

    def __init__(self, page: Page):
        self.page = page
        self.requests: list[str] = []
        self.responses: list[Response] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("response", lambda response: self.responses.append(response))


@pytest.mark.only_browser("chromium")  # others keep no bodies
@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_page_weighs_little_with_its_style_sheet_and_script(page: Page, site: Site, lang):
    seen = Watched(page)
    heavy = []
    for state, most in MOST.items():
        seen.requests.clear()
        seen.responses.clear()
        page.goto(site.path(state, lang))
        # What the browser has kept from the page before counts as well.
        assert {urlsplit(url).path for url in seen.requests} >= {
            "/static/app.css",
            "/static/app.js",
        }
        # Beside the questions a wide screen asks for the types so far; the page is whole before.
        needed = [url for url in seen.requests if urlsplit(url).path != "/so-far"]
        weight = sum(
            len(gzip.compress(one.body(), 6)) for one in seen.responses if one.url in needed
        )
        print(f"{state} {lang}: {weight} bytes gzipped, {len(needed)} requests")
        if weight > most or len(needed) > MOST_REQUESTS:
            heavy.append((state, weight, needed))
    assert heavy == []


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_results_of_real_cases_weigh_little_too(page: Page, site: Site, client, lang):
    seen = Watched(page)
    page.goto(site.path("example result", lang))
    weights = {urlsplit(one.url).path: len(gzip.compress(one.body(), 6)) for one in seen.responses}
    shared = sum(weight for path, weight in weights.items() if path.startswith("/static/"))
    pages = [client.get(f"/r/{site.code(answers)}?lang={lang}").data for answers in site.cases[::2]]
    heaviest = max(len(gzip.compress(body, 6)) for body in pages) + shared
    print(f"results of {len(pages)} real cases {lang}: at most {heaviest} bytes gzipped")
    assert heaviest <= MOST_RESULT
