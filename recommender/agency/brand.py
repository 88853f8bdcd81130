"""A form's brand: what an agency may change of the look. Colours are `#rrggbb`."""

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, StringConstraints
from pydantic_core import PydanticCustomError

from recommender.agency.written import written
from recommender.rulebook.files import Form, Yes, whole

ROLES = ("accent", "on_accent", "bg", "surface", "ink", "muted", "line", "control", "danger")
"""What a colour is for, as it is written in a form's file."""

FONTS = {
    "system": 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
    "humanist": 'Seravek, "Gill Sans Nova", Ubuntu, Calibri, "DejaVu Sans", sans-serif',
    "geometric": 'Avenir, Montserrat, Corbel, "URW Gothic", "Century Gothic", sans-serif',
    "rounded": 'ui-rounded, "Hiragino Maru Gothic ProN", Quicksand, Nunito, sans-serif',
    "serif": 'Charter, "Bitstream Charter", "Sitka Text", Cambria, "Noto Serif", serif',
    "oldstyle": '"Iowan Old Style", "Palatino Linotype", "URW Palladio L", P052, serif',
    "slab": 'Rockwell, "Rockwell Nova", "Roboto Slab", "DejaVu Serif", serif',
    "mono": 'ui-monospace, "Cascadia Code", Menlo, Consolas, "DejaVu Sans Mono", monospace',
}
"""Fonts that devices have; none is fetched from anywhere."""

MOST_LOGO = 50_000
LOGOS = {
    "image/png": (re.compile(rb"\x89PNG\r\n\x1a\n"), "png"),
    "image/jpeg": (re.compile(rb"\xff\xd8\xff"), "jpg"),
    "image/webp": (re.compile(rb"RIFF.{4}WEBP", re.S), "webp"),
}
"""The kinds of a logo, each with how its bytes begin and how its name ends."""


def media_of(content: bytes) -> str | None:
    """The kind of picture that these bytes are, whatever the file is called."""
    return next((kind for kind, (start, _) in LOGOS.items() if start.match(content)), None)


def said(key: str, **values: Any) -> PydanticCustomError:
    """An error of a form's file whose words stand in the table under this key."""
    return PydanticCustomError("said", "{key}", {"key": key, "values": values})


def _as_written(value: Any) -> Any:
    """Values of a program as a file has them: yes and no, numbers as digits."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if isinstance(value, int) else value


def number(least: int, most: int) -> Any:
    """A whole number from `least` to `most`."""
    return Annotated[int, whole(least, most), BeforeValidator(_as_written)]


def _colour(value: str) -> str:
    digits = value.lower().removeprefix("#")
    if not re.fullmatch(r"[0-9a-f]{3}|[0-9a-f]{6}", digits):
        raise said("colour")
    return "#" + (digits if len(digits) == 6 else "".join(2 * digit for digit in digits))


def _written(value: str) -> str:
    text = written(value)
    if text is None:
        raise said("control_letters")
    return text


def _lines(value: str) -> str:
    text = written(value, lines=True)
    if text is None:
        raise said("control_letters")
    return text


Flag = Annotated[Yes, BeforeValidator(_as_written)]
Colour = Annotated[str, AfterValidator(_colour)]
Line = Annotated[str, AfterValidator(_written), StringConstraints(min_length=1, max_length=200)]
Paragraph = Annotated[str, AfterValidator(_lines), StringConstraints(min_length=1, max_length=2000)]


class Colours(Form):
    """The colours that an agency sets; what it leaves out follows from the others."""

    accent: Colour | None = None
    on_accent: Colour | None = None
    bg: Colour | None = None
    surface: Colour | None = None
    ink: Colour | None = None
    muted: Colour | None = None
    line: Colour | None = None
    control: Colour | None = None
    danger: Colour | None = None

    def given(self) -> dict[str, str]:
        """The colours that are set, by role."""
        return {role: colour for role in ROLES if (colour := getattr(self, role))}


class Brand(Colours):
    """`product` is what the pages are called; `logo` names the picture that goes with them."""

    product: Line | None = None
    logo: Line | None = None
    font: Literal[tuple(FONTS)] = "system"  # type: ignore[valid-type]
    radius: number(0, 24) = 10  # type: ignore[valid-type]
    scheme: Literal["light", "dark", "auto"] = "auto"
    dark: Colours = Colours()
