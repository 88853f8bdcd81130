"""Reports from the web, and the links with which a result is passed on."""

import sys
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from journeys import draft_code
from page import Page, check_html
from reports import KINDS, cases
from results import each_language

from recommender.engine import code as codes
from recommender.i18n import words
from recommender.render.formats import FORMATS
from recommender.render.view import view
from recommender.web.security import _HEADERS

MEDIA = {"md": "text/markdown; charset=utf-8", "pdf": "application/pdf"}
each_ending = pytest.mark.parametrize("ending", MEDIA)


@pytest.fixture
def code(rulebook) -> str:
    """The code of the example."""
    return codes.encode(rulebook.layouts, cases()["example"])


@pytest.mark.slow
@each_ending
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: "-".join(kind))
def test_a_code_gives_the_report_for_each_reader(client: FlaskClient, rulebook, code, ending, kind):
    answer = client.get(f"/r/{code}.{ending}?lang={kind.lang}&reader={kind.reader}")

    format_ = {"md": "markdown", "pdf": "pdf"}[ending]
    assert answer.status_code == 200
    assert answer.data == FORMATS[format_](rulebook, cases()["example"], *kind)
    assert answer.headers["Content-Type"] == MEDIA[ending]
    assert answer.headers["Content-Disposition"] == (
        f'attachment; filename="{code}-{kind.reader}.{ending}"'
    )
    for name, value in _HEADERS.items():
        assert answer.headers[name] == value


@each_ending
def test_without_a_reader_it_is_the_clients(client: FlaskClient, code, ending):
    plain, named = (client.get(f"/r/{code}.{ending}{q}") for q in ("", "?reader=client"))

    assert plain.data == named.data


@each_ending
@each_language
@pytest.mark.parametrize(
    ("address", "status"),
    [
        pytest.param("/r/0000.{}", 404, id="a wrong code"),
        pytest.param("/r/{code}.{}?v=2020.01", 404, id="rules that are not kept"),
        pytest.param("/r/{code}.{}?reader=boss", 404, id="a reader that is none"),
        pytest.param("/r/{draft}.{}", 422, id="a draft"),
        pytest.param("/r/{draft}.{}?v=2020.01", 404, id="a draft under other rules"),
    ],
)
def test_what_makes_no_report_is_a_page_that_says_so(
    client: FlaskClient, rulebook, code, ending, lang, address, status
):
    draft = draft_code(rulebook, {"pace": "daily"})
    address = address.format(ending, code=code, draft=draft)

    answer = client.get(f"{address}{'&' if '?' in address else '?'}lang={lang}")

    assert answer.status_code == status
    assert "Content-Disposition" not in answer.headers
    check_html(answer, lang)


def test_from_a_refused_draft_a_button_leads_to_what_is_missing(reader: Page, rulebook):
    draft = draft_code(rulebook, {"pace": "daily"})

    reader.get(f"/r/{draft}.pdf?lang=en", status=422).follow("Continue")

    assert reader.address.startswith("/?")


@each_ending
def test_the_version_of_today_is_kept(client: FlaskClient, rulebook, code, ending):
    version = rulebook.version.replace("+", "%2B")

    assert client.get(f"/r/{code}.{ending}?v={version}").status_code == 200


@each_language
def test_without_typst_a_page_says_so_and_leads_back(
    reader: Page, rulebook, code, monkeypatch, lang
):
    monkeypatch.setitem(sys.modules, "typst", None)

    reader.get(f"/r/{code}.pdf?lang={lang}", status=501)

    assert reader.h1 == words(lang)("error_501_title")
    reader.follow(words(lang)("back_to_result"))
    assert reader.h1 == view(rulebook, cases()["example"], lang).headline


# On the result page


@pytest.mark.slow
@each_language
def test_the_result_leads_to_its_reports(reader: Page, client, rulebook, code, lang):
    reader.get(f"/r/{code}?lang={lang}")

    for key, ending, who in (
        ("report_client_pdf", "pdf", "client"),
        ("report_strategist_pdf", "pdf", "strategist"),
        ("report_markdown", "md", "strategist"),
    ):
        answer = client.get(reader.link(words(lang)(key)))
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == MEDIA[ending]
        assert f'"{code}-{who}.{ending}"' in answer.headers["Content-Disposition"]
        assert parse_qs(urlsplit(reader.link(words(lang)(key))).query)["v"] == [rulebook.version]


@each_language
def test_mail_and_whatsapp_carry_the_headline_and_the_whole_address(
    reader: Page, rulebook, code, lang
):
    reader.get(f"/r/{code}?lang={lang}")
    w, headline = words(lang), view(rulebook, cases()["example"], lang).headline

    mail = urlsplit(reader.link(w("share_mail")))
    chat = urlsplit(reader.link(w("share_whatsapp")))

    assert (mail.scheme, mail.path, chat.netloc, chat.path) == ("mailto", "", "wa.me", "/")
    assert parse_qs(mail.query)["subject"] == [w("share_subject")]
    [text] = parse_qs(chat.query)["text"]
    assert parse_qs(mail.query)["body"] == [text]
    address = f"http://localhost/r/{code}?v={rulebook.version.replace('+', '%2B')}&lang={lang}"
    assert text == w("share_text", headline=headline, link=text.rpartition(" ")[2])
    assert text.rpartition(" ")[2] in (address, address.replace("%2B", "+"))
    reader.get(text.rpartition(" ")[2].removeprefix("http://localhost"))
    assert reader.h1 == headline


def test_a_preview_has_a_small_picture_that_is_there(reader: Page, client, code):
    reader.get(f"/r/{code}")

    address = reader.one("meta[property='og:image']").attributes["content"] or ""
    assert address.startswith("http://localhost/static/preview.png")
    with client.get(address.removeprefix("http://localhost")) as picture:
        assert (picture.status_code, picture.mimetype) == (200, "image/png")
        assert len(picture.data) < 20_000
