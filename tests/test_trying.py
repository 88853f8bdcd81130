"""What would change a result: every sentence is tried by reading and ranking anew."""

from collections import Counter
from collections.abc import Iterator
from functools import cache

import pytest
from profiles import MANY
from results import BASE, rule, with_rules
from views import BOOK, QUESTIONS, case_answers, changed, leading, listed, random_profiles

from recommender.engine import code
from recommender.engine.answers import read
from recommender.engine.model import Answers
from recommender.engine.trial import Alternative
from recommender.i18n import LANGUAGES, words
from recommender.render.phrases import change_clause
from recommender.render.trying import WhatIf, difference
from recommender.render.view import View, view

each_language = pytest.mark.parametrize("lang", LANGUAGES)
ANSWERS = (*case_answers(), *random_profiles(MANY // 3))


@cache
def views(lang: str) -> list[View]:
    return [view(BOOK, answers, lang) for answers in ANSWERS]


def tried(shown: View) -> Iterator[tuple[WhatIf, Answers]]:
    """Each what-if with the answers that its code stands for."""
    for one in shown.what_ifs:
        yield one, read(BOOK.questionnaire, code.decode(BOOK.layouts, one.code))


def names_of(types: set[str], lang: str) -> str:
    """Types as a sentence lists them, in the rulebook's order."""
    return listed(
        [BOOK.types[type_].in_sentence[lang] for type_ in BOOK.types if type_ in types], lang
    )


def singles(shown: View) -> Iterator[tuple[str, Answers, bool]]:
    """Every single change that the reader can make: its question, the answers after, if it flips.

    What is simply so, such as who the audience is, cannot be made otherwise; nor is leaving a
    question open, or answering an open one, a thing to try.
    """
    now = leading(BOOK, shown.answers)
    for outcome in shown.explained.outcomes:
        question, given = outcome.change.question, outcome.change.after
        known = None not in (outcome.change.before, given)
        if known and QUESTIONS[question].control != "given":
            after = changed(shown.answers, {question: given})
            yield question, after, leading(BOOK, after) != now


# What if


@pytest.mark.slow
@each_language
def test_a_what_if_leads_by_its_code_to_exactly_the_change_that_it_says(lang):
    for shown in views(lang):
        possible = {str(dict(after.values)): q for q, after, _ in singles(shown)}
        for one, after in tried(shown):
            assert str(dict(after.values)) in possible
            changes = difference(BOOK.questionnaire, shown.answers, after)
            question = possible[str(dict(after.values))]
            [change] = [c for c in changes if c.question == question]
            # A new main goal is dropped from the other goals, so that these may differ too.
            assert {c.question for c in changes} <= {question, "secondary_goals"}
            assert one.clause == change_clause(BOOK, (change,), lang)


@pytest.mark.slow
@each_language
def test_what_a_what_if_says_is_what_ranking_these_answers_gives(lang):
    w, said = words(lang), Counter()
    for shown in views(lang):
        now = leading(BOOK, shown.answers)
        for one, after in tried(shown):
            first = leading(BOOK, after)
            assert one.changes_first == (first != now)
            key = "what_if_flips" if first != now else "what_if_stays"
            key += "_shared" if len(first) > 1 else ""
            sentence = w(key, first=names_of(first, lang))
            assert one.outcome == sentence[0].upper() + sentence[1:]
            said[key] += 1
    assert {"what_if_flips", "what_if_flips_shared", "what_if_stays"} <= {*said}


@pytest.mark.slow
def test_at_most_three_are_offered_one_a_question_and_never_what_is_simply_so():
    for shown in views("en"):
        asked = []
        for _, after in tried(shown):
            differing = difference(BOOK.questionnaire, shown.answers, after)
            asked.append(differing[0].question)
        assert len(asked) == len(set(asked)) <= 3
        assert all(QUESTIONS[question].control != "given" for question in asked)


@pytest.mark.slow
def test_what_flips_stands_first_and_what_does_not_is_shown_too():
    counts = Counter()
    for shown in views("en"):
        flips = [one.changes_first for one in shown.what_ifs]
        assert flips == sorted(flips, reverse=True)
        assert sum(flips) <= 2
        able = {question for question, _, flips_ in singles(shown) if flips_}
        assert sum(flips) == min(len(able), 2)
        used = {
            difference(BOOK.questionnaire, shown.answers, after)[0].question
            for one, after in tried(shown)
            if one.changes_first
        }
        staying = {q for q, _, flips_ in singles(shown) if not flips_} - used
        assert (not all(flips)) == bool(staying) or not flips
        assert len(flips) == min(3, sum(flips) + len(staying))
        counts[sum(flips)] += 1
    assert {0, 1, 2} <= {*counts}


@pytest.mark.slow
def test_what_the_team_can_change_is_tried_before_what_it_wants():
    for shown in views("en"):
        controls = [
            (
                not one.changes_first,
                QUESTIONS[difference(BOOK.questionnaire, shown.answers, a)[0].question].control,
            )
            for one, a in tried(shown)
        ]
        effort = [(stays, {"team": 0, "goal": 1}[control]) for stays, control in controls]
        assert effort == sorted(effort)


# What would change this


@pytest.mark.slow
@each_language
def test_each_change_that_is_offered_does_what_its_sentence_says(lang):
    w, kinds = words(lang), Counter()
    for shown in views(lang):
        now = leading(BOOK, shown.answers)
        for card in shown.cards:
            type_, name = card.entry.type, BOOK.types[card.entry.type].in_sentence[lang]
            alternatives = shown.explained.changes[type_]
            leads = now == {type_}
            if not alternatives:
                sentence = w("no_change_leads" if leads else "no_change", type=name)
                assert card.changes == (sentence[0].upper() + sentence[1:],)
                kinds["none"] += 1
                continue
            said = {sentence_of(shown, one, lang): one for one in alternatives}
            assert len(said) == len(alternatives), "two changes are said alike"
            for sentence in card.changes:
                first = leading(BOOK, after(shown, said[sentence]))
                assert (first == {type_}) != leads
                kinds[len(said[sentence]), leads] += 1
    assert {"none", (1, True), (1, False), (2, True), (2, False)} <= {*kinds}


def sentence_of(shown: View, alternative: Alternative, lang: str) -> str:
    """“If …, a blog takes first place.”, from ranking the answers after the change."""
    w, first = words(lang), leading(BOOK, after(shown, alternative))
    key = "outcome_takes" if len(first) == 1 else "outcome_share"
    # Types that share a rank stand in the ranking's order, which is that of their ids.
    names = [BOOK.types[type_].in_sentence[lang] for type_ in sorted(first)]
    outcome = w(key, first=listed(names, lang))
    return w("change_line", change=change_clause(BOOK, alternative, lang), outcome=outcome)


def after(shown: View, alternative: Alternative) -> Answers:
    return changed(shown.answers, {change.question: change.after for change in alternative})


@pytest.mark.slow
def test_of_the_changes_what_the_reader_can_change_comes_first():
    order = {"team": 0, "goal": 1, "given": 2}
    for shown in views("en"):
        for card in shown.cards:
            alternatives = shown.explained.changes[card.entry.type]
            if len(alternatives) < 2:
                continue
            efforts = {
                sentence_of(shown, one, "en"): max(
                    order[QUESTIONS[c.question].control] for c in one
                )
                for one in alternatives
            }
            said = [efforts[sentence] for sentence in card.changes]
            assert said == sorted(efforts.values())[: len(said)]


@each_language
def test_a_change_that_nothing_can_make_says_so_for_the_first_and_for_the_others(lang):
    book = with_rules(BOOK, rule("a", effects={"blog": 20}))

    first, *others = view(book, read(BOOK.questionnaire, BASE), lang).cards

    # The rule fires for those who sell to consumers: that one answer takes the lead away.
    assert len(first.changes) == 3
    for card in others:
        name = BOOK.types[card.entry.type].in_sentence[lang]
        sentence = words(lang)("no_change", type=name)
        assert card.changes == (sentence[0].upper() + sentence[1:],)
