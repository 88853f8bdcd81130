"""The app behind waitress, for one machine."""

import os
import socket

import click
from waitress.server import create_server

from recommender.engine.rulebook import Rulebook
from recommender.settings import Settings
from recommender.web.app import MOST_BODY, create_app
from recommender.web.security import MOST_URL

LIMITS = {
    # A little past the app's own limits, so that the app can say what is wrong.
    "max_request_body_size": 16 * MOST_BODY,
    "max_request_header_size": 2 * MOST_URL,
}


def run(host: str, port: int, rulebook: Rulebook) -> None:
    """Serve until stopped; prints the address once it is ready to answer."""
    app = create_app(rulebook, Settings.from_environment(os.environ, host))
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
    click.echo(f"Recommender {rulebook.version} on http://{shown}:{bound} (Ctrl-C stops it)")
    server.run()
