"""A folder that extends other rules: its own files and theirs, put together as one whole folder.

The files of the extended rules stand beside its own as `shipped: goals.yaml`. Everything that is
put together knows the file and line that it comes from.
"""

from collections.abc import Mapping
from typing import Any

from recommender.rulebook import content_files, extension_files, files
from recommender.rulebook.extend_rules import CHANGES, RulesTogether, rules_together
from recommender.rulebook.findings import Findings
from recommender.rulebook.names import MARKS, RulesFolder
from recommender.rulebook.places import listing, mapping, place_of, placed
from recommender.rulebook.read_form import read_form
from recommender.rulebook.yaml_text import List, Map

FORMS: dict[str, type[files.Form]] = {
    "rulebook.yaml": extension_files.ExtensionFile,
    "changes.yaml": extension_files.ChangesFile,
    "sources.yaml": content_files.SourcesFile,
    "platforms.yaml": content_files.PlatformsFile,
    "tactics.yaml": content_files.TacticsFile,
    "services.yaml": extension_files.ServicesFile,
}
"""The files with a fixed name that such a folder may have; every other file holds rules."""

JOINED = (
    ("sources.yaml", "sources"),
    ("platforms.yaml", "platforms"),
    ("platforms.yaml", "companions"),
    ("tactics.yaml", "advice"),
)
"""What a folder adds to, by file and key."""

ADDED = ("services.yaml",)
"""What only a folder of its own can tell."""

LEFT = ("statements.yaml",)
"""What tells of the extended rules alone: the evidence that they rest on, unchanged."""

SHIPPED = "shipped"
"""What the rules that come with the product are called by those who extend them."""

Data = Mapping[str, Any]
"""The parsed content of files, by name."""


def extended(data: Data) -> str | None:
    """The rules that a folder says it extends; None where it stands alone."""
    meta = data.get("rulebook.yaml")
    if not isinstance(meta, dict) or "extends" not in meta:
        return None
    return str(meta["extends"])


def under(base: str, data: Data) -> dict[str, Any]:
    """Files of the extended rules by the names that they have among those of the folder."""
    return {f"{base}: {name}": content for name, content in data.items()}


def put_together(
    base: str, data: Data, forms: Mapping[str, type[files.Form]], findings: Findings
) -> RulesFolder:
    """The whole folder in its `forms`; own files that have no right form are left out."""
    own, theirs = divided(base, data)
    for name in forms.keys() & own.keys() - FORMS.keys():
        findings.add(name, 1, "extended_file", name=name)
        del own[name]
    read = in_forms(FORMS, own, findings)
    if "rulebook.yaml" not in read or not theirs or None in theirs.values():
        return RulesFolder({}, {})  # there is nothing to put together
    whole, rules = _whole(base, {name: own[name] for name in read}, theirs, findings)
    for name in FORMS.keys() & own.keys() - read.keys():
        whole.pop(name, None)  # what depends on it cannot be judged
    whole[MARKS] = {"origin": rules.origin, "off": rules.off}
    return RulesFolder(whole, in_forms(forms, whole, findings))


def in_forms(
    forms: Mapping[str, type[files.Form]], data: Data, findings: Findings
) -> dict[str, files.Form]:
    """Files in their forms, rules where a name has none of its own; only what is right."""
    read = {
        name: read_form(forms.get(name, files.RulesFile), name, content, findings)
        for name, content in data.items()
        if content is not None
    }
    return {name: form for name, form in read.items() if form is not None}


def divided(base: str, data: Data) -> tuple[dict[str, Any], dict[str, Any]]:
    """The folder's own files, and those of the rules that it extends by their plain names."""
    start = f"{base}: "
    own = {name: content for name, content in data.items() if not name.startswith(start)}
    theirs = {n.removeprefix(start): content for n, content in data.items() if n.startswith(start)}
    return own, theirs


def _whole(
    base: str, own: Data, theirs: Data, findings: Findings
) -> tuple[dict[str, Any], RulesTogether]:
    """Own files, whose forms are right, and those of the extended rules as files of one folder.

    Adds a finding for whatever of the own ones cannot be put together with theirs.
    """
    own = {name: placed(content, name) for name, content in own.items()}
    theirs = {name: placed(content, f"{base}: {name}") for name, content in theirs.items()}
    together = rules_together(
        {name: content for name, content in own.items() if name not in FORMS},
        {f"{base}: {name}": content for name, content in theirs.items() if "rules" in content},
        own.get(CHANGES) or Map(1),
        findings,
    )
    made = {name: content for name, content in theirs.items() if "rules" not in content}
    for name, key in JOINED:
        if key in own.get(name, ()):
            made[name] = _with(made[name], key, own[name][key], findings)
    made["rulebook.yaml"] = _meta(made["rulebook.yaml"], own["rulebook.yaml"])
    whole = {name: content for name, content in made.items() if name not in LEFT}
    return {**whole, **{n: own[n] for n in ADDED if n in own}, **together.files}, together


def _meta(meta: Map, own: Map) -> Map:
    """The meta data of the extended rules with the name and release of the own ones."""
    kept = {key: own[key] for key in ("name", "last_release") if key in own}
    return mapping({**meta, **kept}, {**meta.lines, **own.lines}, meta.line)


def _with(file: Map, key: str, own: Map | List, findings: Findings) -> Map:
    """A file of the extended rules with own entries added under one of its keys."""
    joined: Map | List
    if isinstance(own, Map):
        joined = _joined_map(file.get(key) or Map(own.line), own, findings)
    else:
        joined = _joined_list(file.get(key) or List(own.line), own, findings)
    return mapping({**file, key: joined}, {key: own.line, **file.lines}, file.line)


def _joined_map(theirs: Map, own: Map, findings: Findings) -> Map:
    new = {id_: one for id_, one in own.items() if id_ not in theirs}
    for id_ in own.keys() & theirs.keys():
        _say_taken(id_, own.lines[id_], theirs.lines[id_], findings)
    return mapping({**theirs, **new}, {**own.lines, **theirs.lines}, own.line)


def _joined_list(theirs: List, own: List, findings: Findings) -> List:
    """Entries with ids; the own ones first, as a card shows the first advice that holds."""
    taken = {one["id"]: line for one, line in zip(theirs, theirs.lines)}
    new = []
    for one, line in zip(own, own.lines):
        if one["id"] in taken:
            _say_taken(one["id"], line, taken[one["id"]], findings)
        else:
            new.append((one, line))
    return listing([*new, *zip(theirs, theirs.lines)], own.line)


def _say_taken(id_: str, line: int, taken: int, findings: Findings) -> None:
    findings.add("", line, "extended_id", value=id_, place=place_of(taken))
