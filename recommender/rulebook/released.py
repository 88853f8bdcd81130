"""Released rulebooks: kept as they were, in one file each, for links that were given then.

A release is a file `released/<version>.jsonl` in the rules folder. Its first line is the head,
its second the content of every file, whose bytes the digest names; the lines after those are
results recorded when it was made, for a later replay.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from recommender.engine.model import FORMAT
from recommender.rulebook.findings import Findings

FOLDER = "released"
ENDING = ".jsonl"
NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z.]{0,19}")
"""What a release may be called; a + would make it look like rules that were never released."""


@dataclass(frozen=True)
class Release:
    """What a release keeps: its version, its digest, and the data of each file by name."""

    version: str
    digest: str
    files: Mapping[str, Any]


def content_line(data: Mapping[str, Any]) -> bytes:
    """The content of a rules folder, one way to write it: by file name, comments left out.

    The order of keys within a file is kept, since that of questions, options and types counts.
    """
    content = {"format": FORMAT, "files": dict(sorted(data.items()))}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def digest_of(data: Mapping[str, Any]) -> str:
    """Names what decides a document: the content of all files, and the document's format.

    The code's layouts are one of the files, so their version is covered with them.
    """
    return _digest(content_line(data))


def version_of(last_release: str, digest: str, folders: Iterable[Path]) -> str:
    """The last release where nothing was changed since, else with the digest's start added."""
    for folder in folders:
        path = kept(folder).get(last_release)
        if path and _head(path).get("digest") == digest:
            return last_release
    return f"{last_release}+{digest.removeprefix('sha256:')[:8]}"


def bytes_digest(contents: Mapping[str, bytes]) -> str:
    """Names the very bytes of a folder's files, comments included."""
    each = (f"{name}\n{len(content)}\n".encode() + content for name, content in contents.items())
    return _digest(b"".join(each))


def is_made_from(path: Path, made_from: str) -> bool:
    """Whether a kept release was made from these bytes."""
    return _head(path).get("made_from") == made_from


def kept(folder: Path) -> dict[str, Path]:
    """The files of a rules folder's releases, by version."""
    found = sorted((folder / FOLDER).glob(f"*{ENDING}"))
    return {path.name.removesuffix(ENDING): path for path in found}


def read(path: Path, findings: Findings) -> Release:
    """A kept release; with a finding, and without files, if it is not as it was made."""
    with path.open("rb") as lines:
        head, content = _object(lines.readline()), lines.readline().rstrip(b"\n")
    version, digest = path.name.removesuffix(ENDING), _digest(content)
    files = _object(content).get("files")
    if (head.get("version"), head.get("digest")) != (version, digest) or not isinstance(
        files, dict
    ):
        findings.add(f"{FOLDER}/{path.name}", 1, "release_changed")
        files = {}
    return Release(version, digest, files)


def _head(path: Path) -> dict[str, Any]:
    with path.open("rb") as lines:
        return _object(lines.readline())


def _object(line: bytes) -> dict[str, Any]:
    """The object on a line; empty where there is none."""
    try:
        value = json.loads(line)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _digest(content: bytes) -> str:
    return f"sha256:{sha256(content).hexdigest()}"
