"""The send page and the receipt: what is sent is stored once, and nothing written is lost."""

import json
import logging
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from agencies import live_form
from forms import BOOK, CODE, app_with, later, reader_of
from page import form_fields
from profiles import PLAIN
from results import each_language
from sends import ASKING, OWN, SRI, asking, at_send, desk_of, filled, only_one, press
from sqlalchemy import func, select

from recommender.i18n import words
from recommender.store import records
from recommender.store.tables import documents

T = words("en")


@pytest.mark.slow
def test_what_is_sent_is_stored_with_contact_consent_and_the_same_document(database):
    app = asking(database, language="id")
    shown = at_send(app, "id", "?ref=P-12&campaign=spring&other=x")
    press(shown, **SRI, **OWN)

    stored = only_one(database)
    contact = stored.listed.contact
    assert (contact.name, contact.email, contact.organisation) == ("Sri", SRI["email"], None)
    assert (stored.listed.ref, stored.hidden) == ("P-12", {"campaign": "spring"})
    assert stored.context == {"budget": "low", "tools": ["low", "high"], "wishes": "satu\ndua"}
    assert stored.document == app.test_client().get(f"/f/kopi/r/{CODE}.json").data
    assert stored.consent.version == "standard-1"
    assert stored.consent.text.startswith("Saya setuju")
    assert (stored.lang, stored.code, stored.seconds) == ("id", CODE, 30)
    first = json.loads(stored.document)["ranking"][0]["type"]
    assert stored.listed.first == (first,)


@pytest.mark.slow
def test_people_with_the_same_answers_share_a_document_within_one_version_of_the_program(
    store, monkeypatch
):
    app = asking(store)

    def documents_after(email: str) -> int:
        press(at_send(app), **(SRI | {"email": email}))
        with store.reading() as connection:
            return connection.execute(select(func.count()).select_from(documents)).scalar_one()

    assert [documents_after(email) for email in ("sri@kopi.example", "budi@kopi.example")] == [1, 1]
    monkeypatch.setattr(records, "__version__", "after an update")
    assert documents_after("ana@kopi.example") == 2


@pytest.mark.slow
def test_a_receipt_says_what_went_where_and_gives_the_way_back(store):
    page = press(at_send(asking(store), "en"), **SRI)

    assert page.h1 == T("sent_title", agency="Studio")
    assert page.texts(".bullets li") == [T("part_answers"), T("part_name"), T("part_email")]
    assert T("sent_close") in page.text
    assert page.one("[data-address]").attributes["data-address"] == page.links(".address a")[0]
    page.follow(T("sent_result"))
    assert page.address.startswith(f"/f/kopi/r/{CODE}")


@pytest.mark.slow
def test_the_same_send_pressed_again_leads_to_the_same_receipt_even_days_later(database):
    app = asking(database)
    page = at_send(app)
    address, fields = filled(page, **SRI)
    receipt = page.post(address, fields).address
    for time in ({"minutes": 1}, {"days": 3}):
        later(app, **time)
        assert page.post(address, fields).address == receipt
        assert page.get(receipt).h1 == page.post(address, fields).h1

    assert only_one(database).listed.revision == 1


@pytest.mark.slow
def test_presses_at_the_same_moment_store_one_and_lead_to_one_receipt(database):
    app = asking(database)
    address, fields = filled(at_send(app), **SRI)

    def once(_: int) -> tuple[int, str]:
        answer = app.test_client().post(address, data=fields)
        return answer.status_code, answer.location

    with ThreadPoolExecutor(4) as pool:
        found = set(pool.map(once, range(12)))
    assert [status for status, _ in found] == [303]
    only_one(database)


@pytest.mark.slow
def test_what_is_corrected_and_sent_again_is_stored_beside_it(database):
    page = at_send(asking(database), "en")
    address, fields = filled(page, **SRI)
    page.post(address, fields)
    first = page.address
    page.post(address, fields | {"name": "Sri Rahayu"})

    assert page.address != first
    assert sorted(one.revision for one in desk_of(database).submissions()) == [1, 2]


@pytest.mark.slow
def test_a_receipt_does_not_tell_whether_the_address_has_sent_before(store):
    app = asking(store)
    first = press(at_send(app, "en"), **SRI).text
    page = at_send(app, "en")
    later(app, minutes=2)
    second = press(page, **SRI | {"name": "Somebody"}).text

    assert sorted(one.revision for one in desk_of(store).submissions()) == [1, 2]
    assert _lines(first) == _lines(second)


def _lines(text: str) -> str:
    """A receipt's text without its time and its erase link, which are its own."""
    return re.sub(r"Sent on .*? at [\d:.]+|/erase/[0-9a-f]+", "", text)


@each_language
def test_everything_that_is_wrong_is_said_at_once_and_nothing_written_is_lost(store, lang):
    written = {
        "name": '"><i>Sri</i>',
        "email": "sri@",
        "own-wishes": "dua\u0000",
        "own-budget": "x",
    }
    page = press(at_send(asking(store, language=lang), lang), 422, **written)

    w = words(lang)
    wishes, budget = {"id": ("Harapan", "Anggaran"), "en": ("Wishes", "Budget")}[lang]
    assert page.texts("#problems li") == [
        w("unsent_email"),
        w("unsent_option", label=budget),
        w("unsent_letters", label=wishes),
        w("unsent_consent", agency="Studio"),
    ]
    kept = form_fields(page.one("main form"))
    assert (kept["name"], kept["email"]) == ([written["name"]], ["sri@"])
    assert page.title.startswith(w("title_error", title="").strip())
    assert desk_of(store).submissions() == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("email", "", "unsent_required"),
        ("email", f"{'a' * 250}@kopi.example", "unsent_long"),
        ("email", "sri kopi@example.com", "unsent_email"),
        ("name", "a" * 201, "unsent_long"),
        ("name", "Sri\nSri", "unsent_letters"),
        ("name", "\u202etxt", "unsent_letters"),
        ("own-wishes", "é" * 501, "unsent_long"),
        ("own-budget", ["low", "high"], "unsent_option"),
        ("consent", "standard-0", "unsent_consent"),
    ],
)
def test_a_field_that_cannot_be_used_is_named(store, field, value, problem):
    page = press(at_send(asking(store), "en"), 422, **(SRI | {field: value}))

    [said] = page.texts("#problems li")
    beginning = words("en").parts(problem)[0][0]
    assert said.startswith(beginning)
    assert desk_of(store).submissions() == []


@pytest.mark.slow
def test_text_of_the_greatest_length_in_any_script_is_taken(database):
    name, wishes = "\u0065\u0301" * 200, "ꦱ" * 500
    press(at_send(asking(database)), **(SRI | {"name": name, "own-wishes": wishes}))

    stored = only_one(database)
    assert (stored.listed.contact.name, stored.context) == ("é" * 200, {"wishes": wishes})


@pytest.mark.slow
def test_a_required_question_of_the_agency_must_be_answered(store):
    page = at_send(asking(store, context=[ASKING["context"][0] | {"required": "yes"}]), "en")

    assert press(page, 422, **SRI).texts("#problems li") == [T("unsent_choose", label="Budget")]
    press(page, **SRI, **{"own-budget": "high"})
    assert only_one(store).context == {"budget": "high"}


@pytest.mark.slow
@pytest.mark.parametrize("embed", ["", "&embed=1"])
def test_no_contact_stands_in_an_address_a_log_or_a_message(store, caplog, embed):
    caplog.set_level(logging.DEBUG)
    site = "https://studio.example"
    app = asking(store, sites=[site])
    page = press(at_send(app, query=f"?email=x@y.id{embed}", sites=[site]), **SRI)

    assert [address for _, address in page.trail if "kopi.example" in address] == []
    assert "kopi.example" not in caplog.text
    said = page.one("body").attributes.get("data-message")
    sent = {"type": "rc:submit", "submission": only_one(store).listed.id, "code": CODE}
    assert json.loads(said or "{}") == (sent if embed else {})
    assert "Sri" not in page.response.text


@pytest.mark.slow
def test_a_form_can_ask_for_contact_before_it_shows_the_result(store):
    app = asking(store, contact="before")
    page = reader_of(app, "en").get("/f/kopi")
    for number in (1, 2, 3):
        asked = BOOK.questionnaire.pages[number - 1].questions
        page.submit({name: PLAIN[name] for name in asked if name in PLAIN})
    assert page.address.startswith("/f/kopi/send?")
    later(app, minutes=2)
    press(page, **SRI)

    assert only_one(store).code == CODE
    page.follow(T("sent_result"))
    assert page.address.startswith(f"/f/kopi/r/{CODE}")


def test_a_form_that_asks_for_no_contact_has_nothing_to_send(store):
    page = reader_of(app_with(store, language="en"), "en").get(f"/f/kopi/r/{CODE}")

    assert T("send_to", agency="Studio") not in page.text
    page.get(f"/f/kopi/send?a={CODE}", status=404)
    page.post(f"/f/kopi/send?a={CODE}", SRI, status=404)


@pytest.mark.slow
def test_answers_that_are_not_whole_are_completed_first(store):
    page = reader_of(asking(store), "en").get("/f/kopi/send")

    assert page.address.startswith("/f/kopi/?")


@pytest.mark.slow
def test_a_receipt_that_we_did_not_sign_or_of_another_form_is_not_found(store):
    page = press(at_send(asking(store)), **SRI)
    path = urlsplit(page.address).path
    live_form(store, "teh", "other", **ASKING)

    page.get(path.replace("/kopi/", "/teh/"), status=404)
    other = "A" if path[-9] != "A" else "B"  # the last letter holds bits that say nothing
    page.get(f"{path[:-9]}{other}{path[-8:]}", status=404)


@pytest.mark.slow
def test_sends_are_counted_by_the_day_of_the_form_without_a_person(store):
    app = asking(store, time_zone="Asia/Jayapura")
    page = at_send(app)
    address, fields = filled(page, **SRI)
    for _ in range(2):
        page.post(address, fields)

    then = app.extensions["recommender"].now() + timedelta(hours=9)
    assert desk_of(store).counts("kopi")[then.date().isoformat()]["sent"] == 1
