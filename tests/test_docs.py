"""What the documents show runs, and what they name exists."""

import re
from pathlib import Path

import pytest

from recommender.rulebook.load import FORMS

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.slow
def test_the_library_example_of_the_readme_runs_and_recommends(capsys):
    (example,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)

    exec(compile(example, "README.md", "exec"), {})

    type_, points, *_ = capsys.readouterr().out.split(maxsplit=2)
    assert type_ == "microblog"
    assert int(points) > 0


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_of_a_document_leads_to_a_file(document):
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", document.read_text("utf-8"))

    assert [link for link in links if not (document.parent / link).exists()] == []


def test_the_readme_names_only_paths_that_exist():
    table = README.split("## Where things are")[1]
    named = re.findall(r"`([\w./]+/|[\w/]+\.\w+)`", table)
    roots = (ROOT, ROOT / "recommender")

    assert named
    assert [name for name in named if not any((root / name).exists() for root in roots)] == []


def test_every_fixed_file_of_a_rules_folder_is_shipped():
    assert [name for name in FORMS if not (ROOT / "rules" / name).is_file()] == []
