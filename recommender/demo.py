"""A sample agency on this machine: forms, sends and a page of another site that embeds a form.

It is there with `serve --demo` alone, in a database of its own that each start makes anew, and
every page says what it is.
"""

import secrets
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any

import click
from flask import Flask, Response, redirect, render_template, request
from waitress.server import create_server
from werkzeug.wrappers import Response as AnyResponse

from recommender.agency import inviting, sending
from recommender.agency.form import FormSettings, plain
from recommender.demo_desk import MEMBERS, let_in, work
from recommender.engine import code
from recommender.engine.answers import read
from recommender.engine.rulebook import Rulebook
from recommender.i18n import words
from recommender.resources import cases, folder
from recommender.rulebook.cases import Case, read_cases
from recommender.rulebook.shelf import Shelf
from recommender.settings import Settings
from recommender.store import front, migrations
from recommender.store.database import Database, now
from recommender.store.desk import Desk, create_agency
from recommender.store.records import Consent, Contact, FormRecord, Sending
from recommender.web.serve import run

FILE = Path("var/demo.db")
SLUG, AGENCY = "studio-contoh", "Studio Contoh"

FORMS: tuple[dict[str, Any], ...] = (
    {
        "name": "Kenali kanal Anda",
        "slug": "kenali-kanal",
        "state": "live",
        "language": "id",
        "market": "indonesia",
        "brand": {"product": "Kenali kanal Anda", "accent": "#8a3b00", "radius": 4},
        "contact": "after",
        "asks": {"name": "required", "email": "required", "organisation": "optional"},
        "contact_address": "privasi@studio-contoh.example",
    },
    {
        "name": "Find your channel",
        "slug": "find-your-channel",
        "state": "live",
        "language": "en",
        "brand": {"product": "Find your channel", "font": "serif", "scheme": "dark"},
        "contact": "after",
        "so_far": True,
        "hidden": ["campaign"],
    },
)

# Everyone of the one belongs once to each of the other: 8 and 5 have no common divisor.
_NAMES = ("Sri", "Bagus", "Wulan", "Dimas", "Ayu", "Rizal", "Ratna", "Yoga")
_ORGANISATIONS = ("Kopi Lereng", "Batik Sekar", "Rumah Baca", "Jamu Segar", "Roti Pagi")
_APART = timedelta(days=3, hours=7)
"""Forty of them reach back four months: some are due for a look at how it went."""


def serve_demo(host: str, port: int, shelf: Shelf, settings: Settings, lang: str) -> None:
    """Serve the sample agency until stopped, with the page that embeds its forms beside it."""
    with closing(Database(f"sqlite:///{FILE}")) as database:
        run(host, port, shelf, settings, database, partial(_begin, database, settings, lang))


def _begin(database: Database, settings: Settings, lang: str, app: Flask, address: str) -> None:
    """Only now is the port ours, and with it the file: another demo may have used it."""
    app.jinja_env.globals["demo"] = True
    _empty(FILE)
    migrations.upgrade(database)
    book: Rulebook = app.extensions["recommender"].shelf.today
    page, port = _page(address)
    sites = [f"http://{name}:{port}" for name in ("localhost", "127.0.0.1")]
    desk, records = made(database, sites)
    stored = submit(database, records, published(book), book, settings.secret_key)
    invited = _invited(desk, records[0], book, address)
    password = secrets.token_hex(6)
    let_in(desk, password)
    work(desk, records)
    Thread(target=page.run, daemon=True).start()
    t = words(lang)
    for form in map(settings_with(sites), FORMS):
        shown = f"{sites[0]}/demo?form={form.slug}"
        click.echo(t("demo_host", name=form.name, address=shown))
        click.echo(t("demo_form", name=form.name, address=f"{address}/f/{form.slug}"))
    click.echo(t("demo_invitation", client=invited[0], link=invited[1]))
    click.echo(t("demo_console", address=f"{address}/console"))
    for _, email, role in MEMBERS:
        click.echo("  " + t("demo_sign_in", email=email, role=t(f"role_{role}"), password=password))
    command = f"DATABASE_URL=sqlite:///{FILE} recommender agency submissions {SLUG}"
    click.echo(t("demo_stored", n=stored, command=command))


def settings_with(sites: Sequence[str]) -> Any:
    """What makes the settings of a sample form that these sites may show."""
    return lambda form: FormSettings.model_validate(form | {"sites": sites})


def made(database: Database, sites: Sequence[str]) -> tuple[Desk, list[FormRecord]]:
    """The agency with its forms."""
    desk = Desk(database, create_agency(database, SLUG, AGENCY, now()).id)
    forms = map(settings_with(sites), FORMS)
    return desk, [desk.put_form(form.slug, form.state, plain(form), now()) for form in forms]


def published(book: Rulebook) -> tuple[Case, ...]:
    return read_cases(book, str(cases()), cases().read_bytes())


def submit(
    database: Database,
    forms: Sequence[FormRecord],
    given: Iterable[Case],
    book: Rulebook,
    secret: str,
) -> int:
    """Send a case as each of some people would, in turn to each form; how many there were."""
    count = 0
    for count, case in enumerate(given, 1):
        form, when = forms[count % len(forms)], now() - count * _APART
        front.send(database, form, _sending(case, count, form, book, secret), when)
    return count


def _sending(case: Case, number: int, form: FormRecord, book: Rulebook, secret: str) -> Sending:
    settings = FormSettings.model_validate(form.settings)
    name = _NAMES[number % len(_NAMES)]
    organisation = _ORGANISATIONS[number % len(_ORGANISATIONS)]
    address = f"{name}@{organisation.replace(' ', '-')}.example".lower()
    consent, lang = settings.consent, settings.language
    key = f"demo-{case.id}"
    return Sending(
        key,
        sending.erase_token(secret, key),
        sending.made(book, case.answers),
        lang,
        contact=Contact(name, address, organisation),
        consent=Consent(consent.version, consent.said(lang), lang),
        ref=case.id,
        seconds=150,
    )


def _invited(desk: Desk, form: FormRecord, book: Rulebook, address: str) -> tuple[str, str]:
    """A client's invitation, with one answer known already, and its link."""
    known = read(book.questionnaire, {"primary_goal": "credibility"}, require=())
    client = inviting.Client(
        "Ibu Lestari", "lestari@warung-teh.example", "DEMO-2", code.encode(book.layouts, known)
    )
    invitation, token = inviting.invitation(form, client, 30, now())
    desk.invite(invitation, token)
    return client.client, inviting.link(address, form, token)


def host_site(address: str) -> Flask:
    """Another site, whose page `/demo` embeds the forms that are at this address."""
    site = Flask(__name__, template_folder=str(folder("templates")), static_folder=None)
    forms = {form["slug"]: settings_with(())(form) for form in FORMS}

    @site.get("/")
    def home() -> AnyResponse:
        return redirect("/demo")

    @site.get("/demo")
    def demo() -> Response:
        form = forms.get(request.args.get("form", ""), next(iter(forms.values())))
        nonce = secrets.token_urlsafe(16)
        values = {"form": form, "forms": forms.values(), "address": address, "agency": AGENCY}
        page = render_template("demo/host.html", t=words(form.language), nonce=nonce, **values)
        policy = (
            f"default-src 'none'; frame-src {address}; script-src {address} 'nonce-{nonce}'; "
            f"style-src 'nonce-{nonce}'; style-src-attr 'unsafe-inline'"
        )
        return Response(page, headers={"Content-Security-Policy": policy})

    return site


def _page(address: str) -> tuple[Any, int]:
    """The other site on the next port, or on any that is free, and its port."""
    next_port = int(address.rpartition(":")[2]) + 1
    for port in (next_port, 0):
        try:
            page = create_server(host_site(address), host="127.0.0.1", port=port, threads=2)
            return page, int(page.effective_port)
        except (OSError, ValueError, OverflowError):
            if not port:
                raise
    raise AssertionError("unreachable")


def _empty(file: Path) -> None:
    """An empty file that its owner alone may read, and nothing left of an earlier one."""
    for part in (file, *(file.with_name(file.name + end) for end in ("-wal", "-shm"))):
        part.unlink(missing_ok=True)
    file.touch(mode=0o600)
