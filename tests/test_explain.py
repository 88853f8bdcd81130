"""What `explain` says holds: every change is tried again here by reading and ranking anew."""

import random
from dataclasses import replace
from itertools import combinations

import pytest

from recommender.engine.answers import read
from recommender.engine.explain import explain
from recommender.engine.model import Rule
from recommender.engine.moves import allowed_values
from recommender.engine.scoring import recommend
from recommender.render.document import answers_object


def raw_values(question, value):
    """Values one change away, written straight from the contract and not yet read."""
    if not question.many:
        return [o for o in (*question.options, None) if o != value]
    now = set(value or ())
    out = [now - {gone} for gone in now]
    free = set(question.options) - now
    if len(now) < question.most:
        out += [now | {more} for more in free]
    else:
        out += [(now - {gone}) | {more} for gone in now for more in free]
    lists = [[o for o in question.options if o in chosen] for chosen in out]
    if question.none and value is None:
        lists.append([])
    if question.none and value == []:
        lists.append(None)
    return lists


class Brute:
    """Reads and ranks every change from scratch."""

    def __init__(self, rulebook, answers):
        self.book, self.given = rulebook, answers_object(answers)
        self.first = self.holders(self.given)

    def read(self, changed):
        given = {**self.given, **changed}
        missing = [
            q.id
            for q in self.book.questionnaire.questions.values()
            if q.required and not given.get(q.id)
        ]
        return None if missing else answers_object(read(self.book.questionnaire, given))

    def holders(self, given, rank=1):
        made = recommend(self.book, read(self.book.questionnaire, given))
        return {entry.type for entry in made.ranking if entry.rank == rank}

    def singles(self):
        found = {}
        for question in self.book.questionnaire.questions.values():
            for value in raw_values(question, self.given.get(question.id)):
                after = self.read({question.id: value})
                if after is not None and after != self.given:
                    found[str(after)] = (question.id, after)
        return list(found.values())

    def pairs(self):
        singles = {str(after) for _, after in self.singles()} | {str(self.given)}
        found = {}
        for one, two in combinations(self.book.questionnaire.questions.values(), 2):
            for first in raw_values(one, self.given.get(one.id)):
                for second in raw_values(two, self.given.get(two.id)):
                    after = self.read({one.id: first, two.id: second})
                    if after is not None and str(after) not in singles:
                        found[str(after)] = ((one.id, two.id), after)
        return list(found.values())


def random_answers(rulebook, rng, share=0.6):
    given = {}
    for question in rulebook.questionnaire.questions.values():
        if question.required or rng.random() < share:
            value = rng.choice(list(allowed_values(question)))
            given[question.id] = value if isinstance(value, str) else list(value)
    return read(rulebook.questionnaire, given)


def after(brute, alternative):
    changed = {
        c.question: list(c.after) if isinstance(c.after, tuple) else c.after for c in alternative
    }
    return brute.read(changed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_confidence_counts_every_single_change(rulebook, seed):
    answers = random_answers(rulebook, random.Random(seed))
    brute = Brute(rulebook, answers)

    said = explain(rulebook, answers).confidence

    outcomes = [brute.holders(given) for _, given in brute.singles()]
    assert said.tried == len(outcomes)
    assert said.kept == sum(first == brute.first for first in outcomes)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_single_changes_are_all_those_that_work_and_no_others(rulebook, seed):
    answers = random_answers(rulebook, random.Random(100 + seed))
    brute = Brute(rulebook, answers)

    said = explain(rulebook, answers).changes

    for type_ in rulebook.types:
        alone = brute.first == {type_}
        working = {
            str(given) for _, given in brute.singles() if (brute.holders(given) == {type_}) != alone
        }
        offered = said[type_]
        if working:
            assert {str(after(brute, alternative)) for alternative in offered} == working
            assert {len(alternative) for alternative in offered} == {1}
        else:
            assert all(len(alternative) == 2 for alternative in offered)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_pairs_are_offered_exactly_where_no_single_change_suffices(rulebook, seed):
    answers = random_answers(rulebook, random.Random(200 + seed), share=0.3)
    brute = Brute(rulebook, answers)
    said = explain(rulebook, answers).changes
    pairs = [(given, brute.holders(given)) for _, given in brute.pairs()]

    for type_ in rulebook.types:
        alone = brute.first == {type_}
        if any(len(alternative) == 1 for alternative in said[type_]):
            continue
        working = {str(given) for given, first in pairs if (first == {type_}) != alone}
        assert {str(after(brute, alternative)) for alternative in said[type_]} == working
        assert len(said[type_]) == len(working)


@pytest.mark.slow
def test_pairs_are_found_exactly_under_rules_that_exclude_take_points_and_read_two_questions(
    rulebook, rng
):
    """Few questions with few options, so that many rulebooks can be tried."""
    asked = rulebook.questionnaire.questions
    few = {
        id_: replace(asked[id_], options=dict(list(asked[id_].options.items())[:3]))
        for id_ in ("primary_goal", "secondary_goals", "pace", "horizon")
    }
    small = replace(rulebook, questionnaire=replace(rulebook.questionnaire, questions=few))
    tried = 0
    for number in range(60):
        book = replace(small, rules=made_up_rules(small, rng), digest=f"made up {number}")
        answers = random_answers(book, rng, share=0.3)
        brute = Brute(book, answers)
        said = explain(book, answers).changes
        pairs = [(given, brute.holders(given)) for _, given in brute.pairs()]
        for type_ in book.types:
            if not any(len(change) == 1 for change in said[type_]):
                alone = brute.first == {type_}
                working = {str(given) for given, first in pairs if (first == {type_}) != alone}
                found = {str(after(brute, change)) for change in said[type_]}
                assert found == working, (number, type_)
                tried += bool(working)
    assert tried > 40


def made_up_rules(rulebook, rng):
    """Few, so that types are often level, and every fourth excludes."""
    reason = {"en": "Because.", "id": "Karena."}
    questions, types = list(rulebook.questionnaire.questions.values()), list(rulebook.types)
    rules = {}
    for number in range(12):
        when = tuple(
            (question.id, frozenset(rng.sample(list(question.options), 2)))
            for question in rng.sample(questions, rng.choice((1, 2, 2)))
        )
        effects = {type_: rng.choice((-2, -1, 1, 2)) for type_ in rng.sample(types, 2)}
        does = {"effects": effects} if number % 4 else {"exclude": rng.sample(types, 1)}
        rules[str(number)] = Rule(str(number), "fit", when, (), reason, ("s",), **does)
    return rules


@pytest.mark.parametrize("seed", range(8))
def test_ranges_and_next_questions_try_every_answer_to_one_open_question(rulebook, seed):
    answers = random_answers(rulebook, random.Random(300 + seed))
    brute = Brute(rulebook, answers)
    said = explain(rulebook, answers)
    base = recommend(rulebook, answers)
    points = {entry.type: {entry.points} for entry in base.ranking}
    now = [brute.holders(brute.given, rank) for rank in (1, 2)]
    useful = set()

    for question in rulebook.questionnaire.questions.values():
        if answers.get(question.id) is not None:
            continue
        for value in allowed_values(question):
            given = {**brute.given, question.id: value if isinstance(value, str) else list(value)}
            made = recommend(rulebook, read(rulebook.questionnaire, given))
            for entry in made.ranking:
                points[entry.type].add(entry.points)
            holders = [{e.type for e in made.ranking if e.rank == rank} for rank in (1, 2)]
            if holders != now:
                useful.add(question.id)

    assert said.ranges == {type_: (min(found), max(found)) for type_, found in points.items()}
    assert set(said.next_questions) == useful


@pytest.mark.slow
def test_the_label_follows_margin_open_questions_and_kept_changes(rulebook):
    rng = random.Random(5)
    seen = set()
    for _ in range(100):
        answers = random_answers(rulebook, rng)
        said = explain(rulebook, answers).confidence
        seen.add(said.label)
        if said.label == "tie":
            assert said.margin < rulebook.scale.tie
        elif said.label == "clear":
            assert said.margin >= rulebook.scale.clear
            assert 10 * said.kept >= 9 * said.tried
        else:
            assert said.margin >= rulebook.scale.tie
    assert seen == {"clear", "narrow", "tie", "early"}


def test_a_pair_after_which_the_first_type_is_only_level_is_found(rulebook):
    reason = {"en": "Because.", "id": "Karena."}

    def gives(points, **when):
        conditions = tuple((question, frozenset({option})) for question, option in when.items())
        return Rule(str(when), "fit", conditions, (), reason, ("s",), effects=points)

    rules = (
        gives({"microblog": 6}),
        gives({"blog": 3}, pace="monthly"),
        gives({"blog": 3}, horizon="long_term"),
    )
    book = replace(rulebook, rules={rule.id: rule for rule in rules}, digest="level")
    answers = random_answers(book, random.Random(1), share=0)

    changes = explain(book, answers).changes["microblog"]

    levelling = {("pace", "monthly"), ("horizon", "long_term")}
    assert levelling in [{(c.question, c.after) for c in alternative} for alternative in changes]


@pytest.mark.slow
def test_a_pair_that_together_excludes_the_first_type_is_found(rulebook):
    """A gate of two questions gives no points, and neither answer closes it alone."""
    reason = {"en": "Because.", "id": "Karena."}
    public = (("organisation", frozenset({"public_institution"})),)
    quiet = (("pace", frozenset({"monthly"})), ("horizon", frozenset({"long_term"})))
    rules = (
        Rule("fits", "fit", public, (), reason, ("s",), effects={"microblog": 8, "blog": 2}),
        Rule("gate", "gate", quiet, (), reason, ("s",), exclude=("microblog",)),
    )
    book = replace(rulebook, rules={rule.id: rule for rule in rules})
    answers = read(
        book.questionnaire,
        {
            "primary_goal": "credibility",
            "organisation": "public_institution",
            "audience_activity": ["follows_updates"],
            "content_strengths": ["short_updates"],
        },
    )
    brute = Brute(book, answers)

    said = explain(book, answers).changes["blog"]

    working = {str(given) for _, given in brute.pairs() if brute.holders(given) == {"blog"}}
    assert {str(after(brute, alternative)) for alternative in said} == working
    assert len(working) == 1
