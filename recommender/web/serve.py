"""The app behind waitress, for one machine."""

import logging
import os
import socket
from threading import Event, Thread

import click
from waitress.server import create_server

from recommender.rulebook.shelf import Shelf
from recommender.settings import Settings
from recommender.web.app import MOST_BODY, create_app
from recommender.web.security import MOST_URL

LIMITS = {
    # A little past the app's own limits, so that the app can say what is wrong.
    "max_request_body_size": 16 * MOST_BODY,
    "max_request_header_size": 2 * MOST_URL,
}


def run(host: str, port: int, shelf: Shelf) -> None:
    """Serve until stopped; prints the address once it is ready to answer.

    Meanwhile the rules folder is watched, and what becomes of a change is logged.
    """
    logging.basicConfig(format="%(asctime)s %(message)s")
    app = create_app(shelf, Settings.from_environment(os.environ, host))
    try:
        server = create_server(
            app,
            host=host,
            port=port,
            threads=8,
            **LIMITS,
        )
    except (OSError, ValueError, socket.gaierror) as error:
        raise click.ClickException(f"Cannot listen on {host}:{port}: {error}") from None
    bound = getattr(server, "effective_port", port)
    shown = f"[{host}]" if ":" in host else host
    click.echo(f"Recommender {shelf.today.version} on http://{shown}:{bound} (Ctrl-C stops it)")
    stopped = Event()
    Thread(target=shelf.watch, args=(stopped,), daemon=True).start()
    try:
        server.run()
    finally:
        stopped.set()
