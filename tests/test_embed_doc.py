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

from recommender.agency.form import FormSettings, plain, settings_of
from recommender.agency.form_file import read
from recommender.resources import folder
from recommender.rulebook.files import Form
from recommender.rulebook.read_form import forms_in
from recommender.store.database import Database
from recommender.store.front import form_by_slug
from recommender.web.app import create_app
from recommender.web.running import STATIC

DOCS = Path(__file__).parent.parent / "docs"
DOC, INDONESIAN = ((DOCS / name).read_text("utf-8") for name in ("embed.md", "embed.id.md"))
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


def settings_in(form: type[Form], place: str = "") -> dict[str, object]:
    """Every setting by its place with the value that it has if unset, ... if it has none."""
    found: dict[str, object] = {}
    for name, field in form.model_fields.items():
        if inner := list(forms_in(field.annotation)):
            found |= settings_in(inner[0], f"{place}{name}.")
        else:
            found[place + name] = ... if field.is_required() else field.default
    return found


def told_settings(document: str, needed: str, nothing: str) -> dict[str, object]:
    """The settings of the document's table with what it says that they are if unset."""
    found: dict[str, object] = {}
    for names, unset in re.findall(r"^\| (`[a-z_.`, ]+) \| [^|]* \| ([^|]*) \|", document, re.M):
        value = {needed: ..., nothing: None}.get(unset, unset.strip("`"))
        for name in re.findall(r"`([a-z_.]+)`", names):
            assert name not in found
            found[name] = value
    return found


@pytest.mark.parametrize(
    ("document", "needed", "nothing"),
    [(DOC, "needed", "none"), (INDONESIAN, "wajib diisi", "tidak ada")],
    ids=["en", "id"],
)
def test_the_table_of_all_settings_is_that_of_the_form(document, needed, nothing):
    kept = {
        place: value if value in (..., None) else plain(value) or None
        for place, value in settings_in(FormSettings).items()
    }

    assert told_settings(document, needed, nothing) == kept


def test_both_editions_have_the_same_lines_to_copy_and_the_same_names():
    headings = [re.findall(r"^#+", text, re.M) for text in (DOC, INDONESIAN)]

    assert re.findall(r"```(\w+)\n(.*?)```", INDONESIAN, re.DOTALL) == BLOCKS
    assert headings[0] == headings[1]
    assert "(embed.id.md)" in DOC
    assert "(embed.md)" in INDONESIAN
    names = [set(re.findall(r"`[^`\n]+`", _without_blocks(text))) for text in (DOC, INDONESIAN)]
    assert names[0] == names[1]


def _without_blocks(document: str) -> str:
    return re.sub(r"```.*?```", "", document, flags=re.DOTALL)


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
