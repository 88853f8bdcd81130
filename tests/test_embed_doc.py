"""docs/embed.md to the letter: its files are written, its commands run, its lines tried."""

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from forms import BOOK
from jinja2 import Environment, FileSystemLoader
from selectolax.lexbor import LexborHTMLParser
from test_rules_doc import run

from recommender.agency.form import FormSettings, settings_of
from recommender.agency.form_file import read
from recommender.resources import folder
from recommender.store.database import Database
from recommender.store.front import form_by_slug
from recommender.web.app import create_app
from recommender.web.running import STATIC

DOC = (Path(__file__).parent.parent / "docs" / "embed.md").read_text("utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", DOC, re.DOTALL)
HOST = "https://forms.example"


def blocks(kind: str) -> list[str]:
    return [text for found, text in BLOCKS if found == kind]


MINIMAL, FULL = blocks("yaml")
SNIPPET, LINK = blocks("html")


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> Path:
    """A folder in which everything was done that the document says, in its order."""
    place = tmp_path_factory.mktemp("embed")
    names = {"yaml": "kopi.yaml", "csv": "clients.csv"}
    for kind, text in BLOCKS:
        if kind in names:
            (place / names[kind]).write_text(text, "utf-8")
        if kind == "yaml" and text == FULL:
            run("$ recommender agency form-put studio-rame kopi.yaml\nkopi: version 2…\n", place)
        if kind == "console":
            run(text, place)
    return place


@pytest.fixture
def client(desk) -> Iterator[FlaskClient]:
    with closing(Database(f"sqlite:///{desk}/var/recommender.db")) as database:
        yield create_app(BOOK, database=database).test_client()


@pytest.mark.slow
def test_the_commands_and_files_of_the_guide_make_its_form(desk):
    with closing(Database(f"sqlite:///{desk}/var/recommender.db")) as database:
        form = form_by_slug(database, "kopi")
        assert form
        assert settings_of(form) == read("kopi.yaml", FULL.encode()).settings


@pytest.mark.slow
def test_the_lines_of_the_guide_show_the_form_where_it_is_allowed(client):
    page = LexborHTMLParser(SNIPPET)
    frame, script = page.css_first("iframe[data-rc]"), page.css_first("script[src]")
    addresses = [frame.attributes["src"], script.attributes["src"], *_links(LINK)]
    for address in addresses:
        assert address.startswith(HOST)
        with client.get(address.removeprefix(HOST)) as answer:
            assert answer.status_code == 200, address

    policy = client.get(addresses[0].removeprefix(HOST)).headers["Content-Security-Policy"]
    assert policy.endswith("frame-ancestors https://www.kopi.example")


@pytest.mark.slow
def test_what_the_guides_address_brings_along_is_filled_in(client):
    [address] = re.findall(r"`(https://\S+campaign=\S+)`", DOC)
    page = LexborHTMLParser(client.get(address.removeprefix(HOST)).text)

    brought = {k: v for k, [v] in parse_qs(urlsplit(address).query).items()}
    assert page.css_first(f"#organisation-{brought['organisation']}[checked]")
    assert not page.css(".notice")


def test_the_first_form_of_the_guide_needs_no_other_line():
    settings = read("kopi.yaml", MINIMAL.encode()).settings

    assert (settings.state, settings.contact) == ("live", "after")
    assert read("kopi.yaml", b"name: Kopi\nslug: kopi\n").settings.state == "draft"


def test_the_example_of_all_settings_names_every_one():
    told = read("kopi.yaml", FULL.encode()).settings.model_fields_set

    assert set(FormSettings.model_fields) - told == {"rules"}


def test_the_demo_embeds_its_forms_by_the_lines_of_the_guide():
    templates = Environment(loader=FileSystemLoader(folder("templates")), autoescape=True)
    form = {"slug": "kopi", "name": "Kenali kanal Anda"}
    made = templates.get_template("demo/snippet.html").render(address=HOST, form=form)

    assert made.replace("&amp;ref=DEMO-1", "").split() == SNIPPET.split()


def test_the_messages_of_the_guide_are_those_that_are_sent():
    told = set(re.findall(r"^\| `(rc:\w+)`", DOC, re.M))
    pages = [*STATIC.glob("frame.js"), *STATIC.parent.glob("*.py")]
    sent = {name for page in pages for name in re.findall(r'"(rc:\w+)"', page.read_text("utf-8"))}

    assert told == sent


def test_the_component_for_react_has_the_attributes_of_the_lines_and_known_messages():
    [component] = blocks("jsx")
    frame = LexborHTMLParser(SNIPPET).css_first("iframe").attributes

    assert f'const HOST = "{HOST}"' in component
    for name in ("title", "width", "height"):
        assert f'{name}="{frame[name]}"' in component
    assert set(re.findall(r'"(rc:\w+)"', component)) == {"rc:submit"}


def _links(html: str) -> list[str]:
    return [one.attributes["href"] or "" for one in LexborHTMLParser(html).css("a")]
