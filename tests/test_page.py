"""The reader of the web tests sees the faults that it is there to see."""

import pytest
from flask import Flask, Response
from page import HEADERS, POLICY, Page

GOOD = """<!doctype html><html lang="id"><head><title>T</title></head><body><main><h1>H</h1>
<form method="post" action="/"><fieldset aria-describedby="e"><legend>L</legend><p id="e">E</p>
<input type="radio" name="q" value="a" id="q-a" checked><label for="q-a">A</label></fieldset>
<button>Go</button></form><a href="#e">E</a></main></body></html>"""


def opened(html: str, **headers: str) -> Page:
    """The page of an app that answers with this HTML, opened by a reader."""
    app = Flask(__name__)
    policy = "; ".join(f"{name} {value}" for name, value in POLICY.items())
    sent = HEADERS | {"Content-Security-Policy": policy, "Vary": "Accept-Language"} | headers
    app.add_url_rule("/", view_func=lambda: Response(html, headers=sent))
    return Page(app.test_client()).get("/")


def test_a_page_without_faults_is_read():
    page = opened(GOOD)

    assert (page.h1, page.title, page.chosen("q")) == ("H", "T", ["a"])


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("<h1>H</h1>", ""),
        ("<h1>H</h1>", "<h1>H</h1><h1>H</h1>"),
        ("<title>T</title>", "<title></title>"),
        ('lang="id"', 'lang="en"'),
        ('lang="id"', ""),
        ('<label for="q-a">A</label>', ""),
        ('<label for="q-a">A</label>', '<label for="q-a"></label>'),
        ("<legend>L</legend>", ""),
        ("<legend>L</legend>", "<legend></legend>"),
        ('aria-describedby="e"', 'aria-describedby="e f"'),
        ('aria-describedby="e"', 'aria-describedby=""'),
        ('href="#e"', 'href="#f"'),
        ('<p id="e">', '<p id="e"><b id="e"></b>'),
        ("<h1>", '<h1 style="color:red">'),
        ("<h1>", '<h1 onclick="x()">'),
        ("</head>", "<style>h1{}</style></head>"),
        ("</head>", "<script>x()</script></head>"),
        ("</head>", '<script src="//cdn.example/x.js"></script></head>'),
        ("</head>", '<link rel="stylesheet" href="https://cdn.example/x.css"></head>'),
        ("</body>", '<img src="https://cdn.example/x.png" alt=""></body>'),
        ('action="/"', 'action="https://evil.example/"'),
        ('action="/"', ""),
        ('href="#e"', 'href="javascript:alert(1)"'),
        ('href="#e"', 'href="//evil.example"'),
        ("<h1>H", "<h1>H {n}"),
        ("<h1>H", "<h1>None"),
        ("<h1>H", "<h1>H Undefined"),
        ('href="#e"', 'href="/r/None"'),
        ("<button>Go</button>", "<button></button>"),
    ],
)
def test_a_page_with_a_fault_is_refused(right, wrong):
    assert right in GOOD

    with pytest.raises(AssertionError):
        opened(GOOD.replace(right, wrong, 1))


@pytest.mark.parametrize(
    "header",
    [
        {"Set-Cookie": "a=b"},
        {"Content-Security-Policy": "default-src 'self'"},
        {"Content-Security-Policy": "script-src 'self' 'unsafe-inline'"},
        {"Referrer-Policy": "origin"},
        {"X-Content-Type-Options": ""},
        {"Vary": ""},
        {"Content-Type": "text/html"},
    ],
)
def test_a_page_with_wrong_headers_is_refused(header):
    with pytest.raises(AssertionError):
        opened(GOOD, **header)


def test_a_reader_can_only_choose_what_a_form_offers():
    page = opened(GOOD)

    with pytest.raises(AssertionError):
        page.submit({"q": "b"})
    with pytest.raises(AssertionError):
        page.submit({"p": "a"})
