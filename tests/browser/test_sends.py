"""Many sends from frames of another site's page, in a browser that gives these no cookies.

`EMBED_SENDS=100` sends a hundred, each in a page of its own.
"""

import os

import pytest
from framing import inside
from playwright.sync_api import BrowserContext, expect
from profiles import PLAIN
from sends import desk_of
from sqlalchemy import func, select
from test_embed import SANDBOX, answer

from recommender.i18n import words
from recommender.store.tables import consents, contacts, outbox, submissions

SENDS = int(os.environ.get("EMBED_SENDS", "8"))
T = words("en")
