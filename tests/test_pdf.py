"""PDF reports, read back: pages, languages, tags, titles, and texts that stay texts."""

import io
import random
import sys
from functools import cache

import pytest
import typst
from profiles import MANY, random_answers, shipped_rulebook
from pypdf import PdfReader
from reports import HOSTILE, KINDS, Kind, cases, flat, saying
from results import BASE, rule, with_rules

from recommender.engine.answers import read
from recommender.engine.model import Answers
from recommender.errors import FormatError
from recommender.i18n import LANGUAGES, words
from recommender.render import pdf as making
from recommender.render.pdf import pdf
from recommender.render.report import report

each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: "-".join(kind))
ENOUGH_PAGES = 8


def opened(content: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(content))


@cache
def example(kind: Kind) -> bytes:
    """The report of the example, made once, as a second takes a moment."""
    return pdf(shipped_rulebook(), cases()["example"], *kind)


def text_of(reader: PdfReader) -> str:
    return flat("".join(page.extract_text() for page in reader.pages))


def structure(node) -> set[str]:
    """The kinds of elements in a structure tree."""
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        return {kind for one in node for kind in structure(one)}
    if not isinstance(node, dict):
        return set()
    found = {str(node["/S"])} if "/S" in node else set()
    return found | (structure(node["/K"]) if "/K" in node else set())


@pytest.mark.slow
@each_kind
def test_code_and_rules_version_and_page_number_stand_on_every_page(rulebook, kind):
    made = report(rulebook, cases()["example"], *kind)

    reader = opened(example(kind))

    assert flat(made.headline) in text_of(reader)
    for n, page in enumerate(reader.pages, 1):
        text = flat(page.extract_text())
        for origin in made.origin:
            assert flat(origin) in text
        assert flat(made.page.format(n=n, total=len(reader.pages))) in text
        assert (round(page.mediabox.width), round(page.mediabox.height)) == (595, 842)


@pytest.mark.slow
@each_kind
def test_a_pdf_is_tagged_titled_and_in_its_language(rulebook, kind):
    reader = opened(example(kind))

    root = reader.root_object
    assert root["/Lang"] == kind.lang
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title == report(rulebook, cases()["example"], *kind).title
    assert reader.xmp_metadata.rdf_root.toxml().count("pdfuaid:part") >= 1
    assert structure(root["/StructTreeRoot"]) >= {"/H1", "/H2", "/Table", "/Figure", "/L", "/P"}


@each_kind
def test_each_bar_is_told_in_words(rulebook, kind):
    answers = cases()["example"]
    tree = opened(example(kind)).root_object["/StructTreeRoot"]

    told = list(alternatives(tree))

    bars = [b for block in report(rulebook, answers, *kind).opening if hasattr(block, "bars")
            for b in block.bars]  # fmt: skip
    assert told == [bar.alt for bar in bars]
    assert len(told) == 6


def alternatives(node):
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        for one in node:
            yield from alternatives(one)
    elif isinstance(node, dict):
        if "/Alt" in node:
            yield str(node["/Alt"])
        yield from alternatives(node.get("/K", []))


def by_turns(lang: str, turns: int) -> list[Answers]:
    """Every so manyth real case, other ones in each language; all of them in the long form."""
    step = turns if MANY < 1000 else 1
    return list(cases().values())[LANGUAGES.index(lang) % step :: step]


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_client_gets_one_page_whatever_was_answered(rulebook, lang):
    rng = random.Random(3)
    drawn = (random_answers(rulebook, rng) for _ in range(MANY // 10))
    several = [*by_turns(lang, 2), *drawn]

    pages = [len(opened(pdf(rulebook, answers, lang, "client")).pages) for answers in several]

    assert {*pages} == {1}


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_strategist_gets_a_few_pages(rulebook, lang):
    several = by_turns(lang, 6)

    pages = [len(opened(pdf(rulebook, answers, lang, "strategist")).pages) for answers in several]

    print(f"strategist {lang}: {min(pages)} to {max(pages)} pages")
    assert max(pages) <= ENOUGH_PAGES


@pytest.mark.slow
@each_kind
def test_where_every_type_is_ruled_out_there_is_a_pdf_as_well(rulebook, kind):
    book = with_rules(rulebook, rule("a", exclude=tuple(rulebook.types)))

    text = text_of(opened(pdf(book, read(book.questionnaire, BASE), *kind)))

    assert flat(words(kind.lang)("headline_none")) in text


@each_kind
def test_the_same_answers_make_the_same_bytes(rulebook, kind):
    assert pdf(rulebook, cases()["example"], *kind) == example(kind)


@pytest.mark.slow
@each_kind
def test_texts_of_a_rulebook_never_become_markup(rulebook, kind):
    book = saying(rulebook, HOSTILE)

    reader = opened(pdf(book, read(book.questionnaire, BASE), *kind))

    assert flat(HOSTILE) in text_of(reader)
    assert "root:" not in text_of(reader)
    known = {source.url for source in book.sources.values()}
    links = {str(note.get_object()["/A"]["/URI"]) for page in reader.pages
             for note in page.get("/Annots", [])}  # fmt: skip
    assert links <= known


@pytest.mark.parametrize("path", ["/etc/passwd", "../../../../../../../../etc/passwd"])
def test_a_template_can_read_nothing_outside_its_folder(rulebook, tmp_path, monkeypatch, path):
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "report.typ").write_text(f'#read("{path}")')
    monkeypatch.setattr(making, "folder", lambda name: tmp_path)

    with pytest.raises(typst.TypstError):
        pdf(rulebook, cases()["example"], "en", "client")


def test_without_typst_it_is_said_what_to_install(rulebook, monkeypatch):
    monkeypatch.setitem(sys.modules, "typst", None)

    with pytest.raises(FormatError) as caught:
        pdf(rulebook, cases()["example"], "en", "client")

    assert {*caught.value.message} == {*LANGUAGES}
    assert all("pip install 'recommender[pdf]'" in said for said in caught.value.message.values())
