"""What the environment says of mail, and the commands that show and try it."""

import pytest
from click.testing import CliRunner
from mailboxes import SITE, mailbox, text_of

from recommender.cli import main
from recommender.errors import Text
from recommender.settings import SettingsError, checked, mailing
from recommender.settings_mail import MailSettings

FROM = {"RECOMMENDER_MAIL_FROM": "Forms <forms@mail.example>"}


def read(url: str) -> MailSettings | None:
    problems: list[Text] = []
    given = {"RECOMMENDER_SMTP": url, "RECOMMENDER_HOSTS": "a.example"}
    found = mailing(given | FROM, problems)
    assert not problems
    return found


@pytest.mark.parametrize(
    ("url", "host", "port", "security"),
    [
        ("smtp://mail.example", "mail.example", 587, "starttls"),
        ("smtp://mail.example:2525/", "mail.example", 2525, "starttls"),
        ("smtps://mail.example", "mail.example", 465, "tls"),
        ("smtp://localhost", "localhost", 25, "plain"),
        ("smtp://[::1]:1025", "::1", 1025, "plain"),
        ("smtp://127.0.0.1:587?plain=no", "127.0.0.1", 587, "starttls"),
        ("smtp://mail.example?plain=yes", "mail.example", 25, "plain"),
    ],
)
def test_only_loopback_goes_without_tls_unless_it_is_said(url, host, port, security):
    made = read(url)
    assert made is not None
    assert (made.host, made.port, made.security) == (host, port, security)
    assert made.address == "https://a.example"


def test_user_and_password_may_hold_any_letter():
    made = read("smtp://forms%40mail.example:p%40ss%2Fword@mail.example")
    assert made is not None
    assert (made.user, made.password) == ("forms@mail.example", "p@ss/word")
    assert "p@ss" not in f"{made!r} {made.shown}"


@pytest.mark.parametrize(
    "url",
    [
        *("mail.example", "http://mail.example", "smtp://", "smtp://a:b@", "smtp://[::1"),
        *("smtp://mail.example:0", "smtp://mail.example:many", "smtp://mail.example/box"),
        *("smtp://mail.example?plain=maybe", "smtp://mail.example?tls=no", "smtp://a.example#x"),
    ],
)
def test_an_address_that_is_none_is_refused_without_its_password(url):
    problems: list[Text] = []
    assert mailing({"RECOMMENDER_SMTP": url} | FROM, problems) is None
    assert [one["en"].partition(" ")[0] for one in problems] == ["RECOMMENDER_SMTP"]


@pytest.mark.parametrize(
    "sender",
    [
        *("", "Forms", "forms@", "forms@mail", "fórms@mail.example", "Forms forms@mail.example"),
        *("a@b.example, c@d.example", "a@b.example\r\nBcc: c@d.example"),
    ],
)
def test_mail_comes_from_one_address(sender):
    problems: list[Text] = []
    given = {"RECOMMENDER_SMTP": "smtp://localhost", "RECOMMENDER_MAIL_FROM": sender}
    mailing(given, problems)
    assert [one["en"].partition(" ")[0] for one in problems] == ["RECOMMENDER_MAIL_FROM"]


def test_all_problems_come_at_once_and_nothing_is_said_of_mail_that_is_not_wanted():
    with pytest.raises(SettingsError) as caught:
        checked({"RECOMMENDER_SMTP": "mail.example", "RECOMMENDER_PROXIES": "some"})
    assert len(caught.value.problems) == 3
    assert checked({}).mail is None


def test_config_shows_where_mail_goes_without_the_password():
    told = {"RECOMMENDER_SMTP": "smtp://forms:geheim-wort@mail.example"} | FROM
    shown = CliRunner().invoke(main, ["config", "--lang", "en"], env=told).output

    assert "smtp://forms:***@mail.example:587" in shown
    assert "Forms <forms@mail.example>" in shown
    assert "geheim" not in shown


def test_a_trial_mail_arrives_or_the_servers_word_is_shown():
    with mailbox() as box:
        told = {"RECOMMENDER_SMTP": f"smtp://127.0.0.1:{box.port}", "RECOMMENDER_ADDRESS": SITE}
        command = ["mail", "test", "admin@a.example", "--lang", "en"]
        sent = CliRunner().invoke(main, command, env=told | FROM)
        assert (sent.exit_code, SITE in text_of(box.only())) == (0, True), sent.output
        box.answers = ["550 no"]
        refused = CliRunner().invoke(main, command, env=told | FROM)

    assert refused.exit_code == 2
    assert "refused it for good (550)" in refused.output
    assert CliRunner().invoke(main, ["mail", "test", "nobody"], env=told | FROM).exit_code == 2
    off = CliRunner().invoke(main, command, env={"RECOMMENDER_SMTP": ""})
    assert (off.exit_code, "No mail is set up" in off.output) == (2, True)
