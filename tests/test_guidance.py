"""Advice and platforms for given answers, and the guide: what is chosen, and in what order."""

from collections import Counter
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from page import Page
from profiles import MANY, PLAIN
from results import each_language
from views import BOOK, QUESTIONS, case_answers, random_profiles

from recommender.engine.answers import read
from recommender.engine.content import Advice, Objection, Platform
from recommender.engine.guidance import SHOWN, PlatformNote, advice_for, platforms_for
from recommender.engine.model import Answers, Conditions, WarningNote
from recommender.engine.rulebook import Rulebook
from recommender.engine.scoring import recommend
from recommender.errors import Text

ANSWERS = (*case_answers(), *random_profiles(3 * MANY))
SAID = {"en": "Said.", "id": "Kata."}
POOR = {"en": "A poor idea.", "id": "Gagasan buruk."}
DAILY: Conditions = (("pace", frozenset({"daily"})),)
YEAR: Conditions = (("horizon", frozenset({"year"})),)


def given(**answers) -> Answers:
    return read(BOOK.questionnaire, PLAIN | answers)


def holds(when: Conditions, unless: Conditions, answers: Answers) -> bool:
    """A condition as the contract words it, option by option."""

    def said(question: str) -> set[str]:
        value = answers.values.get(question)
        if value is None:
            return set()
        return {value} if isinstance(value, str) else {*value} or {"-"}

    return all(said(q) & {*options} for q, options in when) and not any(
        said(q) & {*options} for q, options in unless
    )


# Advice


@pytest.mark.slow
def test_of_each_kind_a_type_gets_the_first_that_hold_in_the_rulebooks_order():
    kinds = Counter()
    for answers in ANSWERS:
        for type_ in BOOK.types:
            able = [
                one
                for one in BOOK.advice
                if type_ in one.types and holds(one.when, one.unless, answers)
            ]
            wanted = []
            for kind, most in SHOWN.items():
                wanted += [one for one in able if one.kind == kind][:most]
            assert list(advice_for(BOOK, answers, type_)) == wanted
            kinds.update(one.kind for one in wanted if one.when)
    assert len(kinds) > 10, "advice of most kinds depends on the answers"


def test_every_kind_of_advice_in_the_rules_is_shown_somewhere():
    assert {one.kind for one in BOOK.advice} == {*SHOWN}


@pytest.mark.slow
def test_every_piece_of_advice_with_a_condition_is_given_for_some_answers():
    """One that always holds may stand behind others, as a reserve where those are few."""
    given_ = {
        one.id
        for answers in (*ANSWERS, *random_profiles())
        for type_ in BOOK.types
        for one in advice_for(BOOK, answers, type_)
    }

    assert {one.id for one in BOOK.advice if one.when or one.unless} - given_ == set()


def advice(id_: str, types: tuple[str, ...] = ("blog",), kind: str = "rhythm", **conditions):
    filled = {"when": (), "unless": ()} | conditions
    return Advice(id_, types, kind, **filled, text=SAID, sources=("seed-a-faq",))


def chosen(*pieces: Advice, type_: str = "blog", **answers) -> list[str]:
    book = replace(BOOK, advice=pieces)
    return [one.id for one in advice_for(book, given(**answers), type_)]


def test_advice_for_other_answers_or_types_is_passed_over():
    pieces = (
        advice("daily", when=DAILY),
        advice("for-forums", types=("forum",)),
        advice("not-in-a-year", unless=YEAR),
        advice("always"),
    )

    assert chosen(*pieces, pace="daily") == ["daily"]
    assert chosen(*pieces, pace="weekly") == ["not-in-a-year"]
    assert chosen(*pieces) == ["not-in-a-year"]
    assert chosen(*pieces, horizon="year") == ["always"]
    assert chosen(*pieces, type_="forum") == ["for-forums"]


def test_kinds_stand_in_the_order_of_a_card_whatever_the_order_of_the_rules():
    risks = [advice(f"risk-{n}", kind="risk") for n in range(5)]

    found = chosen(*risks, advice("reply", kind="reply"), advice("week", kind="first_week"))

    assert found == ["week", "reply", "risk-0", "risk-1", "risk-2"]


# Platforms


def platform(id_: str, *objections: Objection, markets=("indonesia", "elsewhere"), suits=()):
    return Platform(id_, id_.title(), ("blog",), markets, SAID, ("seed-b-blog",), suits, objections)


def with_platforms(*platforms: Platform) -> Rulebook:
    return replace(BOOK, platforms={one.id: one for one in platforms})


def ids(*platforms: Platform, warnings=(), **answers) -> list[tuple[str, bool]]:
    notes = platforms_for(with_platforms(*platforms), given(**answers), "blog", warnings)
    return [(note.id, note.advised) for note in notes]


def test_a_market_shows_its_own_platforms_and_an_unknown_one_shows_all():
    here, there = (
        platform("here", markets=("indonesia",)),
        platform("there", markets=("elsewhere",)),
    )
    both = platform("both")

    assert ids(here, there, both, market="indonesia") == [("here", True), ("both", True)]
    assert ids(here, there, both, market="elsewhere") == [("there", True), ("both", True)]
    assert ids(here, there, both) == [("here", True), ("there", True), ("both", True)]


def test_the_platforms_of_another_type_are_not_listed():
    book = with_platforms(replace(platform("other"), types=("forum",)), platform("one"))

    assert [note.id for note in platforms_for(book, given(), "blog")] == ["one"]


def test_a_platform_that_suits_more_answers_stands_earlier_and_equals_keep_their_order():
    plain, once = platform("plain"), platform("once", suits=DAILY)
    twice, again = platform("twice", suits=(*DAILY, *YEAR)), platform("again")

    order = [id_ for id_, _ in ids(plain, once, twice, again, pace="daily", horizon="year")]
    assert order == ["twice", "once", "plain", "again"]
    assert [id_ for id_, _ in ids(plain, once, twice, again)] == ["plain", "once", "twice", "again"]


def test_a_poor_idea_is_shown_last_with_the_first_reason_that_holds():
    late = Objection(YEAR, (), {"en": "Later.", "id": "Nanti."}, ("seed-a-faq",))
    poor = platform("poor", Objection(DAILY, (), POOR, ("medium-age",)), late, suits=DAILY)
    book = with_platforms(poor, platform("fine"))

    fine, note = platforms_for(book, given(pace="daily", horizon="year"), "blog")

    assert (fine.id, fine.advised, fine.reason) == ("fine", True, SAID)
    assert note == PlatformNote("poor", poor.markets, False, POOR, ("medium-age",))
    assert ids(poor, platform("fine"), pace="weekly") == [("poor", True), ("fine", True)]


def test_an_objection_that_its_unless_takes_back_is_none():
    poor = platform("poor", Objection(DAILY, YEAR, POOR, ("medium-age",)))

    assert ids(poor, pace="daily") == [("poor", False)]
    assert ids(poor, pace="daily", horizon="year") == [("poor", True)]


def test_a_poor_idea_is_shown_in_every_market_so_that_it_is_not_tried_there():
    poor = platform("poor", Objection(DAILY, (), POOR, ("medium-age",)), markets=("elsewhere",))

    assert ids(poor, pace="daily", market="indonesia") == [("poor", False)]
    assert ids(poor, market="indonesia") == []


def test_a_platform_closed_by_a_rule_says_so_with_the_rules_reason_sources_and_id():
    closing = WarningNote("a-gate", POOR, ("medium-age",), ("shut",))
    shut = platform("shut", Objection(DAILY, (), SAID, ("seed-a-faq",)), suits=DAILY)

    notes = platforms_for(
        with_platforms(shut, platform("open")), given(pace="daily"), "blog", [closing]
    )

    assert [note.id for note in notes] == ["open", "shut"]
    assert notes[1] == PlatformNote("shut", shut.markets, False, POOR, ("medium-age",), "a-gate")


def test_the_rule_on_missing_coverage_closes_wikipedia_and_its_card_shows_why():
    answers = given(primary_goal="credibility", independent_coverage="not_covered")
    entry = next(e for e in recommend(BOOK, answers).ranking if e.type == "collaboration")

    notes = platforms_for(BOOK, answers, "collaboration", entry.warnings)

    [closed] = [note for note in notes if note.rule]
    assert (closed.id, closed.advised) == ("wikipedia", False)
    rule = BOOK.rules[closed.rule or ""]
    assert rule.close == {"collaboration": ("wikipedia",)}
    assert (closed.reason, closed.sources) == (rule.reason, rule.sources)


@pytest.mark.slow
def test_the_shipped_platforms_are_chosen_as_their_file_says():
    seen = Counter()
    for answers in ANSWERS:
        for entry in recommend(BOOK, answers).ranking:
            notes = platforms_for(BOOK, answers, entry.type, entry.warnings)
            check_platforms(answers, entry.type, {*closed_by(entry.warnings)}, notes)
            seen.update((note.advised, bool(note.rule)) for note in notes)
    assert {(True, False), (False, False), (False, True)} <= {*seen}


def closed_by(warnings: tuple[WarningNote, ...]) -> list[str]:
    return [platform_ for note in warnings for platform_ in note.closes]


def check_platforms(
    answers: Answers, type_: str, closed: set[str], notes: tuple[PlatformNote, ...]
) -> None:
    market = answers.get("market")
    wanted: dict[str, tuple[bool, Text]] = {}
    for id_, one in BOOK.platforms.items():
        against = [o.reason for o in one.objections if holds(o.when, o.unless, answers)]
        poor = id_ in closed or bool(against)
        if type_ in one.types and (poor or market in (None, *one.markets)):
            wanted[id_] = (not poor, (against or [one.reason])[0])
    assert {note.id: note.advised for note in notes} == {i: a for i, (a, _) in wanted.items()}
    for note in notes:
        assert note.id in closed or note.reason == wanted[note.id][1]
        assert (note.rule is not None) == (note.id in closed)
        assert note.markets == BOOK.platforms[note.id].markets
    assert [note.advised for note in notes] == sorted((n.advised for n in notes), reverse=True)


# The guide


@pytest.mark.slow
@each_language
def test_every_chapter_has_a_title_paragraphs_sources_and_a_link_that_answers(app, lang):
    client = app.test_client()
    page = Page(client).get(f"/guide?lang={lang}")
    sections = [node for node in page.tree.css("section") if node.css("a.leads")]

    assert len(BOOK.guide) >= 5
    assert page.links("ol.contents a") == [f"#{chapter.id}" for chapter in BOOK.guide]
    for section, chapter in zip(sections, BOOK.guide, strict=True):
        assert section.css_first("h2").text(deep=True) == chapter.title[lang]
        shown = [" ".join(node.text(deep=True).split()) for node in section.css("p")]
        assert len(shown) == len(chapter.paragraphs) + 1
        for paragraph, text in zip(chapter.paragraphs, shown):
            assert text.startswith(paragraph[lang])
        assert len(section.css("a.mark")) == len(chapter.sources) > 0
        link = section.css_first("a.leads")
        assert link.text(deep=True).startswith(chapter.leads_label[lang])
        there = Page(client).get(link.attributes["href"] or "")
        fragment = urlsplit(there.address).fragment
        assert not fragment or there.tree.css_first(f"#{fragment}") is not None


def test_the_guide_leads_to_questionnaire_types_and_an_example():
    places = {chapter.leads_to.partition(".")[0] for chapter in BOOK.guide}

    assert {"questionnaire", "type", "example"} <= places


@each_language
def test_a_mark_of_the_guide_leads_to_its_source(reader: Page, lang):
    reader.get(f"/guide?lang={lang}")
    listed = {
        node.attributes["id"]: node.css_first("a").attributes["href"].partition("#")[2]
        for node in reader.tree.css("ol.sources li")
    }

    marks = [listed[link.removeprefix("#")] for link in reader.links("a.mark")]
    assert marks == [source for chapter in BOOK.guide for source in chapter.sources]


@pytest.mark.parametrize("question", ["primary_goal", "audience_activity"])
def test_advice_is_worded_for_the_given_answers_not_one_list_for_all(question):
    texts = {
        one.id
        for option in QUESTIONS[question].options
        for one in advice_for(
            BOOK,
            given(**{question: [option] if QUESTIONS[question].many else option}),
            "social_network",
        )
    }
    assert len(texts) >= sum(SHOWN.values()) + 3
