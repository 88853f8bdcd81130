"""What no source of ours may say, read from its syntax: each rule with what it keeps out."""

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "recommender").rglob("*.py"))
TEMPLATES = sorted(one for one in (ROOT / "templates").rglob("*") if one.is_file())
SCRIPTS = sorted((ROOT / "recommender/web/static").glob("*.js"))

Found = Iterator[tuple[str, object]]
"""Where a rule is broken: a file, and what stands there."""


KINDS = (ast.Call, ast.Import, ast.ImportFrom, ast.keyword, ast.Compare)


@cache
def nodes_of(path: Path) -> list[ast.AST]:
    tree = ast.parse(path.read_text("utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, KINDS)]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def every(kind: type[ast.AST]) -> Iterator[tuple[str, ast.AST]]:
    for path in SOURCES:
        for node in nodes_of(path):
            if isinstance(node, kind):
                yield name_of(path), node


def called(node: ast.Call) -> tuple[str, str]:
    """What is called: its last name, and that with the one before it."""
    if isinstance(node.func, ast.Attribute):
        before = getattr(node.func.value, "id", "")
        return node.func.attr, f"{before}.{node.func.attr}"
    return getattr(node.func, "id", ""), ""


def calls(*named: str) -> Found:
    """Calls of these, by their last names, or with the one before."""
    for file, node in every(ast.Call):
        if set(called(node)) & set(named):
            yield file, ast.unparse(node)


def imports(*named: str) -> Found:
    for file, node in every(ast.Import):
        for one in node.names:
            if one.name.startswith(named):
                yield file, one.name
    for file, node in every(ast.ImportFrom):
        for one in node.names:
            if f"{node.module}.{one.name}".startswith(named):
                yield file, f"{node.module}.{one.name}"


def given(argument: str, value: object) -> Found:
    """Calls with this argument of this value."""
    for file, node in every(ast.keyword):
        if node.arg == argument and getattr(node.value, "value", None) is value:
            yield file, ast.unparse(node)


def made_sql() -> Found:
    """SQL that is put together out of parts."""
    asking = {file for file, _ in imports("sqlalchemy.text")}
    for file, node in every(ast.Call):
        plain = isinstance(node.args[0], ast.Constant) if node.args else True
        if file in asking and "text" in called(node)[:1] and not plain:
            yield file, ast.unparse(node)


def compared_secrets() -> Found:
    """Secrets compared letter by letter, so that time tells how many are right."""
    for file, node in every(ast.Compare):
        sides = [ast.unparse(one).rpartition(".")[2] for one in (node.left, *node.comparators)]
        sides = [one for one in sides if one.isidentifier()]
        equal = any(isinstance(one, (ast.Eq, ast.NotEq)) for one in node.ops)
        column = ".c." in ast.unparse(node)  # the database looks a hash up
        if (
            equal
            and not column
            and any(re.search("token|secret|signature|passw", s) for s in sides)
        ):
            yield file, ast.unparse(node)


def unescaped() -> Found:
    """Templates that take data for markup."""
    for path in TEMPLATES:
        tree = Environment().parse(path.read_text("utf-8"))
        for kind in (nodes.MarkSafe, nodes.MarkSafeIfAutoescape, nodes.ScopedEvalContextModifier):
            yield from ((name_of(path), kind.__name__) for _ in tree.find_all(kind))
        for one in tree.find_all(nodes.Filter):
            if one.name in ("safe", "xmlattr", "tojson"):
                yield name_of(path), one.name


def written(pattern: str, paths: list[Path]) -> Found:
    for path in paths:
        for found in re.finditer(pattern, path.read_text("utf-8")):
            yield name_of(path), found[0]


RULES: dict[str, tuple[Callable[[], Found], str]] = {
    "no data is markup": (lambda: calls("Markup", "render_template_string"), ""),
    "no template switches escaping off": (unescaped, "(demo/host|layouts/page).html tojson"),
    "no attribute without quotes": (lambda: written(r"\s[a-z-]+=\{[{%]", TEMPLATES), ""),
    "no script or handler within a page": (
        lambda: written(r"<script(?![^>]*\bsrc=)[^>]*>|\son[a-z]+=[\"']", TEMPLATES),
        "demo/host.html <script nonce",
    ),
    "no text is code": (lambda: calls("eval", "exec", "__import__", "import_module"), ""),
    "no reader that builds objects": (lambda: imports("pickle", "marshal", "shelve", "dill"), ""),
    "no reader that resolves entities": (lambda: imports("xml", "lxml"), ""),
    "no YAML but by our own reader": (
        lambda: calls("safe_load", "unsafe_load", "full_load", "yaml.load", "load_all"),
        "i18n.py .*loader",  # our own words, as texts alone
    ),
    "no other program is started": (
        lambda: [
            *imports("subprocess", "pty"),
            *calls("os.system", "os.popen"),
            *given("shell", True),
        ],
        "",
    ),
    "no chance that can be foretold where it guards": (
        lambda: imports("random"),
        "/(delivery|rulebook|demo_?[a-z]*)",  # when to try again; profiles to be tried
    ),
    "no weak digest": (lambda: calls("md5", "sha1"), ""),
    "no request but to endpoints": (
        lambda: imports("requests.", "requests_hardened", "urllib.request", "http.client", "httpx"),
        "delivery/calling.py",
    ),
    "no certificate goes unread": (
        lambda: [*given("verify", False), *calls("_create_unverified_context")],
        "",
    ),
    "no SQL is put together": (made_sql, ""),
    "no secret is compared letter by letter": (compared_secrets, ""),
    "no cookie but the session's": (lambda: calls("set_cookie"), ""),
    "no file is sent that an address names": (
        lambda: calls("send_file", "send_from_directory"),
        "",
    ),
    "no script makes code or pages of text": (
        lambda: written(
            r"\beval\(|new Function|document\.write|insertAdjacentHTML|outerHTML\s*=", SCRIPTS
        ),
        "",
    ),
    "no script tells every site": (lambda: written(r"postMessage\([^;]*[\"']\*[\"']", SCRIPTS), ""),
}
"""Each rule with what finds it broken, and where it may be (a pattern of `file what`)."""


@pytest.mark.slow
@pytest.mark.parametrize("rule", RULES)
def test_no_source_breaks_a_rule(rule: str) -> None:
    finds, allowed = RULES[rule]
    broken = [f"{file} {what}" for file, what in finds()]

    assert [one for one in broken if not allowed or not re.search(allowed, one)] == []


def test_each_rule_finds_what_it_is_there_for(tmp_path: Path, monkeypatch) -> None:
    source = tmp_path / "a.py"
    source.write_text(BAD, "utf-8")
    page = tmp_path / "a.html"
    page.write_text(BAD_PAGE, "utf-8")
    script = tmp_path / "a.js"
    script.write_text("eval(x); parent.postMessage(said, '*');", "utf-8")
    for name, value in {"ROOT": tmp_path, "SOURCES": [source], "TEMPLATES": [page]}.items():
        monkeypatch.setitem(globals(), name, value)
    monkeypatch.setitem(globals(), "SCRIPTS", [script])

    assert [rule for rule, (finds, _) in RULES.items() if not [*finds()]] == []


BAD = """
import pickle, random, requests.api, subprocess, xml.sax
from sqlalchemy import text
from requests import post
Markup(x), eval(x), yaml.safe_load(x), hashlib.md5(x), text(f"SELECT {x}")
get(x, verify=False), a.token == b, answer.set_cookie(x), send_file(x)
"""
BAD_PAGE = "<p class={{ x }}>{{ x|safe }}<script>let a</script>"
