"""Rules folders of an agency that extend the shipped rules."""

from pathlib import Path

from recommender.resources import folder

EXAMPLE = folder("rules").parent / "docs/examples/own-rules"
"""The worked example of the documentation."""

NAME = 'name: {en: "Kopi Studio\'s rules", id: "Aturan Kopi Studio"}\n'

OWN_RULE = """\
rules:
  - id: kopi-daily-posts
    when: {pace: daily}
    effects: {microblog: 3}
    reason: {en: "You post daily.", id: "Anda mengunggah setiap hari."}
    source: [seed-b-microblog]
    examples:
      - {answers: {pace: daily}, fires: yes, raises: microblog}
      - {answers: {pace: weekly}, fires: no}
"""


def own_folder(path: Path, files: dict[str, str] | None = None, extends: str = "shipped") -> Path:
    """A folder that extends rules, with these files beside its rulebook.yaml."""
    path.mkdir(exist_ok=True)
    contents = {"rulebook.yaml": f"extends: {extends}\n{NAME}", **(files or {})}
    for name, text in contents.items():
        (path / name).write_text(text, "utf-8")
    return path
