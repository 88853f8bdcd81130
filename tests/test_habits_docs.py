"""Statements on privacy and accessibility: complete, and the same on page and paper."""

import re
from pathlib import Path

from flask import Flask
from forms import reader_of
from results import each_language
from sends import asking

from recommender.agency.form import FormSettings
from recommender.i18n import words
from recommender.store import mails, outbox, replies, team
from recommender.store.tables import metadata
from recommender.web.reading import ACCESSIBILITY

DOCS = Path(__file__).resolve().parent.parent / "docs"
PRIVACY = {lang: (DOCS / f"privacy{end}.md").read_text("utf-8") for lang, end in
           (("en", ""), ("id", ".id"))}  # fmt: skip


@each_language
def test_every_table_stands_in_the_statement_on_privacy_with_how_long_it_is_kept(lang):
    rows = re.findall(r"^\| [^|]+ \| (`[^|]+`) \| [^|]+ \|$", PRIVACY[lang], re.M)
    named = [name for row in rows for name in re.findall(r"`(\w+)`", row)]

    assert sorted(named) == sorted(metadata.tables)


@each_language
def test_how_long_the_statement_says_is_how_long_it_is(lang):
    kept = FormSettings.model_fields["retention_days"].default

    assert f"180 {'unless set' if lang == 'en' else 'jika tidak diatur'}" in PRIVACY[lang]
    assert (kept, outbox.KEPT.days, mails.KEPT.days, replies.KEPT.days) == (180, 30, 30, 1)
    assert team.PASS_DAYS == 7


@each_language
def test_a_form_says_what_is_added_to_data_and_what_stays_of_it(store, lang):
    app: Flask = asking(store, language=lang)
    page = reader_of(app, lang).get("/f/kopi").follow(words(lang)("privacy"))

    for key in ("privacy_added", "privacy_after"):
        assert words(lang)(key, agency="Studio") in page.text


@each_language
def test_page_and_document_say_the_same_of_accessibility(app: Flask, lang: str):
    w, end = words(lang), {"en": "", "id": ".id"}[lang]
    text = (DOCS / f"accessibility{end}.md").read_text("utf-8")
    page = reader_of(app, lang).get(f"/?lang={lang}").follow(w("accessibility"))
    points = [one for ones in ACCESSIBILITY.values() for one in ones]
    said = ("lead", "status", "status_text", "covers", "tell", "tell_text")

    assert page.h1 == w("accessibility")
    for key in (*(f"a11y_{one}" for one in said), *ACCESSIBILITY, *points):
        assert w(key) in page.text
        assert w(key) in text
    assert len(page.texts("main li")) == len(points) == len(re.findall("^- ", text, re.M))


@each_language
def test_every_page_of_a_form_leads_to_the_statement_on_accessibility(store, lang):
    page = reader_of(asking(store, language=lang), lang).get("/f/kopi")

    page.follow(words(lang)("accessibility"))
    assert page.address.startswith("/f/kopi/accessibility?")
