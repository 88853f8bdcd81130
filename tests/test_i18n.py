"""The words of the interface: every sentence in both languages, each used, each there."""

import re
from pathlib import Path

import pytest
import yaml

from recommender.i18n import LANGUAGES, number, signed, words
from recommender.resources import translations

ROOT = Path(__file__).parent.parent
WRITTEN = "\n".join(file.read_text("utf-8") for file in translations())
SENTENCES = yaml.load(WRITTEN, Loader=yaml.CBaseLoader)
USERS = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "recommender").rglob("*.py")]
TEXT = "\n".join(path.read_text("utf-8") for path in USERS)

CALL = re.compile(
    r"""\b(?:t|w|_w\(\)|words\(\w+\))(?:\.count|\.parts)?\(\s*["']([a-z0-9_]+)["']\s*[,)]"""
)
PREFIX = re.compile(r"""["']([a-z_]+_)["']\s*~|\bf["']([a-z_]+_)\{""")
"""A key put together from a part and a name: `'band_' ~ entry.band`, `f"error_{key}"`."""
SUFFIX = re.compile(r"""\+=\s*["'](_[a-z]+)["']""")
"""An ending that is added to a key: `key += "_shared"`."""
PARTS = {first or second for first, second in PREFIX.findall(TEXT)}
ENDINGS = set(SUFFIX.findall(TEXT))


def braces(sentence: str) -> set[str]:
    return set(re.findall(r"\{(\w*)\}", sentence))


def test_each_sentence_is_there_in_both_languages_with_the_same_braces():
    assert len(SENTENCES) > 1000
    for key, sentence in SENTENCES.items():
        assert set(sentence) == set(LANGUAGES), key
        assert all(said.strip() == said and said for said in sentence.values()), key
        assert braces(sentence["en"]) == braces(sentence["id"]), key
        for lang in LANGUAGES:
            # A brace left open or without a name would only show when a page is made.
            filled = sentence[lang].format(**dict.fromkeys(braces(sentence[lang]), "x"))
            assert not {"{", "}"} & {*filled}, key


def test_no_key_is_given_twice():
    keys = re.findall(r"^([a-z0-9_]+):", WRITTEN, re.M)

    assert sorted(keys) == sorted(SENTENCES)


def test_every_sentence_that_pages_and_programs_name_is_there():
    named = set(CALL.findall(TEXT))

    assert len(named) > 50
    assert named - set(SENTENCES) == set()


def test_every_part_of_a_key_begins_some_key():
    assert {"band_", "error_", "strength_"} <= PARTS


def test_every_sentence_is_used():
    named = set(re.findall(r"""["']([a-z0-9_]+)(?=["'])""", TEXT))
    begins, ends = tuple(PARTS), ("_one", *ENDINGS)

    def is_longer(key: str) -> bool:
        return any(key.removesuffix(end) in SENTENCES for end in ends if key.endswith(end))

    unused = [key for key in SENTENCES if not (key in named or is_longer(key))]
    assert [key for key in unused if not key.startswith(begins)] == []


def test_bands_strengths_and_errors_that_can_occur_have_words(rulebook):
    for band in (*(name for name, _ in rulebook.scale.bands), "weak"):
        assert f"band_{band}" in SENTENCES
    for source in rulebook.sources.values():
        assert f"strength_{source.strength}" in SENTENCES
    for key in re.findall(r"^(error_\w+)_title:", WRITTEN, re.M):
        assert key in SENTENCES


def test_a_number_of_one_has_its_own_form():
    assert words("en").count("points", 1) == "1 point"
    assert words("en").count("points", -1) == "−1 point"
    assert words("en").count("points", 2) == "2 points"
    assert words("id").count("points", 1) == "1 poin"


@pytest.mark.parametrize(
    ("lang", "items", "said"),
    [
        pytest.param("en", [], "", id="nothing"),
        pytest.param("en", ["a"], "a", id="one"),
        pytest.param("en", ["a", "b"], "a and b", id="two"),
        pytest.param("en", ["a", "b", "c"], "a, b and c", id="three"),
        pytest.param("id", ["a", "b"], "a dan b", id="two in Indonesian"),
        pytest.param("id", ["a", "b", "c"], "a, b, dan c", id="three in Indonesian"),
    ],
)
def test_items_are_listed_as_a_sentence_lists_them(lang, items, said):
    assert words(lang).listed(items) == said


@pytest.mark.parametrize(
    ("n", "plain", "with_sign"), [(3, "3", "+3"), (0, "0", "0"), (-12, "−12", "−12")]
)
def test_numbers_have_a_true_minus_sign(n, plain, with_sign):
    assert (number(n), signed(n)) == (plain, with_sign)


def test_markup_can_stand_where_a_brace_is():
    parts = words("en").parts("headline_pair")

    assert [name for _, name in parts] == ["first", "second"]
    filled = "".join(text + {"first": "X", "second": "Y", None: ""}[name] for text, name in parts)
    assert filled == words("en")("headline_pair", first="X", second="Y")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_sentence_cut_into_parts_is_whole_again(lang):
    for key in SENTENCES:
        cut = words(lang).parts(key)
        assert (
            "".join(f"{text}{{{name}}}" if name else text for text, name in cut)
            == (SENTENCES[key][lang])
        )
