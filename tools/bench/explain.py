"""P3: everything that the result page needs, for random answers under the shipped rules."""

from statistics import median
from time import process_time

from recommender.engine.explain import explain
from recommender.engine.model import Answers
from recommender.engine.rulebook import Rulebook
from recommender.render.view import view
from tools.bench.measure import Progress
from tools.bench.rules import profiles
from tools.bench.table import Figure, at_most

MOST_MS = 50
LANGUAGES = ("id", "en")


def figures(book: Rulebook, quick: bool) -> list[Figure]:
    asked = profiles(book, 100 if quick else 1_000, seed=3)
    with Progress(f"explain: {len(asked):,} results", len(asked)) as progress:
        took = []
        for number, answers in enumerate(asked):
            took.append(_milliseconds(book, answers, LANGUAGES[number % 2]))
            progress.step()
    said = f"everything the result page needs, median of three, of {len(asked):,} random answers"
    return [
        at_most("P3", f"{said} the worst: ms", max(took), MOST_MS),
        Figure("", f"{said} the median: ms", median(took)),
    ]


def _milliseconds(book: Rulebook, answers: Answers, lang: str) -> float:
    times = []
    for _ in range(3):
        explain.cache_clear()
        begun = process_time()
        view(book, answers, lang)
        times.append(process_time() - begun)
    return median(times) * 1000
