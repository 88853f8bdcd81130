"""A brand as colours that can be read: WCAG contrast, the nearest colour that passes, and CSS.

What an agency sets is taken as it is, and judged. What it leaves out follows from what it set:
the product's own colour, moved only as far as reading asks for.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from recommender.agency.brand import FONTS, ROLES, Brand

Palette = Mapping[str, str]
"""A colour `#rrggbb` for each role."""

TEXT, SHAPE = 4.5, 3.0
"""The least contrast of text, and of the edge of what can be pressed or filled in."""

LIGHT: Palette = {
    "bg": "#ffffff",
    "surface": "#f4f6f4",
    "ink": "#15211e",
    "accent": "#0b6157",
    "on_accent": "#ffffff",
    "muted": "#51605b",
    "line": "#d5dcd8",
    "control": "#6b7974",
    "danger": "#b3261e",
}
DARK: Palette = {
    "bg": "#101715",
    "surface": "#18211e",
    "ink": "#e8efec",
    "accent": "#6fd6c3",
    "on_accent": "#06231f",
    "muted": "#a3b2ac",
    "line": "#2d3a36",
    "control": "#84938d",
    "danger": "#ff9c92",
}

SOFT = 0.09
"""How much of the accent is in the ground of what is chosen; `--soft` in the style sheet."""

NEEDED = (
    ("ink", "bg", TEXT),
    ("ink", "surface", TEXT),
    ("accent", "bg", TEXT),
    ("accent", "surface", TEXT),
    ("accent", "soft", TEXT),
    ("ink", "soft", TEXT),
    ("muted", "bg", TEXT),
    ("muted", "surface", TEXT),
    ("muted", "soft", TEXT),
    ("danger", "bg", TEXT),
    ("danger", "surface", TEXT),
    ("on_accent", "accent", TEXT),
    ("control", "bg", SHAPE),
    ("control", "surface", SHAPE),
)
"""What stands on what, and the contrast that it needs there."""

TEXTS = ("accent", "ink", "on_accent", "muted", "danger", "control")
"""What is read, in the order in which it is settled: the accent colours a ground of others."""

_ENDS = ("#ffffff", "#000000")


@dataclass(frozen=True, slots=True)
class Failing:
    """A colour that cannot be read on its ground; `offer` is the nearest one that can, if any."""

    role: str
    colour: str
    ground: str
    on: str
    ratio: float
    least: float
    offer: str | None


def contrast(one: str, other: str) -> float:
    """The WCAG contrast of two colours, from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def nearest(colour: str, passes: Callable[[str], bool]) -> str | None:
    """The colour of the same hue, nearest to the eye, that passes; None if no lightness does."""
    if passes(colour):
        return colour
    at = _lab(colour)
    tried = {_hex((step / 500, at[1], at[2])) for step in range(501)} | {"#000000", "#ffffff"}
    by_distance = sorted(tried, key=lambda one: (_distance(_lab(one), at), one))
    return next((one for one in by_distance if passes(one)), None)


def light(brand: Brand) -> Palette:
    """The colours of the brand itself; on a dark ground the others are those of the dark."""
    is_dark = brand.bg is not None and _opposite(brand.bg) == "#ffffff"
    return _settled(DARK if is_dark else LIGHT, brand.given())


def dark(brand: Brand) -> Palette:
    """The dark colours: those that the brand sets for it, else its accent made lighter."""
    wanted = {**DARK, "accent": brand.accent} if brand.accent else DARK
    return _settled(wanted, brand.dark.given())


def failing(brand: Brand) -> list[tuple[str, Failing]]:
    """Every colour that the brand sets and nobody could read, with the scheme it is of."""
    schemes = _schemes(brand)
    given = {"light": brand.given(), "dark": brand.dark.given()}
    return [
        (scheme, one)
        for scheme, palette in schemes.items()
        for one in _failing(palette, given[scheme])
    ]


def css(brand: Brand) -> str:
    """The style sheet of a brand; it comes after the product's and sets every variable."""
    schemes = _schemes(brand)
    shared = {
        "--rc-font": FONTS[brand.font],
        "--rc-radius": f"{brand.radius}px",
        "color-scheme": " ".join(schemes),
    }
    [first, *others] = [_variables(palette) for palette in schemes.values()]
    text = f":root {{{_declared(shared | first)}}}\n"
    for other in others:
        text += f"@media (prefers-color-scheme: dark) {{:root {{{_declared(other)}}}}}\n"
    return text


def _schemes(brand: Brand) -> dict[str, Palette]:
    made = {"light": light, "dark": dark}
    wanted = made if brand.scheme == "auto" else (brand.scheme,)
    return {scheme: made[scheme](brand) for scheme in wanted}


def _variables(palette: Palette) -> dict[str, str]:
    return {f"--rc-{role.replace('_', '-')}": palette[role] for role in ROLES}


def _declared(values: Mapping[str, str]) -> str:
    return "; ".join(f"{name}: {value}" for name, value in values.items())


def _settled(wanted: Palette, given: Palette) -> Palette:
    """All colours: the given ones as they are, the others moved until they pass, if they can."""
    made = {**wanted, **given}
    if "bg" in given:
        for role, share in (("surface", 0.04), ("line", 0.17)):
            if role not in given:
                made[role] = _mixed(_opposite(made["bg"]), made["bg"], share)
    for role in TEXTS:
        if role not in given:
            start = made[role] if role != "on_accent" else _on(made["accent"], made[role])
            made[role] = nearest(start, _passing(role, made, given)) or start
    return made


def _passing(role: str, palette: Palette, given: Palette) -> Callable[[str], bool]:
    """Whether a colour for this role lets it be read, and what stands on it."""
    texts = {one for one, ground, _ in NEEDED if role == one or role in _made_of(ground)}

    def passes(colour: str) -> bool:
        tried = {**palette, role: colour}
        return all(
            any(
                all(_ratio(one, on, {**tried, one: choice}) >= least for on, least in _grounds(one))
                for choice in ((tried[one],) if one in {*given, role} else (tried[one], *_ENDS))
            )
            for one in texts
        )

    return passes


def _failing(palette: Palette, given: Palette) -> Iterator[Failing]:
    """The worst that is wrong with each colour, blamed on one that the brand sets."""
    worst: dict[str, tuple[float, str, str, float]] = {}
    for one, ground, least in NEEDED:
        ratio = _ratio(one, ground, palette)
        if ratio < least:
            sets = [role for role in (one, ground, "surface", "bg", "accent") if role in given]
            blamed = (sets or [one])[0]
            found = (ratio / least, one, ground, least)
            worst[blamed] = min(found, worst.get(blamed, found))
    for blamed, (share, one, ground, least) in worst.items():
        offer = nearest(palette[blamed], _passing(blamed, palette, given))
        beside = ground if blamed == one else one
        yield Failing(
            blamed, palette[blamed], beside, _colour(beside, palette), share * least, least, offer
        )


def _ratio(one: str, ground: str, palette: Palette) -> float:
    return contrast(palette[one], _colour(ground, palette))


def _grounds(one: str) -> list[tuple[str, float]]:
    return [(ground, least) for text, ground, least in NEEDED if text == one]


def _made_of(ground: str) -> tuple[str, ...]:
    return ("accent", "bg") if ground == "soft" else (ground,)


def _colour(name: str, palette: Palette) -> str:
    return _mixed(palette["accent"], palette["bg"], SOFT) if name == "soft" else palette[name]


def _opposite(colour: str) -> str:
    """White or black, whichever is read better on this colour; it always passes as text."""
    return max(_ENDS, key=lambda one: contrast(one, colour))


def _on(ground: str, wanted: str) -> str:
    """The wanted text colour if it is read on this ground, else white or black."""
    return wanted if contrast(wanted, ground) >= TEXT else _opposite(ground)


def _mixed(one: str, other: str, share: float) -> str:
    pairs = zip(_channels(one), _channels(other))
    return "#" + "".join(f"{round(255 * (share * a + (1 - share) * b)):02x}" for a, b in pairs)


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


@cache
def _luminance(colour: str) -> float:
    red, green, blue = map(_linear, _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _lab(colour: str) -> tuple[float, float, float]:
    """A colour as the eye orders them (Oklab): lightness from 0 to 1, then two for the hue."""
    red, green, blue = map(_linear, _channels(colour))
    cones = (
        0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue,
        0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue,
        0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue,
    )
    long, middle, short = (cone ** (1 / 3) for cone in cones)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def _hex(lab: tuple[float, float, float]) -> str:
    """The nearest colour that a screen can show."""
    light, green_red, blue_yellow = lab
    long = (light + 0.3963377774 * green_red + 0.2158037573 * blue_yellow) ** 3
    middle = (light - 0.1055613458 * green_red - 0.0638541728 * blue_yellow) ** 3
    short = (light - 0.0894841775 * green_red - 1.2914855480 * blue_yellow) ** 3
    linear = (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )
    return "#" + "".join(f"{round(255 * _gamma(min(max(one, 0), 1))):02x}" for one in linear)


def _gamma(linear: float) -> float:
    return 12.92 * linear if linear <= 0.0031308 else 1.055 * linear ** (1 / 2.4) - 0.055


def _distance(one: tuple[float, float, float], other: tuple[float, float, float]) -> float:
    return sum((a - b) ** 2 for a, b in zip(one, other))
