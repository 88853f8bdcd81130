"""Pages of a form in a frame of another site, as the server gives them."""

import json

import pytest
from forms import (
    BOOK,
    CODE,
    answer,
    app_with,
    query,
    reader_of,
)

SITES = ["https://kopi.example", "http://localhost:8080"]


@pytest.mark.slow
def test_the_forms_sites_may_show_it_in_a_frame_and_nobody_else_may(store):
    app = app_with(store, sites=SITES)
    app_with(store, "plain", "another")
    client = app.test_client()

    for address in ("/f/kopi", f"/f/kopi/r/{CODE}", "/f/kopi/r/WRONG", "/f/kopi/2"):
        headers = client.get(address).headers
        assert f"; frame-ancestors {' '.join(SITES)}" in headers["Content-Security-Policy"]
        assert "X-Frame-Options" not in headers
    for address in ("/", "/f/plain", "/f/nobody", f"/r/{CODE}"):
        headers = client.get(address).headers
        assert headers["Content-Security-Policy"].endswith("; frame-ancestors 'none'")
        assert headers["X-Frame-Options"] == "DENY"


def test_files_of_a_page_are_open_to_frames_that_count_as_no_site(store):
    client = app_with(store).test_client()

    for address in ("/static/app.css", "/static/frame.js", "/embed.js", "/f/kopi/theme.css"):
        with client.get(address) as got:
            assert got.status_code == 200
            assert got.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert client.get("/").headers["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.slow
def test_in_a_frame_pages_are_shorter_and_stay_in_the_frame(store):
    app = app_with(store)
    whole = reader_of(app).get(f"/f/kopi/r/{CODE}")
    page = reader_of(app).get(f"/f/kopi/r/{CODE}?embed=1")

    assert len(page.texts("section")) < len(whole.texts("section"))
    assert page.texts(".brand") == []
    apart = page.one("a[target=_blank][href^='/f/']").attributes["href"]
    assert "embed" not in query(apart)
    others = [one for one in page.links("a[href^='/f/']") if one != apart]
    assert all(query(one)["embed"] == ["1"] for one in others)
    answered = answer(reader_of(app), "/f/kopi?embed=1")
    assert answered.query["embed"] == ["1"]


def test_messages_to_the_host_page_hold_no_answers(store):
    page = reader_of(app_with(store, sites=SITES), sites=SITES)
    page.get("/f/kopi?embed=1&ref=P-12")
    body = page.one("body").attributes
    assert (body["data-form"], body["data-sites"]) == ("kopi", " ".join(SITES))
    assert json.loads(body["data-message"]) == {"type": "rc:step", "step": 1, "total": 3}

    answer(page, "/f/kopi?embed=1")
    said = json.loads(page.one("body").attributes["data-message"])
    assert set(said) == {"type", "first", "second", "label"}
    assert {said["first"], said["second"]} <= set(BOOK.types)
