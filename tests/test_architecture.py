"""The walls of the house, and the tools that watch them."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "recommender").rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
MOST_LINES = 300
MOST_FUNCTION_LINES = 50


def passes(*command: str) -> None:
    """Run a tool from the root of the project; what it prints is why the test fails."""
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_nothing_imports_what_the_contracts_forbid():
    code = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports())"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)

    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"[3-9]\d* kept, 0 broken", done.stdout)


@pytest.mark.slow
def test_the_types_are_right():
    passes("mypy")


def test_the_linter_finds_nothing():
    passes("ruff", "check", ".")


def test_the_code_is_formatted():
    passes("ruff", "format", "--check", ".")


@pytest.mark.parametrize(
    "forbidden",
    ["|safe", "| safe", "Markup(", "render_template_string", "autoescape false", "eval(", "exec("],
)
def test_nothing_gets_past_the_escaping_of_pages(forbidden):
    assert SOURCES
    assert TEMPLATES
    holding = [path for path in (*SOURCES, *TEMPLATES) if forbidden in path.read_text("utf-8")]

    assert holding == []


@pytest.mark.slow
@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_are_small_and_say_what_they_are_for(path):
    text = path.read_text("utf-8")
    tree = ast.parse(text)

    assert ast.get_docstring(tree)
    assert len(text.splitlines()) <= MOST_LINES
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            assert node.end_lineno - node.lineno < MOST_FUNCTION_LINES, node.name


def test_the_engine_uses_the_standard_library_alone():
    for path in (ROOT / "recommender" / "engine").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module]
            for name in names:
                top = name.split(".")[0]
                allowed = top in sys.stdlib_module_names or name.startswith(
                    ("recommender.engine", "recommender.errors")
                )
                assert allowed, f"{path.name} imports {name}"


@pytest.mark.slow
def test_the_engine_is_imported_without_anything_else():
    code = (
        "import sys, recommender.engine.scoring, recommender.engine.code\n"
        "print({m.split('.')[0] for m in sys.modules} & {'yaml', 'flask', 'pydantic', 'click'})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)

    assert done.stdout == "set()\n"
