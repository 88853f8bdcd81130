"""Rules and forms as bombs: whatever a file holds, only findings with words come out of it.

`RULES_EXAMPLES` is how many files are made up for each test; the long form goes on for minutes.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from recommender.agency import form_file
from recommender.agency.findings import FormFileError
from recommender.errors import RulebookError
from recommender.i18n import LANGUAGES
from recommender.rulebook import shipped
from recommender.rulebook.check import check
from recommender.rulebook.findings import Findings
from recommender.rulebook.load import FORMS, contents_of, data_of, folder_of
from recommender.rulebook.yaml_text import FREE_CONTAINERS, MOST_FOUND, parse

EXAMPLES = int(os.environ.get("RULES_EXAMPLES", "200"))
WHOLE = max(1, EXAMPLES // 10)
"""To check a whole folder takes a hundred times as long as to read a file."""

MARKS = (
    *(
        "{",
        "}",
        "[",
        "]",
        ":",
        ": ",
        "- ",
        "? ",
        ",",
        "#",
        "|",
        ">",
        "'",
        '"',
        "&a ",
        "*a",
        "!t ",
        "%",
    ),
    *("<<: ", "---", "...", "\n", "\n  ", "\t", "\x00", "\ufeff", "\u2028", "\\ud800", '"\\ud800"'),
    *("rules:", "id:", "when:", "unless:", "effects:", "reason: {en: a, id: b}", "source: [x]"),
    *("{option.__class__}", "{0}", "{option!r:>99}", "{", "}}", "%s", "{agency}", "9" * 5000),
    *(
        "name:",
        "slug: kopi",
        "context:",
        "brand:",
        "extends: ..",
        "1e400",
        ".nan",
        "é",
        "𐍈",
        "\u202e",
    ),
)
"""What means something to YAML, to the words of rules, or to Python."""


def quick(examples: int) -> settings:
    return settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


@cache
def rules_data() -> dict[str, object]:
    """The shipped rules, read once."""
    findings = Findings()
    return data_of(contents_of(shipped(), findings), findings)


@cache
def texts() -> tuple[str, ...]:
    """The shipped files of which others are made."""
    return tuple(one.read_text("utf-8") for one in sorted(shipped().glob("*.yaml")))


def scraps() -> SearchStrategy[str]:
    """A few marks and words beside each other."""
    words = st.one_of(st.sampled_from(MARKS), st.text(max_size=5))
    return st.lists(words, max_size=25).map("".join)


@st.composite
def spoiled(draw: Callable, text: str, most: int = 4_000) -> str:
    """A piece of a real file with some of it cut out, doubled, or written over."""
    start = draw(st.integers(0, max(0, len(text) - most)))
    piece = text[start : start + most] if len(text) > most and draw(st.booleans()) else text[:most]
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(piece)))
        end = min(len(piece), at + draw(st.integers(0, 30)))
        new = draw(st.one_of(st.sampled_from(MARKS), st.just(piece[at:end] * 2)))
        piece = piece[:at] + new + piece[end:]
    return piece


VALUES = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.just("{x}")
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.one_of(
                st.sampled_from(
                    ["id", "en", "when", "effects", "rules", "source", "reason", "kind", "label"]
                ),
                st.text(max_size=4),
            ),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=12,
)
WRITTEN = st.dictionaries(
    st.sampled_from(["rules", "name", "slug", "context", "brand", "consent", "asks", "hidden"]),
    VALUES,
    max_size=4,
).map(lambda value: yaml.safe_dump(value, allow_unicode=True))
FILES = st.one_of(
    scraps(),
    st.sampled_from(texts()).flatmap(spoiled),
    WRITTEN,
    st.binary(max_size=200),
)


def as_bytes(content: str | bytes) -> bytes:
    return content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")


def assert_in_words(findings: Findings | tuple) -> None:
    """Each finding says where and what, in both languages, with nothing that a terminal obeys."""
    for finding in findings.all() if isinstance(findings, Findings) else findings:
        assert finding.line >= 1
        for lang in LANGUAGES:
            text = finding.text(lang)
            assert text.isprintable(), text
            assert len(text) < 1_500, text


@pytest.mark.slow
def test_any_file_of_rules_is_read_or_refused_in_words() -> None:
    @quick(EXAMPLES)
    @given(FILES)
    def read(content: str | bytes) -> None:
        findings = Findings()
        data = parse("extra.yaml", as_bytes(content), findings)
        folder_of({"extra.yaml": data} if data is not None else {}, findings)
        assert_in_words(findings)

    read()


@pytest.mark.slow
def test_any_file_of_a_form_is_read_or_refused_in_words() -> None:
    @quick(EXAMPLES)
    @given(FILES)
    def read(content: str | bytes) -> None:
        with suppress(FormFileError):
            assert form_file.read("kopi.yaml", as_bytes(content)).settings.slug
            return
        with pytest.raises(FormFileError) as refused:
            form_file.read("kopi.yaml", as_bytes(content))
        assert refused.value.findings
        assert_in_words(refused.value.findings)

    read()


@pytest.mark.slow
def test_any_change_of_a_whole_folder_is_taken_or_refused_in_words() -> None:
    names = sorted({*FORMS} - {"tactics.yaml", "sources.yaml"})

    @quick(WHOLE)
    @given(st.data())
    def load(data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(names))
        text = (shipped() / name).read_text("utf-8")
        content = data.draw(spoiled(text, len(text)))
        findings = Findings()
        read = {one: was for one, was in rules_data().items() if "/" not in one and one in FORMS}
        folder = folder_of(read | {name: parse(name, as_bytes(content), findings)}, findings)
        try:
            check(folder, findings)
        except RulebookError as error:
            assert_in_words(error.findings)
        assert_in_words(findings)

    load()


@pytest.mark.slow
@pytest.mark.parametrize(
    "clause",
    ["{option.__class__}", "{option", "{0}", "{}", "{option!r}", "{option:>9}", "{option[0]} {x}"],
)
def test_the_words_of_rules_reach_nothing_of_the_program(rules_folder: Path, clause: str) -> None:
    path = rules_folder / "questionnaire.yaml"
    head, mark, rest = path.read_text("utf-8").partition("\n    clause:")
    assert mark
    path.write_text(head + mark + rest.replace("{option}", clause, 1), "utf-8")
    findings = Findings()
    content = path.read_bytes()

    folder = folder_of(rules_data() | {path.name: parse(path.name, content, findings)}, findings)
    check(folder, findings)

    assert path.name in {one.file for one in findings.all()}
    assert_in_words(findings)


@pytest.mark.parametrize("content", [b"a: x\n[b]: x\n", b"a: x\n{b: c}: x\n[d]: y\n"])
def test_a_key_that_is_no_text_is_refused_at_its_line(content: bytes) -> None:
    findings = Findings()

    folder_of({"extra.yaml": parse("extra.yaml", content, findings)}, findings)
    with pytest.raises(FormFileError) as refused:
        form_file.read("kopi.yaml", content)

    for found in (findings.all(), refused.value.findings):
        assert "must be plain text" in " ".join(one.text("en") for one in found if one.line == 2)


@pytest.mark.parametrize("content", [b"- - - x\n", b"- a: x\n", b"- {}\n", b"- []\n"])
def test_a_file_of_hardly_anything_but_lists_is_not_read_to_its_end(content: bytes) -> None:
    findings, times = Findings(), 2 * FREE_CONTAINERS

    assert parse("extra.yaml", content * times, findings) is None

    [found] = findings.all()
    assert "lists and mappings" in found.text("en")
    assert found.line < times


def test_of_a_file_that_is_wrong_throughout_only_so_much_is_told() -> None:
    findings = Findings()

    assert parse("extra.yaml", b"a: x\n" * 20 * MOST_FOUND, findings) is None
    assert len(findings) == MOST_FOUND + 1
