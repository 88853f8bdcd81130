"""Many sends from frames of another site's page, in a browser that gives these no cookies."""

import os
from itertools import cycle, islice

import pytest
from framing import Host, press_enter
from playwright.sync_api import Page, expect
from sqlalchemy import func, select
from test_embed import SANDBOX, answer

from recommender.i18n import words
from recommender.store.tables import consents, contacts, outbox, submissions

KINDS = [  # with our script or without, in which frame, by two presses or by one
    (True, "", True),
    (True, SANDBOX, False),
    (False, "", False),
    (False, SANDBOX, True),
    (True, "", False),
    (True, SANDBOX, True),
    (False, "", True),
    (False, SANDBOX, False),
]
"""The first four have every two of them together."""
SENDS = int(os.environ.get("EMBED_SENDS", "4"))
T = words("en")


def sent(page: Page, host: Host, email: str, more: str, script: bool, twice: bool) -> str:
    """Answer and send in a frame, perhaps by two presses in a row; the erase link."""
    host.open(page, host.frame(more=more), script=script)
    frame = answer(page)
    press_enter(frame.get_by_role("link", name=T("send_to", agency="Studio")))
    frame.get_by_label(T("contact_email")).fill(email)
    frame.locator("#consent").press(" ")
    press_enter(frame.get_by_role("button", name=T("send_now")), 1 + twice)
    expect(frame.locator(".address a")).to_be_visible()
    return frame.locator(".address a").get_attribute("href") or ""


@pytest.mark.slow
def test_every_send_from_a_frame_is_stored_and_none_twice(new_context, kept):
    host, database = kept
    pages = {
        script: new_context(
            java_script_enabled=script, viewport={"width": 360, "height": 640}
        ).new_page()
        for script in (True, False)
    }
    told, links, posts = set(), set(), []
    for page in pages.values():
        page.on("request", lambda made: posts.append(made.url) if made.method == "POST" else None)
    emails = [f"client-{number}@kopi.example" for number in range(SENDS)]
    for email, (script, more, twice) in zip(emails, islice(cycle(KINDS), SENDS), strict=True):
        links.add(sent(pages[script], host, email, more, script, twice))
        if script:
            got = pages[script].wait_for_function("got.find((one) => one.type === 'rc:submit')")
            told.add(got.json_value()["submission"])
        assert pages[script].context.cookies() == []

    with database.reading() as connection:
        ids = set(connection.execute(select(submissions.c.id)).scalars())
        found = list(connection.execute(select(contacts.c.email)).scalars())
        rest = [
            connection.execute(select(func.count()).select_from(table)).scalar()
            for table in (submissions, consents, outbox)
        ]
    presses = sum("/send?" in address for address in posts)
    print(f"{presses} presses, {len(links)} receipts, {len(ids)} stored")
    assert presses > SENDS
    assert len(links) == SENDS
    assert sorted(found) == sorted(emails)
    assert rest == [SENDS] * 3
    assert told <= ids
