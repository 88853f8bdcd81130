"""What an operator asks a server and its settings, and how servers start and end."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from consoles import console_app, signed_in
from desks import desk_of, send
from flask.testing import FlaskClient
from forms import CODE, later, reader_of
from prometheus_client.parser import text_string_to_metric_families
from sends import ASKING, SRI, asking, at_send, erase_address, press
from servers import KEY, environ_of, gunicorn, running, waitress, worker

from recommender.cli import main
from recommender.cli.config import SHOWN
from recommender.delivery.message import new_secret
from recommender.engine.rulebook import Rulebook
from recommender.settings import Settings
from recommender.store import endpoints, migrations, outbox
from recommender.store.database import Database
from recommender.web.app import create_app

ROOT = Path(__file__).parent.parent
PASSWORD = "geheim-9"
WHOLE = {
    "DATABASE_URL": f"postgresql://us:{PASSWORD}@db.example/x?password={PASSWORD}",
    "SECRET_KEY": KEY,
    "RECOMMENDER_HOSTS": "forms.example,.kopi.example",
    "RECOMMENDER_ADDRESS": "https://forms.example",
    "RECOMMENDER_PROXIES": "2",
    "RECOMMENDER_HOOKS_ANYWHERE": "yes",
    "RECOMMENDER_LOG": "json",
    "RECOMMENDER_METRICS": "yes",
    "RECOMMENDER_REDIS": "redis://redis.example:6379/0",
    "RECOMMENDER_SMTP": "smtp://mail.example:587",
    "RECOMMENDER_MAIL_FROM": "Forms <forms@mail.example>",
}


@pytest.fixture
def config(monkeypatch):
    """Runs `recommender config` in an environment that says nothing else."""
    for name in SHOWN:
        monkeypatch.delenv(name, raising=False)

    def call(*options: str, **environ: str) -> Result:
        return CliRunner().invoke(main, ["config", *options], env=environ)

    return call


def test_every_setting_that_the_program_reads_is_shown_by_config_and_in_the_manual():
    files = (ROOT / "recommender").glob("settings*.py")
    read = "".join(file.read_text("utf-8") for file in files)
    named = set(re.findall(r'"(RECOMMENDER_[A-Z_]+|DATABASE_URL|SECRET_KEY)"', read))
    manual = (ROOT / "docs" / "operate.md").read_text("utf-8")

    assert named == set(SHOWN)
    assert named == set(re.findall(r"^\| `([A-Z_]+)` \|", manual, re.M))


def test_what_holds_is_shown_with_its_source_and_without_secrets(config):
    done = config("--json", "--lang", "en", **WHOLE)

    shown = json.loads(done.stdout)
    assert {one["from"] for one in shown.values()} == {"environment"}
    assert shown["DATABASE_URL"]["value"] == "postgresql://us:***@db.example/x"
    assert shown["SECRET_KEY"]["value"] == "(hidden)"
    assert shown["RECOMMENDER_HOSTS"]["value"] == "forms.example, .kopi.example"
    rest = {name: one["value"] for name, one in shown.items() if name in list(WHOLE)[3:]}
    assert rest == dict(list(WHOLE.items())[3:])
    assert KEY not in done.output
    assert PASSWORD not in done.output


@pytest.mark.parametrize(("lang", "source"), [("en", "default"), ("id", "bawaan")])
def test_without_an_environment_the_defaults_are_shown_and_nothing_is_made(
    config, tmp_path, monkeypatch, lang, source
):
    monkeypatch.chdir(tmp_path)
    lines = config("--lang", lang).stdout.splitlines()

    assert [line.split()[0] for line in lines] == list(SHOWN)
    assert {line.split()[-1] for line in lines} == {source}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("lang", ["en", "id"])
def test_everything_wrong_with_an_environment_is_said_at_once(config, lang):
    wrong = dict.fromkeys(SHOWN, "?") | {"SECRET_KEY": "changeme", "RECOMMENDER_HOSTS": "x"}

    done = config("--lang", lang, **wrong)

    assert (done.exit_code, done.stdout) == (2, "")
    named = [line.split()[0] for line in done.stderr.splitlines()]
    assert sorted(named) == sorted(set(SHOWN) - {"RECOMMENDER_HOSTS"})


def test_an_address_of_a_database_that_cannot_be_read_is_refused(config):
    done = config("--lang", "en", DATABASE_URL="postgresql://x:y@:z/")

    assert done.exit_code == 2
    assert "postgresql://user:password@host/name" in done.stderr


def ready(database: Database, rulebook: Rulebook) -> tuple[int, str]:
    answer = create_app(rulebook, database=database).test_client().get("/readyz")
    return answer.status_code, answer.text


@pytest.mark.slow
def test_a_server_is_ready_once_its_tables_have_every_step(empty_database, rulebook):
    ok = (200, f"ok {rulebook.version}\n")
    lacking = (503, "not ready: migrations\n")

    assert ready(empty_database, rulebook) == lacking
    migrations.upgrade(empty_database, migrations.revisions()[-2])
    assert ready(empty_database, rulebook) == lacking
    migrations.upgrade(empty_database)
    assert ready(empty_database, rulebook) == ok
    with empty_database.writing() as connection:  # a later version has been here
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    assert ready(empty_database, rulebook) == ok


@pytest.mark.slow
@pytest.mark.parametrize("earlier", [migrations.revisions()[0]])
def test_servers_that_start_at_once_bring_tables_of_an_earlier_version_to_todays_and_end_when_told(
    empty_database, tmp_path, earlier
):
    migrations.upgrade(empty_database, earlier)
    environ = environ_of(empty_database)
    servers = [kind(tmp_path / kind.__name__, environ) for kind in (waitress, gunicorn, worker)]
    with running(*servers):
        for server in servers[:2]:
            server.until_ready()
        assert migrations.revision(empty_database) == migrations.newest()
        assert [server.stop() for server in servers] == [0, 0, 0], [one.said for one in servers]


def test_a_server_without_its_database_is_alive_and_not_ready(rulebook):
    away = Database("postgresql://nobody@127.0.0.1:1/nothing")
    client = create_app(rulebook, database=away).test_client()

    answer = client.get("/readyz")

    assert (answer.status_code, answer.text) == (503, "not ready: database\n")
    assert answer.headers["Retry-After"]
    assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize("address", ["/healthz", "/readyz", "/metrics"])
def test_whoever_watches_a_server_may_ask_it_by_any_name(rulebook, address):
    app = create_app(rulebook, Settings(hosts=("forms.example",), metrics=True))
    client = app.test_client()

    assert client.get(address, base_url="http://10.1.2.3:8000").status_code == 200
    assert client.get("/", base_url="http://10.1.2.3:8000").status_code == 400


def measured(client: FlaskClient) -> dict[tuple[str, ...], float]:
    """Every number that /metrics tells, by its name and what stands in its labels."""
    answer = client.get("/metrics")
    assert answer.mimetype == "text/plain"
    families = text_string_to_metric_families(answer.text)
    samples = [one for family in families for one in family.samples]
    return {(one.name, *one.labels.values()): one.value for one in samples}


def test_without_the_setting_there_are_no_metrics(client):
    assert client.get("/metrics").status_code == 404


def test_requests_are_measured_by_route_and_status(rulebook):
    client = create_app(rulebook, Settings(metrics=True)).test_client()
    for address in ("/guide", "/guide", "/r/secret", "/secret", "/types/secret"):
        client.get(address, buffered=True)

    found = measured(client)

    name = "recommender_request_seconds"
    assert found[f"{name}_count", "/guide", "2xx"] == 2
    assert found[f"{name}_sum", "/guide", "2xx"] > 0
    assert found[f"{name}_count", "/r/<code>", "4xx"] == 1
    assert found[f"{name}_count", "none", "4xx"] == 1
    assert found["recommender_rules", rulebook.version] == 1
    assert "secret" not in client.get("/metrics").text
    assert ("recommender_submissions",) not in found


@pytest.mark.slow
def test_submissions_and_what_waits_to_be_told_are_measured(database, rulebook):
    now = datetime.now(UTC)
    desk = desk_of(database)
    client = create_app(rulebook, Settings(metrics=True), database).test_client()
    assert measured(client)["recommender_undelivered_age_seconds",] == 0
    kept = endpoints.add(desk, "https://a.example/", new_secret(), "x", now - timedelta(days=1))
    send(desk, "one", now - timedelta(hours=2), body=b"{}")
    send(desk, "two", now - timedelta(hours=1), body=b"{}")

    unspread = measured(client)
    assert unspread["recommender_undelivered",] == 2
    assert 7190 < unspread["recommender_undelivered_age_seconds",] < 7300
    outbox.spread(database)
    found = measured(client)
    assert found["recommender_undelivered",] == 2
    assert 7190 < found["recommender_undelivered_age_seconds",] < 7300
    endpoints.switch(desk, kept.id, on=False, by="x", now=now)
    assert measured(client)["recommender_undelivered",] == 0


@pytest.mark.slow
def test_what_forms_count_as_sent_is_measured(store, rulebook):
    press(at_send(asking(store)), **SRI)

    found = measured(create_app(rulebook, Settings(metrics=True), store).test_client())

    assert found["recommender_submissions",] == 1
    assert found["recommender_database_reached",] == 1


def test_while_the_database_is_away_the_rest_is_measured(rulebook):
    away = Database("postgresql://nobody@127.0.0.1:1/nothing")
    found = measured(create_app(rulebook, Settings(metrics=True), away).test_client())

    assert found["recommender_database_reached",] == 0
    assert found["recommender_rules", rulebook.version] == 1
    assert ("recommender_undelivered",) not in found


@pytest.mark.slow
def test_after_another_key_links_that_erase_still_do_and_members_sign_in_again(store, rulebook):
    console_app(store, **ASKING)
    old, new = (create_app(rulebook, Settings(secret_key=one * 40), store) for one in "ab")
    page = reader_of(old, "en").get(f"/f/kopi/r/{CODE}")
    later(old, seconds=30)
    page = press(page.get(page.links(".share a.button")[0]), **SRI)
    [session] = signed_in(old).client._cookies.values()
    status = {}
    for name, app in (("old", old), ("new", new)):
        client = app.test_client()
        client.set_cookie(session.key, session.value)
        paths = (page.address, erase_address(page), "/console/submissions")
        status[name] = [client.get(path).status_code for path in paths]

    assert status == {"old": [200, 200, 200], "new": [404, 200, 303]}


@pytest.mark.slow
def test_gunicorn_says_all_that_is_wrong_and_does_not_try_for_ever(tmp_path):
    wrong = {"SECRET_KEY": "changeme", "RECOMMENDER_LOG": "loud", "DATABASE_URL": "sqlite:///x.db"}
    server = gunicorn(tmp_path / "server", wrong)
    with running(server):
        assert server.process
        assert server.process.wait(60) != 0

    assert "SECRET_KEY is an example" in server.said
    assert "RECOMMENDER_LOG must be" in server.said
    assert "Traceback" not in server.said


def test_a_worker_says_all_that_is_wrong_with_its_settings():
    wrong = {"RECOMMENDER_LOG": "?", "RECOMMENDER_HOOKS_ANYWHERE": "?"}
    done = CliRunner().invoke(main, ["worker", "--lang", "en"], env=wrong)

    assert done.exit_code == 2
    assert len(done.stderr.splitlines()) == 2
