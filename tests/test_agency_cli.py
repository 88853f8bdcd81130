"""`recommender agency` and `recommender db`: an agency's way from its first form to its leaving."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from agencies import live_form, sending
from click.testing import CliRunner, Result
from databases import set_up
from test_theme import contrast

from recommender.agency.form import settings_of
from recommender.agency.rulebooks import rulebook_called
from recommender.cli import main
from recommender.engine.code import decode
from recommender.i18n import LANGUAGES, words
from recommender.store import front, migrations, team
from recommender.store.database import Database, hashed, now
from recommender.store.desk import Desk, agency_by_slug

PNG = b"\x89PNG\r\n\x1a\nfirst"
LIVE = "name: Kopi Senja\nslug: kopi\nstate: live\nlanguage: en\n"


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch) -> Path:
    """A folder of one's own, an English terminal, and a public address."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("RECOMMENDER_ADDRESS", "https://forms.example")
    return folder


@pytest.fixture
def store(tmp_path, monkeypatch) -> Iterator[Database]:
    """A database that the commands use too."""
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/test.db")
    with closing(Database(f"sqlite:///{tmp_path}/test.db")) as made:
        set_up(made)
        yield made


@pytest.fixture
def studio(store: Database) -> Desk:
    """The desk of an agency with the live form of LIVE."""
    done("create", "studio-rame", "--name", "Studio Rame")
    put(LIVE)
    record = agency_by_slug(store, "studio-rame")
    assert record is not None
    return Desk(store, record.id)


def invoke(*arguments: object) -> Result:
    result = CliRunner().invoke(main, [*map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    return result


def done(*arguments: object) -> str:
    result = invoke("agency", *arguments)
    assert (result.exit_code, result.stderr) == (0, ""), result.output
    return result.stdout


def refused(*arguments: object) -> list[str]:
    result = invoke("agency", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    return result.stderr.splitlines()


def put(text: str, *options: str) -> str:
    Path("form.yaml").write_text(text, "utf-8")
    return done("form-put", "studio-rame", "form.yaml", *options)


def not_put(text: str) -> list[str]:
    Path("form.yaml").write_text(text, "utf-8")
    return refused("form-put", "studio-rame", "form.yaml")


def shown(*arguments: object) -> object:
    """What a command prints, as any reader of YAML takes it."""
    return yaml.load(done(*arguments), Loader=yaml.BaseLoader)


@pytest.mark.slow
def test_an_agency_is_made_and_found_again(store):
    assert "form-put studio-rame FILE" in done("create", "studio-rame", "--name", " Studio Rame ")

    assert shown("list") == [{"agency": "studio-rame", "name": "Studio Rame"}]
    assert "already" in refused("create", "studio-rame", "--name", "Other")[0]
    assert len(refused("create", "No", "--name", "\t")) == 2
    near = "There is no agency “studio-ram”; `recommender agency list` shows them."
    assert refused("show", "studio-ram") == [f"{near} Did you mean “studio-rame”?"]


@pytest.mark.slow
def test_members_come_and_go(studio):
    done("member", "studio-rame", "Sri@Kopi.example", "--name", "Sri", "--role", "owner")

    assert shown("show", "studio-rame")["members"] == [
        {"email": "sri@kopi.example", "name": "Sri", "role": "owner"}
    ]
    assert "already" in refused("member", "studio-rame", "sri@kopi.example", "--name", "S")[0]
    assert len(refused("member", "studio-rame", "sri")) == 2
    again = done("password", "studio-rame", "SRI@kopi.example")
    token = again.split("/console/password/")[1].strip()
    assert team.holder(studio.database, token, now())
    assert "no member" in refused("password", "studio-rame", "ani@kopi.example")[0]
    done("member", "studio-rame", "sri@kopi.example", "--remove")
    assert team.team(studio) == []
    assert "no member" in refused("member", "studio-rame", "sri@kopi.example", "--remove")[0]


@pytest.mark.slow
def test_a_form_that_was_printed_is_taken_back_unchanged(studio):
    printed = done("form-get", "studio-rame", "kopi")

    assert "nothing is different" in put(printed)
    assert done("form-get", "studio-rame", "kopi") == printed
    assert studio.form("kopi").version == 1


@pytest.mark.slow
def test_a_change_is_a_new_version_and_is_told(studio):
    said = put(LIVE + 'brand: {accent: "#7a1f4f"}\nretention_days: 30\n')

    assert "  brand.accent: #7a1f4f\n" in said
    assert "  retention_days: 180 → 30\n" in said
    assert "It answers at https://forms.example/f/kopi" in said
    assert studio.form("kopi").version == 2
    began = front.form_at(studio.database, studio.form("kopi").id, 1)
    assert settings_of(began).retention_days == 180
    assert shown("form-list", "studio-rame")[0]["version"] == "2"


def test_a_change_can_be_looked_at_without_making_it(studio):
    assert "  state: live → closed" in put(LIVE.replace("live", "closed"), "--check")

    assert studio.form("kopi").state == "live"


@pytest.mark.slow
def test_an_unreadable_colour_is_refused_and_the_offered_one_is_taken(studio):
    [said] = not_put(LIVE + 'brand: {accent: "#ffcc00", scheme: light}\n')

    assert said.startswith("form.yaml:5: accent #ffcc00 on surface #f4f6f4 has a contrast of 1.39")
    offered = said.partition("; use ")[2][:7]
    assert contrast(offered, "#ffffff") >= 4.5
    assert offered in put(LIVE + f'brand: {{accent: "{offered}", scheme: light}}\n')


def test_all_problems_of_a_file_come_at_once_in_the_language_asked_for(studio):
    Path("form.yaml").write_text("name: Kopi\nslug: K\nstate: open\ncolour: red\n")

    problems = refused("form-put", "studio-rame", "form.yaml", "--lang", "id")

    assert [line[:12] for line in problems] == [f"form.yaml:{line}:" for line in (2, 3, 4)]
    assert "gunakan salah satu" in problems[1]
    assert refused("form-put", "studio-rame", "none.yaml") == [
        "none.yaml: No such file or directory."
    ]


@pytest.mark.slow
def test_a_logo_stands_beside_the_file_and_is_kept_when_the_form_comes_back(studio, here):
    branded = LIVE + "brand: {logo: pictures/our logo.png}\n"
    assert "no file “pictures/our logo.png”" in not_put(branded)[0]
    (here / "pictures").mkdir()
    logo = here / "pictures" / "our logo.png"
    for content, said in ((b"<svg/>", "no PNG"), (PNG + bytes(50_000), "50013 bytes")):
        logo.write_bytes(content)
        assert said in not_put(branded)[0]
    logo.write_bytes(PNG)
    put(branded)

    kept = studio.form("kopi")
    assert front.logo(studio.database, kept.id) == ("image/png", PNG)
    assert settings_of(kept).brand.logo == "kopi.png"
    assert "nothing is different" in put(done("form-get", "studio-rame", "kopi"))
    assert front.logo(studio.database, kept.id) == ("image/png", PNG)
    assert "brand.logo: no longer kopi.png" in put(LIVE)
    assert front.logo(studio.database, kept.id) is None


def test_other_words_of_consent_need_another_version(studio):
    text = LIVE + "consent:\n  id: Ya.\n  en: Yes.\n  version: standard-1\n"

    [said] = not_put(text)

    assert said.startswith("form.yaml:5: ")
    assert "such as “standard-2”" in said
    put(text.replace("standard-1", "standard-2"))


def test_a_slug_of_another_agency_is_refused(studio):
    live_form(studio.database, slug="batik", agency="other")

    [said] = not_put("name: Batik\nslug: batik\n")

    assert said.startswith("form.yaml:2: another agency has a form “batik”")
    assert "no form “batik”" in refused("form-get", "studio-rame", "batik")[0]


@pytest.mark.slow
def test_an_invitation_brings_a_link_and_words_and_the_answers_that_are_known(studio):
    printed = shown(
        *("invite", "studio-rame", "kopi", "--client", "Ibu Sri", "--ref", "P-12"),
        *("--answers", "primary_goal=lead_generation", "--answers", "existing_channels=blog|forum"),
    )

    link = printed["link"]
    assert link.startswith("https://forms.example/f/kopi/i/")
    assert set(printed["texts"]) == {"en"}
    for words_ in (printed["texts"]["en"]["mail"], printed["texts"]["en"]["whatsapp"]):
        assert "Ibu Sri" in words_
        assert link in words_
        assert "Studio Rame" in words_
    token = link.rpartition("/")[2]
    found = front.invitation(studio.database, token)
    assert (found.client, found.ref, found.state) == ("Ibu Sri", "P-12", "made")
    zone = ZoneInfo("Asia/Jakarta")
    last = found.created_at.astimezone(zone).date() + timedelta(days=30)
    assert found.expires_at == datetime.combine(last, time(23, 59, 59), zone)
    assert words("en").date(last) in printed["texts"]["en"]["mail"]
    assert decode(rulebook_called("shipped").layouts, found.code) == {
        "primary_goal": "lead_generation",
        "existing_channels": ("blog", "forum"),
    }
    [listed] = shown("invitations", "studio-rame", "--form", "kopi")
    assert (listed["client"], listed["state"]) == ("Ibu Sri", "made")
    assert token not in json.dumps(listed)
    assert len(token) >= 22  # 128 bits


@pytest.mark.slow
def test_answers_may_come_as_json_and_texts_in_every_language_that_the_form_speaks(studio):
    put(LIVE.replace("language: en\n", ""))

    printed = shown(
        *("invite", "studio-rame", "kopi", "--client", "Budi"),
        *("--answers", '{"primary_goal": "credibility", "existing_channels": []}'),
    )

    assert set(printed["texts"]) == set(LANGUAGES)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "--client"),
        (("--client", "A", "--csv", "c.csv"), "not both"),
        (("--email", "sri@kopi.example"), "“client” is missing"),
        (("--client", "A", "--email", "sri"), "no e-mail address"),
        (("--client", "A", "--answers", "pac=daily"), "Did you mean “pace”?"),
        (("--client", "A", "--answers", "{nothing"), "not valid JSON"),
        (("--client", "A\tB"), "letters that nobody sees"),
    ],
)
def test_a_wrong_invitation_is_refused_and_none_is_made(studio, options, said):
    assert said in refused("invite", "studio-rame", "kopi", *options)[0]
    assert studio.invitations() == []


@pytest.mark.slow
def test_nobody_is_invited_to_a_form_that_is_not_open(studio):
    put(LIVE.replace("live", "draft"))

    assert "not open (draft)" in refused("invite", "studio-rame", "kopi", "--client", "A")[0]


def test_a_table_of_clients_becomes_a_table_of_links(studio):
    Path("c.csv").write_text(
        'client;email;ref;primary_goal\n"=HYPERLINK(1)";sri@kopi.example;+62;credibility\nBudi;;;\n',
        "utf-8",
    )

    rows = list(
        csv.DictReader(io.StringIO(done("invite", "studio-rame", "kopi", "--csv", "c.csv")))
    )

    assert [row["client"] for row in rows] == ["'=HYPERLINK(1)", "Budi"]
    assert rows[0]["ref"] == "'+62"
    for row in rows:
        found = front.invitation(studio.database, row["link"].rpartition("/")[2])
        assert found.client == row["client"].lstrip("'")
        assert found.expires_at == datetime.fromisoformat(row["until"])
        assert row["subject"] == words("en")("invite_subject")
        for kind in ("mail", "whatsapp"):
            assert f"Hello {found.client}," in row[kind]
            assert row["link"] in row[kind]
    assert {one.email for one in studio.invitations()} == {"sri@kopi.example", None}


@pytest.mark.slow
def test_a_table_of_links_has_words_in_every_language_of_the_form(studio):
    put(LIVE.replace("language: en\n", ""))
    Path("c.csv").write_text("client\nBudi\n")

    [row] = csv.DictReader(io.StringIO(done("invite", "studio-rame", "kopi", "--csv", "c.csv")))

    texts = [f"{kind}{lang}" for lang in ("", "_en") for kind in ("subject", "mail", "whatsapp")]
    assert list(row) == ["client", "email", "ref", "link", "until", *texts]
    assert (row["mail"][:4], row["mail_en"][:5]) == ("Halo", "Hello")


@pytest.mark.slow
def test_settings_are_not_stored_without_the_logo_that_came_with_them(studio, here):
    with studio.database.writing() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE INSERT ON logos BEGIN INSERT INTO missing VALUES (1); END"
        )
    (here / "logo.png").write_bytes(PNG)
    Path("form.yaml").write_text(LIVE + "brand: {logo: logo.png}\n")

    assert refused("form-put", "studio-rame", "form.yaml")
    assert (studio.form("kopi").version, settings_of(studio.form("kopi")).brand.logo) == (1, None)


@pytest.mark.slow
def test_a_table_is_checked_whole_before_anybody_is_invited(studio):
    Path("c.csv").write_text(
        "client,email,primary_goal\nA,a@b.example,\nB,A@b.example,x\n,no,\nC,,,\n\n"
    )

    problems = refused("invite", "studio-rame", "kopi", "--csv", "c.csv")

    assert [line.split(": ")[0] for line in problems] == [
        f"c.csv:{line}" for line in (3, 3, 4, 4, 5)
    ]
    assert studio.invitations() == []
    for text, said in (
        ("name,email\n", "the columns cannot be used: name, client"),
        ("client\n", "names no client"),
        ("", "the columns cannot be used"),
        ('client\n"a', "not valid CSV"),
    ):
        Path("c.csv").write_text(text)
        assert said in refused("invite", "studio-rame", "kopi", "--csv", "c.csv")[0]


@pytest.mark.slow
def test_submissions_are_listed_shown_and_erased(studio):
    now = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
    sent = front.send(studio.database, studio.form("kopi"), sending(), now)
    other = live_form(studio.database, slug="batik", agency="other")
    theirs = front.send(studio.database, other, sending("key-2"), now)

    [listed] = shown("submissions", "studio-rame")
    [typed] = json.loads(done("submissions", "studio-rame", "--json"))
    assert (typed["id"], typed["revision"], typed["ref"]) == (sent.id, 1, None)
    assert json.loads(done("submissions", "studio-rame", sent.id, "--json"))["hidden"] == {}
    assert (listed["id"], listed["email"]) == (sent.id, "sri@kopi.example")
    whole = shown("submissions", "studio-rame", sent.id)
    assert whole["consent"]["text"] == "Saya setuju data ini disimpan."
    for id_ in (theirs.id, "0" * 32):
        assert refused("submissions", "studio-rame", id_) == [
            f"The agency has no submission “{id_}”."
        ]
        assert "no submission" in refused("erase", "studio-rame", sent.id, id_, "--yes")[0]
    assert "Nobody is here to ask" in refused("erase", "studio-rame", sent.id)[0]
    assert len(studio.submissions()) == 1
    assert "The submission is erased." in done("erase", "studio-rame", sent.id, "--yes")
    assert studio.submissions() == []


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_empty_list_is_a_sentence_and_for_a_program_an_empty_list(store, lang):
    def said(*command: str) -> str:
        assert json.loads(done(*command, "--json")) == []
        return done(*command, "--lang", lang).rstrip("\n")

    w = words(lang)
    assert said("list") == w("agency_none")
    done("create", "studio-rame", "--name", "Studio Rame")
    assert said("form-list", "studio-rame") == w("form_none", slug="studio-rame")
    assert said("invitations", "studio-rame") == w("invitation_none")
    assert said("submissions", "studio-rame") == w("submission_none")


@pytest.mark.slow
def test_retention_erases_only_when_told_to(studio):
    put(LIVE + "retention_days: 1\n")
    front.send(studio.database, studio.form("kopi"), sending(), datetime(2020, 1, 1, tzinfo=UTC))

    assert "--run" in refused("retention")[0]
    assert len(studio.submissions()) == 1
    assert "Erased: 1 submissions" in done("retention", "--run")
    assert studio.submissions() == []


@pytest.mark.slow
def test_an_agency_leaves_with_all_it_has_and_is_then_gone(studio, here):
    front.send(studio.database, studio.form("kopi"), sending(), datetime.now(UTC))

    assert "1 submissions" in done("archive", "studio-rame", "a.zip")
    assert (here / "a.zip").stat().st_mode & 0o077 == 0
    assert "already" in refused("archive", "studio-rame", "a.zip")[0]
    assert "already" in refused("leave", "studio-rame", "a.zip", "--yes-delete-everything")[0]
    assert "Nobody is here to ask" in refused("leave", "studio-rame", "b.zip")[0]
    assert len(studio.submissions()) == 1
    done("leave", "studio-rame", "b.zip", "--yes-delete-everything")
    assert "There is no agency yet" in done("list")
    with zipfile.ZipFile("b.zip") as archive:
        assert b"sri@kopi.example" in archive.read("submissions.jsonl")
        Path("form.yaml").write_bytes(archive.read("forms/kopi.yaml"))
    done("create", "studio-rame", "--name", "Studio Rame")
    assert "version 1" in done("form-put", "studio-rame", "form.yaml")


@pytest.mark.slow
def test_a_new_database_gets_its_tables_by_the_first_command(empty_database, monkeypatch):
    url = empty_database.url.render_as_string(hide_password=False)
    monkeypatch.setenv("DATABASE_URL", url)

    status = invoke("db", "status")
    assert (status.exit_code, "current: no" in status.stdout) == (3, True)
    assert "There is no agency yet" in done("list")
    assert invoke("db", "status").exit_code == 0
    assert "already" in invoke("db", "upgrade").stdout


def test_nobody_but_its_owner_reads_a_new_database(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "sqlite:///var/own.db")

    done("create", "studio-rame", "--name", "Studio Rame")

    assert {path.stat().st_mode & 0o077 for path in Path("var").iterdir()} == {0}


@pytest.mark.slow
def test_the_commands_speak_to_both_databases(database, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", database.url.render_as_string(hide_password=False))
    done("create", "studio-rame", "--name", "Studio Rame")
    put(LIVE)
    front.send(database, front.form_by_slug(database, "kopi"), sending(), datetime.now(UTC))

    assert shown("invite", "studio-rame", "kopi", "--client", "Budi")["client"] == "Budi"
    [listed] = shown("submissions", "studio-rame", "--form", "kopi", "--limit", "1")
    done("erase", "studio-rame", listed["id"], "--yes")
    done("leave", "studio-rame", "b.zip", "--yes-delete-everything")
    assert "There is no agency yet" in done("list")


def test_tables_of_an_earlier_version_are_refused_until_upgraded(store):
    migrations.downgrade(store, migrations.revisions()[-2])

    assert "recommender db upgrade" in refused("list")[0]
    assert invoke("db", "upgrade").exit_code == invoke("agency", "list").exit_code == 0


def test_tables_of_a_later_version_are_used_while_servers_are_updated_one_after_another(store):
    with store.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")

    assert invoke("agency", "list").exit_code == 0


@pytest.mark.parametrize(
    ("url", "said"),
    [
        pytest.param("mysql://x", "sqlite:///", id="another database"),
        pytest.param("postgresql://x:y@:z/", "sqlite:///", id="no address"),
        pytest.param("postgresql://u:secret@127.0.0.1:1/x", "cannot be reached", id="not there"),
        pytest.param("sqlite:///form.yaml", "is damaged", id="no database"),
    ],
)
def test_a_database_that_cannot_be_used_is_said_in_words(monkeypatch, url, said):
    Path("form.yaml").write_text("this is no database, whatever it is called" * 9)
    monkeypatch.setenv("DATABASE_URL", url)

    [line] = refused("list")

    assert said in line
    assert "secret" not in line


@pytest.mark.parametrize("lang", LANGUAGES)
def test_help_is_in_both_languages(lang):
    for name, command in main.commands["agency"].commands.items():
        text = " ".join(invoke("agency", name, "--lang", lang, "--help").stdout.split())
        assert words(lang)(f"help_{command.help}") in text.replace("- ", "-"), name
    assert words(lang)("option_client_ref") in " ".join(
        invoke("agency", "invite", f"--lang={lang}", "--help").stdout.split()
    )


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("invite", "studio-rame", "--lang", "id"), "FORM belum diisi; `"),
        (("create", "a", "--lang=id"), "--name belum diisi"),
        (("list", "--jsom", "--lang", "id"), "Tidak ada opsi --jsom"),
        (("list", "--jsom", "--lang", "en"), "Did you mean “--json”?"),
        (("invit",), "There is no command “invit”; `"),
    ],
)
def test_a_command_that_is_written_wrong_is_told_so_in_its_language(command, said):
    assert said in refused(*command)[0]


def test_help_has_no_word_of_another_language(monkeypatch):
    shown = invoke("agency", "invitations", "--lang", "id", "--help").stdout

    assert shown.startswith("Pemakaian: ")
    assert {line for line in shown.splitlines() if line.endswith(":")} == {"Opsi:"}
    assert words("id")("option_help") in shown
    monkeypatch.setenv("LC_ALL", "id_ID.UTF-8")
    assert "Perintah:" in invoke("agency", "--help").stdout


def test_the_list_of_commands_follows_the_terminal(monkeypatch):
    monkeypatch.setenv("LC_ALL", "id_ID.UTF-8")

    assert "Buat agensi." in invoke("agency", "--help").stdout


def test_a_token_is_kept_as_its_hash_alone(studio, tmp_path):
    token = shown("invite", "studio-rame", "kopi", "--client", "A")["link"].rpartition("/")[2]

    studio.database.forget()
    content = (tmp_path / "test.db").read_bytes()
    assert token.encode() not in content
    assert hashed(token).encode() in content
