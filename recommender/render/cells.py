"""Cells of tables that people open in a spreadsheet."""

import re

# Where cells are parted by semicolons, as in Indonesia, a cell also begins within a text.
_FORMULA = re.compile("(^|;)(?=[\N{NO-BREAK SPACE} ]*[-=+@\t\r\n\0＝＋－＠])")


def no_formula(text: str) -> str:
    """Text of a cell; what a spreadsheet would run as a formula begins with `'`."""
    return _FORMULA.sub(r"\1'", text)
