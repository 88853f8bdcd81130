"""Hostile texts in the fields of the send page: stored as they were meant or refused, and inert."""

from unicodedata import normalize
from urllib.parse import quote_plus

import pytest
from forms import later
from outside import DATA
from page import form_fields
from sends import SRI, asking, at_send, desk_of, erase_address, filled

from recommender.store.database import Database

TEXTS = [
    case["send"]["form_field"]["note"]
    for case in DATA["cases"]
    if case["surface"] == "form_submit" and "note" in case["send"].get("form_field", {})
]
BYTES = [b"%zz%ff%fe", b"%ED%A0%80", b"%C0%80", b"%00", b"a%00b", b"%F0%9F%98%80" * 500]


@pytest.mark.slow
def test_hostile_texts_are_stored_as_typed_or_refused_with_everything_kept(database: Database):
    app = asking(database)
    page = at_send(app)
    assert len(TEXTS) > 10
    for number, text in enumerate(TEXTS):
        mail = f"n{number}@kopi.example"
        address, fields = filled(page, **(SRI | {"email": mail, "own-wishes": text, "name": text}))
        answer = app.test_client().post(address, data=fields)

        stored = [one for one in desk_of(database).submissions() if one.contact.email == mail]
        assert answer.status_code == (303 if stored else 422), text
        if not stored:
            page.post(address, fields, status=422)
            lines = form_fields(page.one("main form"))["own-wishes"][0].split()
            assert lines == text.split()
            continue
        meant = normalize("NFC", text).strip()
        kept = desk_of(database).submission(stored[0].id)
        assert (stored[0].contact.name, kept.context.get("wishes")) == (meant, meant)
        receipt = page.get(answer.location)
        page.get(erase_address(receipt)).get(address.replace("/send?", "/2?"))
        page.get(address)
    assert len(desk_of(database).submissions()) > 5


@pytest.mark.slow
def test_bytes_that_are_no_text_are_stored_as_some_text_or_refused(database: Database):
    app = asking(database)
    address, _ = filled(at_send(app))
    later(app, minutes=1)
    for number, raw in enumerate(BYTES):
        mail = quote_plus(f"b{number}@kopi.example").encode()
        body = b"email=" + mail + b"&consent=standard-1&own-wishes=" + raw
        answer = app.test_client().post(
            address, data=body, content_type="application/x-www-form-urlencoded"
        )

        assert answer.status_code == (422 if b"%00" in raw else 303), raw
    assert len(desk_of(database).submissions()) == 4
