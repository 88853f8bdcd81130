"""The wall: whatever two agencies do in whatever order, neither sees or changes the other's."""

import os
import tempfile
from collections.abc import Callable
from dataclasses import astuple, is_dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from agencies import WHEN, sending
from databases import set_up
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from sqlalchemy import select

from recommender.store import archive, front, team
from recommender.store.audit import COMMAND
from recommender.store.database import Database, new_id
from recommender.store.desk import Desk, Taken, create_agency
from recommender.store.records import Contact, Invitation
from recommender.store.tables import metadata, outbox, submissions

SIDES = st.sampled_from(["here", "there"])
SLUGS = st.sampled_from(["kopi", "teh", "susu"])
ADDRESSES = st.sampled_from(["sri@a.example", "SRI@a.example", "ani@a.example", None])
PLACES = st.integers(0, 30)
"""Which of all things of a kind that were ever made, by whichever agency."""
SEQUENCES = int(os.environ.get("STORE_SEQUENCES", "4"))
SHARED = ("documents", "alembic_version")
"""Tables whose rows belong to nobody."""


class Wall(RuleBasedStateMachine):
    """Two agencies, all ids and secrets known to both; each acts, and the other is looked at."""

    @initialize()
    def build(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.database = Database(f"sqlite:///{self.folder.name}/wall.db")
        set_up(self.database)
        self.desks = {
            side: Desk(self.database, create_agency(self.database, side, side, WHEN).id)
            for side in ("here", "there")
        }
        self.sent: list[tuple[str, str, str]] = []
        self.invited: list[str] = []
        self.key = map(str, count())
        self.clock = map(lambda n: WHEN + timedelta(minutes=n), count())
        self.do("here", lambda desk: desk.put_form("kopi", "live", {"name": "here"}, WHEN))
        self.do("there", lambda desk: desk.put_form("teh", "live", {"name": "there"}, WHEN))
        for place, side in enumerate(self.desks):
            self.invite(side, place)
            self.send(side, 0, "sri@a.example", None)

    def teardown(self) -> None:
        if hasattr(self, "database"):
            self.database.close()
            self.folder.cleanup()

    def do(self, side: str, act: Callable[[Desk], object]) -> object:
        """Act as one agency: the other's rows stay as they are, and none of them is shown."""
        other = self.desks["there" if side == "here" else "here"]
        before = self.rows(other)
        try:
            answer = act(self.desks[side])
        except (Taken, LookupError):
            answer = None
        assert self.rows(other) == before
        said = str(plain(answer))
        secrets = {value for row in before for name, value in row if name == "id"}
        assert not [value for value in secrets | {other.agency_id} if value in said]
        return answer

    def rows(self, desk: Desk) -> list[tuple]:
        """Everything that is an agency's, found in a way of its own: from form to form."""
        owners: dict[str, str] = {}
        found = []
        with self.database.reading() as connection:
            for table in metadata.sorted_tables:
                for row in map(dict, connection.execute(select(table)).mappings()):
                    owner = (
                        row["id"]
                        if table.name == "agencies"
                        else row.get("agency_id")
                        or owners.get(row.get("form_id"))
                        or owners.get(row.get("submission_id"))
                    )
                    if "id" in row and owner:
                        owners[row["id"]] = owner
                    if owner == desk.agency_id:
                        found.append((("table", table.name), *sorted_items(row)))
                    assert owner or table.name in SHARED
        return found

    @rule(side=SIDES, slug=SLUGS)
    def change_a_form(self, side: str, slug: str) -> None:
        logo = ("image/png", side.encode())
        self.do(side, lambda desk: desk.put_form(slug, "live", {"name": side}, WHEN, logo))

    @rule(side=SIDES, place=PLACES, email=ADDRESSES, invited=st.none() | PLACES)
    def send(self, side: str, place: int, email: str | None, invited: int | None) -> None:
        """To one of its own forms, by a link that may be one of the other's."""
        own = self.desks[side].forms()
        if not own:
            return
        form = own[place % len(own)]
        link = None if invited is None else self.invited[invited % len(self.invited)]
        key = next(self.key)
        who = Contact(side, email)
        one = sending(key, contact=who, invitation=link, body=b'{"side":1}')
        sent = self.do(side, lambda _: front.send(self.database, form, one, next(self.clock)))
        self.sent.append((sent.id, one.erase_token, side))  # type: ignore[attr-defined]

    @rule(side=SIDES, place=PLACES)
    def invite(self, side: str, place: int) -> None:
        """To any form there is; one of the other's counts as one that is not there."""
        forms = [form for desk in self.desks.values() for form in desk.forms()]
        if not forms:
            return
        form = forms[place % len(forms)]
        made = Invitation(
            new_id(), form.agency_id, form.id, side, None, None, "", WHEN, WHEN, None, None
        )
        self.do(side, lambda desk: desk.invite(made, made.id))
        if front.invitation(self.database, made.id):
            self.invited.append(made.id)

    @rule(side=SIDES, places=st.lists(PLACES, min_size=1, max_size=3))
    def erase(self, side: str, places: list[int]) -> None:
        ids = [self.sent[place % len(self.sent)][0] for place in places]
        mine = {one.id for one in self.desks[side].submissions(limit=1000)}
        gone = self.do(side, lambda desk: desk.erase(ids, WHEN))
        assert gone == len(mine & set(ids))

    @rule(place=PLACES)
    def press_an_erase_link(self, place: int) -> None:
        _, token, side = self.sent[place % len(self.sent)]
        self.do(side, lambda _: front.erase_by_token(self.database, token, WHEN))

    @rule(side=SIDES)
    def add_and_remove_a_member(self, side: str) -> None:
        self.do(side, lambda desk: team.add(desk, "ani@a.example", side, "owner", COMMAND, WHEN))
        self.do(
            "there",
            lambda desk: team.remove(desk, "ani@a.example", COMMAND, WHEN, keep_owner=False),
        )

    @rule(side=SIDES, slug=SLUGS, place=PLACES)
    def look(self, side: str, slug: str, place: int) -> None:
        self.do(side, lambda desk: [desk.forms(), desk.form(slug), team.team(desk)])
        self.do(side, lambda desk: [desk.invitations(), desk.counts(slug), desk.holdings()])
        self.do(side, lambda desk: [desk.submissions(), desk.submissions(form=slug)])
        self.do(side, lambda desk: list(desk.export(2)))
        id_ = self.sent[place % len(self.sent)][0]
        self.do(side, lambda desk: desk.submission(id_))

    @rule(side=SIDES)
    def leave_and_come_back(self, side: str) -> None:
        file = Path(self.folder.name) / f"{next(self.key)}.zip"
        self.do(side, lambda desk: archive.leave(desk, file, WHEN))
        assert self.rows(self.desks[side]) == []
        made = create_agency(self.database, side, side, WHEN)
        self.desks[side] = Desk(self.database, made.id)

    @rule()
    def look_at_what_is_left(self) -> None:
        """Every submission is one agency's, and has what it was sent with."""
        whole = [one for desk in self.desks.values() for one in desk.export()]
        with self.database.reading() as connection:
            ids = set(connection.execute(select(submissions.c.id)).scalars())
            created = connection.execute(
                select(outbox.c.submission_id).where(outbox.c.event == "submission.created")
            )
            assert set(created.scalars()) == ids
        assert {one.listed.id for one in whole} == ids
        assert all(one.document == b'{"side":1}' for one in whole)


def sorted_items(row: dict) -> list[tuple]:
    return [(name, str(value)) for name, value in sorted(row.items())]


def plain(value: object) -> object:
    """Every field of every record, whatever its own way of being shown."""
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    return astuple(value) if is_dataclass(value) and not isinstance(value, type) else value


@pytest.mark.slow
def test_no_agency_sees_or_changes_what_is_anothers() -> None:
    # To make a failing run shorter would take minutes; it is short enough to read as it is.
    quick = settings(
        max_examples=SEQUENCES, stateful_step_count=25, deadline=None, phases=[Phase.generate]
    )
    run_state_machine_as_test(Wall, settings=quick)
