"""A report as CommonMark. Every text is escaped: only this file's own marks are marks."""

import re

from recommender.engine.model import Answers
from recommender.engine.rulebook import Rulebook
from recommender.render.blocks import Bar, Bars, Block, Line, Lines, Paragraph, Part, Section
from recommender.render.report import report

_INLINE = re.compile(r"([\\`*_\[\]<>&|~$!])")
_BLOCK_START = re.compile(r"^([#+=-])|^(\d{1,9})([.)])")
_ADDRESS = re.compile(r"(?i)(https?|ftp)(://)|\b(www)(\.)")


def escape(text: str) -> str:
    """A text in one line, in which nothing is read as a mark wherever it stands."""
    text = _INLINE.sub(r"\\\1", " ".join(text.split()))
    text = _ADDRESS.sub(lambda found: _apart(found), text)
    return _BLOCK_START.sub(lambda found: _unstarted(found), text)


def _apart(found: re.Match[str]) -> str:
    """Many readers make links of bare addresses; a backslash keeps them text."""
    scheme, dots, www, _ = found.groups()
    return f"{scheme}\\{dots}" if scheme else f"{www}\\."


def _unstarted(found: re.Match[str]) -> str:
    mark, digits, end = found.groups()
    return f"\\{mark}" if mark else f"{digits}\\{end}"


def markdown(rulebook: Rulebook, answers: Answers, lang: str, reader: str) -> str:
    """The report for a reader, as a file that ends in a line break."""
    made = report(rulebook, answers, lang, reader)
    parts = [escape(made.kicker), f"# {escape(made.headline)}", *_all(made.opening)]
    for section in made.sections:
        parts += _section(section)
    parts += ["---", escape(". ".join(made.origin))]
    return "\n\n".join(parts) + "\n"


def _section(section: Section) -> list[str]:
    return [f"## {escape(section.title)}", *_all(section.blocks)]


def _all(blocks: tuple[Block, ...]) -> list[str]:
    return [text for block in blocks for text in _block(block)]


def _block(block: Block) -> list[str]:
    if isinstance(block, Part):
        return [f"### {escape(block.title)}", *_all(block.blocks)]
    if isinstance(block, Paragraph):
        return [escape(block.words)]
    if isinstance(block, Bars):
        return ["\n".join(_bar(bar) for bar in block.bars)]
    return [_lines(block)]


def _bar(bar: Bar) -> str:
    said = ", ".join(filter(None, (bar.points, bar.band.lower(), bar.range)))
    return f"- **{escape(bar.name)}**: {escape(said)}"


def _lines(lines: Lines) -> str:
    marks = (f"{n}." if lines.style == "numbered" else "-" for n in range(1, 1 + len(lines.lines)))
    return "\n".join(f"{mark} {_line(line)}" for mark, line in zip(marks, lines.lines))


def _line(line: Line) -> str:
    said = escape(line.words)
    if line.url:
        said = f"[{said}](<{line.url}>)"
    ids = "; ".join(
        part for part in (_ids((line.rule,) if line.rule else ()), _ids(line.sources)) if part
    )
    name = f"**{escape(line.name)}**" if line.name else ""
    mark = f"**{escape(line.mark)}**" if line.mark else ""
    return " ".join(filter(None, (mark, name, said, f"({ids})" if ids else "")))


def _ids(ids: tuple[str, ...]) -> str:
    """Ids of the rulebook, which are letters, digits, hyphens and underscores by its loader."""
    return ", ".join(f"`{id_}`" for id_ in ids)
