"""The pages that reasons lead to, and that every link leads somewhere."""

import re
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from page import Page, text_of
from results import (
    PROFILES,
    each_language,
    made_of,
    result_of,
)

from recommender.i18n import words

# The types


@each_language
def test_each_type_is_explained_with_every_use_and_its_sources(reader: Page, rulebook, lang):
    assert len(rulebook.types) == 6
    for type_ in rulebook.types.values():
        reader.get(f"/types/{type_.id}?lang={lang}")
        assert reader.h1 == type_.name[lang]
        for words_ in (type_.gloss, type_.what, type_.relating):
            assert " ".join(words_[lang].split()) in reader.text
        shown = reader.texts("ul.bullets li")
        assert len(shown) == len(type_.uses)
        for use, text in zip(type_.uses, shown):
            assert text.startswith(use.text[lang])
            assert text.count("[") == len(use.sources)
        for platform in type_.best_known:
            assert platform in reader.text


def test_each_type_leads_to_the_other_five(reader: Page, rulebook):
    for type_ in rulebook.types:
        links = reader.get(f"/types/{type_}").links("nav ul.inline a")
        assert links == [f"/types/{other}" for other in rulebook.types if other != type_]


def test_the_eighteen_uses_of_the_second_document_are_all_told(rulebook):
    uses = [len(type_.uses) for type_ in rulebook.types.values()]

    assert uses == [3, 4, 3, 4, 2, 2]


@pytest.mark.parametrize("id_", ["podcast", "Blog", "blog.html", "%00"])
def test_a_type_that_there_is_not_is_not_found(reader: Page, id_):
    reader.get(f"/types/{id_}", status=404)


@each_language
def test_the_page_of_sources_has_each_of_the_rulebook_once_at_its_anchor(reader, rulebook, lang):
    reader.get(f"/sources?lang={lang}")

    listed = {node.attributes["id"]: text_of(node) for node in reader.tree.css("ul.sources li")}
    assert list(listed) == list(rulebook.sources)
    for id_, source in rulebook.sources.items():
        assert source.title[lang] in listed[id_]
        assert words(lang)(f"strength_{source.strength}") in listed[id_]
        assert str(source.year or words(lang)("undated")) in listed[id_]


def test_every_source_link_of_a_result_leads_to_an_anchor_that_is_there(reader, rulebook):
    links = result_of(rulebook, PROFILES["warnings"]).links("ol.sources a")
    ids = {node.attributes["id"] for node in reader.get("/sources").tree.css("[id]")}

    assert links
    assert {link.partition("#")[2] for link in links} <= ids


# Every page that links lead to


@pytest.mark.slow
def test_every_link_within_the_product_leads_to_a_page(app, rulebook):
    """From pages of one result; those of its what-ifs are opened, their own links are alike.

    Of the pages of rules, which are alike as well, one in twelve is opened.
    """
    code = made_of(rulebook, PROFILES["warnings"]).code
    client = app.test_client()
    reader = Page(client)
    waiting, seen = ["/", "/sources", f"/r/{code}", "/nothing-here"], {"/nothing-here"}
    reader.get("/nothing-here", status=404)
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        if re.search(r"\.[a-z]+$", urlsplit(address).path):
            assert client.get(address).status_code == 200, address
            continue
        reader.get(address)
        anchors = {node.attributes["id"] for node in reader.tree.css("[id]")}
        links = [link.partition("#") for link in reader.links()]
        assert all(fragment in anchors for page, _, fragment in links if not page)
        if codes_in(address) <= {code}:
            waiting += [page for page, _, _ in links if page.startswith("/") and opened(page)]
    paths = {urlsplit(address).path for address in seen}
    assert {"/compare", "/guide", "/refine", f"/r/{code}/sheet.csv"} <= paths
    assert len(seen) > 60


def opened(address: str) -> bool:
    return not address.startswith("/rules/") or sum(address.encode()) % 12 == 0


def codes_in(address: str) -> set[str]:
    return set(re.findall(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{2,4})+\b", address))


def test_stylesheet_and_script_are_there_and_kept_by_the_browser(client: FlaskClient, reader: Page):
    reader.get("/")

    for address in (*reader.links("link"), reader.one("script").attributes["src"]):
        response = client.get(address)
        assert response.status_code == 200
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "max-age=31536000" in response.headers["Cache-Control"]
        response.close()
