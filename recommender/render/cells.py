"""Cells of tables that people open in a spreadsheet."""


def no_formula(text: str) -> str:
    """Text of a cell; one that a spreadsheet would run as a formula begins with `'`."""
    start = text.lstrip("\N{NO-BREAK SPACE} ")[:1]
    return f"'{text}" if start and start in "=+-@\t\r\n\0＝＋－＠" else text
