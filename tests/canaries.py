"""Canaries: a text of its own in every field that somebody may fill in, and where they turn up."""

import re
import zlib
from base64 import urlsafe_b64decode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import unquote_plus, urlsplit

from agencies import WHEN
from consoles import browser_of, console_app, desk_of
from flask import Flask
from forms import CODE, later, reader_of
from mailboxes import html_of, mailbox, text_of
from mails import deliver
from page import Page
from sends import ASKING, erase_address, press
from sqlalchemy import inspect, text

from recommender.delivery import message
from recommender.delivery.calling import Allowed, Reply
from recommender.delivery.worker import Worker
from recommender.store import endpoints, keys, team
from recommender.store.audit import COMMAND
from recommender.store.database import Database
from recommender.store.desk import Desk

OWNER = "owner@studio.example"
ADDRESSES = ("href", "src", "action", "formaction", "data-address", "poster", "srcset")
"""Attributes of a page that lead somewhere or load something."""

_PACKED = re.compile(r"\.?[A-Za-z0-9_-]{24,}")


class Canaries(dict[str, str]):
    """A text for each field by the field's name, made when it is first asked for."""

    def __missing__(self, name: str) -> str:
        end = "@a.example" if "email" in name else " ekor panjang" if name == "password" else ""
        self[name] = f"kenari{len(self)}x{end}"
        return self[name]

    def found_in(self, said: str, leaving_out: Iterable[str] = ()) -> list[str]:
        """The fields whose texts are in this one, in letters of whatever size."""
        lower = said.casefold()
        parts = {name: value.partition("@")[0] for name, value in self.items()}
        wanted = set(parts) - set(leaving_out)
        return sorted(name for name in wanted if parts[name].casefold() in lower)


@dataclass
class World:
    """An agency that uses all there is, and a client of hers who leaves nothing empty."""

    database: Database
    app: Flask
    canaries: Canaries
    desk: Desk
    id_: str = ""
    """Of the client's submission."""
    erasing: str = ""
    """The address that erases it."""
    addresses: list[str] = field(default_factory=list)
    """Every address that a browser came to or was given."""
    policies: set[tuple[bool, str]] = field(default_factory=set)
    """Whether of the console, and which Referrer-Policy."""

    def seen(self, page: Page) -> Page:
        """Note where a page leads, what it loads and how it was reached."""
        self.addresses += [address for _, address in page.trail]
        for name in ADDRESSES:
            nodes = page.tree.css(f"[{name}]")
            self.addresses += [node.attributes[name] or "" for node in nodes]
        of_console = urlsplit(page.address).path.startswith("/console")
        self.policies.add((of_console, page.response.headers["Referrer-Policy"]))
        return page


def world_of(database: Database) -> World:
    """Everything that there is to fill in is filled in with a canary, by its own page or call.

    The mails that tell of it wait; `letters_of` has them sent."""
    app = console_app(database, **ASKING, receipt=True)
    app.extensions["recommender"] = replace(app.extensions["recommender"], mailing=True)
    made = World(database, app, Canaries(), desk_of(database))
    hook = message.new_secret()
    endpoints.add(made.desk, "https://hook.example/", hook, OWNER, WHEN)
    made.canaries["hook secret"] = hook
    member = _choose_a_password(made)
    _answer(made, _invite(made))
    _remark(made, member)
    _deliver(made)
    return made


def _choose_a_password(world: World) -> Page:
    """The owner's pages, after she chose a password by a link."""
    token = team.pass_for(world.desk, OWNER, COMMAND, world.app.extensions["recommender"].now())
    assert token is not None
    world.canaries["link for a password"] = token
    page = Page(browser_of(world.app), "en", {"Accept-Language": "en"})
    chosen = {"password": world.canaries["password"]}
    page.post(f"/console/password/{token}", chosen)
    page.post("/console/sign-out", {})
    page.post("/console/sign-in", chosen | {"email": OWNER})
    return page


def _invite(world: World) -> str:
    """An invitation that a program of the agency makes; the path of its link."""
    canaries, client = world.canaries, world.app.test_client()
    _, key = keys.make(world.desk, "CRM", keys.SCOPES, OWNER, WHEN)
    canaries["key"] = key
    sent = {"client": canaries["client"], "email": canaries["client email"]}
    answer = client.post(
        "/api/v1/invitations",
        json=sent | {"form": "kopi", "ref": canaries["ref"], "mail": "en"},
        headers={"Authorization": f"Bearer {key}", "Idempotency-Key": canaries["idempotency key"]},
    )
    assert answer.status_code == 201, answer.text
    path = urlsplit(answer.json["link"]).path
    canaries["invitation"] = path.rpartition("/")[2]
    return path


def _answer(world: World, invitation: str) -> None:
    """The client comes by the link, writes something wrong, then all that is asked for."""
    canaries = world.canaries
    brought = f"campaign={canaries['campaign']}&undeclared={canaries['undeclared']}"
    page = world.seen(reader_of(world.app, "en").get(f"{invitation}?{brought}"))
    token = page.query["t"][0]
    later(world.app, minutes=1)
    page.get(f"/f/kopi/send?a={CODE}&t={token}")
    who = {name: canaries[name] for name in ("name", "email", "organisation")}
    own = {"own-budget": "low", "own-wishes": canaries["wishes"], "consent": "standard-1"}
    world.seen(press(page, 422, **who | own | {"email": canaries["no address"]}))
    world.seen(press(page, **who | own))
    canaries["receipt"] = urlsplit(page.address).path.rpartition("/")[2]
    world.erasing = erase_address(page)
    canaries["erase link"] = urlsplit(world.erasing).path.rpartition("/")[2]
    world.seen(page.get(world.erasing))
    world.seen(page.get("/f/kopi/privacy"))
    [world.id_] = [one.id for one in world.desk.submissions()]


def _remark(world: World, page: Page) -> None:
    """The owner writes down all that may be written about the client, and looks around."""
    canaries, one = world.canaries, f"/console/submissions/{world.id_}"
    page.get(one)
    world.seen(page.post(f"{one}/notes", {"note": canaries["note"]}))
    overrule = {"type": "collaboration", "reason": canaries["reason"]}
    world.seen(page.post(f"{one}/overrule", overrule))
    followup = {"used": ["forum"], "went": "well", "done": canaries["done"]}
    world.seen(page.post(f"{one}/followup", followup))
    world.seen(page.post(f"{one}/learning", {"agreed": "yes", "how": canaries["how"]}))
    for path in (one, "/console/submissions", "/console/practice", "/console/portfolio"):
        world.seen(page.get(path))
    for path in ("/console/forms/kopi/invitations", "/console/team/done", "/console/account"):
        world.seen(page.get(path))


def _deliver(world: World) -> None:
    """A receiver is told and does not hear: the try is noted, and the message waits."""
    said: list[str] = []

    def call(url: str, body: bytes, headers: object, allowed: Allowed) -> Reply:
        said.append(body.decode())
        return Reply(503, "hook_status", 0.1)

    now = world.app.extensions["recommender"].now
    while Worker(world.database, call=call, now=now).step():
        pass
    assert world.canaries["name"] in said[0]


def letters_of(world: World) -> dict[str, set[str]]:
    """The fields whose texts are in the letters to each address, once a mail server has them."""
    found: dict[str, set[str]] = {}
    with mailbox() as box:
        deliver(world.database, box)
        for mail, [to] in box.to:
            headers = [value for name, value in mail.items() if name != "To"]
            said = "\n".join([*headers, text_of(mail), html_of(mail)])
            found.setdefault(to, set()).update(world.canaries.found_in(said))
    return found


def shown(address: str) -> str:
    """An address as its letters read, with what is packed into it laid open."""
    return " ".join([unquote_plus(address), *_unpacked(address)])


def _unpacked(address: str) -> Iterator[str]:
    """What signed texts within an address say: signing hides nothing."""
    for part in _PACKED.findall(address):
        letters = part.removeprefix(".")
        try:
            raw = urlsafe_b64decode(letters + "=" * (-len(letters) % 4))
            yield (zlib.decompress(raw) if part != letters else raw).decode("utf-8", "replace")
        except (ValueError, zlib.error):
            continue  # these letters are no packed text


def held(database: Database) -> str:
    """Every row of every table that the database has, whether the program knows it or not."""
    with database.reading() as connection:
        tables = inspect(connection).get_table_names()
        assert len(tables) > 20
        return "\n".join(
            f"{table} {tuple(row)}"
            for table in tables
            for row in connection.execute(text(f'SELECT * FROM "{table}"'))
        )


def files(database: Database) -> bytes:
    """Every byte of SQLite's files; nothing of another database."""
    if not database.is_sqlite:
        return b""
    whole = Path(str(database.url.database))
    return b"".join(file.read_bytes() for file in whole.parent.glob(f"{whole.name}*"))
