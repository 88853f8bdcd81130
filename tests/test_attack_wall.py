"""The wall at the doors: whatever sequence of calls two agencies make, console and API together,
neither sees nor changes what is the other's.

`WALL_SEQUENCES` is how many sequences are tried; the long form tries thousands.
"""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pytest
from agencies import WHEN, live_form
from consoles import console_app, desk_of, seat_at, signed_in
from desks import invitation, send
from flask import url_for
from flask.testing import FlaskClient
from forms import BOOK, sqlite
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from profiles import PLAIN
from sends import ASKING
from sqlalchemy import select
from test_store_wall import SHARED
from werkzeug.routing import Rule

from recommender.agency.sending import made
from recommender.engine.answers import read
from recommender.store import endpoints, keys, practice, remarks
from recommender.store.audit import COMMAND
from recommender.store.database import Database
from recommender.store.desk import Desk
from recommender.store.practice import Overrule
from recommender.store.records import Contact
from recommender.store.tables import metadata

SEQUENCES = int(os.environ.get("WALL_SEQUENCES", "25"))
STEPS = 4
LEFT_OUT = ("console.signing.", "console.team.remove", "console.team.change_role")
"""What would end the sessions that the others need; test_console_matrix has them."""
OWNED = [one for one in metadata.sorted_tables if one.name not in SHARED]
ABOVE = ("agency_id", "form_id", "submission_id", "endpoint_id", "member_id", "id")
"""What a row names that it belongs to, the nearest to its agency first."""
KINDS = {
    "id_": "submissions",
    "note": "notes",
    "hook": "endpoints",
    "delivery": "deliveries",
    "key": "api_keys",
    "member": "members",
    "slug": "forms",
}
"""What routes name, by the table that has it."""
FORM = {
    **{"note": "seen", "name": "CRM", "scope": "read", "on": "0", "format": "csv", "test": "1"},
    **{"since": "2026-11-24T00:00", "url": "https://hooks.example/", "site": "https://a.example"},
    **{"type": "forum", "reason": "known better", "used": "blog", "went": "well", "agreed": "yes"},
    **{"how": "by mail", "client": "Budi", "days": "7", "email": "budi@a.example", "form": ""},
    **{"from": "", "to": "", "role": "member"},
}
MADE = made(BOOK, read(BOOK.questionnaire, PLAIN))


@dataclass
class Side:
    """One of the two: its desk, its owner at the console, its program, and its own word."""

    word: str
    desk: Desk
    owner: FlaskClient
    program: FlaskClient


@dataclass
class Town:
    database: Database
    sides: tuple[Side, Side]
    rules: list[tuple[Rule, str]]
    refused: int = 0
    done: int = 0
    ids: dict[str, list[tuple[int, str]]] = field(default_factory=dict)

    def look(self) -> tuple[list[tuple], list[tuple]]:
        """Both sides' rows, found from thing to thing; of each kind of thing all there is."""
        whose = {side.desk.agency_id: place for place, side in enumerate(self.sides)}
        found: tuple[list[tuple], list[tuple]] = ([], [])
        self.ids = {}
        with self.database.reading() as connection:
            for table in OWNED:
                columns = table.c.keys()
                for row in connection.execute(select(table)):
                    has = dict(zip(columns, row, strict=True))
                    side = next(whose[has[name]] for name in ABOVE if has.get(name) in whose)
                    found[side].append((table.name, *row))
                    if "id" in has:
                        whose[has["id"]] = side
                    name = has["slug"] if table.name == "forms" else has.get("id")
                    if name and has.get("role") != "owner":
                        self.ids.setdefault(table.name, []).append((side, name))
        return found


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    database = sqlite(tmp_path_factory.mktemp("wall"))
    app = console_app(database, **ASKING)
    live_form(database, "teh", "other", **ASKING)
    seat_at(desk_of(database, "teh"), "owner@other.example", "owner")
    seat_at(desk_of(database, "teh"), "member@other.example", "member")
    app.extensions["recommender"].calls.most = 10**9
    sides = []
    for slug, agency, word in (("kopi", "studio", "Kenari"), ("teh", "other", "Merpati")):
        desk = desk_of(database, slug)
        _filled(desk, slug, word)
        program = app.test_client(use_cookies=False)
        _, text = keys.make(desk, word, keys.SCOPES, COMMAND, WHEN)
        program.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {text}"
        owner = signed_in(app, f"owner@{agency}.example").client
        sides.append(Side(word, desk, owner, program))
    rules = [
        (rule, method)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith(("console.", "api_")) and not rule.endpoint.startswith(LEFT_OUT)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]
    yield Town(database, (sides[0], sides[1]), rules)
    database.close()


def _filled(desk: Desk, slug: str, word: str) -> None:
    for n in range(3):
        who = Contact(f"{word} {n}", f"{word.lower()}{n}@a.example", word)
        id_ = send(desk, f"{word}{n}", slug=slug, made=MADE, contact=who, ref=word).id
        remarks.add_note(desk, id_, word, f"owner@{word}.example", WHEN)
        practice.keep(desk, id_, Overrule(word, "forum", word, WHEN), WHEN)
        invitation(desk, f"{word}{n}", slug=slug, client=word)
        hook = endpoints.add(desk, f"https://{word.lower()}{n}.example/", "whsec_", COMMAND, WHEN)
        endpoints.try_out(desk, hook.id, COMMAND, WHEN)
        keys.make(desk, word, ("read",), COMMAND, WHEN)


STEP = st.tuples(st.integers(0, 1), st.integers(0, 10**6), st.booleans(), st.integers(0, 10**6))
"""Who calls what, whether with things of the other's, and with which of them."""


@pytest.mark.slow
def test_no_sequence_of_calls_sees_or_changes_what_is_anothers(town: Town) -> None:
    @settings(
        max_examples=SEQUENCES,
        derandomize=SEQUENCES == 25,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(STEP, min_size=STEPS, max_size=STEPS))
    def walk(steps: list[tuple]) -> None:
        rows = town.look()
        for step in steps:
            rows = act(town, step, rows)

    walk()
    assert town.refused > SEQUENCES // 2  # the wall was met
    assert town.done > SEQUENCES // 2  # and there was something behind it


def act(town: Town, step: tuple, rows: tuple[list, list]) -> tuple[list, list]:
    """One call as one of the two; gives both sides' rows afterwards."""
    who, place, crossing, pick = step
    rule, method = town.rules[place % len(town.rules)]
    wanted = 1 - who if crossing else who
    names = {name: chosen(town, name, wanted, pick) for name in rule.arguments}
    side, other = town.sides[who], town.sides[1 - who]
    answer = call(town, side, rule, method, names)
    text = answer.data.decode("utf-8", "replace")
    where = (side.word, method, rule.rule, names, answer.status_code)
    assert answer.status_code < 500, where
    assert other.word not in text, where
    assert other.desk.agency_id not in text, where
    after = town.look()
    assert after[1 - who] == rows[1 - who], where
    foreign = crossing and rule.arguments - {"kind"} and not set(names.values()) & own(town, who)
    if foreign:
        town.refused += 1
        nothing = {name: names[name] if name == "kind" else "0" * 32 for name in rule.arguments}
        missing = call(town, side, rule, method, nothing)
        assert answer.status_code == missing.status_code, where
        assert bare(text, names) == bare(missing.data.decode("utf-8", "replace"), nothing), where
    elif answer.status_code < 400:
        town.done += 1
    return after


def own(town: Town, who: int) -> set[str]:
    return {name for found in town.ids.values() for side, name in found if side == who}


def chosen(town: Town, name: str, side: int, pick: int) -> str:
    """A thing of this side of the kind that a route names; one that is not there if it has none."""
    if name == "kind":
        return ("overrule", "followup", "learning")[pick % 3]
    found = [one for whose, one in town.ids.get(KINDS[name], ()) if whose == side]
    return found[pick % len(found)] if found else "f" * 32


def call(town: Town, side: Side, rule: Rule, method: str, names: Mapping[str, str]):
    """By the console or the API, with fields that most routes take for good."""
    app = side.owner.application
    with app.test_request_context():
        address = url_for(rule.endpoint, **names)
    if rule.endpoint.startswith("api_"):
        body = {"form": "kopi", "client": "Budi"} if "invit" in rule.rule else {"url": FORM["url"]}
        answer = side.program.open(address, method=method, json=body if method == "POST" else None)
    else:
        ids = [name for _, name in town.ids.get("submissions", ())][:4]
        query = {"id": ids} if method == "GET" else {}
        data = FORM if method == "POST" else None
        answer = side.owner.open(address, method=method, query_string=query, data=data)
    answer.get_data()
    answer.close()
    return answer


def bare(text: str, names: Mapping[str, str]) -> str:
    """An answer without the names that the address had."""
    slug = names.get("slug", "")
    return re.sub(rf"[0-9a-f]{{32}}|(?<=/){slug}(?=[/?\"])" if slug else r"[0-9a-f]{32}", "", text)
