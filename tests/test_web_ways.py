"""Ways into the questionnaire and between its pages and the result."""

import pytest
from journeys import AUDIENCE, CAPACITY, GOAL, WHOLE, actions, answers_of, draft_code
from page import Page, text_of
from results import BASE, result_of, rule, with_rules

from recommender.engine import code
from recommender.engine.answers import read
from recommender.i18n import words
from recommender.render.view import view

# Prefilled addresses


def test_an_address_fills_in_the_page(reader: Page):
    reader.get("/?primary_goal=credibility&secondary_goals=audience_insight|lead_generation")

    assert reader.chosen("primary_goal") == ["credibility"]
    assert sorted(reader.chosen("secondary_goals")) == ["audience_insight", "lead_generation"]
    assert not reader.tree.css(".notice")


def test_answers_filled_in_for_later_pages_are_carried_there(reader: Page, rulebook):
    reader.get("/?audience_activity=watches_listens&market=indonesia").submit(GOAL)

    assert reader.chosen("audience_activity") == ["watches_listens"]
    assert answers_of(rulebook, reader)["market"] == "indonesia"


@pytest.mark.parametrize(
    "query",
    ["primary_goal=nope", "primary_goal=credibility&primary_goal=audience_insight", "pace=-"],
)
def test_what_cannot_be_filled_in_is_left_out_and_said_so(reader: Page, query):
    reader.get(f"/?lang=en&organisation=public_institution&{query}")

    assert reader.texts(".notice") == [words("en")("prefill_ignored")]
    assert reader.chosen("primary_goal") == []
    assert reader.chosen("organisation") == ["public_institution"]


def test_names_that_are_no_questions_are_ignored_without_a_word(reader: Page):
    reader.get("/?utm_source=x&score_blog=999&submit=1")

    assert not reader.tree.css(".notice")
    assert "999" not in reader.text


@pytest.mark.parametrize("lang", ["id", "en"])
@pytest.mark.parametrize("address", ["/", "/2", "/3"])
def test_a_draft_code_that_is_none_of_ours_is_not_found(reader: Page, address, lang):
    reader.get(f"{address}?a=7KX2-M9QD&lang={lang}", status=404)

    assert reader.h1 == words(lang)("error_code_title")


# To the result and back


@pytest.mark.slow
def test_a_change_link_leads_to_its_question_and_straight_back(reader: Page, rulebook):
    reader.get(f"/r/{draft_code(rulebook, WHOLE)}")
    links = {link.partition("#q-")[2]: link for link in reader.links(".given a")}

    assert set(links) == set(rulebook.questionnaire.questions)
    reader.get(links["audience_activity"].partition("#")[0])
    assert reader.query["return"] == ["result"]
    assert reader.tree.css_first("#q-audience_activity") is not None
    reader.submit({"audience_activity": ["reads_in_depth"]})

    assert reader.address.startswith("/r/")
    assert answers_of(rulebook, reader)["audience_activity"] == ("reads_in_depth",)
    assert answers_of(rulebook, reader)["pace"] == "daily"


@pytest.mark.slow
def test_every_change_link_leads_to_a_page_that_asks_its_question(client, reader, rulebook):
    reader.get(f"/r/{draft_code(rulebook, WHOLE)}")

    for link in reader.links(".given a"):
        address, _, fragment = link.partition("#")
        page = Page(client).get(address) if address else reader
        assert page.tree.css_first(f"#{fragment}") is not None, link


def test_the_page_of_a_change_leads_back_to_the_result_unchanged(reader: Page, rulebook):
    before = draft_code(rulebook, WHOLE)

    reader.get(f"/?a={before}&return=result").follow("Kembali")

    assert reader.address.startswith(f"/r/{before}?")
    assert reader.query["v"] == [rulebook.version]


def test_the_first_page_of_a_change_is_not_the_start_again(reader: Page, rulebook):
    reader.get(f"/?a={draft_code(rulebook, WHOLE)}&return=result&lang=en")

    assert reader.h1 == "Your goal"
    assert reader.texts("main form button") == ["See the ranking"]


def test_an_error_during_a_change_keeps_the_way_back(reader: Page, rulebook):
    reader.get(f"/2?a={draft_code(rulebook, WHOLE)}&return=result")
    reader.submit({"audience_activity": None}, status=422)
    reader.submit({"audience_activity": ["reads_in_depth"]})

    assert reader.address.startswith("/r/")


def test_the_way_back_to_a_result_that_is_not_complete_leads_on_instead(reader: Page, rulebook):
    reader.get(f"/?a={draft_code(rulebook, GOAL)}&return=result").submit()

    assert reader.address.startswith("/2?")


@pytest.mark.parametrize(
    ("given", "address"),
    [
        pytest.param({}, "/", id="nothing"),
        pytest.param(AUDIENCE | CAPACITY, "/", id="first page"),
        pytest.param(GOAL | CAPACITY, "/2", id="second page"),
        pytest.param(GOAL | AUDIENCE, "/3", id="third page"),
    ],
)
def test_a_draft_leads_to_the_first_page_that_lacks_an_answer_filled_in(
    reader: Page, rulebook, given, address
):
    draft = draft_code(rulebook, given)

    reader.get(f"/r/{draft}?lang=en")

    assert reader.trail[0] == (303, f"/r/{draft}?lang=en")
    assert reader.address.split("?")[0] == address
    assert reader.texts(".notice") == [words("en")("missing_answers")]
    assert reader.query.get("a", []) == ([draft] if given else [])


# The open questions: on a page of their own, and up to three beside the result


def test_the_page_of_open_questions_asks_all_that_no_page_asked(reader: Page, rulebook):
    reader.get(f"/refine?a={draft_code(rulebook, WHOLE)}")

    asked = [n.attributes["id"].removeprefix("q-") for n in reader.tree.css("form fieldset")]
    paged = {question for page in rulebook.questionnaire.pages for question in page.questions}
    assert set(asked) == set(rulebook.questionnaire.questions) - paged
    assert "market" in asked


def test_the_page_of_open_questions_is_one_link_from_the_result_and_back(reader: Page, rulebook):
    before = draft_code(rulebook, WHOLE)

    reader.get(f"/r/{before}?lang=en").follow("Other questions")
    assert reader.address.split("?")[0] == "/refine"
    reader.follow("Back to the result")

    assert reader.address.startswith(f"/r/{before}?")
    assert reader.query == {"v": [rulebook.version], "lang": ["en"]}


def test_the_page_of_open_questions_refines_the_result(reader: Page, rulebook):
    reader.get(f"/refine?a={draft_code(rulebook, WHOLE)}&lang=en")

    reader.submit({"horizon": "quarter", "risk_exposure": ["frequent_complaints"]})

    refined = answers_of(rulebook, reader)
    assert refined["horizon"] == "quarter"
    assert refined["risk_exposure"] == ("frequent_complaints",)
    assert refined["pace"] == "daily"
    assert reader.query == {"v": [rulebook.version], "lang": ["en"]}
    reader.follow("Other questions")
    assert reader.chosen("horizon") == ["quarter"]


@pytest.mark.slow
def test_the_form_beside_the_result_asks_what_still_matters_and_refines_it(reader: Page, rulebook):
    given = WHOLE | {"primary_goal": "credibility"}
    answers = read(rulebook.questionnaire, given)
    offered = view(rulebook, answers, "en").sharpen
    assert offered
    reader.get(f"/r/{draft_code(rulebook, given)}?lang=en")

    asked = [n.attributes["id"] for n in reader.tree.css("form.sharpen fieldset")]
    assert asked == [f"q-{question}" for question in offered]
    chosen = reader.tree.css_first(f"form.sharpen input[name={offered[0]}]").attributes["value"]
    reader.submit({offered[0]: chosen}, form="form.sharpen")

    refined = answers_of(rulebook, reader)
    assert refined.pop(offered[0]) in (chosen, (chosen,))
    assert refined == dict(answers.values)
    assert not reader.tree.css(f"form.sharpen #q-{offered[0]}")


def test_a_result_that_no_question_can_change_offers_none(rulebook):
    page = result_of(with_rules(rulebook, rule("a", effects={"blog": 20})), BASE, "en")

    assert not page.tree.css("form.sharpen")
    assert words("en")("sharpen_nothing") in page.text
    page.follow("Other questions")


@pytest.mark.parametrize("market", ["indonesia", "elsewhere"])
def test_the_market_can_be_switched_there_and_taken_back(reader: Page, rulebook, market):
    before = draft_code(rulebook, WHOLE)
    reader.get(f"/refine?a={before}").submit({"market": market})
    assert answers_of(rulebook, reader)["market"] == market

    reader.follow("Pertanyaan lainnya")
    assert reader.chosen("market") == [market]
    reader.post(actions(reader)[0], {"market": ""})

    assert answers_of(rulebook, reader) == code.decode(rulebook.layouts, before)


def test_none_of_these_is_an_answer_and_shown_as_one(reader: Page, rulebook):
    reader.get(f"/refine?a={draft_code(rulebook, WHOLE)}&lang=en").submit({"risk_exposure": ["-"]})

    assert answers_of(rulebook, reader)["risk_exposure"] == ()
    row = next(row for row in reader.tree.css(".given div") if "Risks" in text_of(row))
    assert "None of these" in text_of(row)
    reader.follow("Other questions")
    assert reader.chosen("risk_exposure") == ["-"]


def test_none_of_these_beside_an_option_is_an_error_with_both_kept(reader: Page, rulebook):
    before = draft_code(rulebook, WHOLE)
    reader.get(f"/refine?a={before}&lang=en")

    reader.submit({"risk_exposure": ["-", "sensitive_topics"]}, status=422)

    assert sorted(reader.chosen("risk_exposure")) == ["-", "sensitive_topics"]
    assert "not both" in text_of(reader.one("#risk_exposure-error"))
    assert reader.title.startswith("Error: ")
    assert reader.links("#problems a")[0].startswith("#risk_exposure-")
    reader.follow("Back to the result")
    assert reader.address.startswith(f"/r/{before}?")


@pytest.mark.parametrize("lang", ["id", "en"])
def test_a_wrong_answer_beside_the_result_comes_back_on_the_page_of_open_questions(
    reader: Page, rulebook, lang
):
    address = f"/refine?a={draft_code(rulebook, WHOLE)}&lang={lang}"

    reader.post(address, {"horizon": "yeer", "paid_budget": "some"}, status=422)

    assert len(reader.texts("#problems li")) == 2
    assert reader.h1 == words(lang)("sharpen_title")


@pytest.mark.parametrize(
    ("given", "address"),
    [({}, "/"), (GOAL, "/2"), (GOAL | AUDIENCE, "/3")],
    ids=["nothing", "first page", "two pages"],
)
def test_the_open_questions_of_a_draft_wait_for_the_required_ones(
    reader: Page, rulebook, given, address
):
    reader.get(f"/refine?a={draft_code(rulebook, given)}")

    assert reader.address.split("?")[0] == address


def test_a_refining_form_without_answers_leads_to_the_first_page(reader: Page):
    reader.post("/refine", {"horizon": "weeks"})

    assert reader.address.split("?")[0] == "/"


def test_a_refining_form_with_a_draft_leads_to_the_page_that_lacks_an_answer(reader, rulebook):
    reader.post(f"/refine?a={draft_code(rulebook, GOAL)}", {"horizon": "weeks"})

    assert reader.address.split("?")[0] == "/2"


@pytest.mark.slow
def test_an_address_in_which_nothing_is_answered_carries_no_code(reader: Page):
    assert actions(reader.get("/?lang=en")) == ["/?lang=en"]
