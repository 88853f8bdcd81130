"""When a delivery that failed is tried again."""

from datetime import datetime, timedelta
from random import Random

WAITS = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
"""Between ten tries; about three days in all, as Standard Webhooks 1.0 recommends."""

JITTER = 0.1
"""Each wait is up to so much longer or shorter, so that receivers are not met by all at once."""


def again(tries: int, now: datetime, random: Random) -> datetime | None:
    """When to try after so many tries; None after the last."""
    if tries > len(WAITS):
        return None
    return now + WAITS[tries - 1] * (1 + random.uniform(-JITTER, JITTER))
