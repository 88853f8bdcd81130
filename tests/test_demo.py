"""The sample agency: a real process with the flag, and none of it without."""

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener, urlopen

import pytest
from click.testing import CliRunner
from process import COMMAND

from recommender import demo, demo_desk
from recommender.agency.form_file import read, to_yaml
from recommender.cli import main
from recommender.i18n import words
from recommender.store.database import Database
from recommender.store.desk import Desk, agency_by_slug

BANNERS = [words(lang)("demo_banner") for lang in ("id", "en")]


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[list[str]]:
    """What `recommender serve` prints in a folder until it answers; it is stopped at the end."""
    process = subprocess.Popen(
        [*COMMAND, "serve", "--port", "0", "--lang", "en", *options],
        cwd=folder,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"LC_ALL": "C.UTF-8", "DATABASE_URL": "sqlite:///own.db"},
    )
    with process:
        assert process.stdout
        said = []
        for line in process.stdout:
            said.append(line)
            if "Ctrl-C" in line:
                break
        try:
            yield said
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)


def opened(address: str) -> tuple[str, str]:
    """A page, whatever its status, and its policy."""
    try:
        with urlopen(address, timeout=60) as answer:
            return answer.read().decode(), answer.headers["Content-Security-Policy"]
    except HTTPError as error:
        with error:
            return error.read().decode(), error.headers["Content-Security-Policy"]


def is_marked(page: str) -> bool:
    return any(banner in page for banner in BANNERS)


def printed_seats(said: str) -> list[tuple[str, str]]:
    """The addresses and passwords with which the demo lets its reader into the console."""
    found = re.findall(r"sign in as \w+: (\S+), password (\S+)", said)
    assert len(found) == len(demo_desk.MEMBERS)
    return found


def may_sign_in(home: str, email: str, password: str) -> bool:
    """Whether these open the console, as a press of the button on its sign-in page does."""
    body = urlencode({"email": email, "password": password}).encode()
    pressed = Request(f"{home}/console/sign-in", body, {"Sec-Fetch-Site": "same-origin"})
    with build_opener(HTTPCookieProcessor()).open(pressed, timeout=60) as answer:
        return email in answer.read().decode() or "/console/submissions" in answer.url


def stored(folder: Path) -> tuple[list, list]:
    """The sample agency's submissions and invitations."""
    with closing(Database(f"sqlite:///{folder / demo.FILE}")) as database:
        agency = agency_by_slug(database, demo.SLUG)
        assert agency
        desk = Desk(database, agency.id)
        return desk.submissions(100), desk.invitations()


@pytest.mark.slow
def test_with_the_flag_another_site_embeds_the_forms_every_page_is_marked_and_starts_begin_anew(
    tmp_path,
):
    with serving(tmp_path, "--demo") as said:
        addresses = re.findall(r"http://\S+", "".join(said))
        hosts = [one for one in addresses if "/demo?" in one]
        [home] = [one for one in addresses if one.count("/") == 2]
        invitation = next(one for one in addresses if "/i/" in one)
        assert len(hosts) == len(demo.FORMS)
        for host in hosts:
            page, _ = opened(host)
            source = re.search(r'<iframe data-rc src="([^"]+)"', page)
            assert source
            assert is_marked(page)
            form, policy = opened(source[1].replace("&amp;", "&"))
            origin = host.removesuffix(host[host.index("/demo") :])
            assert origin in policy.partition("frame-ancestors ")[2].split()
            assert not source[1].startswith(origin)
            assert is_marked(form)
        for path in ("", "/types/blog", "/not-there", "/f/not-there", "/f/kenali-kanal/privacy"):
            assert is_marked(opened(home + path)[0]), path
        assert 'value="credibility"' in opened(invitation)[0]
        assert all(may_sign_in(home, *seat) for seat in printed_seats("".join(said)))
        submissions, invitations = stored(tmp_path)

    assert {one.form for one in submissions} == {form["slug"] for form in demo.FORMS}
    assert len({one.ref for one in submissions}) == len(submissions) >= 20
    assert {one.contact.email.rpartition(".")[2] for one in submissions} == {"example"}
    assert [one.client for one in invitations] == ["Ibu Lestari"]
    assert not (tmp_path / "own.db").exists()

    with serving(tmp_path, "--demo"):
        anew, _ = stored(tmp_path)
    assert len(anew) == len(submissions)
    assert not {one.id for one in anew} & {one.id for one in submissions}
    assert (tmp_path / demo.FILE).stat().st_mode & 0o077 == 0


@pytest.mark.slow
def test_without_the_flag_nothing_of_it_is_made(tmp_path):
    with serving(tmp_path) as said:
        [line] = said
        [home] = re.findall(r"http://\S+", line)
        assert not is_marked(opened(home)[0])
        with pytest.raises(HTTPError, match="404") as missing:
            urlopen(f"{home}/demo", timeout=60)
        missing.value.close()

    assert not (tmp_path / demo.FILE).exists()
    with closing(Database(f"sqlite:///{tmp_path}/own.db")) as database:
        assert agency_by_slug(database, demo.SLUG) is None


@pytest.mark.parametrize("options", [("--host", "0.0.0.0"), ("--rules", "rules")])
def test_it_is_refused_to_other_machines_and_with_other_rules(options):
    done = CliRunner().invoke(main, ["serve", "--demo", *options, "--lang", "en"])

    assert done.exit_code == 2
    assert done.stderr.strip() == words("en")("demo_alone")


def test_the_sample_forms_pass_every_check_of_a_form_file():
    for form in map(demo.settings_with(["http://localhost:5001"]), demo.FORMS):
        assert read("form.yaml", to_yaml(form).encode()).settings == form
