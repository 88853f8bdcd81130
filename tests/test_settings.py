"""What the environment may set: refused all at once, and a secret that nobody else knows."""

import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from click.testing import CliRunner

from recommender.cli import main
from recommender.settings import (
    DATABASE,
    LOOPBACK,
    Settings,
    SettingsError,
    address,
    database_url,
)

GOOD = "Zk3v9QpL7sXw2RtY8uBn5McD1fGh4JkA"


def refused(tmp_path, host="0.0.0.0", **environ: str) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment(environ, host, tmp_path / "secret")
    assert not (tmp_path / "secret").exists()
    return [problem["en"] for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("", "is missing"),
        ("Zk3v9QpL7s", "too short"),
        ("a" * 64, "too regular"),
        ("abcabcabcabcabcabcabcabcabcabcabcabc", "too regular"),
        ("CHANGE_ME_TO_A_COMPLEX_RANDOM_SECRET", "an example"),
        ("django-insecure-2x7n!k3v9qp7sxw2rty8ubn5", "an example"),
        ("your-very-long-random-key-goes-here-0", "an example"),
    ],
)
def test_a_key_that_others_could_know_is_refused(tmp_path, key, said):
    [problem] = refused(tmp_path, SECRET_KEY=key)

    assert said in problem
    assert "token_urlsafe" in problem
    assert key[:8] not in problem or not key


def test_a_server_that_others_reach_needs_a_key_even_behind_a_proxy(tmp_path):
    [problem] = refused(tmp_path, host="127.0.0.1", RECOMMENDER_HOSTS="forms.example")

    assert "SECRET_KEY is missing" in problem


def test_all_problems_come_at_once(tmp_path):
    assert len(refused(tmp_path, SECRET_KEY="short", RECOMMENDER_PROXIES="some")) == 2


def test_what_is_given_is_taken(tmp_path):
    environ = {"SECRET_KEY": GOOD, "RECOMMENDER_PROXIES": "1", "DATABASE_URL": "sqlite:///x.db"}

    made = Settings.from_environment(environ, "0.0.0.0", tmp_path / "secret")

    assert (made.hosts, made.secret_key, made.proxies) == ((), GOOD, 1)
    assert made.database_url == database_url(environ) == "sqlite:///x.db"
    assert GOOD not in repr(made)


def test_on_one_machine_a_random_key_is_kept_for_its_owner_alone(tmp_path):
    file = tmp_path / "var" / "secret"

    first, second = (Settings.from_environment({}, "127.0.0.1", file) for _ in range(2))

    assert first == second
    assert (first.hosts, first.database_url) == (LOOPBACK, DATABASE)
    assert len(first.secret_key) >= 48
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_several_that_start_at_once_agree_on_the_key(tmp_path):
    file = tmp_path / "secret"
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: Settings.from_environment({}, "::1", file), range(8)))

    assert len({one.secret_key for one in made}) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]


def test_a_kept_key_that_was_spoiled_is_not_used(tmp_path):
    file = tmp_path / "secret"
    file.write_text("x\n")

    assert len(Settings.from_environment({}, "::1", file).secret_key) >= 48


def test_without_a_place_to_keep_it_a_key_lasts_as_long_as_the_process(tmp_path):
    (tmp_path / "file").write_text("")

    made = Settings.from_environment({}, "::1", tmp_path / "file" / "secret")

    assert len(made.secret_key) >= 48


@pytest.mark.parametrize(
    ("environ", "where"),
    [
        ({}, "http://localhost:5000"),
        ({"RECOMMENDER_HOSTS": ".kopi.example, forms.example"}, "https://forms.example"),
        ({"RECOMMENDER_ADDRESS": "https://f.example/"}, "https://f.example"),
    ],
)
def test_links_that_are_sent_lead_to_this_installation(environ, where):
    assert address(environ) == where


@pytest.mark.parametrize("given", ["f.example", "https://f.example/path", "ftp://f.example", "x"])
def test_an_address_that_is_none_is_refused(given):
    with pytest.raises(SettingsError):
        address({"RECOMMENDER_ADDRESS": given})


def test_the_server_does_not_start_with_a_bad_key():
    command = ["serve", "--host", "0.0.0.0", "--lang", "id"]
    done = CliRunner().invoke(main, command, env={"SECRET_KEY": "changeme"})

    assert done.exit_code == 2
    assert done.stderr.startswith("SECRET_KEY adalah contoh")
