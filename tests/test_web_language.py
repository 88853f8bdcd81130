"""In which language a page comes, and how that stays."""

import pytest
from flask.testing import FlaskClient
from journeys import WHOLE, actions, draft_code
from page import Page

# Language


def test_without_a_wish_the_pages_are_in_indonesian(reader: Page):
    reader.get("/")


@pytest.mark.parametrize(
    ("accepts", "lang"),
    [
        ("en-GB,en;q=0.9,id;q=0.5", "en"),
        ("id-ID,id;q=0.9,en;q=0.5", "id"),
        ("fr,en;q=0.2", "en"),
        ("fr,de;q=0.9", "id"),
        ("xx;q=nan", "id"),
        ("*", "id"),
    ],
)
def test_the_browsers_language_decides_where_the_address_does_not(client, accepts, lang):
    Page(client, lang, {"Accept-Language": accepts}).get("/")


@pytest.mark.parametrize("lang", ["id", "en"])
def test_the_language_in_the_address_decides_over_the_browsers(client: FlaskClient, lang):
    other = {"id": "en", "en": "id"}[lang]

    Page(client, other, {"Accept-Language": other}).get(f"/?lang={lang}")


def test_an_unknown_language_in_the_address_is_no_wish(client: FlaskClient):
    Page(client, "en", {"Accept-Language": "en"}).get("/?lang=xx")


def test_a_chosen_language_is_kept_in_every_link_and_form(reader: Page, rulebook):
    result = f"/r/{draft_code(rulebook, WHOLE)}?lang=en"
    for address in ("/?lang=en", "/2?lang=en", result, "/types/blog?lang=en", "/sources?lang=en"):
        reader.get(address)
        kept = [link for link in reader.links("a[href^='/']") if "lang=en" in link]
        others = {*reader.links("a[href^='/']")} - {*kept}
        assert others == {*reader.links("nav.lang a")}, address
        assert all("lang=en" in form for form in actions(reader))


def test_a_language_that_was_not_chosen_is_in_no_link(reader: Page, rulebook):
    for address in ("/", "/2", f"/r/{draft_code(rulebook, WHOLE)}", "/types/blog", "/sources"):
        reader.get(address)
        assert [link for link in reader.links() if "lang=" in link] == reader.links("nav.lang a")


@pytest.mark.parametrize("address", ["/", "/2", "/3", "/types/forum", "/sources"])
def test_the_other_language_is_one_link_away_on_the_same_page(reader: Page, address):
    reader.get(address).follow("English")

    assert reader.address.split("?")[0] == address
    reader.follow("Indonesia")
    assert reader.address.split("?")[0] == address


def test_the_language_link_keeps_the_answers_and_the_way_back(reader: Page, rulebook):
    draft = draft_code(rulebook, WHOLE)

    reader.get(f"/2?a={draft}&return=result").follow("English")

    assert reader.query == {"a": [draft], "return": ["result"], "lang": ["en"]}


@pytest.mark.parametrize("name", ["endpoint", "_external", "_scheme", "_anchor", "_method", "id_"])
def test_no_name_in_an_address_breaks_the_language_link(reader: Page, name):
    for address in ("/types/blog", "/sources"):
        reader.get(f"{address}?{name}=javascript&_external=1")
        reader.follow("English")
    reader.get(f"/nothing-here?{name}=javascript&_external=1", status=404)
