"""A form's file: what it may hold, what is refused and where, and that it comes back the same."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.agency import changes
from recommender.agency.brand import Brand, media_of
from recommender.agency.findings import FormFileError
from recommender.agency.form import (
    Consent,
    ContextOption,
    ContextQuestion,
    FormSettings,
    Note,
    plain,
    settings_of,
)
from recommender.agency.form_file import read, to_yaml
from recommender.agency.written import is_email, written
from recommender.store.records import FormRecord

MINIMAL = "name: Kopi Senja\nslug: kopi\n"
WHEN = datetime(2026, 11, 24, tzinfo=UTC)


def of(text: str) -> FormSettings:
    return read("kopi.yaml", text.encode()).settings


def refused(text: str, lang: str = "en") -> list[str]:
    with pytest.raises(FormFileError) as caught:
        of(text)
    return [finding.text(lang) for finding in caught.value.findings]


@pytest.mark.slow
def test_a_name_and_a_slug_are_enough():
    made = of(MINIMAL)

    assert (made.name, made.slug, made.state) == ("Kopi Senja", "kopi", "draft")
    assert (made.contact, made.so_far, made.sharpen) == ("off", False, True)
    assert (made.retention_days, made.time_zone) == (180, "Asia/Jakarta")


def test_everything_can_be_set():
    made = of(
        """
name: Kopi Senja
slug: kopi
state: live
language: id
may_switch: no
market: indonesia
rules: shipped
time_zone: Asia/Makassar
brand: {product: Pemandu Kopi, accent: "#1A5FB4", font: serif, radius: 4, scheme: auto,
  dark: {accent: "#fff"}}
sites: [https://kopi.example, "https://kopi.example:8443", "http://localhost:8000"]
contact: before
asks: {name: required, email: no, organisation: optional}
contact_address: privasi@kopi.example
consent: {version: v2, id: Saya setuju., en: I agree.}
so_far: yes
sharpen: no
hidden: [deal, campaign]
context:
- {id: budget, kind: one, label: {id: Anggaran?, en: Budget?}, required: yes,
   options: [{id: low, label: {id: Kecil, en: Small}}, {id: high, label: {id: Besar, en: Big}}]}
- {id: more, kind: long, label: {id: Lainnya, en: More}}
retention_days: 30
note: {id: "Baris satu\\nbaris dua", en: Thanks}
"""
    )

    assert made.brand.accent == "#1a5fb4"
    assert made.brand.dark.accent == "#ffffff"
    assert (made.may_switch, made.so_far, made.sharpen) == (False, True, False)
    assert made.context[0].required
    assert [option.id for option in made.context[0].options] == ["low", "high"]
    assert made.note.said("id") == "Baris satu\nbaris dua"
    assert of(to_yaml(made)) == made


REFUSED = [
    ("slug: K", "“K” cannot be used here"),
    ("slug: ko_pi", "“ko_pi” cannot be used here"),
    ("stat: live", "did you mean “state”?"),
    ("state: open", "“open” is not possible for “state”"),
    ("language: fr", "use one of: browser, id, en"),
    ("so_far: perhaps", "use one of: yes, no"),
    ("market: indonesa", "did you mean “indonesia”?"),
    ("rules: 2026.1", "there are no rules “2026.1”; did you mean"),
    ("time_zone: Asia/Jakata", "did you mean “Asia/Jakarta”?"),
    ("brand: {accent: red}", "“red” is no colour"),
    ("brand: {radius: 25}", "“25” must be a whole number from 0 to 24"),
    ("brand: {font: Comic}", "use one of: system, humanist"),
    ('brand: {accent: "#ffcc00"}', "use #956500, which passes 4.5:1"),
    ('brand: {dark: {ink: "#333"}}', "in the dark scheme"),
    ("sites: [kopi.example]", "use https://kopi.example"),
    ("sites: [http://kopi.example/page]", "use https://kopi.example"),
    ("sites: [https://KOPI.example]", "use https://kopi.example"),
    ("sites: ['https://kopi.example:443']", "use https://kopi.example"),
    ("sites: ['*']", "“*” is no address of a site"),
    ("sites: ['https://*.kopi.example']", "is no address of a site"),
    ("sites: ['https://kopi.example; script-src *']", "is no address of a site"),
    ("sites: ['https://kopi.example:70000']", "is no address of a site"),
    ("sites: ['data:text/html,x']", "is no address of a site"),
    ("sites: ['null']", "is no address of a site"),
    ("sites: [https://a.example, https://a.example]", "stands here twice"),
    ("contact: sometimes", "use one of: off, after, before"),
    ("contact: after\nasks: {name: no, email: no}", "asks for nothing"),
    ("contact_address: kopi", "nobody can be reached at “kopi”"),
    ("contact_address: http://kopi.example", "a page that begins with https://"),
    ("contact_address: 'javascript:alert(1)'", "nobody can be reached"),
    ("contact_address: 'https://kopi.example/\"><i>'", "nobody can be reached"),
    ("contact_address: '+62'", "nobody can be reached"),
    ("hidden: [email]", "the name of a contact detail"),
    ("hidden: [ref]", "used by the product"),
    ("hidden: [t]", "is too short"),
    ("hidden: [pace]", "“pace” is a question of the questionnaire already"),
    ("hidden: [k11, k12, k13, k14, k15, k16, k17, k18, k19, k20]", "keep 9 at most"),
    ("retention_days: 731", "“731” must be a whole number from 1 to 730"),
    ("retention_days: 0", "from 1 to 730"),
    ("note: {id: Halo}", "“en” is missing"),
    ('consent: {version: "1", id: "a\\u202eb", en: x}', "letters that nobody sees"),
    ('note: {id: "a\\tb", en: x}', "letters that nobody sees"),
    ("context: [{id: budget, kind: one, label: {id: a, en: b}}]", "at least two options"),
    (
        "context: [{id: memo, kind: short, label: {id: a, en: b}, "
        "options: [{id: x, label: {id: a, en: b}}]}]",
        "is answered in words",
    ),
    ("context: nothing", "“context” must be a list"),
]


@pytest.mark.parametrize(("setting", "said"), REFUSED, ids=[one for one, _ in REFUSED])
def test_a_wrong_setting_is_refused_at_its_line_with_what_to_do(setting, said):
    lines = MINIMAL if not setting.startswith("slug") else "name: Kopi Senja\n"
    problems = refused(lines + setting + "\n")

    at = lines.count("\n") + 1
    assert len(problems) == 1
    assert problems[0].startswith(f"kopi.yaml:{at}: ")
    assert said in problems[0]
    [in_indonesian] = refused(lines + setting + "\n", "id")
    assert in_indonesian != problems[0]


def test_all_problems_come_at_once():
    problems = refused("slug: K\nbrand:\n  accent: red\n  radius: 99\nretention_days: 0\n")

    assert [line.split(": ")[0] for line in problems] == [
        f"kopi.yaml:{line}" for line in (1, 1, 3, 4, 5)
    ]


@pytest.mark.parametrize("text", ["", "- a\n", "kopi", "a: [", "\xff"])
def test_what_is_no_form_at_all_is_refused(text):
    assert len(refused(text)) >= 1


LINES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40).filter(
    lambda text: written(text) == text and text
)
PARAGRAPHS = st.lists(LINES, min_size=1, max_size=3).map("\n".join)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(LINES, PARAGRAPHS, LINES, st.integers(1, 730), st.booleans())
def test_settings_come_back_from_yaml_as_they_were(name, note, label, days, so_far):
    made = FormSettings(
        name=name,
        slug="kopi",
        so_far=so_far,
        retention_days=days,
        note=Note(id=note, en=name),
        consent=Consent(version=label, id=note, en=note),
        hidden=("deal",),
        sites=("https://kopi.example",),
        context=(
            ContextQuestion(
                id="budget",
                kind="many",
                label={"id": label, "en": label},
                options=(
                    ContextOption(id="no", label={"id": label, "en": label}),
                    ContextOption(id="yes", label={"id": name, "en": label}),
                ),
            ),
        ),
    )

    assert of(to_yaml(made)) == made
    record = FormRecord("1", "2", "Studio", "kopi", "draft", 1, plain(made))
    assert settings_of(record) == made


def test_the_state_of_now_counts_for_whoever_began_earlier():
    record = FormRecord("1", "2", "Studio", "kopi", "closed", 1, plain(of(MINIMAL)))

    assert settings_of(record).state == "closed"


def test_what_is_different_is_named_by_its_place():
    old = of(MINIMAL + "hidden: [deal]\n")
    new = of(MINIMAL + 'brand: {accent: "#1a5fb4"}\nsites: [https://kopi.example]\n')

    assert changes.changes(old, new) == [
        ("hidden", "deal", ""),
        ("brand.accent", "", "#1a5fb4"),
        ("sites", "", "https://kopi.example"),
    ]
    assert changes.changes(old, old) == []
    assert changes.changes(None, of(MINIMAL)) == []
    assert changes.changes(None, of(MINIMAL + "state: live\n")) == [("state", "draft", "live")]


def test_other_words_of_consent_need_another_version():
    old = of(MINIMAL)
    text = "consent: {id: Ya, en: Yes, version: %s}\n"

    assert changes.consent_reworded(old, of(MINIMAL + text % "standard-1"))
    assert not changes.consent_reworded(old, of(MINIMAL + text % "standard-2"))
    assert not changes.consent_reworded(None, of(MINIMAL + text % "standard-1"))
    assert [changes.next_version(one) for one in ("standard-1", "9", "v")] == [
        "standard-2",
        "10",
        "v-2",
    ]


@pytest.mark.parametrize(
    ("content", "media"),
    [
        (b"\x89PNG\r\n\x1a\n...", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"RIFF\n\0\0\0WEBPVP8 ", "image/webp"),
        (b"<svg xmlns=...", None),
        (b"GIF89a", None),
        (b"RIFF\0\0\0\0WAVE", None),
        (b"", None),
    ],
)
def test_a_logo_is_known_by_its_bytes(content, media):
    assert media_of(content) == media


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("  Sri  ", "Sri"),
        ("e\u0301", "\xe9"),
        ("a\tb", None),
        ("a\x00b", None),
        ("a\nb", None),
        ("\ud800", None),
        ("a\u202eb", None),
        ("👩\u200d🍳 kopi", "👩\u200d🍳 kopi"),
    ],
)
def test_text_is_composed_and_free_of_what_nobody_writes(raw, kept):
    assert written(raw) == kept


def test_a_text_may_have_lines_where_it_is_asked_for():
    assert written("a\r\nb", lines=True) == "a\nb"
    assert written("a\rb", lines=True) is None


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("sri@kopi.example", True),
        ("s.r+i@a-b.co.id", True),
        ("sri@kopi", False),
        ("sri@@kopi.example", False),
        ("sri kopi@x.example", False),
        ("a@b.example\nBcc: c@d.example", False),
        ("a" * 65 + "@b.example", False),
        ("", False),
    ],
)
def test_an_address_is_judged_by_its_form(text, good):
    assert is_email(text) is good


def test_values_of_a_program_are_taken_as_those_of_a_file():
    assert Brand(radius=4).radius == 4
    assert FormSettings(name="a", slug="abc", so_far=True, retention_days=7).so_far
