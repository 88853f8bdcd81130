"""The page /compare: two people's answers, or two or three types, beside each other."""

import pytest
from flask.testing import FlaskClient
from journeys import GOAL, draft_code
from page import Page, check_html, text_of
from results import BASE, PROFILES, each_language, made_of, rule, with_rules

from recommender.engine.answers import read
from recommender.engine.compare import compare
from recommender.engine.guidance import platforms_for
from recommender.engine.rulebook import Rulebook
from recommender.i18n import number, words
from recommender.web.app import create_app

CLIENT = BASE | {"pace": "daily", "response_time": "within_hour", "market": "indonesia"}
STRATEGIST = CLIENT | {
    "primary_goal": "credibility",
    "content_strengths": ["long_articles"],
    "market": "elsewhere",
    "horizon": "year",
}
STRATEGIST.pop("response_time")


def people(rulebook: Rulebook, one: dict, two: dict, lang: str) -> Page:
    reader = Page(create_app(rulebook).test_client())
    a, b = (made_of(rulebook, answers).code for answers in (one, two))
    return reader.get(f"/compare?a={a}&b={b}&lang={lang}")


def types(rulebook: Rulebook, answers: dict, *chosen: str, lang: str = "en") -> Page:
    reader = Page(create_app(rulebook).test_client())
    asked = "".join(f"&type={type_}" for type_ in chosen)
    return reader.get(f"/compare?a={made_of(rulebook, answers).code}{asked}&lang={lang}")


def short(rulebook: Rulebook, lang: str, *questions: str) -> list[str]:
    return [rulebook.questionnaire.questions[question].short[lang] for question in questions]


# Two people


@each_language
def test_differences_stand_in_a_table_with_both_answers_and_agreement_below(rulebook, lang):
    page = people(rulebook, CLIENT, STRATEGIST, lang)

    differing = ["primary_goal", "content_strengths", "response_time", "horizon", "market"]
    rows = page.tree.css("table.compare tbody tr")
    heads = [text_of(row.css_first("th")) for row in rows]
    for head, name in zip(heads, short(rulebook, lang, *differing), strict=True):
        assert head.startswith(name)
    cells = [[text_of(cell) for cell in row.css("td")] for row in rows]
    label = {q: rulebook.questionnaire.questions[q].options for q in differing}
    assert cells[0] == [
        label["primary_goal"][goal].label[lang] for goal in ("brand_awareness", "credibility")
    ]
    unknown = words(lang)("not_answered")
    assert cells[2] == [label["response_time"]["within_hour"].label[lang], unknown]
    assert cells[3] == [unknown, label["horizon"]["year"].label[lang]]
    alike = [q for q in rulebook.questionnaire.questions if q not in differing]
    section = page.one("section[aria-labelledby=alike] p")
    assert text_of(section) == ", ".join(short(rulebook, lang, *alike))


@each_language
@pytest.mark.parametrize(
    ("one", "two"),
    [
        pytest.param(CLIENT, STRATEGIST, id="client and strategist"),
        pytest.param(STRATEGIST, CLIENT, id="the other way"),
        pytest.param(*[PROFILES[name] for name in ("warnings", "words alone")], id="far apart"),
    ],
)
def test_the_page_says_which_differences_decide(rulebook, one, two, lang):
    found = compare(rulebook, *(read(rulebook.questionnaire, answers) for answers in (one, two)))
    w = words(lang)

    page = people(rulebook, one, two, lang)

    assert found.deciding
    lead = text_of(page.one("p.lead"))
    assert lead.startswith(w.count("compare_differ", len(found.differing)))
    assert lead.endswith(w.count("compare_decide", len(found.deciding)))
    assert page.texts("main > ul.bullets li") == [
        " + ".join(short(rulebook, lang, *mix)) for mix in found.deciding
    ]
    alone = [mix[0] for mix in found.deciding if len(mix) == 1]
    marked = [text_of(row.css_first("th")) for row in page.tree.css("tr.decides")]
    assert marked == [f"{name} {w('compare_decides')}" for name in short(rulebook, lang, *alone)]
    incomplete = w("compare_incomplete", n=len(found.differing))
    assert (incomplete in page.text) != found.complete


@each_language
def test_each_persons_ranking_stands_there_and_leads_to_the_whole_result(rulebook, lang):
    page = people(rulebook, CLIENT, STRATEGIST, lang)

    for section, answers in zip(page.tree.css("section.rank"), (CLIENT, STRATEGIST), strict=True):
        made = made_of(rulebook, answers)
        assert [text_of(li.css_first(".name")) for li in section.css("li")] == [
            f"{entry.rank}. {rulebook.types[entry.type].name[lang]}" for entry in made.ranking
        ]
        assert [text_of(li.css_first("b")) for li in section.css("li")] == [
            number(entry.points) for entry in made.ranking
        ]
        link = section.css_first("a").attributes["href"]
        assert link.startswith(f"/r/{made.code}?v=")
        Page(create_app(rulebook).test_client()).get(link)


@each_language
def test_two_people_who_agree_in_everything_are_told_so(rulebook, lang):
    page = people(rulebook, CLIENT, CLIENT, lang)

    assert page.texts("p.lead") == [words(lang)("compare_same_answers")]
    assert not page.tree.css("table, ul.bullets")
    every = short(rulebook, lang, *rulebook.questionnaire.questions)
    assert text_of(page.one("section[aria-labelledby=alike] p")) == ", ".join(every)


@each_language
def test_where_no_difference_decides_the_page_says_so(rulebook, lang):
    book = with_rules(rulebook, rule("a", effects={"blog": 20}))

    page = people(book, CLIENT, CLIENT | {"pace": "weekly"}, lang)

    w = words(lang)
    assert page.texts("p.lead") == [f"{w('compare_differ_one')} {w('compare_none_decides')}"]
    assert not page.tree.css("ul.bullets, .decides")


@each_language
def test_the_result_leads_to_the_comparison_with_another_code(client: FlaskClient, rulebook, lang):
    mine, theirs = (made_of(rulebook, answers).code for answers in (CLIENT, STRATEGIST))
    page = Page(client).get(f"/r/{mine}?lang={lang}")
    form = page.one("form.pair")

    hidden = {n.attributes["name"]: n.attributes["value"] for n in form.css("[type=hidden]")}
    given = {"a": mine, "v": rulebook.version, "lang": lang}
    assert (form.attributes["method"], hidden) == ("get", given)
    assert form.css_first("#other-code").attributes["name"] == "b"
    address = form.attributes["action"].split("?")[0]
    page.get(f"{address}?a={mine}&b={theirs.lower()}&lang={lang}")
    assert page.h1 == words(lang)("compare_people")


# Two or three types


@each_language
@pytest.mark.parametrize("answers", PROFILES.values(), ids=PROFILES)
def test_types_stand_beside_each_other_with_their_differences_first(rulebook, answers, lang):
    made, w = made_of(rulebook, answers), words(lang)

    page = types(rulebook, answers, "forum", "blog", "media_sharing", lang=lang)

    entries = [e for e in made.ranking if e.type in ("forum", "blog", "media_sharing")]
    assert page.texts("th[scope=col]") == [
        f"{entry.rank}. {rulebook.types[entry.type].name[lang]}" for entry in entries
    ]
    rows = {
        text_of(row.css_first("th")): [text_of(cell) for cell in row.css("td")]
        for row in page.tree.css("tbody tr")
    }
    differ = [len(set(cells)) > 1 for cells in rows.values()]
    assert differ == sorted(differ, reverse=True)
    assert all(all(cells) for name, cells in rows.items() if name != w("platforms"))
    for entry, fits, sums, named in zip(
        entries, rows[w("compare_fits")], rows[w("compare_sums")], rows[w("platforms")]
    ):
        band = w("excluded" if entry.excluded else f"band_{entry.band}")
        assert fits == f"{band}, {w.count('points', entry.points)}"
        assert sums == w("sum_short", fit=number(entry.fit), capacity=number(entry.capacity))
        notes = platforms_for(rulebook, made.answers, entry.type, entry.warnings)
        advised = [rulebook.platforms[note.id].name for note in notes if note.advised]
        assert named == ", ".join(advised)


@pytest.mark.parametrize(
    ("chosen", "shown"),
    [
        pytest.param((), None, id="none"),
        pytest.param(("blog",), None, id="one"),
        pytest.param(("blog", "blog"), None, id="one twice"),
        pytest.param(("podcast", "<b>", "blog"), None, id="junk and one"),
        pytest.param(("podcast", "forum", "", "blog"), {"forum", "blog"}, id="junk and two"),
        pytest.param(
            ("blog", "forum", "microblog", "collaboration"),
            {"blog", "forum", "microblog"},
            id="more than three",
        ),
    ],
)
def test_what_is_no_choice_is_left_out_and_the_first_two_are_the_default(rulebook, chosen, shown):
    page = types(rulebook, BASE, *chosen)

    ranking = made_of(rulebook, BASE).ranking
    wanted = shown or {entry.type for entry in ranking[:2]}
    checked = {node.attributes["value"] for node in page.tree.css("input[checked]")}
    assert checked == wanted
    names = [f"{e.rank}. {rulebook.types[e.type].name['en']}" for e in ranking if e.type in wanted]
    assert page.texts("th[scope=col]") == names
    assert "podcast" not in page.text


@each_language
def test_the_result_leads_to_the_comparison_of_types_and_back(client, rulebook, lang):
    made, w = made_of(rulebook, BASE), words(lang)
    page = Page(client).get(f"/r/{made.code}?lang={lang}")

    page.follow(w("compare_types"))
    offered = {n.attributes["value"] for n in page.tree.css("input[name=type]")}
    assert offered == {*rulebook.types}
    page.follow(w("back_to_result"))

    assert page.address.startswith(f"/r/{made.code}?")


# What cannot be compared


@each_language
@pytest.mark.parametrize("both", [("draft", "whole"), ("whole", "draft"), ("draft", None)])
def test_a_draft_is_not_compared(client: FlaskClient, rulebook, both, lang):
    codes = {"draft": draft_code(rulebook, GOAL), "whole": made_of(rulebook, BASE).code}
    a, b = (codes.get(which) for which in both)

    response = client.get(f"/compare?a={a}{f'&b={b}' if b else ''}&lang={lang}")

    assert response.status_code == 422
    tree = check_html(response, lang)
    assert text_of(tree.css_first("h1")) == words(lang)("error_422_title")


@each_language
@pytest.mark.parametrize(
    "query", ["", "a=", "b=7KX2-M9QD", "a=nothing", "a=CODE&b=", "a=CODE&b=nothing", "a=CODE&b=%00"]
)
def test_a_code_that_is_none_of_ours_is_not_found(reader: Page, rulebook, query, lang):
    query = query.replace("CODE", made_of(rulebook, BASE).code)

    reader.get(f"/compare?{query}&lang={lang}", status=404)

    assert reader.h1 == words(lang)("error_code_title")
