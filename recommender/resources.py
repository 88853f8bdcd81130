"""Where the shipped files are: inside the package when installed, beside it in a checkout."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """The folder `rules` or `templates`, wherever this copy of the package keeps it."""
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


def translations() -> tuple[Path, ...]:
    """The files with the words of the interface; no key stands in two of them."""
    return tuple(sorted((_PACKAGE / "translations").glob("*.yaml")))


def cases() -> Path:
    """The file with the labelled real cases that the shipped rules are tried on."""
    return _PACKAGE / "evidence" / "cases.yaml"
