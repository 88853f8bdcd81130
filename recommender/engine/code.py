"""The result code: answers as at most 20 letters that can be read aloud, printed and linked.

A code is a version letter, the answers as one number, and two check letters, in base 32
without I, L, O and U. The check is a Reed-Solomon remainder over 32 elements: any one or two
wrong letters, so also any swap of neighbours, change it. Nothing typed by a person is in it.
"""

from collections.abc import Iterable, Sequence
from itertools import combinations

from recommender.engine.model import Answers, Layout, LayoutPart, Value
from recommender.errors import CodeError

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_DIGITS = {letter: digit for digit, letter in enumerate(ALPHABET)}
_DIGITS |= {letter.lower(): digit for letter, digit in _DIGITS.items()}
# What people write for a digit that looks like a letter.
_DIGITS |= {"o": 0, "O": 0, "i": 1, "I": 1, "l": 1, "L": 1}
_CHECK = 2


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
    layout = layouts[-1]
    number = 0
    for part in layout.parts:
        number = number * len(part.states) + part.numbers[answers.get(part.question)]
    digits = [layout.version]
    digits += [number >> 5 * place & 31 for place in reversed(range(layout.length))]
    text = "".join(ALPHABET[digit] for digit in digits + _remainder(digits))
    return "-".join(text[i : i + 4] for i in range(0, len(text), 4))


def decode(layouts: Sequence[Layout], code: str) -> dict[str, Value]:
    """The answers of a code, for `answers.read` to judge.

    Case, spaces and hyphens do not matter. Raises CodeError for anything that `encode` never
    wrote: a wrong letter, a missing one, an unknown version, a number beyond the last.
    """
    digits = [_DIGITS.get(letter, -1) for letter in code[:80] if letter not in "- "]
    if not digits or len(code) > 80 or -1 in digits:
        raise CodeError("not a result code")
    layout = next((layout for layout in layouts if layout.version == digits[0]), None)
    if layout is None or len(digits) != letters(layout):
        raise CodeError("not a result code of a known layout")
    if _remainder(digits[:-_CHECK]) != digits[-_CHECK:]:
        raise CodeError("a letter of the result code is wrong")
    return _values(layout, digits[1:-_CHECK])


def _values(layout: Layout, digits: Iterable[int]) -> dict[str, Value]:
    number = 0
    for digit in digits:
        number = number << 5 | digit
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


def _remainder(digits: Iterable[int]) -> list[int]:
    high, low = 0, 0
    for digit in digits:
        top = digit ^ high
        high, low = low ^ _MULTIPLES[0][top], _MULTIPLES[1][top]
    return [high, low]
