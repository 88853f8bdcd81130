"""The files in deploy/ and the commands of the manual: read by a parser, held to the program."""

import configparser
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from gunicorn.config import Config

from recommender.cli import main
from recommender.cli.config import SHOWN
from recommender.settings import Settings, checked
from recommender.web import wsgi
from recommender.web.app import create_app

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
MANUAL = (ROOT / "docs" / "operate.md").read_text("utf-8")
OPERATORS = (">", "<", ">>", "&&", "|")
APP = "recommender.web.wsgi:make()"
PROGRAM = "/opt/recommender/bin/recommender"


def words_of(command: str) -> list[str]:
    """The words of a command as a shell takes them, without what a comment says."""
    return shlex.split(command.replace("…", "x"), comments=True)


def calls(words: list[str]) -> Iterator[list[str]]:
    """What follows each `recommender` that is a command and no name of a user, unit or database."""
    for place, word in enumerate(words):
        before, rest = words[place - 1] if place else "", words[place + 1 :]
        is_program = word.rpartition("/")[2] == "recommender" and not before.startswith("-")
        if is_program and rest and rest[0] not in OPERATORS:
            ends = (n for n, one in enumerate(rest) if one in OPERATORS)
            yield rest[: next(ends, len(rest))]


def takes(words: list[str]) -> None:
    """The program has this command and takes these options and arguments, or it fails."""
    command: click.Command = main
    while isinstance(command, click.Group):
        name, *words = words
        found = command.get_command(click.Context(command), name)
        assert found, name
        command = found
    command.make_context(command.name, words)


def gunicorn_takes(words: list[str]) -> list[str]:
    """gunicorn knows these options; gives what they are not: the app."""
    found = Config().parser().parse_args(words)
    app: list[str] = found.args
    return app


def commands_of_the_manual() -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", MANUAL, re.S)
    lines = [line for block in blocks for line in block.splitlines() if line]
    return lines + re.findall(r"`(recommender [^`]+)`", MANUAL)


@pytest.mark.parametrize("line", commands_of_the_manual())
def test_every_command_of_the_manual_is_one_that_the_program_has(line: str) -> None:
    words = words_of(line)
    for call in calls(words):
        takes(call)
    if words[0] == "gunicorn":
        assert gunicorn_takes(words[1:]) == [APP]
    for path in re.findall(r"/usr/src/recommender/([\w./-]+)", line):
        assert (ROOT / path).exists()


def test_the_check_of_commands_sees_them_and_what_is_wrong_with_them() -> None:
    found = [call for line in commands_of_the_manual() for call in calls(words_of(line))]
    assert len(found) > 25
    for wrong in ("db copie x", "db copy", "db copy a --fast", "agency show a b", "serve --port x"):
        with pytest.raises((AssertionError, click.ClickException)):
            takes(wrong.split())


def test_every_setting_that_the_manual_and_the_files_name_is_one() -> None:
    texts = [MANUAL, *(path.read_text("utf-8") for path in DEPLOY.iterdir())]
    named = {name for text in texts for name in re.findall(r"RECOMMENDER_[A-Z_]+", text)}

    assert named
    assert named <= set(SHOWN)


def test_every_metric_of_the_manual_is_served_and_every_one_served_is_in_it(store, rulebook):
    client = create_app(rulebook, Settings(metrics=True), store).test_client()
    client.get("/guide", buffered=True)
    served = set(re.findall(r"^# HELP (\w+)", client.get("/metrics").text, re.M))

    told = set(re.findall(r"^\| `(recommender_\w+)` \|", MANUAL, re.M))
    assert told == {name for name in served if not name.endswith("_created")}


# The image


def image() -> list[tuple[str, str]]:
    """The instructions of the Dockerfile, each with what follows it."""
    lines = (DEPLOY / "Dockerfile").read_text("utf-8").splitlines()
    parts = [line.partition(" ") for line in lines if line and not line.startswith("#")]
    return [(word, rest) for word, _, rest in parts]


def image_command() -> list[str]:
    [command] = [rest for word, rest in image() if word == "CMD"]
    parsed: list[str] = yaml.safe_load(command)
    return parsed


def test_the_image_starts_gunicorn_with_options_that_it_has() -> None:
    program, *options = image_command()

    assert program == "gunicorn"
    assert gunicorn_takes(options) == [APP]
    assert callable(wsgi.make)


def test_the_image_copies_what_is_there_and_runs_as_nobody_special() -> None:
    known = {"FROM", "WORKDIR", "COPY", "RUN", "USER", "EXPOSE", "CMD"}
    assert {word for word, _ in image()} <= known
    copied = [one for word, rest in image() if word == "COPY" for one in rest.split()[:-1]]
    assert {"recommender", "rules", "templates", "setup.cfg"} <= set(copied)
    assert [one for one in copied if not (ROOT / one).exists()] == []
    assert [rest for word, rest in image() if word == "USER"] == ["recommender"]


def test_the_locked_requirements_of_servers_hold_what_they_need() -> None:
    locked = (ROOT / "requirements" / "server.txt").read_text("utf-8")
    for name in (
        "flask",
        "gunicorn",
        "limits",
        "prometheus-client",
        "psycopg-binary",
        "redis",
        "typst",
    ):
        assert re.search(rf"^{name}==", locked, re.M), name
    assert not re.search(r"^(pytest|mypy)==", locked, re.M)


# The composition


def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    return loaded


def test_the_composition_has_two_servers_a_worker_a_database_and_a_proxy() -> None:
    services = compose()["services"]

    assert set(services) == {"app", "worker", "db", "redis", "caddy"}
    assert services["app"]["deploy"]["replicas"] == 2
    for call in calls(words_of(services["worker"]["command"])):
        takes(call)
    for name in ("app", "worker"):
        assert (DEPLOY / services[name]["build"]["context"]).resolve() == ROOT
        assert (ROOT / services[name]["build"]["dockerfile"]).is_file()
        assert services[name]["depends_on"] == {"db": {"condition": "service_healthy"}}
    assert "healthcheck" in services["db"]


MAIL = ("RECOMMENDER_SMTP", "RECOMMENDER_MAIL_FROM")


def test_the_composition_sets_up_servers_that_start(monkeypatch: pytest.MonkeyPatch) -> None:
    secret = "Zk3v9QpL7sXw2RtY8uBn5McD1fGh4JkA"
    given = {"POSTGRES_PASSWORD": "p", "SECRET_KEY": secret, "RECOMMENDER_HOSTS": "forms.example"}
    environ = {
        name: re.sub(r"\$\{(\w+):[?-]\}", lambda found: given.get(found[1], ""), value)
        for name, value in compose()["services"]["app"]["environment"].items()
    }

    made = checked(environ, wsgi.SOMEWHERE)

    assert set(environ) <= set(SHOWN)
    assert made.database_url == "postgresql://recommender:p@db/recommender"
    assert (made.hosts, made.proxies, made.log) == (("forms.example",), 1, "json")
    assert made.redis.removeprefix("redis://") in compose()["services"]
    assert made.mail is None
    given |= {"RECOMMENDER_SMTP": "smtp://mail.example", "RECOMMENDER_MAIL_FROM": "a@forms.example"}
    assert checked(environ | {name: given[name] for name in MAIL}, wsgi.SOMEWHERE).mail
    for name in MAIL:
        worker = compose()["services"]["worker"]["environment"]
        assert (environ[name], worker[name]) == ("", f"${{{name}:-}}")


def test_volumes_and_files_of_the_composition_are_there() -> None:
    whole = compose()
    for service in whole["services"].values():
        for volume in service.get("volumes", []):
            source = volume.partition(":")[0]
            assert source in whole["volumes"] or (DEPLOY / source).is_file()


def test_the_proxy_leads_to_the_port_of_the_image_and_hides_metrics() -> None:
    text = (DEPLOY / "Caddyfile").read_text("utf-8")
    [bound] = re.findall(r"0\.0\.0\.0:(\d+)", " ".join(image_command()))

    assert text.count("{") == text.count("}")
    lines = [line.split() for line in text.splitlines() if line.strip() != "}"]
    assert ["dynamic", "a", "app", bound] in lines
    assert ["respond", "/metrics", "404"] in lines
    assert lines[0] == ["{$RECOMMENDER_HOSTS}", "{"]
    assert ("EXPOSE", bound) in image()
    assert f":{bound}/readyz" in " ".join(compose()["services"]["app"]["healthcheck"]["test"])


# The units, and the command on one machine


@pytest.mark.parametrize("name", ["recommender", "recommender-worker"])
def test_a_unit_starts_a_command_that_the_program_has(name: str) -> None:
    unit = configparser.ConfigParser(interpolation=None, strict=True)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string((DEPLOY / f"{name}.service").read_text("utf-8"))
    service = unit["Service"]

    [call] = calls(words_of(service["ExecStart"]))
    takes(call)
    assert service["ExecStart"].split()[0] == PROGRAM
    assert service["EnvironmentFile"] in MANUAL
    assert service["WorkingDirectory"] == f"/var/lib/{service['StateDirectory']}"
    assert f"--home-dir {service['WorkingDirectory']} {service['User']}" in MANUAL
    assert unit["Install"]["WantedBy"] == "multi-user.target"
    assert f"deploy/{name}.service /etc/systemd/system/" in MANUAL


def test_the_command_on_one_machine_runs_the_program_where_and_as_whom_the_unit_does() -> None:
    script = DEPLOY / "recommender.sh"
    subprocess.run(["sh", "-n", script], check=True)
    unit, said = (DEPLOY / "recommender.service").read_text("utf-8"), script.read_text("utf-8")

    for line in (
        f"ExecStart={PROGRAM}",
        "User=recommender",
        "EnvironmentFile=/etc/recommender.env",
    ):
        assert line in unit
    assert said.endswith(f'exec runuser -u recommender -- {PROGRAM} "$@"\n')
    assert "cd /var/lib/recommender && set -a && . /etc/recommender.env" in said
