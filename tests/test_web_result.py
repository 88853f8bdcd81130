"""The result page: its headline, the answers it stands for, its code and its version."""

import json
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from page import Page, check_html, text_of
from results import (
    BASE,
    PROFILES,
    each_language,
    each_profile,
    made_of,
    result_of,
    rule,
    with_rules,
)

from recommender.engine import code
from recommender.engine.answers import read
from recommender.i18n import words
from recommender.render.document import canonical, document
from recommender.web.app import create_app

# The headline


@each_language
def test_one_type_ahead_is_the_headline_with_its_platforms_and_the_next_below(rulebook, lang):
    book = with_rules(
        rulebook, rule("a", effects={"media_sharing": 20}), rule("b", effects={"forum": 11})
    )

    page = result_of(book, BASE, lang)

    first = f"{book.types['media_sharing'].in_sentence[lang]} (Instagram, TikTok, YouTube)"
    assert page.h1 == words(lang)("headline_clear", first=first)
    assert page.title == f"{page.h1} - {words(lang)('product')}"
    assert page.texts(".answer .lead") == [{"en": "Reason of a.", "id": "Alasan a."}[lang]]
    behind = {"en": "9 points behind", "id": "terpaut 9 poin"}[lang]
    assert behind in text_of(page.one(".runner-up"))
    assert book.types["forum"].in_sentence[lang] in text_of(page.one(".runner-up"))


@each_language
def test_a_second_type_that_fits_well_supports_the_first_in_the_headline(rulebook, lang):
    book = with_rules(rulebook, rule("a", effects={"blog": 20}), rule("b", effects={"forum": 13}))

    page = result_of(book, BASE, lang)

    first, second = (
        f"{book.types[type_].in_sentence[lang]} ({', '.join(book.types[type_].best_known)})"
        for type_ in ("blog", "forum")
    )
    assert page.h1 == words(lang)("headline_pair", first=first, second=second)
    assert page.title == f"{page.h1} - {words(lang)('product')}"


@pytest.mark.slow
def test_a_lead_of_one_point_is_said_in_the_singular(rulebook):
    book = with_rules(rulebook, rule("a", effects={"blog": 20}), rule("b", effects={"forum": 19}))
    assert "Only 1 point apart" in text_of(result_of(book, BASE, "en").one(".confidence"))

    weak = with_rules(rulebook, rule("a", effects={"blog": 4}), rule("b", effects={"forum": 3}))
    assert "1 point behind" in text_of(result_of(weak, BASE, "en").one(".runner-up"))


@each_language
def test_types_that_tie_stand_together_in_the_headline(rulebook, lang):
    book = with_rules(rulebook, rule("a", effects={"blog": 20, "forum": 20}))

    page = result_of(book, BASE, lang)

    assert (
        page.h1
        == {
            "en": "A blog (WordPress, Blogger) and a forum (Kaskus, Quora) fit equally well",
            "id": "Blog (WordPress, Blogger) dan forum (Kaskus, Quora) sama cocoknya",
        }[lang]
    )
    assert page.title.startswith(page.h1)
    assert page.texts(".rank .place") == ["1.", "1.", "3.", "3.", "3.", "3."]


@each_language
def test_where_no_type_fits_the_headline_says_so(rulebook, lang):
    book = with_rules(rulebook, rule("a", effects={"blog": 1}))

    page = result_of(book, BASE, lang)

    closest = f"{book.types['blog'].in_sentence[lang]} (WordPress, Blogger)"
    assert page.h1 == words(lang)("headline_weak", first=closest)
    assert page.title.startswith(page.h1)


@pytest.mark.slow
@each_language
def test_where_all_types_are_ruled_out_none_is_named_best(rulebook, lang):
    book = with_rules(rulebook, rule("a", exclude=tuple(rulebook.types)))

    page = result_of(book, BASE, lang)

    assert page.h1 == words(lang)("headline_none")
    assert page.texts(".rank .band") == [f"{words(lang)('excluded')} 0"] * 6
    assert not page.tree.css(".runner-up, .answer .lead")


def test_a_type_ruled_out_says_why_and_stands_last(rulebook):
    book = with_rules(
        rulebook,
        rule("a", effects={"blog": 20}),
        rule("b", effects={"forum": 5}),
        rule("c", exclude=("blog",)),
    )

    page = result_of(book, BASE, "en")

    assert page.h1.startswith("Start with a forum")
    assert page.links(".rank li .name a")[-1] == "#blog"
    assert [text_of(li) for li in page.tree.css("#blog .reasons li")] == [
        "+20Reason of a. [1]",
        "0Reason of c. [1]",
    ]
    assert page.texts("#blog .score") == ["Not advised, 20 points"]


@each_language
def test_the_example_on_page_one_leads_to_the_fashion_brand_with_media_sharing_first(
    reader: Page, rulebook, lang
):
    title = rulebook.example.title[lang]

    reader.get(f"/?lang={lang}").follow(words(lang)("start_example", title=title))

    assert reader.texts(".eyebrow") == [words(lang)("example_of", title=title)]
    assert "Instagram, TikTok, YouTube" in reader.h1
    assert reader.links(".rank li .name a")[0] == "#media_sharing"
    assert reader.query["v"] == [rulebook.version]


# Answers, code, version


@pytest.mark.slow
@each_language
@each_profile
def test_the_answers_are_shown_in_words_each_with_a_link_to_change_it(rulebook, answers, lang):
    page = result_of(rulebook, answers, lang)
    asked = rulebook.questionnaire.questions
    given = read(rulebook.questionnaire, answers)

    rows = page.tree.css(".given > div")
    for row, question in zip(rows, asked.values(), strict=True):
        assert text_of(row.css_first("dt")) == question.short[lang]
        shown = text_of(row.css_first("dd"))
        if given.get(question.id) is None:
            assert shown == words(lang)("not_answered")
        for option in given.options(question.id):
            label = question.none if option == "-" else question.options[option].label
            assert label[lang] in shown
        link = row.css_first("dd a")
        assert text_of(link) == f"{words(lang)('change')} {question.short[lang]}"
        assert link.attributes["href"].endswith(f"#q-{question.id}")


@each_language
def test_the_page_shows_its_code_and_rules_and_what_the_link_reveals(rulebook, lang):
    page = result_of(rulebook, BASE, lang)

    assert page.texts(".foot code") == [made_of(rulebook, BASE).code]
    assert words(lang)("rules_version", version=rulebook.version) in page.text
    assert words(lang)("link_reveals") in page.text


@pytest.mark.slow
def test_every_link_to_a_result_names_the_rules_that_made_it(client, reader: Page, rulebook):
    made = made_of(rulebook, BASE)
    for address in ("/", f"/?a={made.code}&return=result", f"/r/{made.code}"):
        reader.get(address)
        links = [link for link in reader.links("a[href^='/r/']")]
        assert links, address
        for link in links:
            assert "?v=" in link
            assert "+" not in link, "a plus sign in an address reads as a space"
            assert client.get(link).status_code == 200


@pytest.mark.parametrize("escape", [lambda v: v, lambda v: v.replace("+", "%2B")])
def test_a_link_with_todays_version_works_however_its_plus_is_written(rulebook, escape):
    unreleased = replace(rulebook, version="2026.10+12345678")
    reader = Page(create_app(unreleased).test_client())

    reader.get(f"/r/{made_of(rulebook, BASE).code}?v={escape(unreleased.version)}")

    assert len(reader.trail) == 1


@each_language
def test_a_version_that_is_not_kept_is_not_found_and_leads_to_todays_result(reader, rulebook, lang):
    address = f"/r/{made_of(rulebook, BASE).code}?v=2019.01&lang={lang}"

    reader.get(address, status=404)

    assert reader.h1 == words(lang)("error_version_title")
    assert "2019.01" in reader.text
    reader.follow(words(lang)("see_today"))
    assert reader.query == {"v": [rulebook.version], "lang": [lang]}


def test_a_version_with_markup_is_shown_as_text(reader: Page, rulebook):
    made = made_of(rulebook, BASE)

    reader.get(f"/r/{made.code}?v=<script>alert(1)</script>", status=404)

    assert "<script>" in reader.text


def test_a_code_may_be_typed_in_small_letters_without_hyphens(reader: Page, rulebook):
    made = made_of(rulebook, BASE)

    reader.get(f"/r/{made.code.lower().replace('-', '')}")

    assert reader.texts(".foot code") == [made.code]


def spoiled(text: str) -> list[str]:
    """The code with one letter wrong, one missing, one too many, and two swapped."""
    other = code.ALPHABET[(code.ALPHABET.index(text[2]) + 1) % 32]
    swap = next(
        i for i in range(len(text) - 1) if text[i] != text[i + 1] and "-" not in text[i : i + 2]
    )
    return [
        text[:2] + other + text[3:],
        text[:-1],
        text + "0",
        text[:swap] + text[swap + 1] + text[swap] + text[swap + 2 :],
        "0",
        "nothing",
        "%00",
    ]


@each_language
def test_a_code_with_a_fault_gets_a_friendly_page(reader: Page, rulebook, lang):
    for wrong in spoiled(made_of(rulebook, BASE).code):
        reader.get(f"/r/{wrong}?lang={lang}", status=404)
        assert reader.h1 == words(lang)("error_code_title")
        assert words(lang)("error_code") in reader.text
        assert reader.links(".actions a") == [f"/?lang={lang}"]


def test_a_result_is_the_same_page_whenever_it_is_asked_for(rulebook):
    first, second = (result_of(rulebook, PROFILES["warnings"]).response.data for _ in range(2))

    assert first == second


def test_only_reading_is_possible_at_a_result(client: FlaskClient, rulebook):
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        response = client.open(f"/r/{made_of(rulebook, BASE).code}", method=method)
        assert response.status_code == 405
        check_html(response, "id")


# The document beside the page


@each_profile
def test_the_document_of_a_code_equals_what_the_api_sends(client: FlaskClient, rulebook, answers):
    made = made_of(rulebook, answers)

    of_code = client.get(f"/r/{made.code}.json?v={rulebook.version.replace('+', '%2B')}")
    of_api = client.post("/api/v1/recommendations", json=answers)

    assert of_code.mimetype == of_api.mimetype == "application/json"
    assert of_code.data == of_api.data == canonical(document(rulebook, made.answers))


@each_language
@pytest.mark.parametrize(
    ("given", "status", "title"),
    [
        pytest.param({"primary_goal": "credibility"}, 422, "error_422_title", id="draft"),
        pytest.param(None, 404, "error_code_title", id="no code of ours"),
    ],
)
def test_what_has_no_document_is_a_problem_for_programs(
    client, rulebook, lang, given, status, title
):
    text = "7KX2-M9QD"
    if given:
        text = code.encode(rulebook.layouts, read(rulebook.questionnaire, given, require=()))

    response = client.get(f"/r/{text}.json?lang={lang}")

    assert (response.status_code, response.mimetype) == (status, "application/problem+json")
    assert json.loads(response.data)["title"] == words(lang)(title)


def test_a_document_under_rules_that_are_not_kept_is_not_found(client, rulebook):
    response = client.get(f"/r/{made_of(rulebook, BASE).code}.json?v=2019.01&lang=en")

    assert (response.status_code, response.mimetype) == (404, "application/problem+json")
    assert "2019.01" in response.json["detail"]
