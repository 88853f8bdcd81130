"""Mail that commands and an agency's programs ask for: the same outbox as the console's."""

from contextlib import closing

import pytest
from apis import asking, key_for, world_of
from databases import set_up
from mailboxes import mailbox, text_of
from mails import deliver, rows
from test_agency_cli import LIVE, done, put, refused
from test_console_mail import mailing

from recommender.store import mails
from recommender.store.database import Database
from recommender.store.desk import Desk, agency_by_slug

ANI, SRI = "ani@studio.example", "sri@kopi.example"
INVITED = {"form": "kopi", "client": "Ibu Sri", "email": SRI}


@pytest.fixture
def studio(tmp_path, monkeypatch):
    """The desk of an agency with a live form, where commands have mail set up."""
    monkeypatch.chdir(tmp_path)
    environment = {
        "LC_ALL": "C.UTF-8",
        "DATABASE_URL": f"sqlite:///{tmp_path}/test.db",
        "RECOMMENDER_ADDRESS": "https://forms.example",
        "RECOMMENDER_SMTP": "smtp://mail.example",
        "RECOMMENDER_MAIL_FROM": "forms@studio.example",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with closing(Database(environment["DATABASE_URL"])) as store:
        set_up(store)
        done("create", "studio-rame", "--name", "Studio Rame")
        put(LIVE)
        yield Desk(store, agency_by_slug(store, "studio-rame").id)


@pytest.mark.slow
def test_a_command_mails_the_link_that_it_prints_if_it_is_told_to(studio) -> None:
    done("member", "studio-rame", ANI, "--name", "Ani", "--mail", "--lang", "id")
    said = done("password", "studio-rame", ANI, "--mail", "--lang", "id")
    link = said.split()[-1]
    assert "akan menerima tautan ini lewat email" in said

    [row] = [one for one in rows(studio.database) if link.endswith(one.said["token"])]
    assert (row.kind, row.email, row.lang) == (mails.WELCOME, ANI, "id")


@pytest.mark.slow
def test_a_command_that_is_not_told_to_sends_no_mail(studio) -> None:
    done("member", "studio-rame", ANI, "--name", "Ani")
    done("invite", "studio-rame", "kopi", "--client", "Sri", "--email", SRI)
    assert rows(studio.database) == []


@pytest.mark.slow
def test_a_command_invites_by_mail_in_a_language_of_the_form(studio) -> None:
    said = done("invite", "studio-rame", "kopi", "--client", "S", "--email", SRI, "--mail", "en")
    [row] = rows(studio.database)
    assert (row.kind, row.email, row.lang) == (mails.INVITATION, SRI, "en")
    assert row.said["token"] in said

    again = ("invite", "studio-rame", "kopi", "--client", "S", "--mail")
    assert "does not speak that language" in refused(*again, "id", "--email", SRI)[0]
    assert "without an address" in refused(*again, "en")[0]
    assert len(studio.invitations()) == 1


@pytest.mark.parametrize(
    "command",
    [
        ("member", "studio-rame", ANI, "--name", "Ani", "--mail"),
        ("password", "studio-rame", ANI, "--mail"),
        ("invite", "studio-rame", "kopi", "--client", "S", "--email", SRI, "--mail", "en"),
    ],
    ids=lambda command: command[0],
)
def test_where_no_mail_is_set_up_a_command_that_should_send_some_does_nothing(
    studio, monkeypatch, command
) -> None:
    monkeypatch.delenv("RECOMMENDER_SMTP")
    before = studio.holdings()
    assert "No mail is set up" in refused(*command)[0]
    assert studio.holdings() == before


@pytest.mark.slow
def test_a_program_has_its_invitation_sent_by_mail(store: Database) -> None:
    world = world_of(store)
    mailing(world.app)
    program = asking(world, key_for(world, "write")[1])
    made = program.post("/api/v1/invitations", json=INVITED | {"mail": "id"})
    assert made.status_code == 201
    with mailbox() as box:
        deliver(store, box)
        assert made.json["link"].rpartition("/")[2] in text_of(box.only())
        assert box.only()["Content-Language"] == "id"
    assert program.post("/api/v1/invitations", json=INVITED).status_code == 201
    assert rows(store) == [], "without its wish nothing is sent"


@pytest.mark.parametrize(
    ("set_up_", "changed", "code"),
    [
        (False, {"mail": "id"}, "mail_off"),
        (True, {"mail": "id", "email": None}, "mail_nobody"),
    ],
)
def test_a_program_is_told_why_an_invitation_cannot_be_mailed(
    store: Database, set_up_, changed, code
) -> None:
    world = world_of(store)
    if set_up_:
        mailing(world.app)
    program = asking(world, key_for(world, "write")[1])
    refusal = program.post("/api/v1/invitations", json=INVITED | changed)
    assert refusal.status_code == 422
    assert code in refusal.get_data(as_text=True)
    assert world.desk.invitations() == []
