"""Results to look at: the published cases and random answers, and the words of a language."""

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

import yaml
from profiles import random_answers, shipped_rulebook

from recommender import resources
from recommender.engine.answers import read
from recommender.engine.model import Answers, Value
from recommender.engine.rulebook import Rulebook
from recommender.engine.scoring import recommend
from recommender.resources import translations
from recommender.rulebook.cases import read_cases

CASES = resources.cases()
BOOK = shipped_rulebook()
QUESTIONS = BOOK.questionnaire.questions
ASKED = tuple(question for step in BOOK.questionnaire.steps for question in step.questions)
"""The questions that a step asks; the market is none of them."""


@cache
def case_answers() -> tuple[Answers, ...]:
    """The answers of the published cases."""
    return tuple(case.answers for case in read_cases(BOOK, CASES.name, CASES.read_bytes()))


@cache
def random_profiles(most: int = 1000) -> tuple[Answers, ...]:
    """Random valid answers; the first of them are the same however many are wanted."""
    rng = random.Random(90)
    return tuple(random_answers(BOOK, rng) for _ in range(most))


def changed(answers: Answers, given: Mapping[str, Value | None]) -> Answers:
    """The answers after changes, read anew from the plain object that a program would send."""
    values = {**answers.values, **given}
    raw = {q: list(v) if isinstance(v, tuple) else v for q, v in values.items()}
    return read(BOOK.questionnaire, raw)


def leading(rulebook: Rulebook, answers: Answers) -> set[str]:
    """The types that share rank 1."""
    return {entry.type for entry in recommend(rulebook, answers).ranking if entry.rank == 1}


def first_two(rulebook: Rulebook, answers: Answers) -> list[set[str]]:
    """The types at rank 1, and those at rank 2."""
    ranking = recommend(rulebook, answers).ranking
    return [{entry.type for entry in ranking if entry.rank == rank} for rank in (1, 2)]


def margin(rulebook: Rulebook, answers: Answers) -> int:
    """The points between the first and the second type that are not excluded."""
    points = [e.points for e in recommend(rulebook, answers).ranking if not e.excluded]
    return points[0] - points[1] if len(points) > 1 else 0


def listed(items: list[str], lang: str) -> str:
    """Items as a sentence lists them, written out once more."""
    joined = ", ".join(items[:-1])
    if not joined:
        return items[0]
    comma = "," if lang == "id" and len(items) > 2 else ""
    return f"{joined}{comma} {'dan' if lang == 'id' else 'and'} {items[-1]}"


def texts(value: Any) -> Iterator[Mapping[str, str]]:
    """Every text in both languages that a value holds, however deep."""
    if isinstance(value, Mapping):
        if set(value) == {"en", "id"}:
            yield value
        else:
            yield from chain.from_iterable(map(texts, value.values()))
    elif is_dataclass(value):
        yield from chain.from_iterable(texts(getattr(value, f.name)) for f in fields(value))
    elif isinstance(value, list | tuple):
        yield from chain.from_iterable(map(texts, value))


def words_of(text: str) -> set[str]:
    """The words of a text in small letters, without numbers."""
    return set(re.findall(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*", text.lower()))


@cache
def vocabulary(lang: str) -> frozenset[str]:
    """Every word that rulebook and interface have in a language, and the names of platforms.

    Titles of sources are left out, since they are in the language of the source.
    """
    said = [text[lang] for text in texts(replace(BOOK, sources={}))]
    sentences = yaml.load("\n".join(map(Path.read_text, translations())), Loader=yaml.CBaseLoader)
    said += [re.sub(r"\{\w*\}", " ", sentence[lang]) for sentence in sentences.values()]
    said += [one.name for one in (*BOOK.platforms.values(), *BOOK.companions.values())]
    said += [name for type_ in BOOK.types.values() for name in type_.best_known]
    return frozenset(chain.from_iterable(map(words_of, said)))


def foreign(text: str, lang: str) -> set[str]:
    """The words of a text that its language does not have."""
    return words_of(text) - vocabulary(lang)
