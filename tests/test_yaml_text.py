"""YAML as text: what is read, and what is refused before anything is built."""

from time import process_time

import pytest

from recommender.rulebook.findings import Findings
from recommender.rulebook.yaml_text import MOST_BYTES, MOST_LEVELS, line_of, parse


def parsed(text: str | bytes):
    """What a file without faults holds."""
    findings = Findings()
    value = parse("f.yaml", text.encode() if isinstance(text, str) else text, findings)
    assert findings.all() == ()
    return value


def refused(text: str | bytes) -> list[tuple[int, str]]:
    """The line and words of everything wrong with a file."""
    findings = Findings()
    parse("f.yaml", text.encode() if isinstance(text, str) else text, findings)
    assert all(f.file == "f.yaml" and set(f.message) == {"en", "id"} for f in findings.all())
    return [(finding.line, finding.message["en"]) for finding in findings.all()]


@pytest.mark.parametrize(
    "scalar",
    [
        "18_24",
        "0x1F",
        "1.10",
        "1e400",
        ".nan",
        "yes",
        "no",
        "on",
        "off",
        "true",
        "null",
        "~",
        "2024-01-02",
        "1:11:11",
        "012",
        "=",
    ],
)
def test_every_scalar_is_text(scalar):
    assert parsed(f"a: {scalar}\nb: [{scalar}]\n") == {"a": scalar, "b": [scalar]}


def test_a_value_left_empty_is_empty_text():
    assert parsed("a:\nb: ''\n") == {"a": "", "b": ""}


def test_a_byte_order_mark_and_windows_line_ends_are_taken():
    assert parsed("\ufeffa: x\r\nb:\r\n  - y\r\n".encode()) == {"a": "x", "b": ["y"]}


def test_values_know_their_lines():
    data = parsed("# a comment\na: x\nb:\n  - c: y\n    d: z\n  - e: w\n")

    assert line_of(data, ["a"]) == 2
    assert line_of(data, ["b"]) == 3
    assert line_of(data, ["b", 0, "d"]) == 5
    assert line_of(data, ["b", 1]) == 6


def test_the_line_of_what_is_missing_is_that_of_what_it_is_missing_from():
    data = parsed("a:\n  - b: x\n  - c:\n      d: y\n")

    assert line_of(data, ["a", 1, "c", "nothing", 3]) == 3
    assert line_of(data, ["a", 9]) == 1


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("a: &x y\n", [(1, "anchors, aliases")], id="an anchor"),
        pytest.param(
            "a: &x y\nb: *x\n", [(1, "anchors, aliases"), (2, "anchors, aliases")], id="an alias"
        ),
        pytest.param("a: x\nb:\n  <<: {c: d}\n", [(3, "anchors, aliases")], id="a merge key"),
        pytest.param(
            "&a [*a]\n", [(1, "anchors, aliases")], id="an alias of the list that it stands in"
        ),
        pytest.param("a: x\nb: !!binary aGk=\n", [(2, "YAML tags are not")], id="a tag"),
        pytest.param(
            "a: !!python/object/apply:os.system [ls]\n",
            [(1, "remove “tag:yaml.org,2002:python/object/apply:os.system”")],
            id="a tag that runs something",
        ),
        pytest.param("a: ! x\n", [(1, "YAML tags are not allowed; remove “!”")], id="a bare tag"),
        pytest.param("a: x\nb: y\na: z\n", [(3, "the key “a” is given twice")], id="a key twice"),
        pytest.param(
            "a:\n  b: {}\n  c: x\n  b: y\n", [(4, "the key “b” is given twice")], id="deeper down"
        ),
        pytest.param("{a: x, 'a': y}\n", [(1, "the key “a” is given twice")], id="quoted"),
        pytest.param("? [a, b]\n: c\n", [(1, "a key must be plain text")], id="a list as a key"),
        pytest.param("a: x\n---\nb: y\n", [(2, "a second document")], id="a second document"),
        pytest.param("a: x\n...\n---\nb: y\n", [(3, "a second document")], id="after an end"),
        pytest.param("", [(1, "the file is empty")], id="nothing"),
        pytest.param("# only a comment\n", [(1, "the file is empty")], id="only a comment"),
        pytest.param("---\n", [(1, "the file is empty")], id="an empty document"),
        pytest.param("a:\n\tb: c\n", [(2, "this is not valid YAML")], id="a tab"),
        pytest.param("a: b: c\n", [(1, "this is not valid YAML")], id="a colon in a text"),
        pytest.param("a: x\nb: [c\n", [(3, "this is not valid YAML")], id="an open bracket"),
        pytest.param("a: x\nb: 'c\n", [(3, "this is not valid YAML")], id="an open quote"),
        pytest.param("a: \x00\n", [(1, "this is not valid YAML")], id="NUL"),
        pytest.param("a: x\nb: *nope\n", [(2, "anchors, aliases")], id="an alias of nothing"),
        pytest.param(b"a: x\nb: caf\xe9\n", [(2, "the file is not UTF-8")], id="Latin-1"),
        pytest.param("a: x".encode("utf-16"), [(1, "the file is not UTF-8")], id="UTF-16"),
        pytest.param(b"a: \xed\xa0\x80\n", [(1, "the file is not UTF-8")], id="half a letter"),
    ],
)
def test_what_no_rules_file_needs_is_refused_with_its_line(text, found):
    said = refused(text)

    assert [line for line, _ in said] == [line for line, _ in found]
    for (_, words), (_, part) in zip(said, found, strict=True):
        assert part in words


def test_an_entry_whose_key_is_no_text_is_told_of_once_and_left_out():
    findings = Findings()
    assert parse("f.yaml", b"? [a, b]\n: {c: d}\ne: f\n", findings) == {"e": "f"}
    assert len(findings) == 1


def test_half_a_letter_written_as_an_escape_is_refused():
    [(line, words)] = refused('a: "\\ud800"\n')

    assert line == 1
    assert "not UTF-8" in words or "not valid YAML" in words


def test_all_that_is_wrong_in_one_file_is_told_at_once():
    said = refused("a: x\na: y\nb: !t z\nc: &d e\nf: *d\n")

    assert [line for line, _ in said] == [2, 3, 4, 5]


def test_nesting_is_allowed_to_a_depth_and_no_further():
    parsed("[" * MOST_LEVELS + "]" * MOST_LEVELS)

    [(_, words)] = refused("a: x\nb: " + "[" * MOST_LEVELS + "]" * MOST_LEVELS)
    assert f"nested deeper than {MOST_LEVELS} levels" in words


def test_deep_nesting_is_told_with_its_line():
    lines = ["  " * depth + f"k{depth}:" for depth in range(30)]

    [(line, _)] = refused("\n".join(lines) + " x\n")

    assert line in (MOST_LEVELS, MOST_LEVELS + 1)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[" * 100_000, id="brackets"),
        pytest.param("{a: " * 100_000, id="braces"),
        pytest.param("- " * 100_000, id="dashes"),
        pytest.param("? " * 100_000, id="question marks"),
        pytest.param(
            "a0: &a0 {k: 1}\n"
            + "".join(f"a{n}: &a{n}\n  <<: [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 60)),
            id="merge keys that double",
        ),
        pytest.param(
            "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{f'*a{n - 1},' * 9}]\n" for n in range(1, 60)),
            id="aliases that multiply",
        ),
        pytest.param("w: 1" + ":11" * 20_000, id="a base-60 number"),
        pytest.param("w: " + "1" * 5_000, id="five thousand digits"),
    ],
)
def test_a_bomb_costs_no_time(text):
    started = process_time()

    parse("f.yaml", text.encode(), Findings())

    assert process_time() - started < 1


def test_a_huge_file_is_refused_before_it_is_read():
    started = process_time()

    [(line, words)] = refused(b"a" * (MOST_BYTES + 1))

    assert (line, f"{MOST_BYTES} bytes" in words) == (1, True)
    assert process_time() - started < 1


def test_what_a_finding_repeats_is_short_and_printable():
    [(_, words)] = refused('"a\\e[31m' + "x" * 5000 + '": y\n"a\\e[31m' + "x" * 5000 + '": z\n')

    assert words.isprintable()
    assert len(words) < 400
