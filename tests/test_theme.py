"""A brand's colours: what is read, what is offered in its place, and the style sheet."""

import random
import re

import pytest

from recommender.agency.brand import FONTS, ROLES, Brand, Colours
from recommender.agency.theme import (
    DARK,
    LIGHT,
    NEEDED,
    SOFT,
    TEXT,
    contrast,
    css,
    dark,
    failing,
    light,
    nearest,
)
from recommender.web.running import STATIC

SHEET = (STATIC / "app.css").read_text("utf-8")


def declared(text: str) -> dict[str, str]:
    return dict(re.findall(r"(?<![a-z-])(--rc-[a-z-]+|color-scheme): ([^;}]+)", text))


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#777777", "#ffffff", 4.48),
        ("#767676", "#ffffff", 4.54),
        ("#ff0000", "#ffffff", 4.0),
        ("#1a5fb4", "#ffffff", 6.29),
    ],
)
def test_contrast_is_that_of_wcag(one, other, ratio):
    assert contrast(one, other) == contrast(other, one)
    assert round(contrast(one, other), 2) == ratio


def test_the_products_own_colours_are_those_of_the_style_sheet_and_pass():
    normal, night = SHEET.split("@media (prefers-color-scheme: dark)")[:2]
    for palette, text in ((LIGHT, normal), (DARK, night)):
        variables = declared(text.split("}")[0])
        for role in ROLES:
            colour = variables[f"--rc-{role.replace('_', '-')}"]
            long = colour if len(colour) == 7 else "#" + "".join(2 * one for one in colour[1:])
            assert palette[role] == long
    assert f"--rc-accent) {SOFT:.0%}" in SHEET
    assert failing(Brand()) == []
    assert (light(Brand()), dark(Brand())) == (LIGHT, DARK)


def test_a_colour_that_passes_is_its_own_nearest():
    assert nearest("#0b6157", lambda one: contrast(one, "#ffffff") >= TEXT) == "#0b6157"


def test_the_nearest_grey_is_the_first_that_passes():
    greys = [f"#{level:02x}{level:02x}{level:02x}" for level in range(256)]
    for ground in ("#ffffff", "#f4f6f4", "#d5dcd8", "#333333", "#222222"):

        def passes(colour: str, ground: str = ground) -> bool:
            return contrast(colour, ground) >= TEXT

        offered = nearest("#808080", passes)

        level = int(offered[1:3], 16)
        assert passes(offered)
        toward = 1 if level < 128 else -1
        assert not passes(greys[level + toward])  # one step less would not do


def test_there_is_no_nearest_where_nothing_passes():
    assert nearest("#808080", lambda _: False) is None


def test_a_bright_accent_is_refused_and_a_darker_one_of_its_hue_is_offered():
    [(scheme, wrong)] = failing(Brand(accent="#ffcc00", scheme="light"))

    assert (scheme, wrong.role, wrong.colour, wrong.least) == ("light", "accent", "#ffcc00", 4.5)
    red, green, blue = (int(wrong.offer[at : at + 2], 16) for at in (1, 3, 5))
    assert red > green > blue
    assert failing(Brand(accent=wrong.offer, scheme="light")) == []


def test_what_is_left_out_follows_from_what_is_set():
    night = light(Brand(bg="#0b0b0b"))

    assert contrast(night["ink"], night["bg"]) > 12  # not merely just enough
    assert contrast(night["surface"], night["bg"]) < 1.5
    assert failing(Brand(bg="#0b0b0b", scheme="light")) == []
    assert light(Brand(accent="#ffffff", bg="#000000"))["on_accent"] == "#06231f"


@pytest.mark.parametrize(
    ("role", "colour", "least"),
    [
        ("ink", "#808080", 4.5),
        ("muted", "#808080", 4.5),
        ("accent", "#808080", 4.5),
        ("on_accent", "#101010", 4.5),
        ("danger", "#ff6060", 4.5),
        ("control", "#a0a0a0", 3.0),
    ],
)
def test_text_needs_more_contrast_than_the_edge_of_a_control(role, colour, least):
    [(_, wrong)] = failing(Brand(**{role: colour}, scheme="light"))

    assert (wrong.role, wrong.least) == (role, least)
    assert failing(Brand(**{role: wrong.offer}, scheme="light")) == []
    assert failing(Brand(control="#808080", line="#fefefe", scheme="light")) == []


@pytest.mark.parametrize("ground", ["bg", "surface"])
def test_each_ground_counts_for_text_and_controls(ground):
    """Grey on a darker grey: a ground that a list of pairs forgot would let it pass."""
    given = {"bg": "#ffffff", "surface": "#ffffff", ground: "#dddddd"}
    for role, colour in (("ink", "#707070"), ("muted", "#707070"), ("control", "#8a8a8a")):
        [(_, wrong)] = failing(Brand(**given, **{role: colour}, scheme="light"))
        assert wrong.role == role
        assert wrong.ground in {ground, "soft" if ground == "bg" else ground}  # soft is made of bg


def test_the_accent_is_made_lighter_for_the_dark_unless_it_is_set_there():
    wine = Brand(accent="#7a1f4f")

    assert light(wine)["accent"] == "#7a1f4f"
    made = dark(wine)["accent"]
    assert contrast(made, DARK["surface"]) >= TEXT
    assert int(made[1:3], 16) > int(made[5:], 16) > int(made[3:5], 16)  # it is wine still
    assert contrast("#7a1f4f", DARK["surface"]) < TEXT
    set_there = Brand(accent="#7a1f4f", dark=Colours(accent="#ffffff"))
    assert dark(set_there)["accent"] == "#ffffff"


@pytest.mark.slow
def test_every_brand_is_readable_once_it_passes_or_takes_what_is_offered():
    rng = random.Random(2026)
    ends = {"refused": 0, "passed": 0}
    for _ in range(60):
        chosen = rng.sample(ROLES, rng.choice([1, 1, 2, 3]))
        given = {role: f"#{rng.randrange(1 << 24):06x}" for role in chosen}
        wrong = [one for _, one in failing(Brand(**given, scheme="light"))]
        if len(wrong) == 1 and wrong[0].offer:
            ends["refused"] += 1
            given[wrong[0].role] = wrong[0].offer
            wrong = [one for _, one in failing(Brand(**given, scheme="light"))]
            assert wrong == [], given
        if not wrong:
            ends["passed"] += 1
            palette = light(Brand(**given))
            for role, ground, least in NEEDED:
                if ground != "soft":
                    assert contrast(palette[role], palette[ground]) >= least
    assert min(ends.values()) > 10


def test_grounds_too_far_apart_are_blamed_with_an_offer():
    [(_, wrong)] = failing(Brand(bg="#ffffff", surface="#000000", scheme="light"))

    assert wrong.role == "surface"
    assert failing(Brand(bg="#ffffff", surface=wrong.offer, scheme="light")) == []


@pytest.mark.parametrize(
    ("scheme", "said", "medias"), [("auto", "light dark", 1), ("light", "light", 0)]
)
def test_the_style_sheet_sets_every_variable_of_every_scheme(scheme, said, medias):
    text = css(Brand(accent="#1a5fb4", font="serif", radius=4, scheme=scheme))

    assert text.count("@media") == medias
    first = declared(text.splitlines()[0])
    assert first["--rc-accent"] == "#1a5fb4"
    assert (first["--rc-radius"], first["--rc-font"]) == ("4px", FONTS["serif"])
    assert first["color-scheme"] == said
    for line in text.splitlines():
        assert {f"--rc-{role.replace('_', '-')}" for role in ROLES} <= set(declared(line))


def test_a_dark_brand_is_dark_for_everybody():
    text = css(Brand(scheme="dark"))

    assert "@media" not in text
    assert declared(text)["--rc-bg"] == DARK["bg"]
    assert declared(text)["color-scheme"] == "dark"
