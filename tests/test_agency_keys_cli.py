"""`recommender agency key-…`: made and shown once, listed, revoked, as in the console."""

import json

import pytest
from agencies import WHEN
from apis import World, asking, world_of
from click.testing import CliRunner, Result

from recommender.cli import agency_keys, main
from recommender.i18n import LANGUAGES, words
from recommender.store import audit, keys
from recommender.store.database import Database


@pytest.fixture
def world(store: Database, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("DATABASE_URL", store.url.render_as_string())
    return world_of(store)


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["agency", *arguments])


def opens(world: World, text: str) -> bool:
    return asking(world, text).get("/api/v1/forms").status_code == 200


@pytest.mark.slow
def test_a_key_is_printed_once_and_opens_until_it_is_revoked(world: World) -> None:
    made = invoke("key-make", "studio", "CRM", "--scope", "write", "--scope", "read")
    text = made.stdout.splitlines()[-1]
    assert (made.exit_code, opens(world, text)) == (0, True)
    listed = invoke("key-list", "studio", "--json")
    [shown] = json.loads(listed.stdout)
    assert text not in listed.stdout
    assert (shown["key"], shown["name"]) == (f"{text[:9]}…", "CRM")
    assert shown["scopes"] == ["read", "write"]
    assert shown["used"]
    assert not shown["revoked"]

    assert invoke("key-revoke", "studio", text[:9]).exit_code == 2  # nobody was asked
    assert opens(world, text)
    assert invoke("key-revoke", "studio", text[:9], "--yes").exit_code == 0

    assert not opens(world, text)
    assert invoke("key-revoke", "studio", shown["id"], "--yes").exit_code == 2
    done = {(one.who, one.what) for one in audit.deeds(world.desk)}
    assert {(audit.COMMAND, "key_made"), (audit.COMMAND, "key_revoked")} <= done


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_wrong_with_a_key_is_said_in_either_language(world: World, lang: str) -> None:
    w = words(lang)
    assert invoke("key-list", "studio", "--lang", lang).stdout.strip() == w("keys_none")
    for _ in range(keys.MOST_KEYS):
        keys.make(world.desk, "CRM", ("read",), "x", WHEN)
    wrong = {
        w("keys_bad_name"): ("key-make", "studio", "\u202e"),
        w("keys_too_many", most=keys.MOST_KEYS): ("key-make", "studio", "CRM"),
        w("key_unknown", value="rc_xxxxxx"): ("key-revoke", "studio", "rc_xxxxxxyyy", "--yes"),
    }
    for said, command in wrong.items():
        refused = invoke(*command, "--lang", lang)
        assert (refused.exit_code, refused.stdout) == (2, "")
        assert refused.stderr.startswith(said)


def test_the_scopes_of_the_command_are_those_of_keys() -> None:
    assert agency_keys.SCOPES == keys.SCOPES
