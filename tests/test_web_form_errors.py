"""Error pages below a form: they are the form's, in its look and language, and lead back to it."""

import pytest
from forms import CODE, app_with, change, later, reader_of
from sends import ASKING, SRI, asking, at_send, desk_of, press

from recommender.i18n import words

BRAND = {"product": "Kanal untuk Kopi", "accent": "#8a3b00"}
T = words("en")


@pytest.mark.slow
@pytest.mark.parametrize(
    "address", ["/nothing", "/nothing/of/the/kind?embed=1", "/r/wrong", "/erase/wrong", "/compare"]
)
def test_an_error_below_a_form_has_its_brand_and_leads_back_to_it(store, address):
    page = reader_of(app_with(store, brand=BRAND, language="en"), "en")
    page.get(f"/f/kopi{address}", status=404)

    assert page.title.endswith(BRAND["product"])
    assert [one for one in page.links("link") if one.startswith("/f/kopi/theme.css")]
    inside = [to for to in page.links("a[href]") if not to.startswith("#")]
    assert inside
    assert all(to.startswith("/f/kopi") for to in inside)


def test_another_language_of_an_error_page_is_that_of_the_form(store):
    page = reader_of(app_with(store, brand=BRAND, language="en"), "en")
    page.get("/f/kopi/nothing", status=404).follow("Indonesia")

    assert page.address.startswith("/f/kopi/?")
    assert page.title.endswith(BRAND["product"])


@pytest.mark.parametrize("method", ["put", "delete", "post"])
def test_a_request_of_the_wrong_kind_below_a_form_is_told_in_its_look(store, method):
    client = app_with(store, brand=BRAND, language="en").test_client()
    answer = getattr(client, method)("/f/kopi/guide")

    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    assert BRAND["product"] in answer.text
    assert T("form_stale") not in answer.text


@pytest.mark.slow
def test_what_cannot_be_sent_yet_keeps_the_brand(store):
    app = asking(store, brand=BRAND)
    page = at_send(app, "en")
    press(page, 422, **SRI | {"email": "?"})

    assert page.title.endswith(BRAND["product"])


@pytest.mark.slow
def test_a_database_that_is_away_is_said_in_the_look_of_the_form(store):
    page = reader_of(asking(store, brand=BRAND), "en").get("/f/kopi")
    with store.writing() as connection:
        for table in ("submissions", "forms"):
            connection.exec_driver_sql(f"ALTER TABLE {table} RENAME TO {table}_away")
    page.get("/f/kopi/erase/any", status=503)

    assert page.title == T("title", page=T("error_503_title"), product=BRAND["product"])


@pytest.mark.parametrize("slug", ["kopi", "none", "kopi-"])
def test_the_brand_of_a_form_that_nobody_can_open_is_not_shown(store, slug):
    app = app_with(store, brand=BRAND, language="en")
    change(store, state="draft", brand=BRAND)
    page = reader_of(app, "en").get(f"/f/{slug}/nothing?lang=en", status=404)

    assert BRAND["product"] not in page.title
    assert not [one for one in page.links("link") if "theme" in one]


def test_a_closed_form_that_lacks_a_page_says_that_it_lacks_it(store):
    app = app_with(store, brand=BRAND, **ASKING)
    change(store, state="closed", brand=BRAND, **ASKING)
    later(app, minutes=1)
    page = reader_of(app, "en").get("/f/kopi/nothing", status=404)

    assert page.h1 == T("error_404_title")
    assert page.title.endswith(BRAND["product"])
    page.get(f"/f/kopi/send?a={CODE}", status=410)
    assert desk_of(store).submissions() == []
