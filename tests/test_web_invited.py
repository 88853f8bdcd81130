"""Until when an invitation works, who opens it, and how people reach the agency about data."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from forms import later
from results import each_language
from sends import SRI, asking, at_send, desk_of, erase_address, press
from test_web_links import T, invite, state_of

from recommender.agency.form import settings_of
from recommender.agency.inviting import Client, invitation, letters, link
from recommender.i18n import words
from recommender.store.database import now
from recommender.store.front import form_by_slug

PREVIEWS = [
    "WhatsApp/2.23.20.0",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "Twitterbot/1.0",
    "TelegramBot (like TwitterBot)",
    "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient)",
    "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
]
PEOPLE = [
    "Mozilla/5.0 (Linux; Android 12; CUBOT NOTE 20) AppleWebKit/537.36 Chrome/120.0 Mobile",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) [LinkedInApp]/9.29",
    "Mozilla/5.0 (Linux; Android 13) Chrome/119.0 Mobile Telegram-Android/10.2.4",
]


@pytest.mark.slow
@pytest.mark.parametrize("agent", [*PREVIEWS, *PEOPLE])
def test_an_invitation_that_a_program_looks_at_by_itself_was_not_opened(store, agent):
    app = asking(store)
    invite(store)
    headers = {"User-Agent": agent}

    assert app.test_client().head("/f/kopi/i/secret").status_code == 303
    ahead = {"User-Agent": PEOPLE[0], "Sec-Purpose": "prefetch;prerender"}
    assert app.test_client().get("/f/kopi/i/secret", headers=ahead).status_code == 303
    assert state_of(store) == "made"
    assert app.test_client().get("/f/kopi/i/secret", headers=headers).status_code == 303
    assert state_of(store) == ("opened" if agent in PEOPLE else "made")


def test_an_invitation_works_until_the_last_second_of_the_day_that_its_words_name(store):
    app = asking(store, time_zone="Asia/Jayapura")
    form = form_by_slug(store, "kopi")
    assert form is not None
    made, token = invitation(form, Client("Sri"), 3, now())
    desk_of(store).invite(made, token)
    address = link("", form, token)

    [texts] = letters(form, settings_of(form), made, address).values()
    zone = ZoneInfo("Asia/Jayapura")
    last = now().astimezone(zone).date() + timedelta(days=3)
    assert T.date(last) in texts["mail"]
    for time, status in (((23, 59, 58), 303), ((23, 59, 59), 410)):
        at = datetime.combine(last, datetime.min.time().replace(*time), zone)
        later(app, seconds=(at - now()).total_seconds() + 0.5)
        assert app.test_client().get(address).status_code == status


ADDRESSES = {
    "privasi@kopi.example": "mailto:privasi@kopi.example",
    "a?b&c@kopi.example": "mailto:a%3Fb%26c@kopi.example",
    "https://kopi.example/privasi?a=1": "https://kopi.example/privasi?a=1",
    "+62 (274) 512-345": "tel:+62274512345",
    "": "",
}


@pytest.mark.slow
@each_language
@pytest.mark.parametrize("address", ADDRESSES)
def test_pages_about_the_data_say_how_to_reach_the_agency_or_that_it_has_not_said(
    store, lang, address
):
    own = {"contact_address": address} if address else {}
    app = asking(store, language=lang, **own)
    page = press(at_send(app, lang), **SRI)
    pages = [page.address, erase_address(page), "/f/kopi/privacy"]
    said = words(lang)("reach" if address else "reach_unknown", agency="Studio", address=address)

    for one in pages:
        page.get(one)
        assert said in page.text
        found = [to for to in page.links("main a") if to.startswith(("mailto", "tel", "https"))]
        assert found == ([ADDRESSES[address]] if address else [])
