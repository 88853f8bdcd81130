"""Texts that would do harm if anything took them for more than text, and an agency full of them.

Whatever is live in a page bears the attribute `data-zq`, leads to evil.example, or comes out as
the product of 1337 by itself.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import cycle
from urllib.parse import unquote

from agencies import WHEN
from consoles import console_app, desk_of
from desks import invitation, send
from flask import Flask, url_for
from forms import BOOK
from page import CHECKS, is_own
from profiles import PLAIN
from selectolax.lexbor import LexborHTMLParser
from sends import ASKING
from sqlalchemy import JSON, String, select, update
from werkzeug.test import TestResponse

from recommender.agency.sending import made
from recommender.engine.answers import read
from recommender.store import endpoints, keys, practice, remarks, team
from recommender.store.audit import COMMAND
from recommender.store.database import Database
from recommender.store.desk import Desk
from recommender.store.practice import Followup, Learning, Overrule
from recommender.store.records import Contact
from recommender.store.tables import agencies, documents, metadata, replies

PAYLOADS = (
    "<script data-zq>alert(1)</script>",
    '"><img data-zq src=x onerror=alert(1)>',
    "'><svg data-zq onload=alert(1)>",
    "</textarea><b data-zq>",
    "</title></style></script><b data-zq>",
    "--> ]]><b data-zq>",
    '" data-zq="" onfocus="alert(1)',
    "' data-zq='' autofocus='",
    "data-zq onfocus=alert(1)",
    "&lt;b data-zq&gt; &#60;b data-zq&#62;",
    '<a data-zq href="javascript:alert(1)">x</a>',
    "javascript:alert(1)",
    "data:text/html,<b data-zq>",
    '<iframe data-zq srcdoc="<script>alert(1)</script>">',
    '<meta data-zq http-equiv=refresh content="0;url=//evil.example">',
    '<style data-zq>@import "//evil.example"</style>',
    "<img data-zq src=file:///etc/passwd>",
    "{{ 1337 * 1337 }} {% print 1337 * 1337 %}",
    "${1337*1337} #{1337*1337} <%= 1337*1337 %>",
    "{0.__class__} {agency.secret} %(zq)s %n",
    '#(1337*1337) #read("/etc/passwd") $ 1 $',
    '#link("javascript:alert(1)")[zq] #"zq"',
    "[zq](javascript:alert(1)) ![zq](http://evil.example/zq.png)",
    "`id` $(id) | ; \\",
    "'); DROP TABLE submissions; --",
)
FORMULAS = ("=1+1", "+1", "-1", "@SUM(1)", "＝1+1", "＋1", "－1", "＠A1")
CONTROLS = ("a\r\nSet-Cookie: zq=1", "a\u202ezq", "a\x00zq", "a\x1b[31mzq", "\t=1", "a\u2028zq")
"""What nobody writes; no door lets it in."""
LONGEST = 150

EMAIL = "{{1337*1337}}='zq'@kopi.example"
LEADS = ("href", "src", "action", "formaction", "data", "srcset", "poster", "content")


def chunks() -> list[str]:
    """All payloads in as few texts as fields have room for, each begun by another formula."""
    begun, found = iter(cycle(FORMULAS)), [""]
    for one in PAYLOADS:
        if len(found[-1]) + len(one) > LONGEST:
            found.append("")
        found[-1] = f"{found[-1] or next(begun)} {one}"
    return found + [next(begun) for _ in range(len(FORMULAS) - len(found))]


CHUNKS = chunks()


def questions() -> list[dict]:
    """Questions of the agency's own whose every word is a payload."""
    said = [{"id": one, "en": one} for one in CHUNKS]
    options = [{"id": f"o{n}", "label": one} for n, one in enumerate(said)]
    return [
        {"id": "pick", "kind": "many", "label": said[0], "options": options},
        {"id": "wishes", "kind": "long", "label": said[1]},
        {"id": "line", "kind": "short", "label": said[2]},
    ]


SETTINGS = ASKING | {
    "name": CHUNKS[0],
    "brand": {"product": CHUNKS[1]},
    "note": {"id": CHUNKS[2], "en": CHUNKS[3]},
    "consent": {"version": "=1+1", "id": CHUNKS[4], "en": CHUNKS[5]},
    "contact_address": "https://kopi.example/?{{1337*1337}}'data-zq='(1)",
    "context": questions(),
}
OWNER = "owner@studio.example"


OTHERWISE = {
    "reading.type_": {"id_": "blog"},
    "links.invited": {"token": "t0"},
    "links.ask": {"token": "erase-key 0"},
    "links.erase": {"token": "erase-key 0"},
}
"""What routes name that call other things by the same name."""
DEAR = ("static", "rules.rule", "rules.accuracy")
"""Routes that show nothing which anybody wrote, but for the look of a form that all pages have."""


@dataclass
class World:
    """An app with an agency that is full of payloads; `values` are what its routes name."""

    app: Flask
    desk: Desk
    values: dict[str, str]

    def addresses(self, method: str) -> list[tuple[str, str]]:
        """Endpoint and address of every route that takes this method.

        Pages that also answer below a form are asked for there.
        """
        found = []
        with self.app.test_request_context():
            rules = [rule for rule in self.app.url_map.iter_rules() if method in rule.methods]
            below = {one.endpoint.removeprefix("form.") for one in rules if "/f/" in one.rule}
            for rule in rules:
                name = rule.endpoint.removeprefix("form.")
                if name not in DEAR and ("/f/" in rule.rule or name not in below):
                    values = self.values | OTHERWISE.get(name, {})
                    named = {one: values[one] for one in rule.arguments}
                    found.append((rule.endpoint, url_for(rule.endpoint, **named)))
        return found

    def texts(self) -> Iterator[str]:
        """Every text in the store, but what we made ourselves."""
        with self.desk.database.reading() as connection:
            for table in metadata.sorted_tables:
                if table not in (documents, replies):
                    columns = [one for one in table.c if isinstance(one.type, (String, JSON))]
                    for row in connection.execute(select(*columns)) if columns else ():
                        yield from map(str, filter(None, row))


def world_of(database: Database, raw: Iterable[str] = ()) -> World:
    """The agency as it may be when every check of what comes in had failed: `raw` comes along."""
    app = console_app(database, **SETTINGS)
    desk = desk_of(database)
    carriers = [*CHUNKS, *raw]
    ids = [_sent(desk, place, text) for place, text in enumerate(carriers)]
    for text in carriers:
        _remarked(desk, ids[0], text)
        hook = endpoints.add(desk, f"https://kopi.example/{text}", "whsec_", text, WHEN)
        key, _ = keys.make(desk, text, ("read",), text, WHEN)
        endpoints.try_out(desk, hook.id, text, WHEN)
    with database.writing() as connection:
        connection.execute(update(agencies).values(name=CHUNKS[-1] + CHUNKS[0]))
    values = {"id_": ids[0], "slug": "kopi", "kind": "followup", "number": "2", "key": key.id}
    values |= {"note": remarks.around(desk, desk.submission(ids[0])).notes[0].id, "hook": hook.id}
    values["receipt"] = "none"
    values |= {"delivery": endpoints.log(desk, hook.id)[0].id, "code": made_of().code}
    return World(app, desk, values | _people(desk, carriers))


def made_of():
    return made(BOOK, read(BOOK.questionnaire, PLAIN))


def _sent(desk: Desk, place: int, text: str) -> str:
    given = {"contact": Contact(text, EMAIL, text), "ref": text, "hidden": {"campaign": text}}
    given["context"] = {"pick": [f"o{place}", text], "wishes": text, "line": text}
    invitation(desk, token=f"t{place}", client=text, ref=text)
    return send(desk, f"key {place}", made=made_of(), invitation=f"t{place}", **given).id


def _remarked(desk: Desk, id_: str, text: str) -> None:
    remarks.add_note(desk, id_, text, text, WHEN)
    remarks.keep_opinion(desk, id_, made_of().code, text, WHEN)
    practice.keep(desk, id_, Overrule(text, "forum", text, WHEN), WHEN)
    practice.keep(desk, id_, Followup(text, ("blog",), text, 0.1, 0.2, "well", WHEN), WHEN)
    practice.keep(desk, id_, Learning(text, text, WHEN), WHEN)


def _people(desk: Desk, carriers: list[str]) -> dict[str, str]:
    for place, text in enumerate(carriers):
        team.add(desk, f"zq{place}@kopi.example", text, "member", text, WHEN)
    token = team.pass_for(desk, "zq0@kopi.example", COMMAND, WHEN) or ""
    return {"token": token, "member": team.team(desk)[-1].id}


def assert_inert(answer: TestResponse, where: str = "") -> LexborHTMLParser | None:
    """Nothing of an answer is live, whatever kind it is of. Gives the page, if it is one."""
    text = answer.data.decode("utf-8", "replace")
    answer.close()
    assert answer.status_code < 500, (where, text[:300])
    assert str(1337 * 1337) not in text, where
    said = str(answer.headers)
    assert "zq=1" not in answer.headers.getlist("Set-Cookie"), where
    assert "\x1b" not in said
    assert answer.headers["X-Content-Type-Options"] == "nosniff", where
    location = answer.headers.get("Location", "/")
    assert is_own(location), (where, location)
    assert "evil.example" not in unquote(location).partition("?")[0], (where, location)
    if answer.mimetype != "text/html" or answer.status_code == 303:
        return None
    assert re.search(r"script-src 'self'(;|$)", answer.headers["Content-Security-Policy"]), where
    tree = LexborHTMLParser(text)
    assert_page_inert(tree, where)
    return tree


def assert_page_inert(tree: LexborHTMLParser, where: str) -> None:
    """No element is one of a payload, none leads where a payload says, all else is as ever."""
    assert_nothing_live(tree, where)
    for frame in tree.css("iframe"):  # a preview's
        assert is_own(frame.attributes["src"] or "//"), where
        frame.decompose()
    if tree.css_first("title"):
        for check in CHECKS[:-1]:  # the last one reads every word as if it was ours
            check(tree)


def assert_nothing_live(tree: LexborHTMLParser, where: str) -> None:
    assert not (live := tree.css("[data-zq]")), (where, live[0].html)
    for node in tree.css("*"):
        for name in LEADS:
            place = (node.attributes.get(name) or "").partition("?")[0]
            harm = re.search(r"evil\.example|^\s*(javascript|data|file):", place)
            assert not harm, (where, place)
