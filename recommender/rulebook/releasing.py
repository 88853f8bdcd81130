"""Making a release, and replaying the results that were recorded when it was made."""

import json
import os
import re
from collections.abc import Callable, Iterator
from hashlib import sha256
from itertools import chain, islice
from pathlib import Path
from typing import Any

from recommender.engine.answers import read
from recommender.engine.model import Answers
from recommender.engine.rulebook import Rulebook
from recommender.errors import RulebookError
from recommender.rulebook import released
from recommender.rulebook.balance import random_profiles
from recommender.rulebook.findings import Findings
from recommender.rulebook.load import checked, contents_of, load_release, rulebook_of, shipped

RECORDED = 60
"""How many results a release keeps for its replay: those of scenarios, then of random profiles."""

META = "rulebook.yaml"
_LAST = re.compile(rb"""^(last_release:[ \t]*)("[^"\n]*"|'[^'\n]*'|[^\s#]+)""", re.MULTILINE)

Make = Callable[[Rulebook, Answers], bytes]
"""Makes the canonical document of answers; an argument, as rules do not know formats."""


def release(folder: Path, version: str, make: Make, recorded: int = RECORDED) -> Rulebook:
    """Keep a rules folder as it is now under a version, and write that version into it.

    The release is written whole or not at all, before the folder names it. Raises RulebookError
    for a folder with anything wrong, and for a version that is taken or cannot be one.
    """
    findings = Findings()
    contents = contents_of(folder, findings)
    if not released.NAME.fullmatch(version):
        findings.add(META, 1, "release_name", value=version)
    elif version in {**released.kept(shipped()), **released.kept(folder)}:
        findings.add(f"{released.FOLDER}/{version}{released.ENDING}", 1, "release_taken")
    named, found = _LAST.subn(rb'\g<1>"%s"' % version.encode(), contents.get(META, b""), count=1)
    if not found:
        findings.add(META, 1, "missing_key", name="last_release")
    if findings:
        raise RulebookError(findings.all())
    contents[META] = named
    rules = checked(contents, findings)
    content = released.content_line(rules.data)
    rulebook = rulebook_of(rules, version, released.digest_of(rules.data))
    made_from = released.bytes_digest(contents)
    head = {"version": version, "digest": rulebook.digest, "made_from": made_from}
    lines = [_json(head), content, *islice(_results(rulebook, make), recorded)]
    kept = folder / released.FOLDER / f"{version}{released.ENDING}"
    kept.parent.mkdir(exist_ok=True)
    _write(kept, b"".join(line + b"\n" for line in lines))
    _write(folder / META, named)
    return rulebook


def replay(path: Path, make: Make) -> tuple[list[dict[str, Any]], int]:
    """The answers whose result is no longer, byte for byte, the recorded one; and how many were."""
    rulebook = load_release(path)
    recorded = [json.loads(line) for line in path.read_bytes().splitlines()[2:]]
    differing = []
    for one in recorded:
        document = make(rulebook, read(rulebook.questionnaire, one["answers"]))
        if _digest(document) != one["document"]:
            differing.append(one["answers"])
    return differing, len(recorded)


def _results(rulebook: Rulebook, make: Make) -> Iterator[bytes]:
    scenarios = [Answers(scenario.answers) for scenario in rulebook.scenarios]
    for answers in chain(scenarios, random_profiles(rulebook, RECORDED)):
        document = make(rulebook, answers)
        yield _json({"answers": json.loads(document)["answers"], "document": _digest(document)})


def _digest(document: bytes) -> str:
    return f"sha256:{sha256(document).hexdigest()}"


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _write(path: Path, content: bytes) -> None:
    """The file is there whole or not at all; its hidden beginning is no part of the rules."""
    begun = path.with_name(f".{path.name}")
    with begun.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    begun.replace(path)
