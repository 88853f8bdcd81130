"""The API for tests: an agency with a client who has sent, and keys for its programs."""

from dataclasses import dataclass

from agencies import WHEN
from consoles import console_app, desk_of
from desks import send
from flask import Flask
from flask.testing import FlaskClient
from forms import BOOK
from profiles import PLAIN

from recommender.agency.sending import made
from recommender.engine.answers import read
from recommender.store import keys
from recommender.store.database import Database
from recommender.store.desk import Desk
from recommender.store.records import Made, Sent

MADE: Made = made(BOOK, read(BOOK.questionnaire, PLAIN))


@dataclass
class World:
    """An app with one agency, and what is on its desk."""

    app: Flask
    desk: Desk
    sent: Sent

    @property
    def client(self) -> FlaskClient:
        return self.app.test_client()


def world_of(store: Database) -> World:
    app = console_app(store, contact="after")
    desk = desk_of(store)
    return World(app, desk, send(desk, "first", made=MADE))


def key_for(world: World, *scopes: str, desk: Desk | None = None) -> tuple[keys.ApiKey, str]:
    """A key of the agency, or of another one, and its text."""
    return keys.make(desk or world.desk, "CRM", scopes, "owner@studio.example", WHEN)


def asking(world: World, text: str = "", lang: str = "en") -> FlaskClient:
    """A program that sends this key with every call."""
    client = world.client
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = lang
    if text:
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {text}"
    return client
