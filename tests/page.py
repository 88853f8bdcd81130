"""A reader without JavaScript: opens pages, follows links, sends forms, and checks every answer."""

import re
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import parse_qs, urlsplit

from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser, LexborNode
from werkzeug.test import TestResponse

from recommender.i18n import LANGUAGES

POLICY = {
    "default-src": "'none'",
    "style-src": "'self'",
    "script-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "private, no-cache",
    "Content-Type": "text/html; charset=utf-8",
}
ALSO = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",  # the console: its buttons say where they are
}
"""What pages that only their own reader may have say instead."""
CONTROLS = "input:not([type=hidden]), select, textarea"

Changes = Mapping[str, str | list[str] | None]
"""What a reader does to a form: a field with the option(s) chosen; None takes all away."""


class Page:
    """The page that a reader is on. Every HTML answer on the way is checked by CHECKS.

    `lang` is the language that pages are expected in where their address does not say;
    `headers` are sent with every request. `sites` are those that may show it in a frame.
    """

    def __init__(
        self,
        client: FlaskClient,
        lang: str = LANGUAGES[0],
        headers: Mapping[str, str] | None = None,
        sites: Sequence[str] = (),
    ):
        self._sites = sites
        self.client, self._lang, self._headers = client, lang, dict(headers or {})
        self.address = ""
        self.trail: list[tuple[int, str]] = []
        """Status and address of every answer, redirects included, oldest first."""

    def get(self, address: str, *, status: int = 200) -> "Page":
        """Open an address; redirects are followed, `status` is that of the page at their end."""
        return self._arrive(self.client.get(address, headers=self._headers), address, status)

    def post(self, address: str, fields: Mapping, *, status: int = 200) -> "Page":
        """Send fields, valid or not, as a form; redirects are followed."""
        response = self.client.post(
            address,
            data=fields,
            headers=self._headers,
            content_type="application/x-www-form-urlencoded",
        )
        return self._arrive(response, address, status)

    def follow(self, words: str, *, status: int = 200) -> "Page":
        """Follow the one link that says just these words, or else these among others."""
        return self.get(self.link(words), status=status)

    def submit(
        self, changes: Changes | None = None, *, form: str = "main form", status: int = 200
    ) -> "Page":
        """Send the form of the page as it stands, with changes that the form itself offers."""
        node = self.one(form)
        fields = form_fields(node)
        offered = [(n.attributes["name"], n.attributes.get("value")) for n in named(node)]
        for name, chosen in (changes or {}).items():
            values = [chosen] if isinstance(chosen, str) else chosen or []
            assert {name} <= {field for field, _ in offered}, f"the form has no field {name}"
            assert all((name, value) in offered for value in values), (name, values)
            fields[name] = list(values)
        assert node.attributes["method"] == "post"
        return self.post(node.attributes["action"] or "", fields, status=status)

    def link(self, words: str) -> str:
        """The address of the one link with these words."""
        links = self.tree.css("a[href]")
        found = [a for a in links if text_of(a) == words] or [
            a for a in links if words in text_of(a)
        ]
        assert len(found) == 1, f"{len(found)} links say “{words}”"
        return found[0].attributes["href"] or ""

    def links(self, selector: str = "a[href]") -> list[str]:
        return [node.attributes["href"] or "" for node in self.tree.css(selector)]

    def one(self, selector: str) -> LexborNode:
        found = self.tree.css(selector)
        assert len(found) == 1, f"{len(found)} elements match {selector}"
        return found[0]

    def texts(self, selector: str) -> list[str]:
        return [text_of(node) for node in self.tree.css(selector)]

    @property
    def text(self) -> str:
        return text_of(self.one("body"))

    @property
    def title(self) -> str:
        return text_of(self.one("title"))

    @property
    def h1(self) -> str:
        return text_of(self.one("h1"))

    @property
    def query(self) -> dict[str, list[str]]:
        """The query of the present address."""
        return parse_qs(urlsplit(self.address).query)

    def chosen(self, name: str) -> list[str]:
        """The options of a question that are chosen on the page."""
        return form_fields(self.one("main form")).get(name, [])

    def _arrive(self, response: TestResponse, address: str, status: int) -> "Page":
        self.trail.append((response.status_code, address))
        if not response.request.path.startswith("/console"):
            assert "Set-Cookie" not in response.headers
        if response.status_code in (301, 302, 303, 307, 308):
            assert response.status_code == 303, f"{response.status_code} at {address}"
            assert response.location.startswith("/"), response.location
            assert not response.location.startswith("//"), response.location
            return self.get(response.location, status=status)
        self.address, self.response = address, response
        self.tree = check_html(response, self._expected_language(address), self._sites)
        assert response.status_code == status, f"{response.status_code} at {address}: {self.h1}"
        return self

    def _expected_language(self, address: str) -> str:
        asked = parse_qs(urlsplit(address).query).get("lang", [""])[0]
        return asked if asked in LANGUAGES else self._lang


def check_html(response: TestResponse, lang: str, sites: Sequence[str] = ()) -> LexborHTMLParser:
    """The parsed page, once it has passed every check; `sites` may show it in a frame."""
    framed = {"X-Frame-Options": None} if sites else {}
    for name, value in (HEADERS | framed).items():
        assert response.headers.get(name) in (value, ALSO.get(name, value)), (
            f"{name}: {response.headers.get(name)}"
        )
    policy = response.headers["Content-Security-Policy"].split("; ")
    ancestors = {"frame-ancestors": " ".join(sites)} if sites else {}
    assert dict(part.split(" ", 1) for part in policy) == POLICY | ancestors
    assert "Accept-Language" in response.headers.get("Vary", "")
    tree = LexborHTMLParser(response.get_data(as_text=True))
    html = tree.css_first("html")
    assert html.attributes.get("lang") == lang, f"lang is {html.attributes.get('lang')}, not {lang}"
    for check in CHECKS:
        check(tree)
    return tree


def text_of(node: LexborNode) -> str:
    """The text as it is read, in one line."""
    return " ".join(node.text(deep=True, separator="").split())


def named(form: LexborNode) -> list[LexborNode]:
    return [
        node for node in form.css(CONTROLS + ", input[type=hidden]") if "name" in node.attributes
    ]


def form_fields(form: LexborNode) -> dict[str, list[str]]:
    """What a browser would send of this form as it stands."""
    fields: dict[str, list[str]] = {}
    for node in named(form):
        if (
            node.attributes.get("type") in ("radio", "checkbox")
            and "checked" not in node.attributes
        ):
            continue
        written = node.text() if node.tag == "textarea" else node.attributes.get("value")
        if node.tag == "select":
            chosen = node.css_first("option[selected]") or node.css_first("option")
            written = chosen.attributes["value"]
        fields.setdefault(node.attributes["name"] or "", []).append(written or "")
    return fields


def _has_one_headline_and_a_title(tree: LexborHTMLParser) -> None:
    assert len(tree.css("h1")) == 1
    assert text_of(tree.css_first("h1"))
    assert len(tree.css("head > title")) == 1
    assert text_of(tree.css_first("title"))


def _repeats_no_id(tree: LexborHTMLParser) -> None:
    ids = [node.attributes["id"] for node in tree.css("[id]")]
    assert all(ids)
    assert len(ids) == len(set(ids)), sorted(id_ for id_ in ids if ids.count(id_) > 1)


def _labels_every_control(tree: LexborHTMLParser) -> None:
    labels = {node.attributes.get("for"): text_of(node) for node in tree.css("label")}
    for node in tree.css(CONTROLS):
        assert labels.get(node.attributes.get("id")), f"no label: {node.html}"
    for node in tree.css("button, a[href], summary, legend"):
        assert text_of(node) or node.attributes.get("aria-label"), f"says nothing: {node.html}"


def _names_every_group(tree: LexborHTMLParser) -> None:
    for node in tree.css("input[type=radio], input[type=checkbox]"):
        group = node.parent
        while group is not None and group.tag != "fieldset":
            group = group.parent
        assert group is not None, f"in no fieldset: {node.html}"
        legend = group.css_first("legend")
        assert legend is not None, f"no legend: {group.attributes}"
        assert text_of(legend)


def _points_only_at_what_is_there(tree: LexborHTMLParser) -> None:
    ids = {node.attributes["id"] for node in tree.css("[id]")}
    for attribute in ("aria-describedby", "aria-labelledby", "aria-controls", "for"):
        for node in tree.css(f"[{attribute}]"):
            targets = (node.attributes[attribute] or "").split()
            assert targets, f"{attribute} is empty: {node.tag}"
            assert set(targets) <= ids, f"{attribute}={targets}"
    for node in tree.css('[href^="#"]'):
        assert (node.attributes["href"] or "")[1:] in ids, node.attributes["href"]


def _holds_nothing_inline(tree: LexborHTMLParser) -> None:
    assert not tree.css("style, [style], base, iframe, object, embed, meta[http-equiv]")
    for node in tree.css("script"):
        assert node.attributes.get("src"), "an inline script"
        assert not node.text()
    for node in tree.css("*"):
        assert not [name for name in node.attributes if name.startswith("on")], node.html


def _loads_nothing_from_elsewhere(tree: LexborHTMLParser) -> None:
    for node in tree.css("link[href], script[src], img[src], source[src], use[href]"):
        address = node.attributes.get("src") or node.attributes.get("href") or ""
        drawn_here = node.tag == "use" and address.startswith("#")
        assert is_own(address) or drawn_here, node.html
    for node in tree.css("form"):
        assert is_own(node.attributes.get("action") or ""), node.html
    for node in tree.css("a[href]"):
        address = node.attributes["href"] or ""
        known = address.startswith(("#", "https://", "http://", "mailto:", "tel:"))
        assert is_own(address) or known, address


def is_own(address: str) -> bool:
    """Whether an address stays on this host."""
    return address.startswith("/") and not address.startswith(("//", "/\\"))


def _has_every_word_filled_in(tree: LexborHTMLParser) -> None:
    text = text_of(tree.css_first("title")) + " " + text_of(tree.css_first("body"))
    assert not re.search(r"\{+ ?[a-z_]+ ?\}+", text), re.findall(r".{0,30}[{}].{0,30}", text)
    # Sentences say “None of these”, “None of your …”, “None yet”; a None of Python stands alone.
    assert not re.search(r"\bNone\b(?! (of (these|your)|yet)\b)|\bundefined\b|\bUndefined\b", text)
    for node in tree.css("*"):
        for name, value in node.attributes.items():
            assert not re.search(r"\bNone$|\bNone[&#/]|Undefined", value or ""), f"{name}={value}"


CHECKS: tuple[Callable[[LexborHTMLParser], None], ...] = (
    _has_one_headline_and_a_title,
    _repeats_no_id,
    _labels_every_control,
    _names_every_group,
    _points_only_at_what_is_there,
    _holds_nothing_inline,
    _loads_nothing_from_elsewhere,
    _has_every_word_filled_in,
)
