"""The work of `recommender worker`: deliver what waits, an endpoint at a time, until stopped."""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from threading import Event, Thread
from typing import Protocol

from recommender.delivery import message
from recommender.delivery.addresses import NOTHING, Allowed, Reply
from recommender.delivery.schedule import again
from recommender.errors import StoreError
from recommender.store import outbox
from recommender.store.database import Database, now
from recommender.store.desk import Desk
from recommender.store.records import Delivery, Endpoint

MOST_AT_ONCE = 20
"""Deliveries of one lease."""
LEASE_SECONDS = 30
"""After so long no further try is begun within a lease.

That leaves a minute for the last one: fifteen seconds for the receiver, and the half minute after
which a system's resolver gives up as it is usually set (three servers, two tries of five seconds).
"""
IDLE_SECONDS = 1.0

_log = logging.getLogger(__name__)

Caller = Callable[[str, bytes, Mapping[str, str], Allowed], Reply]


def call(url: str, body: bytes, headers: Mapping[str, str], allowed: Allowed) -> Reply:
    """As `calling.call`, which brings what HTTP needs: many servers never call anybody."""
    from recommender.delivery import calling

    return calling.call(url, body, headers, allowed)


@dataclass(frozen=True)
class Worker:
    """Delivers from one database; any number may do so at once, in threads and processes.

    `call` and `now` are the network and the clock. With `mailing` owners get mail when an endpoint
    is switched off.
    """

    database: Database
    allowed: Allowed = NOTHING
    mailing: bool = False
    call: Caller = call
    now: Callable[[], datetime] = now
    random: Random = field(default_factory=Random)

    def step(self) -> bool:
        """Spread new events, and deliver to one endpoint; False if the next step can wait.

        A few events for which nobody waits are no reason to look again at once: while forms are
        answered there are always some, and each look keeps those who answer from storing.
        """
        spread = outbox.spread(self.database)
        endpoint = outbox.lease(self.database, self.now())
        if endpoint is not None:
            self._serve(endpoint)
        return spread == outbox.MOST_SPREAD or endpoint is not None

    def _serve(self, endpoint: Endpoint) -> None:
        """Deliver what is due, in order, until one fails or the lease is nearly over."""
        began = self.now()
        for delivery in outbox.due(self.database, endpoint, began, MOST_AT_ONCE):
            if (self.now() - began).total_seconds() > LEASE_SECONDS:
                break
            if not self._deliver(endpoint, delivery):
                break
        outbox.release(self.database, endpoint)

    def _deliver(self, endpoint: Endpoint, delivery: Delivery) -> bool:
        body = self._body(delivery)
        if body is None:
            outbox.drop(self.database, delivery)
            return True
        headers = message.headers(endpoint, delivery.event_id, body, self.now())
        reply = self.call(endpoint.url, body.encode(), headers, self.allowed)
        at = self.now()
        if reply.heard:
            assert reply.status is not None
            outbox.delivered(self.database, delivery, reply.status, at, reply.seconds)
            return True
        due = again(delivery.tries + 1, at, self.random)
        said = reply.status, reply.error, at, reply.seconds, due
        why = outbox.failed(self.database, delivery, *said, mailing=self.mailing)
        if why:
            _log.warning("endpoint %s was switched off: %s", endpoint.id, why)
        return False

    def _body(self, delivery: Delivery) -> str | None:
        """The message as it is sent; None about a submission that is there no more."""
        stored = None
        if delivery.event == "submission.created":
            stored = Desk(self.database, delivery.agency_id).submission(delivery.submission_id)
            if stored is None:
                return None
        said = message.payload(delivery, stored)
        return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


class Stepping(Protocol):
    """Something that does its work in steps."""

    def step(self) -> bool:
        """Do a step; False if there was nothing to do."""


def run(worker: Worker, stop: Event, threads: int = 4, postman: Stepping | None = None) -> None:
    """Deliver until `stop` is set, and send mail beside it; what is being tried is finished."""
    doing: list[Stepping] = [*[worker] * threads, *([postman] if postman else [])]
    # Daemons: those of an executor would hold up the end of a process that never set `stop`.
    working = [Thread(target=_work, args=(one, stop), daemon=True) for one in doing]
    for thread in working:
        thread.start()
    for thread in working:
        thread.join()


def _work(one: Stepping, stop: Event) -> None:
    while not stop.is_set():
        try:
            if one.step():
                continue
        except StoreError:
            _log.warning("the database cannot be used; deliveries wait")
        except Exception:  # whatever it is, the next delivery may be well
            _log.exception("a delivery went wrong")
        stop.wait(IDLE_SECONDS)
