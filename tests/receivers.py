"""Receivers of webhooks for tests: a real HTTP server that knows the public library alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

from standardwebhooks import Webhook, WebhookVerificationError


@dataclass
class Receiver:
    """What a receiver has heard: each message whose signature holds, under its id.

    `status` is what it answers; it may be changed at any time. `wait` holds an answer back.
    """

    address: str
    secret: str
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    heard: list[tuple[str, dict]] = field(default_factory=list)
    forged: list[str] = field(default_factory=list)
    calls: int = 0
    wait: Event | None = None

    def take(self, headers: dict[str, str], body: bytes) -> None:
        self.calls += 1
        try:
            said = Webhook(self.secret).verify(body, headers)
        except WebhookVerificationError as error:
            self.forged.append(str(error))
            return
        if self.status < 300:
            self.heard.append((headers["webhook-id"], said))

    @property
    def ids(self) -> list[str]:
        return [id_ for id_, _ in self.heard]


@contextmanager
def receiving(secret: str) -> Iterator[Receiver]:
    """A receiver on loopback until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(length := int(self.headers["content-length"]))
            if len(body) < length:
                return  # whoever called was killed in the middle
            if receiver.wait is not None:
                receiver.wait.wait(60)
            receiver.take({name.lower(): value for name, value in self.headers.items()}, body)
            self.send_response(receiver.status)
            for name, value in receiver.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver = Receiver(f"http://127.0.0.1:{server.server_port}/hook", secret)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
