"""The result code: answers as at most 20 letters that can be read aloud, printed and linked.

A code is a version letter, the answers as one number, and two check letters, in base 32
without I, L, O and U. The check is a Reed-Solomon remainder over 32 elements: any one or two
wrong letters, so also any swap of neighbours, change it. Nothing typed by a person is in it.
"""

from collections.abc import Sequence
from itertools import combinations

from recommender.engine.model import Answers, Layout, LayoutPart, Value
from recommender.errors import CodeError

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CHECK = 2
_MOST = 80
"""Longer texts are not read at all."""


class _Letters(dict[int, int | str | None]):
    """What each letter of a code is where Python reads a number to the base 32."""

    def __missing__(self, letter: int) -> str:
        return "!"  # which is no digit


_LETTERS = _Letters(str.maketrans(ALPHABET, "0123456789abcdefghijklmnopqrstuv"))
_LETTERS.update({ord(chr(letter).lower()): digit for letter, digit in _LETTERS.items()})
# What people write for a digit that looks like a letter, and what does not matter.
_LETTERS.update(str.maketrans("oOiIlL", "001111", "- "))
_TWO = [high + low for high in ALPHABET for low in ALPHABET]


def layout_part(
    question: str, options: Sequence[str], most: int | None = None, none: bool = False
) -> LayoutPart:
    """A question's answers in the order of their numbers; `most` is None for one choice."""
    if most is None:
        return LayoutPart(question, (None, *options))
    sizes = range(0 if none else 1, most + 1)
    return LayoutPart(
        question, (None, *(chosen for size in sizes for chosen in combinations(options, size)))
    )


def encode(layouts: Sequence[Layout], answers: Answers) -> str:
    """The code of these answers, or of a draft, in the newest layout, grouped by four."""
    layout, answer = layouts[-1], answers.values.get
    number, count = 0, letters(layout)
    for part in layout.parts:
        number = number * len(part.states) + part.numbers[answer(part.question)]
    number |= layout.version << 5 * layout.length
    number = number << 5 * _CHECK | _remainder(number)
    odd = count % 2  # two letters at a time, so one is added and cut off again
    starts = range(5 * (count + odd) - 10, -1, -10)
    text = "".join([_TWO[number << 5 * odd >> start & 1023] for start in starts])
    return "-".join([text[at : min(at + 4, count)] for at in range(0, count, 4)])


def decode(layouts: Sequence[Layout], code: str) -> dict[str, Value]:
    """The answers of a code, for `answers.read` to judge.

    Case, spaces and hyphens do not matter. Raises CodeError for anything that `encode` never
    wrote: a wrong letter, a missing one, an unknown version, a number beyond the last.
    """
    digits = code.translate(_LETTERS) if len(code) <= _MOST else ""
    try:
        number = int(digits, 32)
    except ValueError:
        raise CodeError("not a result code") from None
    version = number >> 5 * len(digits) - 5
    layout = next((layout for layout in layouts if layout.version == version), None)
    if layout is None or len(digits) != letters(layout):
        raise CodeError("not a result code of a known layout")
    said, check = divmod(number, 32**_CHECK)
    if _remainder(said) != check:
        raise CodeError("a letter of the result code is wrong")
    return _values(layout, said - (version << 5 * layout.length))


def _values(layout: Layout, number: int) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for part in reversed(layout.parts):
        number, state = divmod(number, len(part.states))
        value = part.states[state]
        if value is not None:
            values[part.question] = value
    if number:
        raise CodeError("no answers have this code")
    return values


def letters(layout: Layout) -> int:
    """How many letters a code of this layout has."""
    return 1 + layout.length + _CHECK


def _field() -> tuple[list[int], dict[int, int]]:
    """Powers and logarithms of the field with 32 elements, from x^5 = x^2 + 1."""
    powers = [1]
    while len(powers) < 31:
        doubled = powers[-1] << 1
        powers.append(doubled ^ 0b100101 if doubled & 32 else doubled)
    return powers, {power: exponent for exponent, power in enumerate(powers)}


_POWERS, _LOGS = _field()


def _times(a: int, b: int) -> int:
    return _POWERS[(_LOGS[a] + _LOGS[b]) % 31] if a and b else 0


# (x + a)(x + a^2) = x^2 + (a + a^2) x + a^3, with a the generator.
_GENERATOR = (_POWERS[1] ^ _POWERS[2], _POWERS[3])
_MULTIPLES = tuple([_times(digit, factor) for digit in range(32)] for factor in _GENERATOR)


def _remainder_of_two(digits: int) -> int:
    high, low = 0, 0
    for digit in (digits >> 5, digits & 31):
        top = digit ^ high
        high, low = low ^ _MULTIPLES[0][top], _MULTIPLES[1][top]
    return high << 5 | low


_REMAINDERS = [_remainder_of_two(digits) for digits in range(32 * 32)]


def _remainder(number: int) -> int:
    """The check letters of a number's digits, taken two at a time."""
    rest = 0
    for start in range((number.bit_length() - 1) // 10 * 10, -1, -10):
        rest = _REMAINDERS[rest ^ number >> start & 1023]
    return rest
