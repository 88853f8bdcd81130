"""Pages are light, and speak to nobody but the server they come from."""

import gzip
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, Response
from site_map import LANGUAGES, RESULTS, STEPS, Site
from test_axe import shown

MOST_RESULT = 25_000
MOST = dict.fromkeys(STEPS, 12_000) | dict.fromkeys(RESULTS, MOST_RESULT)
MOST_REQUESTS = 3
MOST_LOADER = 1_000

WATCH = "addEventListener('securitypolicyviolation', (e) => console.error('CSP ' + e.blockedURI))"


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
        self.said: list[str] = []
        page.add_init_script(WATCH)
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("response", lambda response: self.responses.append(response))
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))


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
def test_the_results_of_real_cases_weigh_little_too(page: Page, site: Site, lang):
    seen = Watched(page)
    page.goto(site.path("example result", lang))
    weights = {urlsplit(one.url).path: len(gzip.compress(one.body(), 6)) for one in seen.responses}
    shared = sum(weight for path, weight in weights.items() if path.startswith("/static/"))
    pages = [
        page.request.get(f"/r/{site.code(answers)}?lang={lang}").body()
        for answers in site.cases[::2]
    ]
    heaviest = max(len(gzip.compress(body, 6)) for body in pages) + shared
    print(f"results of {len(pages)} real cases {lang}: at most {heaviest} bytes gzipped")
    assert heaviest <= MOST_RESULT


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_page_asks_anyone_else_or_complains_to_the_console(page: Page, site: Site, lang):
    seen = Watched(page)
    for place, state in enumerate(site.states):
        if not shown(lang, place):
            continue
        site.open(page, state, lang)
        foreign = [url for url in seen.requests if not url.startswith(site.address)]
        # Chromium itself reports a page that is not there, or a form that comes back.
        complaints = [
            line for line in seen.said if "the server responded with a status" not in line
        ]
        assert (state, foreign, complaints) == (state, [], [])


@pytest.mark.slow
def test_a_breach_of_the_policy_would_be_seen(page: Page, site: Site):
    seen = Watched(page)
    site.open(page, "step 1", "id")
    page.evaluate("document.body.append(Object.assign(new Image(), {src: 'http://localhost:9/'}))")
    page.wait_for_function("document.images[0].complete")
    assert any("CSP" in line or "Content Security Policy" in line for line in seen.said)
