"""A form in the console: its previews, the lines for a page, and invitations to it."""

import csv
import io
from urllib.parse import urlsplit

import pytest
from agencies import live_form
from consoles import browser_of, desk_of
from editors import EDITOR, open_editor, save, settings_now
from forms import FIRST, LAST, REST, later
from page import Page, form_fields
from selectolax.lexbor import LexborHTMLParser

from recommender.console.framing import snippet, verdict
from recommender.store.audit import deeds
from recommender.store.database import Database
from recommender.store.listing import counts
from recommender.store.tables import submissions


def frames(client) -> list[str]:
    """The addresses that a preview page shows in frames."""
    tree = LexborHTMLParser(client.get(f"{EDITOR}/preview").get_data(as_text=True))
    return [node.attributes["src"] or "" for node in tree.css("iframe")]


@pytest.mark.slow
def test_a_draft_is_tried_out_sent_as_a_test_and_counted_nowhere(store: Database) -> None:
    page = open_editor(store)
    save(page, {"state": "draft"})
    answer = page.client.get(f"{EDITOR}/preview")
    assert "frame-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    first, *others = frames(page.client)
    assert len(others) == 2
    outside = browser_of(page.client.application)
    assert outside.get("/f/kopi").status_code == 404
    tried = Page(outside, "en", sites=["'self'"]).get(first)
    assert "Preview" in tried.one(".notice").text()
    for changes in (FIRST, *REST, LAST):
        tried.submit(changes)
    later(page.client.application, minutes=1)
    tried.get(next(one for one in tried.links() if "/send" in one))
    sent = {"email": "ani@a.example", "consent": "standard-1"}
    fields = form_fields(tried.one("form.send")) | sent
    tried.post(tried.one("form.send").attributes["action"] or "", fields)
    with store.reading() as connection:
        [row] = connection.execute(submissions.select()).all()
    assert row.test
    form = desk_of(store).form("kopi")
    assert form is not None
    assert counts(desk_of(store), row.created_at.date().replace(day=1), form.id) == {}


@pytest.mark.slow
def test_a_preview_ends_after_a_day_and_opens_no_other_form(store: Database) -> None:
    page = open_editor(store)
    first, *_ = frames(page.client)
    live_form(store, "teh", "other")
    save(page, {"state": "draft"})
    client = browser_of(page.client.application)
    assert client.get(first).status_code == 200
    elsewhere = client.get(first.replace("/f/kopi", "/f/teh"))
    assert "Preview" not in elsewhere.get_data(as_text=True)
    assert "'self'" not in elsewhere.headers["Content-Security-Policy"].partition("ancestors")[2]
    later(page.client.application, hours=25)
    assert client.get(first).status_code == 404


def test_only_a_preview_may_be_framed_by_our_own_pages(store: Database) -> None:
    page = open_editor(store, sites=["https://kopi.example"])
    client = browser_of(page.client.application)
    plain_one = client.get("/f/kopi").headers["Content-Security-Policy"]
    assert plain_one.endswith("frame-ancestors https://kopi.example")
    tried = client.get(frames(page.client)[0])
    expected = "frame-ancestors 'self' https://kopi.example"
    assert tried.headers["Content-Security-Policy"].endswith(expected)
    assert "X-Frame-Options" not in tried.headers


SITES = ("https://www.kopi.example", "http://localhost:8000", "https://a.example:8443")
JUDGED = [
    ("https://www.kopi.example/x?y", "ok", ""),
    ("HTTPS://WWW.KOPI.EXAMPLE:443/", "ok", ""),
    ("https://kopi.example/a", "www", "https://kopi.example"),
    ("kopi.example", "www", "https://kopi.example"),
    ("http://www.kopi.example/", "insecure", ""),
    ("http://teh.example/", "insecure", "https://teh.example"),
    ("http://localhost:9000/x", "port", "http://localhost:9000"),
    ("https://a.example/", "port", "https://a.example"),
    ("https://localhost:8000/", "scheme", "https://localhost:8000"),
    ("https://münchen.example", "other", "https://xn--mnchen-3ya.example"),
    ("javascript:alert(1)", "unreadable", ""),
    ("https://[::1]/", "unreadable", ""),
    ("https://x.example:99999/", "unreadable", ""),
    ("https://a b", "unreadable", ""),
]


@pytest.mark.parametrize(("address", "why", "offer"), JUDGED)
def test_the_check_says_what_exactly_keeps_a_page_from_showing_the_form(address, why, offer):
    found = verdict(SITES, address)
    assert (found.why, found.offer) == (why, offer)


def test_without_sites_the_check_says_that_there_are_none() -> None:
    assert verdict((), "https://kopi.example/").why == "none"


@pytest.mark.slow
def test_a_missing_site_is_added_by_a_button(store: Database) -> None:
    page = open_editor(store, sites=["https://kopi.example"])
    page.get(f"{EDITOR}/embed?page=https://www.kopi.example/a")
    form = page.one(f"form[action='{EDITOR}/sites']")
    page.post(f"{EDITOR}/sites", form_fields(form))
    assert "The site is added" in page.text
    assert "Yes: https://www.kopi.example" in page.text
    assert settings_now(store).sites == ("https://kopi.example", "https://www.kopi.example")
    page.post(f"{EDITOR}/sites", {"site": "https://evil.example; script-src *"}, status=422)
    assert len(settings_now(store).sites) == 2


def test_the_lines_to_copy_hold_what_was_asked_for_and_nothing_breaks_out_of_them(store) -> None:
    page = open_editor(store, name='Kopi "><script>alert(1)</script>')
    page.get(f"{EDITOR}/embed?ref=P-12%22%3E%3Cscript%3E")
    [own, other] = [node.text() for node in page.tree.css("textarea.code")]
    frame = LexborHTMLParser(own).css_first("iframe")
    assert frame.attributes["title"] == 'Kopi "><script>alert(1)</script>'
    assert frame.attributes["src"] == (
        "http://localhost/f/kopi?embed=1&lang=id&ref=P-12%22%3E%3Cscript%3E"
    )
    assert "lang=en" in other
    assert 'src="http://h.example/embed.js"' in snippet("http://h.example/f/kopi", "K", "")


@pytest.mark.slow
def test_one_client_is_invited_and_her_link_is_shown_once(store: Database) -> None:
    page = open_editor(store, "member@studio.example")
    page.get(f"{EDITOR}/invitations")
    assert "Nobody has been invited" in page.one(".empty").text()
    page.post(
        f"{EDITOR}/invitations",
        {"client": "Sri <b>", "email": "sri@a.example", "ref": "=1+1", "days": "7"},
    )
    to = page.one("#link").attributes["value"] or ""
    assert "Sri <b>" in page.one("#mail-id").text()
    assert to in page.one("#whatsapp-en").text()
    assert browser_of(page.client.application).get(urlsplit(to).path).status_code == 303
    page.get(f"{EDITOR}/invitations")
    assert page.texts("tbody td:nth-child(4)") == ["opened"]
    assert to.rpartition("/")[2] not in page.response.get_data(as_text=True)
    done = deeds(desk_of(store))[0]
    assert (done.what, done.who) == ("invited", "member@studio.example")
    assert set(done.about) == {"slug", "invitation"}


@pytest.mark.slow
def test_what_is_wrong_with_an_invitation_is_said_and_kept(store: Database) -> None:
    page = open_editor(store).get(f"{EDITOR}/invitations")
    given = {"client": "", "email": "nobody", "ref": "P-1", "days": "0"}
    page.post(f"{EDITOR}/invitations", given, status=422)
    assert len(page.texts(".summary li")) == 3
    assert page.one("#ref").attributes["value"] == "P-1"
    assert desk_of(store).invitations() == []


@pytest.mark.slow
def test_a_table_of_clients_comes_back_with_links_or_nobody_is_invited(store: Database) -> None:
    client = open_editor(store).client

    def send(text: str):
        sent = {"table": (io.BytesIO(text.encode()), "clients.csv")}
        return client.post(f"{EDITOR}/invitations/table", data=sent)

    refused = send("client,email\nSri,sri@a.example\nBudi,nobody\n")
    assert refused.status_code == 422
    assert "clients.csv:3" in refused.get_data(as_text=True)
    assert desk_of(store).invitations() == []
    made = send("client,email,ref\n=Sri,sri@a.example,P-1\nBudi,,\n")
    rows = list(csv.DictReader(io.StringIO(made.get_data(as_text=True))))
    assert [row["client"] for row in rows] == ["'=Sri", "Budi"]
    assert all(row["link"].startswith("http://localhost/f/kopi/i/") for row in rows)
    assert len(desk_of(store).invitations()) == 2


@pytest.mark.slow
def test_nobody_is_invited_to_a_form_that_is_not_live(store: Database) -> None:
    page = open_editor(store)
    save(page, {"state": "closed"})
    page.post(f"{EDITOR}/invitations", {"client": "Sri"}, status=422)
    assert "once the form is live" in page.text
    assert desk_of(store).invitations() == []
