"""How much was sent, and how much of it receivers have still to hear of: numbers for metrics."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from recommender.store.database import Database
from recommender.store.tables import counters, deliveries, endpoints, mails, outbox


@dataclass(frozen=True, slots=True)
class Backlog:
    """`sent` counts what forms were sent, `waiting` deliveries and events of which none is made
    yet; `oldest` is when the first of those happened. `mails` and `oldest_mail` are of mails."""

    sent: int
    waiting: int
    oldest: datetime | None
    mails: int = 0
    oldest_mail: datetime | None = None


def backlog(database: Database) -> Backlog:
    """What waits for endpoints that are on; what waits for one that is off waits for a person."""
    sent = select(func.coalesce(func.sum(counters.c.count), 0)).where(counters.c.name == "sent")
    on = (deliveries.c.state == "waiting") & (endpoints.c.state == "on")
    waiting = (
        select(func.count(), func.min(deliveries.c.created_at))
        .select_from(deliveries.join(endpoints, endpoints.c.id == deliveries.c.endpoint_id))
        .where(on)
    )
    unspread = select(func.count(), func.min(outbox.c.created_at)).select_from(outbox)
    still = mails.c.state == "waiting"
    unsent = select(func.count(), func.min(mails.c.created_at)).where(still)
    with database.reading() as connection:
        total = connection.execute(sent).scalar_one()
        parts = [connection.execute(one).one() for one in (waiting, unspread)]
        mail, oldest_mail = connection.execute(unsent).one()
    times = [oldest for _, oldest in parts if oldest is not None]
    count, oldest = sum(count for count, _ in parts), min(times, default=None)
    return Backlog(int(total), count, oldest, mail, oldest_mail)
