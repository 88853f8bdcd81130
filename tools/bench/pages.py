"""What each page weighs and costs; the limits on weights are kept by the tests."""

import gzip

from recommender.engine import code
from recommender.engine.model import Answers
from recommender.engine.rulebook import Rulebook
from recommender.web.app import create_app
from tools.bench.measure import repeated, rounds
from tools.bench.table import Figure


def figures(book: Rulebook, quick: bool) -> list[Figure]:
    client = create_app(book).test_client()
    addresses = _addresses(book)
    weights = {at: len(gzip.compress(client.get(at).data)) for at in addresses}
    contestants = {at: repeated(client.get, [at]) for at in addresses}
    samples = rounds("pages", contestants, 3 if quick else 9)
    return [
        Figure(
            "", f"{at}: ms of CPU ({weights[at] / 1024:.1f} KiB zipped)", 1000 * samples.median(at)
        )
        for at in addresses
    ]


def _addresses(book: Rulebook) -> list[str]:
    written = code.encode(book.layouts, Answers(book.example.answers))
    pages = [f"/{number}" for number in range(1, 1 + len(book.questionnaire.pages))]
    result = [f"/r/{written}{rest}" for rest in ("", "?part=outcome", "/sheet", ".json", ".md")]
    others = ["/guide", f"/types/{next(iter(book.types))}", f"/compare?a={written}", "/refine"]
    return [*pages, *result, *others[:-1], f"/refine?a={written}"]
