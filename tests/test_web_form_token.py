"""What the pages of a form hand on: the version that somebody began with, a key, a reference."""

from urllib.parse import urlsplit

import pytest
from flask import Flask, template_rendered
from forms import (
    FIRST,
    LAST,
    REST,
    answer,
    app_with,
    change,
    code_in,
    later,
    query,
    reader_of,
    token_of,
)
from results import each_language


@pytest.mark.slow
def test_whoever_has_begun_goes_on_with_the_form_as_it_was(store):
    app = app_with(store, brand={"product": "Before"})
    page = reader_of(app).get("/f/kopi")
    [old] = [one for one in page.links("link") if "theme.css" in one]
    change(store, brand={"product": "After", "accent": "#aa3300"})

    page.submit(FIRST)
    assert page.texts(".brand") == ["Before"]
    assert "#aa3300" not in app.test_client().get(old).text
    assert reader_of(app).get("/f/kopi").texts(".brand") == ["After"]


@each_language
def test_a_send_without_a_token_changes_nothing_and_can_be_pressed_again(store, lang):
    page = reader_of(app_with(store, language=lang), lang)
    fields = {"primary_goal": "lead_generation", "organisation": "consumer_business"}

    page.post("/f/kopi", fields, status=422)
    said = {"en": "press the button once more", "id": "tekan tombolnya sekali lagi"}[lang]
    assert said in page.one(".notice").text()
    assert page.chosen("primary_goal") == ["lead_generation"]
    page.submit()
    assert page.address.startswith("/f/kopi/2?")


@pytest.mark.parametrize("wrong", ["", "x", "{token}x", "x{token}", "{other}"])
def test_a_token_that_is_not_of_this_form_is_none(store, wrong):
    app_with(store, "other", "another")
    app = app_with(store)
    tokens = {name: query(reader_of(app).get(f"/f/{slug}").one("form").attributes["action"])["t"][0]
              for name, slug in (("token", "kopi"), ("other", "other"))}  # fmt: skip

    page = reader_of(app).post(f"/f/kopi?t={wrong.format(**tokens)}", FIRST, status=422)
    assert page.chosen("primary_goal") == [FIRST["primary_goal"]]


@pytest.mark.slow
def test_after_a_day_the_page_asks_to_press_again_and_nothing_is_lost(store):
    app = app_with(store, hidden=["campaign"])
    page = reader_of(app).get("/f/kopi?ref=P-12&campaign=spring").submit(FIRST)
    before = token_of(app, page)
    later(app, hours=23)
    page.submit(REST[0])
    page.get(page.link("Kembali"))
    later(app, hours=25)

    page.submit(REST[0], status=422)
    after = token_of(app, page)
    assert (after.key, after.ref, after.hidden) == (before.key, "P-12", {"campaign": "spring"})
    assert after.started > before.started
    page.submit().submit(LAST)
    assert page.address.startswith("/f/kopi/r/")


def test_each_visit_has_a_key_of_its_own_that_stays_with_it(store):
    app = app_with(store)
    one, other = reader_of(app).get("/f/kopi"), reader_of(app).get("/f/kopi")
    first = token_of(app, one)

    assert first.key != token_of(app, other).key
    assert token_of(app, one.submit(FIRST)) == first
    assert len(first.key) == 32


@pytest.mark.slow
@pytest.mark.parametrize(
    ("asked", "ref", "hidden", "noticed"),
    [
        ("ref=P-12&campaign=spring&other=x", "P-12", {"campaign": "spring"}, False),
        ("campaign=", None, {}, False),
        (f"campaign={'x' * 200}", None, {"campaign": "x" * 200}, False),
        (f"campaign={'x' * 201}&ref=ok", "ok", {}, True),
        ("ref=sri@kopi.example&campaign=ask sri@kopi.example", None, {}, True),
        ("ref=%2B62 812-3456-7890&campaign=0812 3456 7890", None, {}, True),
        (
            "ref=INV-2026-000123&campaign=01-02-2026",
            "INV-2026-000123",
            {"campaign": "01-02-2026"},
            False,
        ),
        ("campaign=a%00b", None, {}, True),
        ("campaign=e%CC%81", None, {"campaign": "é"}, False),
        ("name=Sri&email=sri@kopi.example", None, {}, False),
    ],
)
def test_declared_keys_come_along_and_nothing_else(store, asked, ref, hidden, noticed):
    app = app_with(store, hidden=["campaign"])
    page = reader_of(app).get(f"/f/kopi?{asked}")
    found = token_of(app, page)

    assert (found.ref, found.hidden) == (ref, hidden)
    assert bool(page.texts(".notice")) == noticed
    assert token_of(app, page.submit(FIRST)) == found


def test_a_link_to_share_carries_nothing_of_the_visit(store):
    page = answer(reader_of(app_with(store)), "/f/kopi?ref=P-12")
    [copied] = [n.attributes["data-address"] for n in page.tree.css("[data-copy]")]

    assert urlsplit(copied).path == f"/f/kopi/r/{code_in(page)}"
    assert set(query(copied)) == {"v"}
    assert "t%3D" not in next(one for one in page.links() if one.startswith("mailto:"))


def test_pages_of_a_form_are_drawn_once_and_never_shown_to_another_form_or_visit(store):
    app = app_with(store, brand={"product": "Kopi"})
    app_with(store, "teh", "another", brand={"product": "Teh"})
    drawn: list[str] = []

    def note(_: Flask, template, **__: object) -> None:
        drawn.append(template.name)

    with template_rendered.connected_to(note, app):
        for _ in range(3):
            one, other = reader_of(app).get("/f/kopi/2"), reader_of(app).get("/f/teh/2")
            assert (one.texts(".brand"), other.texts(".brand")) == (["Kopi"], ["Teh"])
            assert token_of(app, one).form != token_of(app, other).form
    assert drawn.count("questionnaire/step.html") == 2
