"""Markdown and HTML say what a report says, whatever marks its texts hold."""

import re
from collections.abc import Iterator

import pytest
from reports import HOSTILE, KINDS, Kind, cases, inline, parsed, saying
from results import BASE
from selectolax.lexbor import LexborHTMLParser

from recommender.engine.answers import read
from recommender.render.blocks import Bars, Lines, Paragraph, Part
from recommender.render.html import html
from recommender.render.markdown import escape, markdown
from recommender.render.report import report

each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: "-".join(kind))

# Markdown


@each_kind
def test_markdown_is_read_back_as_the_blocks_it_was_made_of(rulebook, kind):
    answers = cases()["example"]
    made = report(rulebook, answers, *kind)

    lines = inline(markdown(rulebook, answers, *kind))

    said = "\n".join(lines)
    for block in (*made.opening, *(b for section in made.sections for b in section.blocks)):
        for one in words_of(block):
            assert one in said
    assert lines[-1] == ". ".join(made.origin)


def words_of(block: object) -> Iterator[str]:
    if isinstance(block, Paragraph):
        yield block.words
    elif isinstance(block, Part):
        yield block.title
        for one in block.blocks:
            yield from words_of(one)
    elif isinstance(block, Lines):
        yield from (line.words for line in block.lines)
    elif isinstance(block, Bars):
        yield from (bar.name for bar in block.bars)


@each_kind
def test_nothing_in_a_rulebook_becomes_a_mark(rulebook, kind):
    book = saying(rulebook, HOSTILE)
    answers = read(book.questionnaire, BASE)

    text = markdown(book, answers, *kind)

    tokens = parsed(text)
    assert {token.type for token in tokens} & {"html_block", "html_inline", "image", "em_open"} == (
        set()
    )
    links = [str(t.attrs["href"]) for t in tokens if t.type == "link_open"]
    assert {*links} <= {source.url for source in book.sources.values()}
    assert any(HOSTILE in line for line in inline(text))
    assert not re.search(r"(?<!<)https?://evil", text)  # some readers make links of bare addresses
    assert "www.evil" not in text


@pytest.mark.parametrize(
    "start",
    ["# a", "- a", "+ a", "* a", "1. a", "12) a", "> a", "=== a", "---", "~~~ a", "``` a",
     "    a", "\ta", "a  \n b", "a\n\n# b", "[a]: b", "<!-- a", "&lt; a", "a\\", "| a |", "***"],
)  # fmt: skip
def test_no_start_of_a_text_becomes_a_block(start):
    for line in (f"- {escape(start)}", escape(start), f"- **{escape('a.')}** {escape(start)}"):
        text = inline(f"{line}\n")

        assert text[-1].removeprefix("a. ") == " ".join(start.split())
        assert [token.type for token in parsed(f"{line}\n")].count("inline") == 1


# HTML


@each_kind
def test_html_is_one_whole_file_in_its_language_that_loads_nothing(rulebook, kind):
    answers = cases()["example"]
    made = report(rulebook, answers, *kind)

    text = html(rulebook, answers, *kind)

    tree = LexborHTMLParser(text)
    assert tree.css_first("html").attributes["lang"] == kind.lang
    assert tree.css_first("title").text() == made.title
    assert [node.text() for node in tree.css("h1")] == [made.headline]
    assert [node.text() for node in tree.css("h2")] == [section.title for section in made.sections]
    assert not tree.css("script, link, img, iframe, object, [style], [src], [href]")
    assert "http" not in text
    assert "url(" not in text
    read_ = " ".join(tree.css_first("body").text(separator=" ").split())
    for block in (b for section in made.sections for b in section.blocks):
        for one in words_of(block):
            assert one in read_
    assert ". ".join(made.origin) in read_


@each_kind
def test_html_shows_marks_of_a_rulebook_as_text(rulebook, kind):
    book = saying(rulebook, HOSTILE)

    tree = LexborHTMLParser(html(book, read(book.questionnaire, BASE), *kind))

    assert not tree.css("script")
    assert HOSTILE in tree.css_first("body").text()


def test_kinds_are_two_readers_in_two_languages():
    assert len({*KINDS}) == 4
    assert Kind("id", "client") in KINDS
