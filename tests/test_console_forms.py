"""The console's pages about forms: the list, and the editor of one."""

import io

import pytest
from agencies import WHEN, live_form
from consoles import console_app, desk_of, seat_at, signed_in
from editors import EDITOR, MAIN, open_editor, save, settings_now
from page import Page, form_fields
from sqlalchemy import delete

from recommender.agency.form import FormSettings, plain
from recommender.agency.form_file import read
from recommender.console import editor
from recommender.store.audit import deeds
from recommender.store.database import Database
from recommender.store.front import logo
from recommender.store.putting import Moved
from recommender.store.tables import forms

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40
EVERYTHING = """
name: Kopi Senja
slug: kopi
state: live
language: id
market: indonesia
brand: {product: Pemandu, accent: "#1a5fb4", font: serif, radius: 4, dark: {accent: "#ffffff"}}
sites: [https://kopi.example, "http://localhost:8000"]
contact: before
contact_address: privasi@kopi.example
asks: {name: required, email: no, organisation: optional}
consent: {version: v2, id: "Saya setuju.\\nSungguh.", en: I agree.}
so_far: yes
hidden: [deal, campaign]
context:
- {id: budget, kind: one, label: {id: 'Anggaran?', en: 'Budget?'}, required: yes,
   options: [{id: low, label: {id: 'Kecil | \\ x', en: Sma|ll}}, {id: high, label: {id: B, en: C}}]}
- {id: more, kind: long, label: {id: Lainnya, en: More}}
retention_days: 30
note: {id: Halo, en: Hello}
"""


def leaves(model, above: str = "") -> set[str]:
    """Every setting that a form's file can have, an own question's by its own names."""
    found = set()
    for name, field in model.model_fields.items():
        inner = [
            one
            for one in (field.annotation, *getattr(field.annotation, "__args__", ()))
            if hasattr(one, "model_fields")
        ]
        path = f"{above}{name}"
        found |= leaves(inner[0], f"{path}.") if inner and name != "context" else {path}
    return found


def test_the_editor_has_a_field_for_every_setting_of_the_model(store: Database) -> None:
    page = open_editor(store)
    fields = {name for name in form_fields(page.one(MAIN))} | {"slug", "brand.logo"}
    own = {f"context.0.{name}" for name in editor.QUESTION}
    assert own <= fields
    assert leaves(FormSettings) - {"context"} <= fields
    assert set(editor.QUESTION) >= {"id", "kind", "required", "options"}


def test_settings_come_back_from_the_fields_as_they_were() -> None:
    settings = read("kopi.yaml", EVERYTHING.encode()).settings
    kept = plain(settings)
    assert editor.judged(editor.draft(editor.values(kept), kept)).settings == settings


@pytest.mark.slow
def test_saving_stores_a_new_version_and_says_what_changed(store: Database) -> None:
    page = open_editor(store)
    save(page, {"name": "Kopi <b>Senja</b>", "sites": "https://kopi.example\r\n\r\n"})
    assert "Saved as version 2" in page.text
    changed = page.texts(".changed li")
    assert "Name: Kopi → Kopi <b>Senja</b>" in changed
    assert "Sites that may show it: Not set → https://kopi.example" in changed
    assert settings_now(store).sites == ("https://kopi.example",)
    done = deeds(desk_of(store))[0]
    assert (done.what, done.who) == ("form_changed", "owner@studio.example")
    assert done.about == {"slug": "kopi", "version": 2}
    save(page.get(EDITOR), {})
    assert "Nothing was changed" in page.text


@pytest.mark.slow
def test_everything_wrong_is_said_at_its_field_and_everything_written_is_kept(store) -> None:
    page = open_editor(store)
    wrong = {
        "name": "",
        "sites": "kopi.example\nhttps://ok.example",
        "retention_days": "9999",
        "context.0.id": "email",
        "context.0.label.id": "<script>alert(1)</script>",
        "context.0.options": "low | Kecil | ",
        "note.en": "Hello",
    }
    save(page, wrong, status=422)
    told = {link.removeprefix("#") for link in page.links(".summary a")}
    expected = {"name", "sites", "retention_days", "context.0.id", "context.0.options", "note.id"}
    assert told >= expected | {"context.0.label.en"}
    for path in told:
        assert page.one(f"[id='{path}-error']")
    kept = form_fields(page.one(MAIN))
    for name, text in wrong.items():
        assert kept[name] == [text]
    assert settings_now(store).name == "Kopi"


@pytest.mark.slow
def test_a_colour_that_nobody_can_read_comes_with_the_nearest_that_passes(store) -> None:
    page = open_editor(store)
    save(page, {"brand.accent": "#ffcc00", "name": "Baru"}, status=422)
    take = page.one("button[name=take]").attributes["value"]
    assert take == "brand.accent=#956500"
    save(page, {"take": take})
    assert (settings_now(store).brand.accent, settings_now(store).name) == ("#956500", "Baru")


@pytest.mark.slow
def test_a_colour_from_the_picker_counts_before_its_text(store: Database) -> None:
    page = open_editor(store)
    save(page, {"brand.accent.pick": "#8a3b00"})
    assert settings_now(store).brand.accent == "#8a3b00"
    save(page.get(EDITOR), {"brand.accent": ""})
    assert settings_now(store).brand.accent is None


@pytest.mark.slow
def test_other_consent_words_need_a_new_version_which_a_button_gives(store: Database) -> None:
    page = open_editor(store)
    save(page, {"consent.en": "I agree to more."}, status=422)
    assert page.links(".summary a") == ["#consent.version"]
    save(page, {"take": page.one("button[name=take]").attributes["value"]})
    consent = settings_now(store).consent
    assert (consent.version, consent.en) == ("standard-2", "I agree to more.")


@pytest.mark.slow
def test_a_question_of_the_agencys_own_is_added_changed_and_taken_away(store: Database) -> None:
    page = open_editor(store)
    own = {"id": "budget", "label.id": "Anggaran?", "label.en": "Budget?"}
    own |= {"options": "low | Kecil | Small\nhigh | Besar | Big"}
    save(page, {f"context.1.{name}": text for name, text in own.items()})
    [question] = settings_now(store).context
    assert (question.kind, question.options[1].label.en) == ("one", "Big")
    save(page.get(EDITOR), {"context.0.required": "yes"})
    assert settings_now(store).context[0].required
    save(page.get(EDITOR), {"context.0.gone": "1"})
    assert settings_now(store).context == ()


@pytest.mark.slow
def test_what_somebody_saved_meanwhile_is_not_overwritten_unseen(store: Database) -> None:
    first = open_editor(store)
    other = Page(first.client, "en").get(EDITOR)
    save(other, {"name": "Theirs"})
    save(first, {"name": "Mine"}, status=409)
    assert settings_now(store).name == "Theirs"
    assert [text for text in first.texts("tbody td, tbody th")] == ["Name", "Theirs", "Mine"]
    save(first, {})
    assert settings_now(store).name == "Mine"


def test_of_two_who_save_the_same_version_one_is_refused(database: Database) -> None:
    live_form(database)
    desk = desk_of(database)
    desk.put_form("kopi", "live", {"name": "A"}, WHEN, seen=1)
    with pytest.raises(Moved):
        desk.put_form("kopi", "live", {"name": "B"}, WHEN, seen=1)
    with pytest.raises(Moved):
        desk.put_form("kopi", "live", {"name": "B"}, WHEN, seen=0)
    assert settings_now(database).name == "A"
    assert [one.about["version"] for one in deeds(desk)] == [2]


@pytest.mark.slow
def test_a_logo_is_taken_and_taken_away_and_what_is_none_is_refused(store: Database) -> None:
    page = open_editor(store)
    client, form = page.client, desk_of(store).form("kopi")
    assert form is not None
    svg = {"logo": (io.BytesIO(b"<svg onload='alert(1)'/>"), "x.png")}
    refused = client.post(f"{EDITOR}/logo", data=svg)
    assert refused.status_code == 422
    assert "no PNG, JPEG or WebP" in refused.get_data(as_text=True)
    large = {"logo": (io.BytesIO(PNG + b"0" * 50_000), "x.png")}
    assert client.post(f"{EDITOR}/logo", data=large).status_code == 422
    good = {"logo": (io.BytesIO(PNG), "Logo kami.png")}
    assert client.post(f"{EDITOR}/logo", data=good).status_code == 303
    assert logo(store, form.id) == ("image/png", PNG)
    assert {one.what for one in deeds(desk_of(store))[:2]} == {"form_changed", "logo_changed"}
    save(page.get(EDITOR), {"name": "Baru"})  # the logo stays
    assert logo(store, form.id) is not None
    assert client.post(f"{EDITOR}/logo", data={"gone": "1"}).status_code == 303
    assert logo(store, form.id) is None
    assert settings_now(store).brand.logo is None


@pytest.mark.slow
def test_the_settings_go_out_as_a_file_and_come_in_as_one(store: Database) -> None:
    page = open_editor(store)
    out = page.client.get(f"{EDITOR}/form.yaml")
    assert 'filename="kopi.yaml"' in out.headers["Content-Disposition"]
    again = read("kopi.yaml", out.get_data()).settings
    assert again == settings_now(store)

    def bring(text: str):
        sent = {"file": (io.BytesIO(text.encode()), "kopi.yaml"), "version": "1"}
        return page.client.post(f"{EDITOR}/form.yaml", data=sent)

    assert "this file is of the form" in bring("name: X\nslug: teh\n").get_data(as_text=True)
    refused = bring("name: X\nslug: kopi\nretention_days: 0\nstat: live\n")
    assert refused.status_code == 422
    assert "kopi.yaml:3" in refused.get_data(as_text=True)
    assert "kopi.yaml:4" in refused.get_data(as_text=True)
    assert bring(EVERYTHING).status_code == 303
    assert settings_now(store).retention_days == 30
    assert bring(EVERYTHING + "may_switch: no\n").status_code == 409


@pytest.mark.slow
def test_a_form_is_made_of_a_name_as_a_draft_that_asks_for_a_contact(store: Database) -> None:
    page = signed_in(console_app(store)).get("/console/forms")
    page.post("/console/forms", {"name": "Téh Pagi!", "slug": "", "language": "id"})
    assert page.address == "/console/forms/teh-pagi?done=made"
    made = desk_of(store).form("teh-pagi")
    assert made is not None
    assert (made.state, made.settings["contact"]) == ("draft", "after")
    page.post("/console/forms", {"name": "Lain", "slug": "teh-pagi", "language": "id"}, status=422)
    assert "has a form “teh-pagi” already" in page.text
    page.post("/console/forms", {"name": "", "slug": "A b", "language": "xx"}, status=422)
    assert {"#name", "#slug", "#language"} <= set(page.links(".summary a"))
    live_form(store, "susu", "other")
    page.post("/console/forms", {"name": "Susu", "slug": "susu", "language": "id"}, status=422)
    assert "another agency has a form" in page.text


@pytest.mark.slow
def test_an_agency_without_forms_is_told_how_to_make_one(store: Database) -> None:
    app = console_app(store)
    live_form(store, "teh", "other")
    seat_at(desk_of(store, "teh"), "ani@other.example", "owner")
    with store.writing() as connection:
        connection.execute(delete(forms).where(forms.c.slug == "teh"))
    page = signed_in(app, "ani@other.example").get("/console/forms")
    assert "no form yet" in page.one(".empty").text()


OWNERS_ONLY = [
    "/console/forms",
    EDITOR,
    f"{EDITOR}/logo",
    f"{EDITOR}/form.yaml",
    f"{EDITOR}/sites",
]
PAGES = [EDITOR, f"{EDITOR}/form.yaml", f"{EDITOR}/preview", f"{EDITOR}/embed"]
PAGES += [f"{EDITOR}/invitations"]


def test_a_member_reads_settings_and_changes_none(store: Database) -> None:
    page = open_editor(store, "member@studio.example")
    assert page.tree.css("main form") == []
    assert "Days until everything is erased" in page.text
    for address in OWNERS_ONLY:
        assert page.client.post(address, data={"name": "X"}).status_code == 403
    assert settings_now(store).name == "Kopi"


@pytest.mark.slow
def test_another_agencys_form_is_not_there(store: Database) -> None:
    app = console_app(store)
    live_form(store, "teh", "other")
    seat_at(desk_of(store, "teh"), "owner@other.example", "owner")
    client = signed_in(app, "owner@other.example").client
    for address in (*PAGES, *OWNERS_ONLY[1:], f"{EDITOR}/invitations/table"):
        method = client.get if address in PAGES else client.post
        there, nowhere = method(address), method(address.replace("kopi", "never-made"))
        said = there.get_data(as_text=True).replace("kopi", "never-made")
        assert (there.status_code, said) == (404, nowhere.get_data(as_text=True)), address
    assert client.get("/console/forms/%00").status_code == 404
