"""Sending and erasing: exactly once, all or nothing, and then gone from every table."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from agencies import AGREED, WHEN, live_form, sending
from sqlalchemy import func, select

from recommender.errors import StoreError
from recommender.store import front, migrations
from recommender.store.database import Database, new_id
from recommender.store.records import Contact, Meant, Tombstone
from recommender.store.storing import Unknown, store
from recommender.store.tables import (
    consents,
    contacts,
    counters,
    documents,
    invitations,
    metadata,
    outbox,
    submissions,
)

PERSONAL = (submissions, contacts, consents, documents)


def rows(database: Database, *tables) -> list[int]:
    """How many rows each of these tables has."""
    with database.reading() as connection:
        counting = (select(func.count()).select_from(table) for table in tables)
        return [connection.execute(one).scalar_one() for one in counting]


def events(database: Database) -> list[str]:
    with database.reading() as connection:
        return list(
            connection.execute(select(outbox.c.event).order_by(outbox.c.created_at)).scalars()
        )


def invite(database: Database, form, token: str = "secret") -> str:
    id_ = new_id()
    times = {"created_at": WHEN, "expires_at": WHEN + timedelta(days=30)}
    row = {"id": id_, "agency_id": form.agency_id, "form_id": form.id, "client": "Sri", "code": ""}
    with database.writing() as connection:
        connection.execute(invitations.insert(), row | times | {"token_hash": front.hashed(token)})
    return id_


def test_a_send_stores_submission_person_consent_document_and_event(database: Database) -> None:
    form = live_form(database)
    sent = front.send(database, form, sending(), WHEN)
    assert (sent.revision, sent.created_at) == (1, WHEN)
    assert rows(database, *PERSONAL) == [1, 1, 1, 1]
    assert events(database) == ["submission.created"]


def test_the_same_key_gives_the_same_submission_whatever_else_is_sent(database: Database) -> None:
    form = live_form(database)
    first = front.send(database, form, sending(), WHEN)
    again = front.send(database, form, sending(body=b'{"other":1}'), WHEN + timedelta(days=1))
    assert again == first == front.sent(database, form.id, "key-1")
    assert rows(database, *PERSONAL, outbox) == [1, 1, 1, 1, 1]


def test_four_presses_at_once_store_one(database: Database) -> None:
    form = live_form(database)
    with ThreadPoolExecutor(4) as pool:
        presses = [pool.submit(front.send, database, form, sending(), WHEN) for _ in range(4)]
    assert len({press.result().id for press in presses}) == 1
    assert rows(database, *PERSONAL) == [1, 1, 1, 1]


def test_the_same_key_at_another_form_is_another_submission(database: Database) -> None:
    one, two = live_form(database), live_form(database, "teh", "another")
    first = front.send(database, one, sending(), WHEN)
    assert front.send(database, two, sending(erase_token="other"), WHEN).id != first.id


def test_equal_recommendations_are_kept_once(database: Database) -> None:
    form = live_form(database)
    for key in "abc":
        front.send(database, form, sending(key, contact=Contact(), consent=None), WHEN)
    assert rows(database, *PERSONAL) == [3, 0, 0, 1]


def test_a_recommendation_need_only_be_meant_while_somebody_has_it(database: Database) -> None:
    form = live_form(database)
    whole = sending("a")
    made = whole.made
    meant = replace(sending("b"), made=Meant(made.code, made.rules_version, made.rules_digest))

    with pytest.raises(Unknown):
        front.send(database, form, meant, WHEN)
    assert rows(database, *PERSONAL, outbox) == [0, 0, 0, 0, 0]

    front.send(database, form, whole, WHEN)
    front.send(database, form, meant, WHEN)
    shown = [getattr(submissions.c, name) for name in ("goal", "first", "second", "label")]
    with database.reading() as connection:
        one, two = connection.execute(select(submissions.c.document_id, *shown)).all()
    assert one == two == (made.id, "lead_generation", "blog", "forum microblog", "clear")
    assert rows(database, documents) == [1]

    for key in "ab":
        front.erase_by_token(database, f"erase-{key}", WHEN)
    with pytest.raises(Unknown):
        front.send(database, form, replace(meant, key="c"), WHEN)


def test_a_contact_without_consent_is_not_stored(database: Database) -> None:
    form = live_form(database)
    with pytest.raises(ValueError, match="consent"):
        front.send(database, form, sending(consent=None), WHEN)
    assert rows(database, *PERSONAL, outbox) == [0, 0, 0, 0, 0]


def test_a_second_answer_by_the_same_address_is_a_new_revision(database: Database) -> None:
    form = live_form(database)
    front.send(database, form, sending("a"), WHEN)
    shouted = Contact(email="SRI@kopi.example")
    second = front.send(database, form, sending("b", contact=shouted), WHEN)
    other = front.send(database, form, sending("c", contact=Contact(email="ani@a.example")), WHEN)
    assert (second.revision, other.revision) == (2, 1)


def test_revisions_sent_at_once_are_numbered_one_after_another(database: Database) -> None:
    form = live_form(database)
    with ThreadPoolExecutor(4) as pool:
        presses = [pool.submit(front.send, database, form, sending(k), WHEN) for k in "abcd"]
    found = [press.result().revision for press in presses]
    assert sorted(found) == [1, 2, 3, 4]
    assert rows(database, submissions) == [4]


def test_revisions_by_invitation_and_by_address_at_once_are_numbered_too(
    database: Database,
) -> None:
    form = live_form(database)
    id_ = invite(database, form)
    nobody = {"contact": Contact(), "consent": None}
    front.send(database, form, sending("both", invitation=id_), WHEN)
    sends = [sending("a", invitation=id_, **nobody), sending("b")] * 2
    sends = [replace(one, key=f"{n}", erase_token=f"{n}") for n, one in enumerate(sends)]
    with ThreadPoolExecutor(4) as pool:
        presses = [pool.submit(front.send, database, form, one, WHEN) for one in sends]
    assert sorted(press.result().revision for press in presses) == [2, 3, 4, 5]


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_nobody_waits_for_another_client_of_the_same_form(database: Database) -> None:
    form, ani = live_form(database), Contact(email="ani@a.example")
    front.send(database, form, sending("a"), WHEN)
    with database.writing() as connection:
        store(connection, form, sending("b"), WHEN)  # under way until the block ends
        assert front.send(database, form, sending("c", contact=ani), WHEN).revision == 1


def test_an_address_at_another_agency_is_another_client(database: Database) -> None:
    one, two = live_form(database), live_form(database, "teh", "another")
    front.send(database, one, sending("a"), WHEN)
    assert front.send(database, two, sending("b"), WHEN).revision == 1


def test_an_invitation_goes_from_made_to_opened_to_answered(database: Database) -> None:
    form = live_form(database)
    id_ = invite(database, form)

    def state() -> str:
        found = front.invitation(database, "secret")
        assert found is not None
        return found.state

    states = [state()]
    front.opened(database, id_, WHEN)
    states.append(state())
    nobody = sending(invitation=id_, contact=Contact(), consent=None)
    front.send(database, form, nobody, WHEN)
    states.append(state())
    assert states == ["made", "opened", "answered"]
    assert front.invitation(database, "guess") is None


def test_answers_to_one_invitation_are_one_client(database: Database) -> None:
    form = live_form(database)
    id_ = invite(database, form)
    found = [
        front.send(
            database, form, sending(k, invitation=id_, contact=Contact(), consent=None), WHEN
        ).revision
        for k in "ab"
    ]
    assert found == [1, 2]


def test_erasing_empties_every_table_but_for_a_tombstone(database: Database) -> None:
    form = live_form(database)
    sent = front.send(database, form, sending(), WHEN)
    later = WHEN + timedelta(days=3)
    stone = front.erase_by_token(database, "erase-key-1", later)
    assert stone == Tombstone(sent.id, form.id, "person", later)
    assert rows(database, *PERSONAL) == [0, 0, 0, 0]
    assert events(database) == ["submission.erased"]


def test_an_erase_link_used_twice_tells_the_first_time(database: Database) -> None:
    form = live_form(database)
    front.send(database, form, sending(), WHEN)
    first = front.erase_by_token(database, "erase-key-1", WHEN)
    assert front.erase_by_token(database, "erase-key-1", WHEN + timedelta(days=1)) == first
    assert front.behind(database, "erase-key-1") == first
    assert front.erase_by_token(database, "guess", WHEN) is None


def test_a_recommendation_that_somebody_else_has_too_stays(database: Database) -> None:
    form = live_form(database)
    for key in "ab":
        front.send(database, form, sending(key), WHEN)
    front.erase_by_token(database, "erase-a", WHEN)
    assert rows(database, *PERSONAL) == [1, 1, 1, 1]


def test_what_was_erased_is_in_no_byte_and_no_row(database: Database) -> None:
    form, canary = live_form(database), "kenari-8231"
    said = {
        "body": canary.encode() * 500,
        "ref": canary,
        "hidden": {"utm": canary},
        "context": {"when": canary},
        "contact": Contact(canary, f"{canary}@a.example", canary),
        "consent": AGREED,
    }
    front.send(database, form, sending("k", **said), WHEN)
    front.erase_by_token(database, "erase-k", WHEN)
    with database.reading() as connection:
        left = [str(connection.execute(select(table)).all()) for table in metadata.sorted_tables]
    assert canary not in "".join(left)
    if database.is_sqlite:
        files = Path(str(database.url.database)).parent.glob("test.db*")
        assert all(canary.encode() not in file.read_bytes() for file in files)


def test_counts_add_up_by_form_day_and_name(database: Database) -> None:
    form = live_form(database)
    for name in ("seen", "seen", "sent"):
        front.count(database, form.id, date(2026, 11, 24), name)
    with database.reading() as connection:
        found = connection.execute(select(counters.c.name, counters.c.count)).all()
    assert dict(found) == {"seen": 2, "sent": 1}  # type: ignore[arg-type]


@pytest.mark.slow
def test_nothing_is_acknowledged_where_nothing_can_be_stored(tmp_path) -> None:
    database = Database(f"sqlite:///{tmp_path}/test.db")
    migrations.upgrade(database)
    form = live_form(database)
    with database.engine.connect() as plain:
        pages = plain.exec_driver_sql("PRAGMA page_count").scalar_one()
    database.close()
    full = Database(f"sqlite:///{tmp_path}/test.db")
    with full.engine.connect() as plain:
        plain.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    def fill() -> None:
        for number in range(200):
            front.send(full, form, sending(f"k{number}", body=bytes([number]) * 4000), WHEN)

    with pytest.raises(StoreError):
        fill()
    with full.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    full.close()
