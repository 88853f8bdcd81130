"""The pages below /f/<form>/: the ready-made site under an agency's form."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from forms import BOOK, CODE, FIRST, LAST, answer, app_with, change, code_in, reader_of
from results import each_language

from recommender.store.database import Database
from recommender.store.desk import Desk
from recommender.store.front import form_by_slug
from recommender.web.app import create_app


@pytest.mark.slow
def test_a_form_is_answered_from_its_first_page_to_its_result(database):
    page = answer(reader_of(app_with(database)))

    assert page.address.startswith("/f/kopi/r/")
    assert page.h1 == reader_of(create_app(BOOK)).get(f"/r/{code_in(page)}").h1


@pytest.mark.slow
@pytest.mark.parametrize(
    "address", ["", "/2", "/refine", f"/r/{CODE}", f"/r/{CODE}/sheet", "/types/blog", "/guide",
                "/sources", "/rules", f"/compare?a={CODE}", f"/compare?a={CODE}&b={CODE}"],
)  # fmt: skip
def test_every_page_of_a_form_leads_to_pages_of_the_form_only(store, address):
    page = reader_of(app_with(store)).get(f"/f/kopi{address}")

    own = [link for link in page.links("a[href^='/']")]
    forms = [node.attributes["action"] for node in page.tree.css("form")]
    assert own
    assert [link for link in (*own, *forms) if not link.startswith("/f/kopi/")] == []


def test_what_an_address_needs_is_kept_by_forms_that_are_sent_by_their_address(store):
    page = reader_of(app_with(store), "en").get(f"/f/kopi/compare?a={CODE}&lang=en&embed=1")

    sent = {node.attributes["name"] for node in page.tree.css(".pick input[type=hidden]")}
    assert sent == {"a", "v", "lang", "embed", "t"}


def test_a_form_that_is_not_there_is_not_found(database):
    page = reader_of(app_with(database))

    for slug in ("nobody", "KOPI", "kopi%20", "%00", "%FF", "x" * 1000, "' OR 1=1 --"):
        page.get(f"/f/{slug}", status=404)


def test_without_a_database_no_form_is_there():
    reader_of(create_app(BOOK)).get("/f/kopi", status=404)


def test_a_draft_looks_like_a_form_that_is_not_there(store):
    app = app_with(store)
    change(store, state="draft")

    assert reader_of(app).get("/f/kopi", status=404).text == (
        reader_of(app).get("/f/nobody", status=404).text
    )


@pytest.mark.slow
@each_language
def test_a_closed_form_says_so_and_still_shows_results(store, lang):
    app = app_with(store, language=lang)
    change(store, state="closed", language=lang)
    page = reader_of(app, lang)

    said = {"en": "This form is closed", "id": "Formulir ini sudah ditutup"}[lang]
    assert page.get("/f/kopi", status=410).h1 == said
    assert page.post("/f/kopi/2", LAST, status=410).h1 == said
    page.get(f"/f/kopi/r/{CODE}")


@pytest.mark.parametrize(
    ("settings", "asked", "lang"),
    [
        ({"language": "en"}, "", "en"),
        ({"language": "id"}, "?lang=en", "en"),
        ({"language": "id", "may_switch": "no"}, "?lang=en", "id"),
        ({"may_switch": "no"}, "?lang=id", "en"),
        ({}, "", "en"),
    ],
)
def test_the_form_says_which_language_its_pages_have(store, settings, asked, lang):
    page = app_with(store, **settings).test_client()
    got = page.get(f"/f/kopi{asked}", headers={"Accept-Language": "en"}).text

    assert f'<html lang="{lang}">' in got
    assert ('<nav class="lang"' in got) == (settings.get("may_switch") != "no")


@pytest.mark.slow
def test_the_forms_market_is_an_answer_as_if_it_had_been_chosen(store):
    app = app_with(store, market="indonesia")

    assert "Indonesia" in answer(reader_of(app)).texts(".given dd")
    chosen = answer(reader_of(app), "/f/kopi?market=elsewhere").texts(".given dd")
    assert "Indonesia" not in chosen
    assert BOOK.questionnaire.questions["market"].options["elsewhere"].label["id"] in chosen


def test_answers_in_the_address_are_filled_in_and_shown(store):
    page = reader_of(app_with(store)).get("/f/kopi?organisation=consumer_business&colour=red")

    assert page.chosen("organisation") == ["consumer_business"]
    assert page.texts(".notice") == []


def test_a_form_has_its_name_and_its_colours_and_the_ready_made_site_keeps_its_own(store):
    brand = {"product": "Kopi & Kata", "accent": "#aa3300"}
    app = app_with(store, brand=brand)
    page = reader_of(app).get("/f/kopi")

    assert page.title.endswith("- Kopi & Kata")
    assert page.texts(".brand") == ["Kopi & Kata"]
    [sheet] = [one for one in page.links("link") if "theme.css" in one]
    look = app.test_client().get(sheet)
    assert look.mimetype == "text/css"
    assert "--rc-accent: #aa3300" in look.text
    assert "immutable" in look.headers["Cache-Control"]
    assert "theme.css" not in reader_of(app).get("/").response.text


def test_a_logo_is_shown_and_open_to_every_site(store):
    app = app_with(store, brand={"logo": "logo.png"})
    form, logo = form_by_slug(store, "kopi"), ("image/png", b"\x89PNG\r\n\x1a\n")
    Desk(store, form.agency_id).put_form("kopi", "live", form.settings, datetime.now(UTC), logo)
    page = reader_of(app).get("/f/kopi")

    got = app.test_client().get(page.one(".brand img").attributes["src"])
    assert (got.mimetype, got.data) == ("image/png", b"\x89PNG\r\n\x1a\n")
    assert got.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


@pytest.mark.parametrize(("setting", "shown"), [("yes", True), ("no", False)])
def test_so_far_and_sharpening_are_there_if_the_form_wants_them(store, setting, shown):
    app = app_with(store, so_far=setting, sharpen=setting)

    assert bool(reader_of(app).get("/f/kopi/2").tree.css("[data-so-far]")) == shown
    result = reader_of(app).get(f"/f/kopi/r/{CODE}")
    assert bool(result.tree.css("#sharpen")) == shown


@pytest.mark.slow
@each_language
def test_the_agencys_note_stands_with_the_result_as_plain_text(store, lang):
    note = {"en": "<b>We call</b> you.\nSoon.", "id": "Kami <b>menelepon</b>.\nSegera."}
    page = reader_of(app_with(store, note=note, language=lang), lang).get(f"/f/kopi/r/{CODE}")

    assert page.texts(".notice p") == note[lang].split("\n")


@pytest.mark.slow
def test_a_form_can_be_answered_while_the_database_is_away(store):
    app = app_with(store, brand={"product": "Before"})
    begun = reader_of(app).get("/f/kopi")
    change(store, brand={"product": "After"})
    reader_of(app).get("/f/kopi")
    with store.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE form_versions RENAME TO away")

    begun.submit(FIRST)
    assert begun.texts(".brand") == ["Before"]
    assert answer(reader_of(app)).texts(".brand") == ["After"]
    reader_of(app).get("/f/another", status=503)


@pytest.mark.slow
def test_who_saw_began_and_finished_is_counted_without_a_person(store):
    app = app_with(store, time_zone="Asia/Jakarta")
    app.extensions["recommender"] = replace(
        app.extensions["recommender"], now=lambda: datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
    )
    reader_of(app).get("/f/kopi")
    answer(reader_of(app))

    form = form_by_slug(store, "kopi")
    counts = Desk(store, form.agency_id).counts("kopi")
    assert counts == {"2026-11-25": {"begun": 1, "page-2": 1, "finished": 1, "seen": 2}}


def test_a_form_is_answered_by_the_release_of_the_rules_that_it_names(store):
    app = app_with(store, rules="2026.11")
    page = reader_of(app).get("/f/kopi")

    assert "2026.11" in page.texts(".foot")[0]


@each_language
def test_a_database_that_is_away_is_said_with_when_to_come_again(tmp_path, lang):
    empty = Database(f"sqlite:///{tmp_path}/empty.db")  # without tables: every query fails
    page = reader_of(create_app(BOOK, database=empty), lang).get(f"/f/kopi?lang={lang}", status=503)

    assert page.response.headers["Retry-After"] == "5"
    page.get(f"/?lang={lang}")
    empty.close()
