"""The app behind waitress, for one machine."""

import logging
import socket
from collections.abc import Callable
from threading import Event, Thread

import click
from flask import Flask
from waitress.server import create_server

from recommender.delivery.addresses import Allowed
from recommender.delivery.mail_postman import Postman
from recommender.delivery.worker import Worker
from recommender.delivery.worker import run as deliver
from recommender.errors import StoreError
from recommender.logs import configure
from recommender.rulebook.shelf import Shelf
from recommender.settings import Settings
from recommender.store.database import Database, now
from recommender.store.retention import purge
from recommender.web.app import MOST_BODY, create_app
from recommender.web.ending import serve
from recommender.web.security import MOST_URL

LIMITS = {
    # A little past the app's own limits, so that the app can say what is wrong.
    "max_request_body_size": 16 * MOST_BODY,
    "max_request_header_size": 2 * MOST_URL,
    # Who has connected and says nothing costs little, and must keep nobody else out.
    "connection_limit": 2_000,
    "channel_timeout": 30,
    "asyncore_use_poll": True,  # select() knows no more than 1,024 connections
}

PURGE_SECONDS = 3600
"""What forms keep no longer is erased so often; days end at another hour in every time zone."""


def run(
    host: str,
    port: int,
    shelf: Shelf,
    settings: Settings,
    database: Database,
    first: Callable[[Flask, str], None] | None = None,
) -> None:
    """Serve until stopped; prints the address once it is ready to answer.

    `first` is done with the app and its address once the port is ours, before any answer.
    Meanwhile the chores are done, and on SQLite endpoints are told what happened, which on
    PostgreSQL is the work of `recommender worker`.
    """
    configure(settings.log)
    app = create_app(shelf, settings, database)
    try:
        server = create_server(
            app,
            host=host,
            port=port,
            threads=8,
            # The app itself believes as many proxies as the settings say.
            clear_untrusted_proxy_headers=not settings.proxies,
            **LIMITS,
        )
    except (OSError, ValueError, socket.gaierror) as error:
        raise click.ClickException(f"Cannot listen on {host}:{port}: {error}") from None
    bound = getattr(server, "effective_port", port)
    shown = f"[{host}]" if ":" in host else host
    address = f"http://{shown}:{bound}"
    if first:
        first(app, address)
    stopped = Event()
    try:
        click.echo(f"Recommender {shelf.today.version} on {address} (Ctrl-C stops it)")
        do_chores(shelf, database, stopped)
        if database.is_sqlite:  # one machine, so the deliveries are its own to make
            allowed, mail = Allowed(settings.hooks_anywhere), settings.mail
            worker = Worker(database, allowed, mailing=mail is not None)
            postman = Postman(database, mail) if mail else None
            Thread(target=deliver, args=(worker, stopped, 4, postman), daemon=True).start()
        serve(server)
    finally:
        stopped.set()


def do_chores(shelf: Shelf, database: Database, stopped: Event) -> None:
    """Begin what every serving process does besides, until it is stopped.

    The rules folder is watched, and what becomes of a change is logged; what forms keep no
    longer is erased.
    """
    Thread(target=shelf.watch, args=(stopped,), daemon=True).start()
    Thread(target=purge_until, args=(stopped, database), daemon=True).start()


def purge_until(stopped: Event, database: Database) -> None:
    """Erase what is over, now and then, until told to stop; wait for a database that is away."""
    while True:
        try:
            purge(database, now())
        except StoreError as error:
            logging.warning(error.message["en"])
        except Exception:  # whatever it is, the next hour's purge must still come
            logging.exception("erasing what is over failed")
        if stopped.wait(PURGE_SECONDS):
            return
