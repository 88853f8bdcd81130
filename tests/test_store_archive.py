"""The archive has everything, can be read again, and comes before the deletion."""

import io
import json
import zipfile
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from agencies import WHEN, live_form, sending

from recommender.errors import StoreError
from recommender.store import archive, front, team
from recommender.store.audit import COMMAND
from recommender.store.database import Database
from recommender.store.desk import Desk, agency_by_slug
from recommender.store.records import Invitation
from recommender.store.tables import metadata

SETTINGS = {"name": "Kopi – Ñandú", "note": {"id": "Terima kasih: ya"}, "retention_days": 30}


@pytest.fixture
def desk(database: Database) -> Desk:
    """A desk with some of everything."""
    form = live_form(database)
    made = Desk(database, form.agency_id)
    new = made.put_form("kopi", "live", SETTINGS, WHEN, ("image/png", b"\x89PNG logo"))
    team.add(made, "ani@studio.example", "Ani", "owner", COMMAND, WHEN)
    times = (WHEN, WHEN + timedelta(days=9), None, None)
    made.invite(Invitation("i", form.agency_id, form.id, "Budi", None, None, "", *times), "secret")
    for key in ("a", "b", "=c\n,\u2028"):
        front.send(database, new, sending(key, body=b'{"code":"X"}', ref=key), WHEN)
    front.erase_by_token(database, "erase-b", WHEN)
    front.count(database, form.id, date(2026, 11, 24), "sent")
    return made


def contents(file) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as opened:
        assert opened.testzip() is None
        return {name: opened.read(name) for name in opened.namelist()}


def lines(content: bytes) -> list[dict]:
    return [json.loads(line) for line in content.decode().split("\n") if line]


def written(desk: Desk) -> dict[str, bytes]:
    file = io.BytesIO()
    archive.write(desk, file, WHEN)
    return contents(file)


def test_an_archive_has_every_submission_whole(desk: Desk) -> None:
    found = lines(written(desk)["submissions.jsonl"])
    assert {one["ref"] for one in found} == {"a", "=c\n,\u2028"}
    assert len({one["id"] for one in found}) == 2
    for one in found:
        assert one["document"] == {"code": "X"}
        assert one["contact"]["email"] == "sri@kopi.example"
        assert one["consent"]["text"].startswith("Saya setuju")
        assert one["created_at"] == "2026-11-24T09:30:00+00:00"


def test_an_archive_has_the_other_tables_and_no_secrets(desk: Desk) -> None:
    found = written(desk)
    rows = {name: len(lines(found[f"{name}.jsonl"])) for name in desk.holdings()}
    assert rows == desk.holdings()
    assert rows == {
        "submissions": 2,
        "tombstones": 1,
        "form_versions": 2,
        "invitations": 1,
        "members": 1,
    }
    assert len(lines(found["counters.jsonl"])) == len(lines(found["forms.jsonl"])) == 1
    assert b"hash" not in b"".join(found.values())
    assert b"idempotency" not in b"".join(found.values())


@pytest.mark.slow
def test_no_table_of_an_agency_is_forgotten_by_its_archive(desk: Desk) -> None:
    within_others = {"contacts", "consents", "documents", "logos", "outbox", "agencies"}
    # Made of the rest, or of use here alone.
    within_others |= {"passes", "search_words", "attempts", "replies", "mails"}
    named = {name.removesuffix(".jsonl") for name in written(desk)}
    assert set(metadata.tables) - within_others <= named


def test_a_form_can_be_made_again_of_its_file(desk: Desk) -> None:
    found = written(desk)
    assert yaml.safe_load(found["forms/kopi.yaml"]) == SETTINGS
    assert found["forms/kopi.png"] == b"\x89PNG logo"


@pytest.mark.slow
def test_the_same_holdings_make_the_same_bytes(desk: Desk) -> None:
    files = [io.BytesIO(), io.BytesIO()]
    for file in files:
        archive.write(desk, file, WHEN)
    assert files[0].getvalue() == files[1].getvalue()


@pytest.mark.slow
def test_whoever_leaves_has_the_archive_and_is_gone(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "studio.zip"
    archive.leave(desk, file, WHEN)
    assert len(lines(contents(file)["submissions.jsonl"])) == 2
    assert file.stat().st_mode & 0o777 == 0o600
    assert agency_by_slug(desk.database, "studio") is None
    assert set(desk.holdings().values()) == {0}


@pytest.mark.slow
def test_what_arrives_while_the_archive_is_written_is_in_it(desk: Desk, tmp_path: Path) -> None:
    form = desk.form("kopi")
    assert form is not None
    late = iter(["late"])

    class Slow(Desk):
        """A desk at which a client sends just after the last page was read."""

        def export(self, batch: int = 500):
            yield from Desk.export(self, batch)
            for key in late:
                front.send(self.database, form, sending(key, body=b"{}", ref=key), WHEN)

    file = tmp_path / "studio.zip"
    archive.leave(Slow(desk.database, desk.agency_id), file, WHEN)
    assert "late" in {one["ref"] for one in lines(contents(file)["submissions.jsonl"])}


def test_nothing_is_deleted_where_no_archive_can_be_written(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "studio.zip"
    file.write_text("somebody's")
    with pytest.raises(FileExistsError):
        archive.leave(desk, file, WHEN)
    with pytest.raises(FileNotFoundError):
        archive.leave(desk, tmp_path / "missing" / "studio.zip", WHEN)
    assert desk.holdings()["submissions"] == 2
    assert file.read_text() == "somebody's"


@pytest.mark.slow
def test_an_agency_whose_answers_never_stop_arriving_is_not_deleted(
    desk: Desk, tmp_path: Path
) -> None:
    form = desk.form("kopi")
    assert form is not None
    keys = map(str, range(100))

    class Busy(Desk):
        """A desk at which somebody sends whenever it is read."""

        def export(self, batch: int = 500):
            front.send(self.database, form, sending(next(keys), body=b"{}"), WHEN)
            yield from Desk.export(self, batch)

    with pytest.raises(StoreError, match="nothing was deleted"):
        archive.leave(Busy(desk.database, desk.agency_id), tmp_path / "a.zip", WHEN)
    assert desk.holdings()["submissions"] > 2
