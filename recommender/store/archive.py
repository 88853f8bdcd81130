"""Everything that an agency has, as one file; and how it leaves with it."""

import json
import os
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import yaml

from recommender.errors import StoreError, Text
from recommender.store import front
from recommender.store.desk import Desk
from recommender.store.records import Stored
from recommender.store.tables import (
    api_keys,
    audit,
    counters,
    deliveries,
    endpoints,
    followups,
    form_versions,
    forms,
    invitations,
    learning_consents,
    members,
    notes,
    overrules,
    second_opinions,
    tombstones,
)

BUSY: Text = {
    "en": "New answers kept arriving while the archive was written, so nothing was deleted. "
    "Close the agency's forms and try again.",
    "id": "Jawaban baru terus masuk saat arsip ditulis, jadi tidak ada yang dihapus. "
    "Tutup formulir agensi lalu coba lagi.",
}
_TRIES = 3
_ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}
_TABLES = {
    members: ("email", "name", "role", "told", "lang", "created_at"),
    notes: ("submission_id", "author", "text", "created_at"),
    second_opinions: ("submission_id", "author", "code", "changed_at"),
    overrules: ("submission_id", "author", "type", "reason", "changed_at"),
    followups: (
        "submission_id",
        "author",
        "types",
        "done",
        "rate_before",
        "rate_after",
        "went",
        "changed_at",
    ),
    learning_consents: ("submission_id", "author", "how", "given_at"),
    endpoints: ("id", "url", "state", "why", "created_at"),
    deliveries: ("endpoint_id", "event", "submission_id", "state", "tries", "created_at"),
    api_keys: ("name", "beginning", "scopes", "created_at", "last_used_at", "revoked_at"),
    audit: ("at", "who", "what", "about"),
    invitations: (
        "id",
        "form_id",
        "client",
        "email",
        "ref",
        "code",
        "created_at",
        "expires_at",
        "opened_at",
        "answered_at",
    ),
    tombstones: ("id", "form_id", "why", "erased_at"),
    counters: ("form_id", "day", "name", "count"),
    forms: ("id", "slug", "state", "version", "created_at", "changed_at"),
    form_versions: ("form_id", "version", "settings", "created_at"),
}
"""What is taken out as it stands. Secrets, or hashes of them, are not among it."""


def write(desk: Desk, file: IO[bytes], now: datetime) -> dict[str, int]:
    """Write the agency's archive, a zip file; gives the holdings that it was made of.

    `submissions.jsonl` has one submission a line with its recommendation, contact and consent;
    the other `.jsonl` files one row of a table a line; `forms/SLUG.yaml` what a form can be made
    of again, with its logo beside it. Memory does not grow with the number of submissions.
    """
    holdings = desk.holdings()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, "submissions.jsonl", map(line, map(submission, desk.export())), now)
        for table, columns in _TABLES.items():
            rows = desk.rows(table, *columns)
            _add(archive, f"{table.name}.jsonl", map(line, rows), now)
        for form in desk.forms():
            settings = yaml.safe_dump(dict(form.settings), allow_unicode=True, sort_keys=False)
            _add(archive, f"forms/{form.slug}.yaml", [settings.encode()], now)
            if logo := front.logo(desk.database, form.id):
                media, content = logo
                _add(archive, f"forms/{form.slug}.{_ENDINGS.get(media, 'bin')}", [content], now)
    return holdings


def leave(desk: Desk, path: Path, now: datetime) -> None:
    """Write the agency's archive to a new file, and then delete everything it has.

    Nothing is deleted before the archive is safely on the disk, nor if anything arrived while it
    was written: then it is written again. Raises StoreError with nothing deleted if that does
    not end, FileExistsError if there is such a file.
    """
    path.touch(mode=0o600, exist_ok=False)
    for _ in range(_TRIES):
        with path.open("wb") as file:
            seen = write(desk, file, now)
            file.flush()
            os.fsync(file.fileno())
        if desk.leave(seen):
            return
    raise StoreError(BUSY)


def _add(archive: zipfile.ZipFile, name: str, parts: Iterable[bytes], now: datetime) -> None:
    info = zipfile.ZipInfo(name, now.timetuple()[:6])
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    with archive.open(info, "w", force_zip64=True) as entry:
        for part in parts:
            entry.write(part)


def line(value: Mapping[str, Any]) -> bytes:
    """A line of a `.jsonl` file."""
    return (json.dumps(value, ensure_ascii=False, default=datetime.isoformat) + "\n").encode()


def submission(one: Stored) -> dict[str, Any]:
    """The values of a submission, its document as the JSON that it is."""
    whole = asdict(one)
    return {**whole.pop("listed"), **whole, "document": json.loads(one.document)}
