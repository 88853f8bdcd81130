"""The console as the browser tests visit it: an agency in use, a fresh one, and their pages."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from random import Random

from agencies import WHEN
from consoles import console_app, desk_of, seat_at, signed_in
from desks import invitation, send
from flask import Flask, url_for
from forms import BOOK, sqlite
from framing import served
from looks import bring_axe
from playwright.sync_api import Browser, BrowserContext, Page
from profiles import PLAIN
from receivers import receiving
from sends import BUDGET, WISHES
from site_map import CASES, RISKY

from recommender.agency.sending import made
from recommender.delivery import message
from recommender.delivery.calling import Allowed
from recommender.delivery.worker import Worker
from recommender.engine.answers import read
from recommender.rulebook.cases import read_cases
from recommender.store import endpoints, keys, practice, remarks, team
from recommender.store.audit import COMMAND
from recommender.store.database import Database
from recommender.store.desk import Desk, create_agency
from recommender.store.practice import Followup, Learning, Overrule
from recommender.store.records import Contact

OWNER, MEMBER, FRESH, NOBODY = "owner@studio.example", "member@studio.example", "new", ""
EMAILS = {FRESH: "owner@fresh.example"}
NOW = WHEN + timedelta(hours=1)
NO_PAGES = {"console.home", "console.forms.download"}
"""Addresses that lead elsewhere or give a file."""

LONG = "PT Persekutuan Pengusaha Kopi-Rempah-Nusantara-Sejahtera-Selalu"
NAMES = ("Sri <b>Wahyuni</b>", "Bagus", "\u202eWulan", LONG, "Dimas")
FORM = {
    "name": "Kenali kanal Anda",
    "contact": "after",
    "language": "browser",
    "hidden": ["campaign"],
    "context": [BUDGET, WISHES],
    "sites": ["https://kopi.example"],
}


@dataclass(frozen=True)
class State:
    """A page of the console as somebody sees it; with `sends`, after a form on it was sent.

    `path` and the fields may hold `{lang}`. `status` is that of the answer.
    """

    name: str
    path: str
    who: str = OWNER
    status: int = 200
    sends: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


SEND = """([path, fields]) => {
    let form = [...document.forms].find((one) => new URL(one.action).pathname === path);
    if (!form) {
        form = document.createElement("form");
        Object.assign(form, {method: "post", action: path});
        document.querySelector("main").append(form);
    }
    form.noValidate = true;
    for (const [name, value] of Object.entries(fields)) {
        if (!form.elements[name]) {
            const made = document.createElement("input");
            form.append(Object.assign(made, {name, type: "hidden"}));
        }
        form.elements[name].value = value;
    }
    form.requestSubmit();
}"""
"""Sends a form of the page as it must not be, or as if an earlier page had held it."""

VIOLATIONS = """window.violated = [];
addEventListener("securitypolicyviolation", (e) => {
    violated.push(`${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}`);
});"""


@dataclass
class Console:
    """The app, what its routes name, and a browser in which everybody is signed in."""

    app: Flask
    desk: Desk
    values: dict[str, str]
    address: str
    pages: dict[str, Page] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    """What the browser complained about, page by page; an answer that says no is no complaint."""

    def page_of(self, browser: Browser, who: str) -> Page:
        if who not in self.pages:
            page = browser.new_context(base_url=self.address).new_page()
            page.set_default_timeout(60_000)
            page.add_init_script(VIOLATIONS)
            bring_axe(page)
            page.on("console", lambda said: self._hear(page, said.type, said.text))
            page.on("pageerror", lambda error: self._hear(page, "error", str(error)))
            if who:
                sign_in(page.context, self.app, self.address, EMAILS.get(who, who))
            self.pages[who] = page
        return self.pages[who]

    def _hear(self, page: Page, kind: str, text: str) -> None:
        if kind == "error" and not re.search(r"status of (40[0-9]|422)", text):
            self.errors.append(f"{page.url}: {text}")

    def open(self, browser: Browser, state: State, lang: str) -> Page:
        page = self.page_of(browser, state.who)
        path = state.path.format(lang=lang)
        answer = page.goto(f"{path}{'&' if '?' in path else '?'}lang={lang}")
        if state.sends:
            fields = {name: text.format(lang=lang) for name, text in state.fields.items()}
            with page.expect_navigation() as waited:
                page.evaluate(SEND, [state.sends, fields])
            answer = waited.value
        assert answer is not None, state
        assert answer.status == state.status, (state, answer.status)
        return page

    def get_rules(self) -> Iterator[tuple[str, set[str]]]:
        """Every page of the console that the app has, and what its address needs to be told."""
        for rule in self.app.url_map.iter_rules():
            own = rule.endpoint.startswith("console.") and rule.endpoint not in NO_PAGES
            if own and "GET" in (rule.methods or ()):
                yield rule.endpoint, rule.arguments

    def routes(self) -> Iterator[State]:
        """Every page of the route table, as an owner sees it who has much, and one who has
        nothing yet. A page whose address needs something that `values` lacks is a KeyError."""
        with self.app.test_request_context():
            for endpoint, arguments in self.get_rules():
                given = {name: self.values[name] for name in arguments}
                who = NOBODY if endpoint.startswith("console.signing.") else OWNER
                for kind in ("overrule", "followup", "learning") if "kind" in given else ("",):
                    path = url_for(endpoint, **(given | ({"kind": kind} if kind else {})))
                    who = OWNER if path.endswith("/account") else who
                    yield State(f"{endpoint} {kind}".strip(), path, who)
                    if not arguments and who == OWNER:
                        yield State(f"{endpoint} of a fresh agency", path, FRESH)


def sign_in(context: BrowserContext, app: Flask, address: str, email: str) -> None:
    """As the form of signing in leaves it, whose own tests go through it."""
    cookie = signed_in(app, email).client.get_cookie("console")
    assert cookie is not None
    context.add_cookies([{"name": "console", "value": cookie.value, "url": address}])


@contextmanager
def console(folder: Path) -> Iterator[Console]:
    """A served console with an agency that uses all of it, and a fresh one."""
    database = sqlite(folder)
    app = console_app(database, **FORM)
    app.extensions["recommender"] = replace(
        app.extensions["recommender"], now=lambda: NOW, mailing=True
    )
    fresh = create_agency(database, "fresh", "Fresh", WHEN)
    seat_at(Desk(database, fresh.id), EMAILS[FRESH], "owner")
    desk = desk_of(database)
    with receiving(message.new_secret()) as receiver:
        hook = endpoints.add(desk, receiver.address, receiver.secret, OWNER, WHEN)
        ids = _sent(desk)
        _work(database)
    _remarked(desk, ids[0])
    invitation(desk, client=LONG)
    invitation(desk, token="expired", client="Bagus", ref="", expires_at=WHEN)
    key, _ = keys.make(desk, LONG, ("read", "write"), OWNER, WHEN)
    others = {"one": ids[1], "two": ids[2], "old": ids[-1]}
    token = team.pass_for(desk, MEMBER, COMMAND, NOW)
    member = next(one.id for one in team.team(desk) if one.email == MEMBER)
    values = {"id_": ids[0], "slug": "kopi", "token": token or "", "kind": "overrule"}
    values |= {"member": member, "hook": hook.id, "key": key.id} | others
    with served(app) as port:
        found = Console(app, desk, values, f"http://127.0.0.1:{port}")
        yield found
        for page in found.pages.values():
            page.context.close()
    database.close()


def _sent(desk: Desk) -> list[str]:
    """What clients sent, the last of them four months ago; her id first whose page is full."""
    given = [case.answers for case in read_cases(BOOK, "", CASES.read_bytes())][:3]
    given = [*given, read(BOOK.questionnaire, RISKY), read(BOOK.questionnaire, PLAIN)]
    ids = []
    for place, (name, answers) in enumerate(zip(NAMES, given, strict=True)):
        contact = Contact(name, f"client{place}@kopi-rempah-nusantara.example", LONG)
        when = WHEN - timedelta(days=130 if place == len(NAMES) - 1 else place)
        sent = {"made": made(BOOK, answers), "contact": contact, "ref": LONG}
        sent |= {"context": {"budget": "low", "wishes": "Satu\nDua"}, "hidden": {"campaign": "x"}}
        ids.append(send(desk, str(place), when, **sent).id)
    return ids


def _remarked(desk: Desk, id_: str) -> None:
    """All that a team can add to a submission."""
    note = f"{LONG}\n<script>alert(1)</script>\n=1+1 \u202ereversed"
    remarks.add_note(desk, id_, note, OWNER, WHEN)
    remarks.keep_opinion(desk, id_, made(BOOK, read(BOOK.questionnaire, PLAIN)).code, OWNER, WHEN)
    practice.keep(desk, id_, Overrule(OWNER, "forum", note, WHEN), WHEN)
    rates = (0.021, 0.034)
    practice.keep(desk, id_, Followup(OWNER, ("forum", "blog"), note, *rates, "well", WHEN), WHEN)
    practice.keep(desk, id_, Learning(OWNER, "At the meeting", WHEN), WHEN)


def _work(database: Database) -> None:
    worker = Worker(database, Allowed(insecure=True), now=lambda: NOW, random=Random(1))
    while worker.step():
        pass


def tell_all(values: Mapping[str, str]) -> list[State]:
    """Pages beside those of the route table: filtered, other roles, wrong, and shown once."""
    sub, form, own = "/console/submissions", "/console/forms/kopi", values["id_"]
    one, two = values["one"], values["two"]
    hook = f"/console/hooks/{values['hook']}"
    bare = f"{sub}/{one}"
    return [
        State("list filtered", f"{sub}?type=blog&label=clear&tests=1"),
        State("list without a find", f"{sub}?q=nobody-of-this-name"),
        State("list in error", f"{sub}?from=2026-99-99&type=nothing", status=422),
        State("bare submission", bare),
        State("own answers begun", f"{bare}/own?start=client"),
        State("three clients", f"/console/compare?id={own}&id={one}&id={two}"),
        State("one client alone", f"/console/compare?id={one}", status=422),
        State("clients not found", "/console/compare?find=1&q=nobody"),
        State("due at any time", "/console/practice/due?days=all"),
        State("saved", f"{form}?done=saved&since=1"),
        State("site to add", f"{form}/embed?page=https://other.example/page&ref={LONG}"),
        State("site allowed", f"{form}/embed?page=https://kopi.example/page"),
        State("preview embedded", f"{form}/preview?embed=1"),
        State("signed out", "/console/sign-in?out=1", NOBODY),
        State("form for a member", form, MEMBER),
        State("team for a member", "/console/team", MEMBER),
        State("not for members", "/console/team/done", MEMBER, 403),
        State("not there", f"{sub}/{'0' * 32}", status=404),
        State("link over", "/console/password/over", NOBODY, 404),
        State(
            "pressed signed out", "/console/sign-in", NOBODY, 401, f"{bare}/notes", {"note": "x"}
        ),
        State("sign-in wrong", "/console/sign-in", NOBODY, 422, "/console/sign-in", {"email": "a"}),
        *_wrong("/console/forgotten", {"email": "x"}, NOBODY),
        State(
            *("link asked for", "/console/forgotten", NOBODY, 200, "/console/forgotten"),
            {"email": "{lang}@studio.example"},
        ),
        *_wrong("/console/account", {"present": "x"}),
        *_wrong(f"/console/password/{values['token']}", {"password": "x"}, NOBODY),
        *_wrong("/console/forms", {"name": ""}),
        *_wrong(
            form, {"name": "", "brand.accent": "#eeeeee", "sites": "http://x/y", "market": "?"}
        ),
        State("moved", form, OWNER, 409, form, {"version": "0", "name": "Lain"}),
        State(
            *("follow-up moved", f"{sub}/{own}/followup", OWNER, 409, f"{sub}/{own}/followup"),
            {"seen": "earlier", "done": "Mine"},
        ),
        State(
            *("own answers moved", f"{sub}/{own}/own?edit=1", OWNER, 409, f"{sub}/{own}/own"),
            {"seen": "earlier", "pace": "daily"},
        ),
        *_wrong(f"{bare}/overrule", {}),
        *_wrong(f"{bare}/followup", {"before_rate": "much"}),
        *_wrong(f"{bare}/learning", {}),
        *_wrong(f"{bare}/own", {}),
        State("note wrong", bare, OWNER, 422, f"{bare}/notes", {"note": ""}),
        State(
            *("export wrong", "/console/export", OWNER, 422, "/console/export/file"),
            {"from": "2026-12-01", "to": "2026-11-01"},
        ),
        *_wrong("/console/team", {"email": "x"}),
        *_wrong(f"{form}/invitations", {"days": "0"}),
        *_wrong("/console/hooks", {"url": "ftp://x"}),
        *_wrong("/console/keys", {"name": ""}),
        State("again wrong", hook, OWNER, 422, f"{hook}/again", {"since": ""}),
        State(
            *("member's link", "/console/team", OWNER, 200, "/console/team"),
            {"name": LONG, "email": "new-{lang}@studio.example"},
        ),
        State(
            *("invited", f"{form}/invitations", OWNER, 200, f"{form}/invitations"),
            {"client": LONG, "email": "", "days": "7"},
        ),
        State("secret", hook, OWNER, 200, f"{hook}/secret"),
        State("key made", "/console/keys", OWNER, 200, "/console/keys", {"name": "CRM {lang}"}),
    ]


def _wrong(path: str, fields: Mapping[str, str], who: str = OWNER) -> list[State]:
    return [State(f"{path} in error", path, who, 422, path, fields)]
