"""What /metrics tells Prometheus: how this process answers, and how much waits in the database.

Nothing of it is about a person. Only an app that serves metrics imports this.
"""

from collections.abc import Iterator

from flask import Flask, Response
from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from recommender.errors import StoreError
from recommender.web.hearing import Answered, Listener
from recommender.web.running import Running


def register(app: Flask) -> Listener:
    """Serve /metrics; gives what has to hear of every request."""
    registry = CollectorRegistry()
    seconds = Histogram(
        "recommender_request_seconds",
        "Time of requests by route and class of status.",
        ("route", "status"),
        registry=registry,
    )
    registry.register(_State(app))

    def hear(answered: Answered) -> None:
        route, kind = answered.route or "none", f"{answered.status // 100}xx"
        seconds.labels(route, kind).observe(answered.seconds)

    def metrics() -> Response:
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)

    app.add_url_rule("/metrics", "metrics", metrics)
    return hear


class _State:
    """What holds at the moment of asking; without what the database knows while it is away."""

    def __init__(self, app: Flask):
        self._app = app

    def collect(self) -> Iterator[Metric]:
        running: Running = self._app.extensions["recommender"]
        rules = GaugeMetricFamily(
            "recommender_rules", "The version of the rules that answers.", labels=("version",)
        )
        rules.add_metric((running.shelf.today.version,), 1)
        yield rules
        yield from _stored(running)

    def describe(self) -> tuple[Metric, ...]:
        return ()  # so that nothing is asked of the database before the app runs


def _stored(running: Running) -> Iterator[Metric]:
    if running.database is None:
        return
    from recommender.store.backlog import backlog

    try:
        found = backlog(running.database)
    except StoreError:
        found = None
    yield _gauge("database_reached", "Whether the database answers.", int(found is not None))
    if found is None:
        return
    age, mail_age = (
        (running.now() - oldest).total_seconds() if oldest else 0
        for oldest in (found.oldest, found.oldest_mail)
    )
    yield _gauge("submissions", "What was ever sent, as the forms count it.", found.sent)
    yield _gauge("undelivered", "What receivers have still to hear of.", found.waiting)
    yield _gauge("undelivered_age_seconds", "The age of the oldest of it.", max(0, age))
    yield _gauge("mails_waiting", "Mails that have still to be sent.", found.mails)
    yield _gauge("mails_waiting_age_seconds", "The age of the oldest of them.", max(0, mail_age))


def _gauge(name: str, help_: str, value: float) -> Metric:
    return GaugeMetricFamily(f"recommender_{name}", help_, value=value)
