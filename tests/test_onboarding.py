"""Many clients answer a form in a frame and send it, each by two presses at once."""

import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from agencies import live_form
from flask import Flask
from forms import BOOK, later
from page import Page
from profiles import PLAIN
from sends import ASKING, SRI, desk_of, filled

from recommender.settings import Settings
from recommender.web.app import create_app

CLIENTS = int(os.environ.get("CLIENTS", "30"))  # 100 in the long form
SITE = "https://www.kopi.example"
# Every client has an address of its own; a browser names a frame in a sandbox "null".
SETTINGS = replace(Settings(), proxies=1)


def reader(app: Flask, number: int) -> Page:
    headers = {"Origin": "null", "X-Forwarded-For": f"192.0.2.{number}"}
    return Page(app.test_client(), "en", headers, sites=[SITE])


def to_the_send_page(app: Flask, number: int) -> tuple[str, dict]:
    """From the snippet's address to the send page: where its form is sent to, and with what."""
    page = reader(app, number).get(f"/f/kopi?embed=1&ref=P-{number}")
    for names in (("primary_goal", "organisation"), ("audience_activity",), ("content_strengths",)):
        page.submit({name: PLAIN[name] for name in names})
    page.get(page.links(".share a.button")[0])
    return filled(page, **SRI | {"email": f"client-{number}@kopi.example"})


@pytest.mark.slow
def test_of_many_embedded_sends_each_is_stored_once(store):
    live_form(store, sites=[SITE], **ASKING)
    app = create_app(BOOK, SETTINGS, store)
    with ThreadPoolExecutor(8) as pool:
        ready = list(pool.map(lambda number: to_the_send_page(app, number), range(CLIENTS)))
        later(app, seconds=30)
        presses = [number for number in range(CLIENTS) for _ in range(2)]
        receipts = list(
            pool.map(lambda number: reader(app, number).post(*ready[number]).address, presses)
        )

    assert set(Counter(receipts).values()) == {2}
    stored = desk_of(store).submissions(2 * CLIENTS)
    wanted = [(f"P-{number}", f"client-{number}@kopi.example", 1) for number in range(CLIENTS)]
    assert sorted((one.ref, one.contact.email, one.revision) for one in stored) == sorted(wanted)
