"""The way from the first page to a result, as a reader without JavaScript walks it."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from journeys import AUDIENCE, CAPACITY, GOAL, WHOLE, answers_of, draft_code
from page import Page, check_html, text_of

from recommender.i18n import words

# The journey


@pytest.mark.parametrize("lang", ["id", "en"])
def test_a_reader_goes_from_the_first_page_to_the_result_by_forms_alone(app: Flask, rulebook, lang):
    reader = Page(app.test_client(), headers={"Accept-Language": lang}, lang=lang).get("/")
    assert reader.h1 == words(lang)("start_title")

    reader.submit(GOAL)
    assert words(lang)("step_of", n=2, total=3) in reader.text
    reader.submit(AUDIENCE)
    assert words(lang)("step_of", n=3, total=3) in reader.text
    reader.submit(CAPACITY)

    assert reader.address.startswith("/r/")
    assert reader.query["v"] == [rulebook.version]
    assert answers_of(rulebook, reader) == {
        name: tuple(value) if isinstance(value, list) else value for name, value in WHOLE.items()
    }


def test_the_first_page_says_what_one_gets_and_how_long_it_takes(reader: Page):
    reader.get("/?lang=en")

    assert "10 short questions" in reader.text
    assert "2 to 3 minutes" in reader.text
    assert "six kinds of platform ranked, with reasons" in reader.text


def test_every_question_of_the_three_pages_is_asked_once_and_in_order(reader: Page, rulebook):
    asked = []
    for address in ("/", "/2", "/3"):
        reader.get(address)
        asked += [node.attributes["id"] for node in reader.tree.css("main form fieldset")]

    pages = rulebook.questionnaire.pages
    assert asked == [f"q-{question}" for page in pages for question in page.questions]
    assert len(asked) == 10


@pytest.mark.parametrize("lang", ["id", "en"])
def test_every_question_is_a_group_named_by_its_label(reader: Page, rulebook, lang):
    for number, page in enumerate(rulebook.questionnaire.pages, 1):
        reader.get(f"/{number}?lang={lang}")
        for id_ in page.questions:
            question = rulebook.questionnaire.questions[id_]
            assert text_of(reader.one(f"#q-{id_} > legend")).startswith(question.label[lang])


def test_a_page_that_is_returned_to_shows_what_was_chosen(reader: Page):
    reader.get("/").submit(GOAL).submit(AUDIENCE)

    reader.follow("Kembali")
    assert sorted(reader.chosen("audience_activity")) == ["reacts_shares", "watches_listens"]
    reader.follow("Kembali")
    assert reader.chosen("primary_goal") == ["brand_awareness"]
    assert reader.address.startswith("/?a=")


def test_the_first_page_has_no_link_back(reader: Page):
    assert not reader.get("/").tree.css("a.back")


def test_an_answer_taken_away_is_unknown_again(reader: Page, rulebook):
    reader.get(f"/3?a={draft_code(rulebook, WHOLE)}").submit({"pace": ""})

    assert "pace" not in answers_of(rulebook, reader)


def test_answers_of_pages_already_passed_are_kept_when_a_page_is_sent_again(reader: Page, rulebook):
    reader.get(f"/?a={draft_code(rulebook, WHOLE)}").submit({"primary_goal": "credibility"})

    kept = answers_of(rulebook, reader)
    assert kept["primary_goal"] == "credibility"
    assert kept["content_strengths"] == ("photos",)


# What is missing or wrong


@pytest.mark.parametrize("lang", ["id", "en"])
def test_a_required_question_left_out_is_named_at_the_top_and_at_its_field(
    reader: Page, rulebook, lang
):
    reader.get(f"/?lang={lang}").submit({"primary_goal": "credibility"}, status=422)

    error = rulebook.questionnaire.questions["organisation"].error[lang]
    assert reader.title.startswith(words(lang)("title_error", title=""))
    assert reader.texts("#problems li") == [error]
    assert reader.one("#problems").attributes["role"] == "alert"
    assert error in text_of(reader.one("#organisation-error"))
    assert "organisation-error" in reader.one("#q-organisation").attributes["aria-describedby"]
    first = reader.links("#problems a")[0].removeprefix("#")
    assert reader.one(f"#{first}").attributes["name"] == "organisation"


def test_what_was_chosen_stays_chosen_beside_an_error(reader: Page):
    reader.get("/").submit(
        {"primary_goal": "credibility", "secondary_goals": ["audience_insight"]}, status=422
    )

    assert reader.chosen("primary_goal") == ["credibility"]
    assert reader.chosen("secondary_goals") == ["audience_insight"]
    assert "open" in reader.one("details.q").attributes


def test_a_page_without_problems_has_no_error_in_its_title(reader: Page):
    assert not reader.get("/?lang=en").title.startswith("Error")
    assert not reader.tree.css("#problems, .error")


def test_more_than_three_options_are_refused_with_all_of_them_kept(reader: Page):
    four = ["reads_in_depth", "follows_updates", "watches_listens", "asks_questions"]

    reader.get("/2?lang=en").submit({"audience_activity": four}, status=422)

    assert sorted(reader.chosen("audience_activity")) == sorted(four)
    assert "at most 3" in text_of(reader.one("#audience_activity-error"))


def test_other_goals_beyond_three_are_refused_in_the_questions_own_words(reader: Page, rulebook):
    goals = ["search_visibility", "lead_generation", "credibility", "audience_insight"]

    reader.get("/?lang=en").submit(GOAL | {"secondary_goals": goals}, status=422)

    assert reader.texts("#problems li") == ["Select 3 other goals or fewer"]


def test_the_main_goal_among_the_other_goals_is_dropped_without_a_word(reader: Page, rulebook):
    reader.get("/").submit(GOAL | {"secondary_goals": ["brand_awareness", "credibility"]})

    assert answers_of(rulebook, reader)["secondary_goals"] == ("credibility",)


def test_four_other_goals_are_no_problem_where_one_is_the_main_goal(reader: Page, rulebook):
    goals = ["brand_awareness", "credibility", "audience_insight", "lead_generation"]

    reader.get("/").submit(GOAL | {"secondary_goals": goals})

    assert set(answers_of(rulebook, reader)["secondary_goals"]) == {*goals} - {"brand_awareness"}


def test_answers_missing_on_earlier_pages_are_named_on_the_last_with_links_there(
    reader: Page, rulebook
):
    draft = draft_code(rulebook, GOAL)

    reader.get(f"/3?lang=en&a={draft}").submit({"pace": "daily"}, status=422)

    links = reader.links("#problems a")
    assert links[0].split("?")[0] == "/2"
    assert links[0].endswith("#q-audience_activity")
    assert links[1].startswith("#content_strengths-")
    reader.get(links[0].partition("#")[0])
    assert reader.tree.css_first("#q-audience_activity") is not None
    assert "lang=en" in reader.address
    reader.follow("Back")
    assert reader.chosen("primary_goal") == ["brand_awareness"]


def test_the_link_to_an_earlier_page_carries_what_was_just_answered(reader: Page, rulebook):
    reader.get("/3").submit(CAPACITY, status=422)

    assert len(reader.links("#problems a")) == 3
    for address in reader.links("#problems a"):
        reader.get(address.partition("#")[0])
        assert answers_of(rulebook, reader) == {"content_strengths": ("photos",), "pace": "daily"}


def test_a_form_sent_to_a_page_that_is_none_is_not_found(reader: Page):
    reader.post("/4", WHOLE, status=404)


@pytest.mark.parametrize("address", ["/0", "/4", "/99", "/-1", "/x", "/1/2"])
def test_an_unknown_page_is_not_found_and_says_so_kindly(reader: Page, address):
    reader.get(address, status=404)

    assert reader.h1 == words("id")("error_404_title")
    reader.follow("Mulai lagi")
    assert reader.h1 == words("id")("start_title")


@pytest.mark.parametrize(
    ("method", "address", "allowed"),
    [
        ("PUT", "/", {"GET", "HEAD", "OPTIONS", "POST"}),
        ("DELETE", "/2", {"GET", "HEAD", "OPTIONS", "POST"}),
        ("PUT", "/refine", {"GET", "HEAD", "OPTIONS", "POST"}),
        ("POST", "/compare", {"GET", "HEAD", "OPTIONS"}),
        ("POST", "/guide", {"GET", "HEAD", "OPTIONS"}),
        ("POST", "/sources", {"GET", "HEAD", "OPTIONS"}),
        ("POST", "/types/blog", {"GET", "HEAD", "OPTIONS"}),
    ],
)
def test_a_wrong_method_is_refused_with_the_right_ones_named(client, method, address, allowed):
    response = client.open(f"{address}?lang=en", method=method)

    assert response.status_code == 405
    assert set(response.headers["Allow"].split(", ")) == allowed
    assert text_of(check_html(response, "en").css_first("h1")) == "That does not work this way"


@pytest.mark.parametrize("address", ["/", "/2", "/3", "/refine"])
def test_json_sent_to_a_form_is_refused(client: FlaskClient, address):
    response = client.post(address, json=WHOLE)

    assert response.status_code == 415
    check_html(response, "id")


def test_a_form_in_parts_is_taken_like_any_other(client: FlaskClient, rulebook):
    response = client.post("/3", data=WHOLE, content_type="multipart/form-data")

    assert response.status_code == 303
    assert response.location.startswith(f"/r/{draft_code(rulebook, WHOLE)}?")


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        pytest.param("application/x-www-form-urlencoded", b"pace=\xff\xfe", id="not UTF-8"),
        pytest.param("multipart/form-data", b"--x\r\n", id="parts without a boundary"),
        pytest.param("multipart/form-data; boundary=x", b"--x\r\nabc", id="cut off"),
    ],
)
def test_a_form_that_cannot_be_read_is_no_empty_form(client: FlaskClient, content_type, body):
    response = client.post("/3", data=body, content_type=content_type)

    assert response.status_code == 400
    check_html(response, "id")


def test_a_form_beyond_64_kib_is_too_large(reader: Page):
    reader.post("/3", {"note": "x" * 65_536}, status=413)
    reader.post("/3", WHOLE | {"note": "x" * 60_000})


def test_an_address_beyond_8_kib_is_too_large(reader: Page):
    reader.get(f"/?x={'x' * 8_192}", status=413)
    reader.get(f"/?x={'x' * 8_000}")


def test_a_misspelt_option_comes_with_the_one_that_was_meant(reader: Page):
    reader.post("/?lang=en", GOAL | {"organisation": "consumer_busines"}, status=422)

    assert "Did you mean “consumer_business”?" in text_of(reader.one("#organisation-error"))


MARKUP = [
    '"><script>alert(1)</script>',
    "' onmouseover='alert(1)",
    "<img src=x onerror=alert(1)>",
    "{{7*7}}${7*7}",
    "javascript:alert(1)",
]


@pytest.mark.parametrize("markup", MARKUP)
def test_markup_in_any_field_comes_back_as_text(client: FlaskClient, rulebook, markup):
    for number, page in enumerate(rulebook.questionnaire.pages, 1):
        for question in page.questions:
            fields = WHOLE | {question: markup}
            response = client.post(f"/{number}", data=fields)
            assert response.status_code == 422
            tree = check_html(response, "id")
            assert not tree.css("script:not([src]), img")
            assert markup in text_of(tree.css_first("#problems"))
            assert "49" not in text_of(tree.css_first("#problems"))
