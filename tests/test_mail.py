"""Mail: what people hear of and in which words, and what becomes of it when a server says no."""

import subprocess
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from agencies import WHEN
from forms import BOOK
from mailboxes import SITE, html_of, knows, mailbox, text_of
from mails import (
    AGENCY,
    ANI,
    CLIENT,
    MAYA,
    SRI,
    TOKEN,
    Clock,
    agency_of,
    deliver,
    everything,
    invite,
    rows,
    silence,
    submit,
)
from selectolax.lexbor import LexborHTMLParser
from servers import environ_of, running, waitress, worker

from recommender.delivery.schedule import WAITS
from recommender.i18n import words
from recommender.store import mails, team
from recommender.store.audit import COMMAND
from recommender.store.backlog import backlog
from recommender.store.database import now
from recommender.store.records import Contact
from recommender.store.retention import purge
from recommender.store.tables import mails as mails_table

KINDS = ("submission", "receipt", "invitation", "welcome", "password", "endpoint")


def opens(mail: EmailMessage) -> set[str]:
    """Where the links of its HTML lead; its text names them too."""
    found = {a.attributes["href"] or "" for a in LexborHTMLParser(html_of(mail)).css("a")}
    assert found
    assert all(address in text_of(mail) for address in found)
    return found


def reads_well(mail: EmailMessage, lang: str) -> None:
    """What holds for every mail: nobody else gets it, nothing of it is markup of somebody's."""
    assert mail["From"] == "Forms <forms@mail.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == lang
    assert {len(mail.get_all(name)) for name in ("To", "Subject", "Date", "Message-ID")} == {1}
    assert mail["Bcc"] is None
    tree = LexborHTMLParser(html_of(mail))
    assert tree.css_first("html").attributes["lang"] == lang
    assert not tree.css("b, i, u, script, img, [src]")
    assert tree.css_first("h1").text() == mail["Subject"]
    shown = " ".join(tree.body.text(separator=" ").split())
    assert "{" not in text_of(mail)
    for line in filter(None, text_of(mail).splitlines()):
        parts = line.removeprefix("- ").removesuffix(":").split(": ", 1)
        assert line == "-- " or all(part in shown for part in parts), line


def subjects(lang: str) -> dict[str, str]:
    t = words(lang)
    return {
        t("mail_submission_subject", client=CLIENT): "submission",
        t("sent_title", agency=AGENCY): "receipt",
        t("invite_subject"): "invitation",
        t("mail_welcome_subject", agency=AGENCY): "welcome",
        t("mail_password_subject", agency=AGENCY): "password",
        t("mail_endpoint_subject", host="crm.example"): "endpoint",
    }


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["id", "en"])
def test_each_kind_says_in_either_language_what_it_is_about_as_text_and_as_html(store, lang):
    desk = agency_of(store, lang, language=lang, contact_address="halo@rame.example")
    everything(desk, lang)
    with mailbox() as box:
        deliver(store, box)
        found = {subjects(lang)[mail["Subject"]]: mail for mail in box.mails}
        to = {subjects(lang)[mail["Subject"]]: who for mail, who in box.to}

    assert set(found) == set(KINDS)
    assert len(box.taken) == len(KINDS)
    for mail in found.values():
        reads_well(mail, lang)
    clients = {"receipt", "invitation"}
    expected = dict.fromkeys(KINDS, MAYA) | dict.fromkeys(clients, SRI) | {"welcome": ANI}
    assert to == {kind: [who] for kind, who in expected.items()}
    assert {kind for kind in KINDS if found[kind]["Reply-To"] == "halo@rame.example"} == clients
    assert f"{SITE}/f/kopi/i/{TOKEN}" in opens(found["invitation"])
    assert f"{SITE}/console/hooks" in opens(found["endpoint"])
    assert "secret" not in text_of(found["endpoint"])
    for kind, who in (("password", MAYA), ("welcome", ANI)):
        token = opens(found[kind]).pop().removeprefix(f"{SITE}/console/password/")
        assert team.holder(store, token, WHEN).email == who
    assert rows(store) == [], "a sent mail is kept nowhere"


@pytest.mark.slow
def test_a_member_reads_who_has_sent_what_and_where_to_see_it(store):
    sent = submit(agency_of(store, "en"))
    with mailbox() as box:
        deliver(store, box)
        mail = box.only()

    said = text_of(mail)
    assert f"Client: {CLIENT}" in said
    assert "Organisation: Kopi Bcc: x@evil.example <script>\n" in said, "on one line"
    assert f"{SITE}/console/submissions/{sent.id}" in opens(mail)
    assert "24 November 2026 at 16:30 (WIB)" in said


@pytest.mark.slow
def test_a_receipt_brings_the_answers_and_the_erase_link_but_nothing_that_anybody_wrote(store):
    submit(agency_of(store, "en"), lang="en", receipt=True)
    with mailbox() as box:
        deliver(store, box)
        [mail] = [one for one in box.mails if one["To"] == SRI]

    goal = BOOK.questionnaire.questions["primary_goal"]
    assert f"{goal.short['en']}: {goal.options['customer_service'].label['en']}" in text_of(mail)
    assert {f"{SITE}/f/kopi/erase/erase-k"} < opens(mail)
    assert CLIENT not in text_of(mail), "whoever wrote it there, it is not passed on"


def test_a_link_that_has_ended_is_not_sent_any_more(store):
    desk = agency_of(store)
    team.pass_for(desk, MAYA, COMMAND, WHEN, "id")
    token = team.pass_for(desk, MAYA, COMMAND, WHEN, "id")
    assert [row.said["token"] for row in rows(store)] == [token]
    assert team.choose_password(store, token, "hash", WHEN)
    assert rows(store) == []


@pytest.mark.slow
def test_an_address_of_unusual_form_gets_its_mail(store):
    odd = "a..b+c'=d@kopi.example"
    submit(agency_of(store), receipt=True, contact=Contact(email=odd))
    with mailbox() as box:
        deliver(store, box)
        assert [odd] in [to for _, to in box.to]


@pytest.mark.slow
def test_owners_are_told_unless_they_choose_otherwise_and_members_if_they_do(database):
    desk = agency_of(database, "en")
    for name in ("ani", "budi", "citra", "dewi"):
        email, role = f"{name}@studio.example", "owner" if name < "c" else "member"
        team.add(desk, email, name.title(), role, COMMAND, WHEN)
        token = team.pass_for(desk, email, COMMAND, WHEN)
        assert team.choose_password(database, token, "hash", WHEN, "id")
    told = {"budi": team.Wishes(False, "id"), "dewi": team.Wishes(True, "en")}
    for name, wishes in told.items():
        [seat] = team.seats(database, f"{name}@studio.example")
        team.wish(database, seat, wishes, WHEN)
        assert team.wishes(database, seat) == wishes
    submit(desk)
    with mailbox() as box:
        deliver(database, box)
        spoken = {mail["To"]: mail["Content-Language"] for mail in box.mails}

    assert spoken == {MAYA: "en", "ani@studio.example": "id", "dewi@studio.example": "en"}


def test_nothing_is_written_where_no_mail_is_set_up(store):
    desk = agency_of(store)
    submit(desk, mailing=False)
    invite(desk, "")
    team.pass_for(desk, MAYA, COMMAND, WHEN)
    silence(desk, mailing=False)

    assert rows(store) == []


def test_a_receipt_needs_a_form_that_has_them_and_an_address_and_comes_thrice_a_day(store):
    desk = agency_of(store)
    submit(desk, "no receipts")
    submit(desk, "no address", contact=Contact(CLIENT), receipt=True)
    for number in range(5):
        submit(desk, str(number), WHEN + timedelta(hours=number), receipt=True)
    submit(desk, "a day later", WHEN + timedelta(hours=26), receipt=True)

    receipts = [row.said["erase"] for row in rows(store) if row.kind == "receipt"]
    assert receipts == ["erase-0", "erase-1", "erase-a day later"]


def test_a_member_who_leaves_takes_along_what_waited_for_her(database):
    desk = agency_of(database)
    team.add(desk, ANI, "Ani", "owner", COMMAND, WHEN)
    submit(desk)
    team.pass_for(desk, ANI, COMMAND, WHEN, "id")
    assert [row.email for row in rows(database)].count(ANI) == 2
    team.remove(desk, ANI, COMMAND, WHEN)

    assert [row.email for row in rows(database)] == [MAYA]


@pytest.mark.slow
def test_what_waits_is_counted_until_it_is_sent(database):
    assert (backlog(database).mails, backlog(database).oldest_mail) == (0, None)
    submit(agency_of(database))
    assert (backlog(database).mails, backlog(database).oldest_mail) == (1, WHEN)
    with mailbox() as box:
        deliver(database, box)
    assert backlog(database).mails == 0


def test_a_press_that_is_repeated_is_told_once(store):
    desk = agency_of(store)
    assert submit(desk).id == submit(desk).id
    assert [row.kind for row in rows(store)] == ["submission"]


@pytest.mark.slow
def test_a_mail_is_tried_again_until_it_is_taken_as_the_same_mail(database):
    submit(agency_of(database))
    clock = Clock()
    with mailbox() as box:
        box.answers = ["450 later: address", "451 later"]
        seen = []
        for wait in (0, *WAITS[:2]):
            clock.pass_(seconds=1.2 * (wait.total_seconds() if wait else 0))
            deliver(database, box, clock)
            seen += [(row.tries, row.error, row.status) for row in rows(database)]
        assert len(box.only().get_all("Message-ID")) == 1

    assert seen == [(1, "mail_later", 450), (2, "mail_later", 451)]
    assert box.asked == 3


def test_what_a_server_refuses_for_good_is_given_up_said_and_emptied(database, caplog):
    desk = agency_of(database)
    invite(desk, "id")
    clock = Clock()
    with mailbox() as box:
        box.answers = ["550 unknown address"]
        for _ in range(2):
            deliver(database, box, clock)
            clock.pass_(days=1)
        assert box.asked == 1

    [row] = rows(database)
    assert (row.state, row.said) == ("given_up", {})
    assert TOKEN not in str(row)
    [told] = mails.given_up(desk)
    assert (told.kind, told.email, told.error, told.status) == (
        *("invitation", SRI, "mail_refused", 550),
    )
    assert f"mail {row.id} (invitation) was given up: refused 550" in caplog.text
    assert SRI not in caplog.text
    purge(database, WHEN + timedelta(days=31))
    assert rows(database) == []


@pytest.mark.slow
def test_after_ten_tries_a_mail_is_given_up(store):
    submit(agency_of(store))
    clock = Clock()
    with mailbox() as box:
        box.answers = ["451 later"] * 20
        for _ in range(14):
            deliver(store, box, clock)
            clock.pass_(days=2)

    assert box.asked == 10
    assert [row.state for row in rows(store)] == ["given_up"]


def test_a_mail_that_ends_the_process_each_time_is_given_up_too(store):
    submit(agency_of(store))
    clock = Clock()
    with mailbox() as box:
        for _ in range(10):
            assert mails.lease(store, clock())
            clock.pass_(minutes=6)
        deliver(store, box, clock)
        assert box.asked == 0

    assert [(row.state, row.error) for row in rows(store)] == [("given_up", "mail_broken")]


def test_a_mail_that_cannot_be_written_holds_up_no_other(store, caplog):
    desk = agency_of(store)
    submit(desk)
    invite(desk, "id")
    with store.writing() as connection:  # as a later version might have left it
        broken = mails_table.update().where(mails_table.c.kind == "invitation")
        connection.execute(broken.values(said={}, due_at=WHEN - timedelta(hours=1)))
    with mailbox() as box:
        deliver(store, box, Clock())
        assert box.only()["To"] == MAYA

    assert [(row.kind, row.error) for row in rows(store)] == [("invitation", "mail_broken")]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> Path:
    """A key and a certificate for localhost, in one file."""
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    made = ["openssl", "req", "-x509", *kind, *names, "-keyout", file, "-out", f"{file}.crt"]
    subprocess.run(made, check=True, capture_output=True)
    file.write_bytes(file.read_bytes() + Path(f"{file}.crt").read_bytes())
    return file


@pytest.mark.slow
def test_where_tls_is_wanted_nothing_is_said_without_it(store):
    submit(agency_of(store))
    with mailbox() as box:
        deliver(store, box, security="starttls", user="forms", password="p@ss word")
        assert (box.taken, box.asked) == ([], 0)

    assert [(row.state, row.error) for row in rows(store)] == [("waiting", "mail_tls")]


@pytest.mark.slow
def test_an_untrusted_certificate_counts_as_none(store, certificate):
    submit(agency_of(store))
    with mailbox(certificate) as box:
        deliver(store, box, security="starttls")
        assert (box.taken, box.asked) == ([], 0)

    assert [row.error for row in rows(store)] == ["mail_tls"]


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_with_tls_it_signs_in_and_sends(store, certificate, monkeypatch, security):
    monkeypatch.setenv("SSL_CERT_FILE", f"{certificate}.crt")
    submit(agency_of(store))
    with mailbox(certificate, wrapped=security == "tls", authenticator=knows) as box:
        deliver(store, box, security=security, user="forms", password="wrong")
        assert [(row.state, row.error) for row in rows(store)] == [("waiting", "mail_login")]
        later = Clock(hours=1)
        deliver(store, box, later, security=security, user="forms", password="p@ss word")
        assert box.only()["To"] == MAYA


@pytest.mark.slow
def test_who_sends_is_one_of_many_and_a_mail_is_sent_by_one(database):
    submit(desk := agency_of(database))
    submit(desk, "another")
    taken = [mails.lease(database, WHEN) for _ in range(3)]

    assert len({mail.id for mail in taken[:2] if mail}) == 2
    assert taken[2] is None
    assert mails.lease(database, WHEN + mails.LEASE - timedelta(seconds=1)) is None
    first, other = taken[:2]
    again = mails.lease(database, WHEN + mails.LEASE)
    assert again
    assert again.tries == 2
    assert again.id in (first.id, other.id)
    mails.failed(database, first if again.id == first.id else other, "mail_away", None, None)
    assert [row.state for row in rows(database)] == ["waiting"] * 2, "it is another's by now"


@pytest.mark.slow
def test_a_process_that_is_killed_before_it_knows_doubles_a_mail_that_shows(database, tmp_path):
    """On SQLite the server sends mail by itself, on PostgreSQL a worker does."""
    desk, make = agency_of(database), waitress if database.is_sqlite else worker
    with mailbox() as box:
        told = {"RECOMMENDER_SMTP": f"smtp://127.0.0.1:{box.port}"}
        told |= {"RECOMMENDER_MAIL_FROM": "forms@mail.example", "RECOMMENDER_ADDRESS": SITE}
        one = make(tmp_path / "one", environ_of(database, **told))
        box.then = one.kill
        with running(one):
            submit(desk, when=now())
            assert box.arrived.wait(120), one.said
        [row] = rows(database)
        later, box.then = Clock(), None
        later.time = now() + mails.LEASE
        deliver(database, box, later)
        first, second = box.mails

    assert first["Message-ID"] == second["Message-ID"] == f"<{row.id}@mail.example>"
    assert rows(database) == []
