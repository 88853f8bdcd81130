"""Rules folders that a test spoils: how they are edited, and what is found wrong with them."""

from pathlib import Path

import pytest

from recommender.errors import RulebookError
from recommender.rulebook import load

RULE = """\
  - id: a-new-rule
    when: {pace: daily}
    effects: {blog: 2}
    reason: {en: "A reason.", id: "Sebuah alasan."}
    source: [seed-b-blog]
    examples:
      - {answers: {pace: daily}, fires: yes}
      - {answers: {pace: weekly}, fires: no}
"""


def edit(folder: Path, file: str, old: str, new: str) -> int:
    """Replace the first such text of a file; the line on which it stood."""
    path = folder / file
    before, found, after = path.read_text("utf-8").partition(old)
    assert found, f"{old!r} does not stand in {file}"
    path.write_text(before + new + after, "utf-8")
    return before.count("\n") + 1


def add_rule(folder: Path, text: str, file: str = "more.yaml") -> None:
    """Write a file of rules of its own; its first rule begins on line 2."""
    (folder / file).write_text("rules:\n" + text, "utf-8")


def findings(folder: Path, lang: str = "en") -> list[str]:
    """Everything wrong with a folder, as `file:line: words`."""
    with pytest.raises(RulebookError) as refused:
        load(folder)
    for finding in refused.value.findings:
        assert set(finding.message) == {"en", "id"}
        assert finding.line >= 1
    return [finding.text(lang) for finding in refused.value.findings]
