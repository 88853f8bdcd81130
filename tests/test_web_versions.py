"""Old links: the result as it was then, and what today's rules say instead."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from folders import RULE, add_rule, edit
from page import Page
from profiles import PLAIN

from recommender.engine import code
from recommender.engine.answers import read
from recommender.engine.rulebook import Rulebook
from recommender.i18n import LANGUAGES, words
from recommender.render.document import canonical, document
from recommender.rulebook import load
from recommender.rulebook.releasing import release
from recommender.rulebook.shelf import Shelf
from recommender.web.app import create_app

OLD = "2031.01"
ANSWERS = {**PLAIN, "pace": "daily"}
FORMATS = (".json", ".md", ".md?reader=strategist", "/sheet", "/sheet.csv")
each_language = pytest.mark.parametrize("lang", LANGUAGES)


def code_of(rulebook: Rulebook, given: dict = ANSWERS) -> str:
    return code.encode(rulebook.layouts, read(rulebook.questionnaire, given))


@pytest.fixture
def own_folder(small_folder) -> Path:
    """A small folder of rules, released as OLD."""
    add_rule(small_folder, RULE)
    release(small_folder, OLD, lambda book, answers: canonical(document(book, answers)), 1)
    return small_folder


def client_of(folder: Path) -> FlaskClient:
    return create_app(Shelf.opened(folder)).test_client()


def banner(folder: Path, lang: str = "en", answers: dict = ANSWERS) -> Page:
    page = Page(client_of(folder))
    return page.get(f"/r/{code_of(load(folder), answers)}?v={OLD}&lang={lang}")


@pytest.mark.slow
def test_an_old_link_gives_the_same_bytes_after_the_rules_have_changed(own_folder):
    addresses = [
        f"/r/{code_of(load(own_folder))}{form}{'&' if '?' in form else '?'}v={OLD}"
        for form in FORMATS
    ]
    before = [client_of(own_folder).get(address) for address in addresses]
    edit(own_folder, "more.yaml", "{blog: 2}", "{forum: 3}")
    add_rule(own_folder, RULE.replace("a-new-rule", "another-rule"), "second.yaml")
    after = [client_of(own_folder).get(address) for address in addresses]

    assert {response.status_code for response in (*before, *after)} == {200}
    assert [response.data for response in after] == [response.data for response in before]
    assert after[0].json["rules"]["version"] == OLD


@pytest.mark.slow
def test_an_old_page_is_the_page_of_then_with_one_note_above(own_folder):
    before = banner(own_folder)
    edit(own_folder, "more.yaml", "{blog: 2}", "{forum: 3}")
    after = banner(own_folder)

    assert before.texts(".notice") == []
    [said] = after.texts(".notice")
    assert after.one("main").text(deep=True).split() == (
        said.split() + before.one("main").text(deep=True).split()
    )


@pytest.mark.slow
def test_without_a_version_todays_rules_answer(own_folder):
    edit(own_folder, "more.yaml", "{blog: 2}", "{forum: 3}")
    today = load(own_folder)

    given = client_of(own_folder).get(f"/r/{code_of(today)}.json").json

    assert given["rules"] == {"version": today.version, "digest": today.digest}
    assert given["ranking"][0]["type"] == "forum"


@pytest.mark.slow
@each_language
def test_the_note_names_who_is_first_today_and_the_rule_that_was_changed(own_folder, lang):
    edit(own_folder, "more.yaml", "{blog: 2}", "{forum: 3}")
    today = load(own_folder)

    page = banner(own_folder, lang)

    w, forum = words(lang), today.types["forum"].in_sentence[lang]
    because = w("since_changed", rule="a-new-rule")
    said = w("since_moved", version=today.version, types=forum, changes=because)
    assert page.texts(".notice") == [
        f"{w('since_then', version=OLD)} {said} {w('see_today')}",
    ]
    page.follow(w("see_today"))
    assert page.query == {"v": [today.version], "lang": [lang]}
    assert page.texts(".notice") == []


@pytest.mark.slow
def test_the_note_names_rules_that_were_added_and_taken_away(own_folder):
    added = RULE.replace("a-new-rule", "another-rule").replace("blog: 2", "forum: 3")
    (own_folder / "more.yaml").unlink()
    add_rule(own_folder, added, "second.yaml")

    [said] = banner(own_folder).texts(".notice")

    assert (
        "because the rule “another-rule” was added and the rule “a-new-rule” was taken away" in said
    )


@pytest.mark.slow
def test_the_note_names_no_more_than_three_rules_and_counts_the_others(own_folder):
    rules = [RULE.replace("a-new-rule", f"rule-{n}") for n in range(5)]
    add_rule(own_folder, "".join(rules), "second.yaml")

    [said] = banner(own_folder).texts(".notice")

    assert said.count("was added") == 3
    assert "and 2 other rules changed." in said


@pytest.mark.slow
def test_the_note_says_when_first_place_stays_but_points_differ(own_folder):
    edit(own_folder, "more.yaml", "{blog: 2}", "{blog: 3}")

    [said] = banner(own_folder).texts(".notice")

    assert "first place stays with a blog, but points or reasons differ, because the rule" in said


@pytest.mark.slow
def test_the_note_says_when_a_change_does_not_concern_these_answers(own_folder):
    edit(own_folder, "more.yaml", "{blog: 2}", "{blog: 3}")
    page = banner(own_folder, answers={**PLAIN, "pace": "weekly"})

    assert "the ranking and its reasons are the same" in page.texts(".notice")[0]


@pytest.mark.slow
def test_a_version_that_is_not_kept_is_not_found_in_any_form(own_folder):
    client = client_of(own_folder)
    made = code_of(load(own_folder))
    for path in ("", ".json", ".md", ".pdf", "/sheet", "/sheet.csv"):
        for version in ("2031.02", f"{OLD}+12345678", f"../released/{OLD}", "."):
            response = client.get(f"/r/{made}{path}", query_string={"v": version})
            assert response.status_code == 404, (path, version)


@pytest.mark.slow
def test_a_version_that_is_not_kept_leads_to_todays_result(own_folder):
    page = Page(client_of(own_folder))

    page.get(f"/r/{code_of(load(own_folder))}?v=2031.02&lang=en", status=404)
    page.follow(words("en")("see_today"))

    assert page.query["v"] == [OLD]


@pytest.mark.slow
def test_a_release_that_was_edited_is_not_kept(own_folder, caplog):
    path = own_folder / "released" / f"{OLD}.jsonl"
    path.write_bytes(path.read_bytes().replace(b"A reason.", b"No reason.", 1))
    edit(own_folder, "more.yaml", "{blog: 2}", "{blog: 3}")

    response = client_of(own_folder).get(f"/r/{code_of(load(own_folder))}?v={OLD}")

    assert response.status_code == 404
    assert "this release is not as it was made" in caplog.text


@pytest.mark.slow
def test_everything_that_an_old_page_links_to_stays_with_its_rules(own_folder):
    edit(own_folder, "more.yaml", "{blog: 2}", "{forum: 3}")
    page = banner(own_folder)
    made = code_of(load(own_folder))

    links = [link for link in page.links("main section a") if made in link and "/r/" in link]
    assert links
    assert all(f"v={OLD}" in link for link in links)
    page.follow(words("en")("compare_types"))
    assert OLD in page.one("footer").text()
    assert page.one("main form input[name=v]").attributes["value"] == OLD


@pytest.mark.slow
def test_two_people_are_compared_under_the_rules_of_the_link(own_folder):
    edit(own_folder, "more.yaml", "{blog: 2}", "{forum: 3}")
    one, two = code_of(load(own_folder)), code_of(load(own_folder), PLAIN)
    page = Page(client_of(own_folder))

    first = [
        page.get(f"/compare?a={one}&b={two}&lang=en{version}").texts(".two-people .name")[0]
        for version in (f"&v={OLD}", "")
    ]

    assert first == ["1. Blog", "1. Forum"]
    page.get(f"/compare?a={one}&b={two}&v=2031.02", status=404)


@pytest.mark.slow
def test_a_draft_under_old_rules_leads_to_the_page_that_lacks_an_answer(own_folder):
    book = load(own_folder)
    given = {key: value for key, value in PLAIN.items() if key != "content_strengths"}
    draft = code.encode(book.layouts, read(book.questionnaire, given, require=()))
    edit(own_folder, "more.yaml", "{blog: 2}", "{forum: 3}")
    client = client_of(own_folder)

    response = client.get(f"/r/{draft}?v={OLD}")

    assert response.status_code == 303
    assert f"a={draft}" in response.location
    assert client.get(response.location).status_code == 200
    assert client.get(f"/r/{draft}.json?v={OLD}").status_code == 422


@pytest.mark.slow
@each_language
def test_every_page_says_which_rules_answered(own_folder, lang):
    page = Page(client_of(own_folder))
    for path in ("/", "/guide", "/types/blog", "/sources", "/nowhere"):
        page.get(f"{path}?lang={lang}", status=404 if path == "/nowhere" else 200)
        assert words(lang)("rules_version", version=OLD) in page.text, path


@pytest.mark.slow
def test_a_page_shows_the_rules_of_its_moment_to_the_end(own_folder):
    shelf = Shelf.opened(own_folder)
    app = create_app(shelf)
    with app.test_request_context("/"):
        from recommender.web.running import answering, today

        before = answering()
        edit(own_folder, "more.yaml", "{blog: 2}", "{forum: 3}")
        shelf.look()
        shelf.look()

        assert shelf.today is not before
        assert answering() is before
        assert today() is before

    given = app.test_client().get(f"/r/{code_of(before)}.json").json
    assert given["ranking"][0]["type"] == "forum"


@pytest.mark.slow
def test_rules_of_a_version_that_is_not_kept_are_not_found_and_lead_to_todays(own_folder):
    page = Page(client_of(own_folder))
    for path in ("/rules", "/rules/a-new-rule", "/accuracy", "/types/blog", "/sources", "/guide"):
        for version in ("2031.02", f"../released/{OLD}"):
            page.get(f"{path}?v={version}&lang=en", status=404)

    page.follow(words("en")("read_today"))

    assert page.h1 == words("en")("rules")


@pytest.mark.slow
def test_the_rules_below_an_old_result_are_those_of_then(own_folder):
    edit(own_folder, "more.yaml", "{blog: 2}", "{forum: 3}")
    page = banner(own_folder)

    page.follow(words("en")("rules"))
    assert page.query["v"] == [OLD]
    assert "+2 points for a blog" in page.one("ul.rules").text()
    links = [one for one in page.links("main a") if one.startswith(("/rules", "/acc", "/sou"))]
    assert links
    assert all(f"v={OLD}" in one for one in links)
