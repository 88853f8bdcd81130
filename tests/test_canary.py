"""What people wrote stays where it belongs: no log, no address, no request elsewhere; and once it
was erased, no byte and no row."""

import io
import logging
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from canaries import OWNER, World, files, held, letters_of, shown, world_of
from consoles import browser_of
from forms import CODE, later, reader_of
from page import Page
from sends import press

from recommender.logs import JsonLines, Words
from recommender.store.database import Database, hashed
from recommender.store.retention import purge

pytestmark = pytest.mark.slow  # each fills in all that there is

BROUGHT = {"campaign", "ref"}
"""What an agency's own link brings; the addresses of its form hand it on, and nothing else."""
LINKS = {"invitation", "receipt", "erase link", "link for a password"}
"""Secrets that are addresses: whoever has one may do what it is for."""
OF_THE_AGENCY = {"password", "key", "hook secret", "idempotency key", *LINKS}
OURS = {"", "localhost"}


@pytest.fixture
def said() -> Iterator[Callable[[], str]]:
    """All that this process logs, in both ways and with all that libraries have to say."""
    stream, root = io.StringIO(), logging.getLogger()
    handlers = [logging.StreamHandler(stream) for _ in range(2)]
    for handler, kind in zip(handlers, (Words(), JsonLines()), strict=True):
        handler.setFormatter(kind)
        root.addHandler(handler)
    before = root.level
    root.setLevel(logging.DEBUG)
    yield stream.getvalue
    root.setLevel(before)
    for handler in handlers:
        root.removeHandler(handler)


def fail(world: World) -> None:
    """The same once more, where the database cannot take it, and where it refuses what it is."""
    canaries, page = world.canaries, reader_of(world.app, "en").get(f"/f/kopi/send?a={CODE}")
    later(world.app, minutes=3)
    given = {name: canaries[name] for name in ("name", "email", "organisation")}
    given |= {"own-wishes": canaries["wishes"], "consent": "standard-1"}
    change(world.database, "ALTER TABLE consents RENAME TO away")
    press(page, 503, **given)
    change(world.database, "ALTER TABLE away RENAME TO consents")
    change(world.database, "CREATE UNIQUE INDEX once ON contacts (name)")
    press(page, 500, **given)
    assert not re.search("error:|sql|contacts|/recommender/", page.response.text, re.IGNORECASE)
    change(world.database, "ALTER TABLE invitations RENAME TO far")
    page.get(f"/f/kopi/i/{canaries['invitation']}", status=503)


def change(database: Database, statement: str) -> None:
    with database.writing() as connection:
        connection.exec_driver_sql(statement)


def test_what_people_wrote_is_in_no_log_no_address_and_no_request_elsewhere(database, said):
    world = world_of(database)
    canaries = world.canaries
    letters_of(world)
    fail(world)

    assert canaries.found_in(said()) == []
    assert "  IntegrityError\n" in said()  # what failed is told, without its words
    assert '"kind": "StoreError"' in said()

    # Nobody but the console's letter to the client names an address of hers.
    given = [one for one in world.addresses if not one.startswith("mailto:")]
    told = " ".join(shown(one) for one in given)
    assert set(canaries.found_in(told)) == BROUGHT | LINKS | {"undeclared"}
    assert {one for one in given if canaries["undeclared"] in shown(one)} == {given[0]}
    assert {urlsplit(one).hostname or "" for one in given if _loads(one)} <= OURS
    assert world.policies == {(False, "no-referrer"), (True, "same-origin")}


def _loads(address: str) -> bool:
    """Whether a browser would ask there by itself or send a form there: sources are only linked."""
    return not address.startswith("https://")


def test_a_letter_says_to_whom_it_is_for_no_more_than_she_is_to_know(store):
    world = world_of(store)
    canaries = world.canaries

    # Her invitation was answered before it was sent, so there is nothing to say in it any more.
    assert letters_of(world) == {
        OWNER: {"name", "organisation"},
        canaries["email"]: {"erase link"},
    }


def by_the_person(world: World) -> None:
    reader_of(world.app, "en").post(world.erasing, {"which": "all"})


def by_the_agency(world: World) -> None:
    page = signed_in_as_owner(world)
    page.post(f"/console/submissions/{world.id_}/erase", {})


def by_time(world: World) -> None:
    purge(world.database, datetime.now(UTC) + timedelta(days=200))


def signed_in_as_owner(world: World) -> Page:
    page = Page(browser_of(world.app), "en", {"Accept-Language": "en"})
    return page.post("/console/sign-in", {"email": OWNER, "password": world.canaries["password"]})


def test_what_was_erased_is_in_no_byte_of_the_files_and_no_row(database):
    is_in_none(database, by_the_person)


@pytest.mark.parametrize("erase", [by_the_agency, by_time])
def test_whoever_erases_nothing_is_left(store, erase):
    is_in_none(store, erase)


def is_in_none(database: Database, erase: Callable[[World], object]) -> None:
    world = world_of(database)
    client = set(world.canaries) - OF_THE_AGENCY - {"no address", "undeclared"}
    address = hashed(world.canaries["email"])
    assert "erase link" in world.canaries.found_in(held(database))
    assert set(world.canaries.found_in(held(database), OF_THE_AGENCY)) == client
    assert address in held(database)

    erase(world)

    left = held(database)
    assert set(world.canaries.found_in(left)) & client == set()
    assert address not in left
    assert "erase link" not in world.canaries.found_in(left), "it waited with the receipt"
    bytes_left = files(database).decode("latin-1")
    assert set(world.canaries.found_in(bytes_left)) & client == set()
    assert address not in bytes_left


def test_of_secrets_only_hashes_are_kept_but_for_those_that_sign(store):
    world = world_of(store)
    letters_of(world)
    purge(world.database, datetime.now(UTC) + timedelta(days=2))  # stored replies end after a day

    kept = world.canaries.found_in(held(store))
    assert set(kept) & OF_THE_AGENCY == {"hook secret"}
    assert {"password", "key", "receipt", "erase link", "invitation"} <= set(world.canaries)
