"""The ranking on a result page: bars, reasons, points, what is unknown, and sources."""

from dataclasses import replace

import pytest
from page import text_of
from results import (
    BASE,
    PROFILES,
    cards,
    each_language,
    each_profile,
    made_of,
    result_of,
    rule,
    shown_points,
    sources_of,
    with_rules,
)

from recommender.i18n import number, signed, words

# Ranking, reasons, points


@pytest.mark.slow
@each_language
@each_profile
def test_the_six_bars_stand_in_the_order_of_the_ranking(rulebook, answers, lang):
    made = made_of(rulebook, answers)

    page = result_of(rulebook, answers, lang)

    assert page.links(".rank li .name a") == [f"#{entry.type}" for entry in made.ranking]
    assert page.texts(".rank .place") == [f"{entry.rank}." for entry in made.ranking]
    assert page.texts(".rank .band b") == [number(entry.points) for entry in made.ranking]
    for li, entry in zip(page.tree.css(".rank li"), made.ranking, strict=True):
        assert rulebook.types[entry.type].name[lang] in text_of(li)
        key = "excluded" if entry.excluded else f"band_{entry.band}"
        assert words(lang)(key) in text_of(li)


def test_a_bar_is_as_long_as_its_points_on_the_rulebooks_scale(rulebook):
    most, least = 44, -12
    book = with_rules(
        rulebook,
        rule("a", effects={"blog": most, "forum": most + 50}),
        rule("b", effects={"microblog": least}),
    )

    page = result_of(book, BASE)

    zero = round(-100 * least / (most - least), 1)
    bars = {
        link: bar.attributes
        for link, bar in zip(page.links(".rank li .name a"), page.tree.css("rect.fill"))
    }
    for link in ("#blog", "#forum"):
        assert float(bars[link]["x"].rstrip("%")) == zero
        assert float(bars[link]["width"].rstrip("%")) == pytest.approx(100 - zero)
    assert bars["#microblog"]["x"] == "0.0%"
    assert float(bars["#microblog"]["width"].rstrip("%")) == pytest.approx(zero)
    assert float(bars["#collaboration"]["width"].rstrip("%")) == 0


@pytest.mark.slow
@each_language
@each_profile
def test_every_reason_stands_in_its_types_card_with_its_points_and_sources(rulebook, answers, lang):
    made = made_of(rulebook, answers)
    page = result_of(rulebook, answers, lang)

    for card, entry in cards(page, made):
        assert card.attributes["id"] == entry.type
        shown = [text_of(li) for li in card.css(".reasons li")]
        for said in entry.contributions:
            assert any(
                text.startswith(signed(said.points) + said.reason[lang]) for text in shown
            ), (entry.type, said.rule)
        said_for = [text_of(li) for li in card.css(".body > div:nth-child(1) li")]
        assert len(said_for) == max(1, sum(said.points > 0 for said in entry.contributions))


@each_profile
def test_the_points_of_a_card_add_up_to_those_of_its_bar(rulebook, answers):
    made = made_of(rulebook, answers)
    page = result_of(rulebook, answers, "en")

    for card, entry in cards(page, made):
        assert sum(shown_points(card)) == entry.points
        assert len(shown_points(card)) == len(entry.contributions)
        other = entry.points - entry.fit - entry.capacity
        line = text_of(card.css_first(".full"))
        assert line.startswith(
            f"Fit {number(entry.fit)}, capacity {number(entry.capacity)}, other {number(other)}: "
            f"together {number(entry.points)} point"
        )
        assert number(entry.points) in text_of(card.css_first(".score"))


@each_language
def test_a_type_of_which_nothing_is_said_says_that(rulebook, lang):
    book = with_rules(rulebook, rule("a", effects={"blog": 20}))

    page = result_of(book, BASE, lang)

    w, blog = words(lang), book.types["blog"].in_sentence[lang]
    behind = w.count("points", 20)
    lower = w("lower_line", first=blog, points=behind, reason=book.rules["a"].reason[lang])
    assert page.texts("#forum .reasons li") == [w("why_nothing"), lower]
    assert page.texts("#forum h4")[:2] == [w("why"), w("why_lower")]
    assert page.texts("#blog .reasons li")[1:] == [w("why_not_nothing")]
    assert page.texts("#blog h4")[:2] == [w("why"), w("why_not")]


@pytest.mark.slow
@each_language
@each_profile
def test_unknown_questions_that_a_type_asks_for_are_named(rulebook, answers, lang):
    made = made_of(rulebook, answers)
    page = result_of(rulebook, answers, lang)
    asked = rulebook.questionnaire.questions

    for card, entry in cards(page, made):
        shown, short = text_of(card), [asked[question].short[lang] for question in entry.unknown]
        one = words(lang)("unknown_line", question="".join(short[:1]))
        several = words(lang)("unknown_several", questions=", ".join(short))
        assert (one in shown) == (len(short) == 1)
        assert (several in shown) == (len(short) > 1)
        assert not {*entry.unknown} & {*answers}


@each_language
def test_one_unknown_question_is_named_in_the_singular(rulebook, lang):
    needs = replace(rule("a", effects={"blog": 20}), when=(("pace", frozenset({"daily"})),))

    page = result_of(with_rules(rulebook, needs), BASE, lang)

    short = rulebook.questionnaire.questions["pace"].short[lang]
    assert words(lang)("unknown_line", question=short) in text_of(page.one("#blog"))


@pytest.mark.slow
@each_language
def test_a_warning_stands_in_the_cards_of_the_types_it_is_for(rulebook, lang):
    answers = PROFILES["warnings"]
    made = made_of(rulebook, answers)
    page = result_of(rulebook, answers, lang)

    assert sum(len(entry.warnings) for entry in made.ranking) > 4
    for card, entry in cards(page, made):
        assert (words(lang)("warnings") in text_of(card)) == bool(entry.warnings)
        cautions = [text_of(node.parent) for node in card.css(".caution")]
        assert len(cautions) == len(entry.warnings)
        for note, shown in zip(entry.warnings, cautions):
            assert note.reason[lang] in shown


# Sources


@pytest.mark.slow
@each_language
@each_profile
def test_the_marks_of_reasons_lead_to_their_sources_in_the_list(rulebook, answers, lang):
    made = made_of(rulebook, answers)
    page = result_of(rulebook, answers, lang)
    listed = {
        node.attributes["id"]: node.css_first("a").attributes["href"].partition("#")[2]
        for node in page.tree.css("ol.sources li")
    }

    assert list(listed) == [f"s-{n}" for n in range(1, len(listed) + 1)]
    for card, entry in cards(page, made):
        marks = card.css("a.mark")
        assert all(text_of(mark) == f"[{mark.attributes['href'][3:]}]" for mark in marks)
        named = sorted(listed[mark.attributes["href"][1:]] for mark in marks)
        assert named == sorted(sources_of(rulebook, made, entry))
    cited = {s for entry in made.ranking for s in sources_of(rulebook, made, entry)}
    assert set(listed.values()) == cited


@pytest.mark.slow
@each_profile
def test_sources_are_numbered_in_the_order_in_which_they_are_first_cited(rulebook, answers):
    page = result_of(rulebook, answers)

    listed = [node.attributes["id"] for node in page.tree.css("ol.sources li")]
    cited = [link.removeprefix("#") for link in page.links("a.mark")]
    assert listed == list(dict.fromkeys(cited))
