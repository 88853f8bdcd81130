"""Limits that all servers share, counted in a real Redis, which may go away and come back."""

import logging
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import mkdtemp

import pytest
from agencies import WHEN
from click.testing import CliRunner
from consoles import SAME_SITE, console_app
from forms import BOOK, CODE, reader_of
from redis import Redis
from sends import ASKING, SRI, filled
from servers import KEY

from recommender.cli import main
from recommender.settings import Settings, SettingsError, checked
from recommender.web.app import create_app
from recommender.web.limits import PAUSE, Shared, Window, limits

EMAIL, ADDRESS = "owner@studio.example", "203.0.113.5"
OFTEN = 6


@dataclass
class Server:
    """A Redis of one's own on a socket in a folder, so that nobody else can take its port."""

    folder: Path
    process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"unix://{self.folder}/redis.sock"

    def start(self) -> None:
        options = ["--port", "0", "--unixsocket", "redis.sock", "--save", ""]
        self.process = subprocess.Popen(
            ["redis-server", *options], cwd=self.folder, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout
        assert any("accept connections" in line for line in self.process.stdout)

    def kill(self) -> None:
        assert self.process
        with self.process as ended:
            ended.send_signal(signal.SIGCONT)
            ended.kill()

    @property
    def held(self) -> dict[str, tuple[int, int]]:
        """Every key, with its count and the seconds for which it is kept."""
        with Redis.from_url(self.url, decode_responses=True) as client:
            return {key: (int(client.get(key)), client.ttl(key)) for key in client.scan_iter()}


@pytest.fixture
def redis() -> Iterator[Server]:
    if not shutil.which("redis-server"):
        pytest.skip("there is no redis-server; ./dev test installs it")
    made = Server(Path(mkdtemp(prefix="redis-")))
    made.start()
    try:
        yield made
    finally:
        made.kill()
        shutil.rmtree(made.folder)


def window(redis: Server, most: int = 2, what: str = "tries") -> Window:
    """A limit as a server of its own has it."""
    return Window(most, 600, what, Shared(redis.url, KEY))


@pytest.mark.slow
def test_two_servers_count_as_one(redis):
    first, second = window(redis), window(redis)

    turns = [one.turn(ADDRESS, WHEN) for one in (first, second, first, second)]

    assert [turn.left for turn in turns] == [1, 0, 0, 0]
    assert [turn.wait > 0 for turn in turns] == [False, False, True, True]
    assert second.wait("203.0.113.6", WHEN) == 0
    assert window(redis, what="other tries").wait(ADDRESS, WHEN) == 0
    assert first.wait(ADDRESS, WHEN + timedelta(minutes=10)) == 0


@pytest.mark.slow
def test_all_that_servers_limit_is_counted_in_redis(redis, store):
    console_app(store, **ASKING)
    environ = {"RECOMMENDER_REDIS": redis.url, "SECRET_KEY": KEY}
    apps = [create_app(BOOK, checked(environ), store) for _ in range(2)]
    for app in apps:
        reader = reader_of(app, "en")
        wrong = SRI | {"email": "?"}
        address, fields = filled(reader.get(f"/f/kopi/send?a={CODE}"), **wrong)
        reader.post(address, fields, status=422)  # what is not taken counts too
        app.test_client().post(
            "/console/sign-in", data={"email": EMAIL, "password": "x"}, headers=SAME_SITE
        )
        app.extensions["recommender"].calls.turn("id of a key", WHEN)

    counts: dict[str, int] = {}
    for key, (count, _) in redis.held.items():
        kind = key.split("/")[0].partition(":")[2]
        counts[kind] = counts.get(kind, 0) + count
    assert counts == {
        "sends-from": 2,
        "sends-to": 2,
        "sign-ins-as": 2,
        "sign-ins-from": 2,
        "calls": 2,
    }


def test_every_limit_is_shared_and_has_a_name_of_its_own(redis):
    held = limits(redis.url, KEY).values()
    windows = [one for limit in held for one in (limit, *vars(limit).values())]
    found = [one for one in windows if isinstance(one, Window)]

    assert len(found) >= 5
    assert len({one.what for one in found}) == len(found)
    assert all(one.shared for one in found)


def test_redis_holds_neither_address_nor_email_and_forgets_by_itself(redis):
    for who in (ADDRESS, EMAIL, "\udcff"):
        window(redis).wait(who, WHEN)

    assert len(redis.held) == 3
    assert not any(ADDRESS in key or EMAIL in key for key in redis.held)
    assert all(0 < kept <= 600 for _, kept in redis.held.values())
    another_key = Window(2, 600, "tries", Shared(redis.url, KEY[::-1]))
    another_key.wait(ADDRESS, WHEN)  # whoever lacks the key cannot find an address by trying
    assert len(redis.held) == 4


@pytest.mark.slow
def test_while_redis_is_away_each_server_counts_by_itself_and_then_in_redis_again(redis, caplog):
    first, second = window(redis), window(redis)
    first.wait(ADDRESS, WHEN)
    redis.kill()

    alone = [one.wait(ADDRESS, WHEN) > 0 for one in (first, second) for _ in range(3)]
    redis.start()
    paused = first.wait("203.0.113.6", WHEN + timedelta(seconds=PAUSE - 1))
    assert (paused, redis.held) == (0, {})
    later = WHEN + timedelta(seconds=PAUSE)
    turns = [one.turn(ADDRESS, later) for one in (first, second, first)]

    assert alone == [False, False, True] * 2
    assert [turn.wait > 0 for turn in turns] == [False, False, True]
    said = [record.message for record in caplog.records if record.levelno == logging.WARNING]
    assert [line[:13] for line in said] == ["Redis is away"] * 2 + ["Redis is ther"] * 2
    assert ADDRESS not in caplog.text


def test_a_redis_that_hangs_is_waited_for_once(redis):
    limit = window(redis, OFTEN)
    limit.wait(ADDRESS, WHEN)
    assert redis.process
    redis.process.send_signal(signal.SIGSTOP)

    turns = [limit.turn(ADDRESS, WHEN) for _ in range(OFTEN + 1)]

    assert [turn.wait > 0 for turn in turns] == [False] * OFTEN + [True]
    assert limit.shared
    assert limit.shared.count("tries", ADDRESS, 1, 600, WHEN) is None


def test_a_server_starts_while_its_redis_is_away(store, tmp_path):
    away = Settings(redis=f"unix://{tmp_path}/nothing.sock")
    app = create_app(BOOK, away, store)

    assert app.test_client().get("/readyz").status_code == 200
    assert app.extensions["recommender"].calls.turn("x", WHEN).left == 599


@pytest.mark.parametrize(
    "url", ["localhost:6379", "http://x", "redis://", "redis://x:y", "redis://x:99999", "unix://"]
)
def test_what_is_no_address_of_a_redis_is_refused(url):
    with pytest.raises(SettingsError) as caught:
        checked({"RECOMMENDER_REDIS": url})

    [problem] = caught.value.problems
    assert problem["en"].startswith("RECOMMENDER_REDIS")


@pytest.mark.parametrize("library", ["limits", "redis"])
@pytest.mark.parametrize("lang", ["en", "id"])
def test_where_its_library_is_missing_a_redis_is_refused_with_what_to_install(
    monkeypatch, library, lang
):
    monkeypatch.setitem(sys.modules, library, None)  # as if it were not installed
    with pytest.raises(SettingsError) as caught:
        checked({"RECOMMENDER_REDIS": "redis://redis.example:6379/0"})

    [problem] = caught.value.problems
    assert "recommender[redis]" in problem[lang]
    assert checked({}).redis == "", "nobody else needs it"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("rediss://us:geheim@h:1/2?password=geheim", "rediss://***@h:1/2"),
        ("redis://h", "redis://h"),
        ("unix:///run/redis.sock", "unix:///run/redis.sock"),
        ("", "(counted in each process)"),
    ],
)
def test_where_limits_are_counted_is_shown_without_its_password(url, shown):
    options = ["config", "--json", "--lang", "en"]
    done = CliRunner().invoke(main, options, env={"RECOMMENDER_REDIS": url})

    assert f'"value": "{shown}"' in done.stdout
    assert "geheim" not in done.output
