"""A rules folder as a Rulebook: read once, checked whole, named by a digest of what was read.

The way is `contents_of` (bytes) -> `data_of` (values with lines) -> `folder_of` (forms) ->
`check` -> `rulebook_of`; each step adds what is wrong to the same findings.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from recommender.engine.rulebook import Rulebook
from recommender.errors import RulebookError
from recommender.resources import folder as resource_folder
from recommender.rulebook import build, content_files, extend, extension_files, files, released
from recommender.rulebook.check import check
from recommender.rulebook.findings import Findings
from recommender.rulebook.names import MARKS, RulesFolder
from recommender.rulebook.yaml_text import MOST_BYTES, line_of, parse

FORMS: dict[str, type[files.Form]] = {
    "questionnaire.yaml": files.QuestionnaireFile,
    "code.yaml": files.CodeFile,
    "types.yaml": content_files.TypesFile,
    "sources.yaml": content_files.SourcesFile,
    "scenarios.yaml": content_files.ScenariosFile,
    "contrasts.yaml": content_files.ContrastsFile,
    "tactics.yaml": content_files.TacticsFile,
    "platforms.yaml": content_files.PlatformsFile,
    "guide.yaml": content_files.GuideFile,
    "rulebook.yaml": files.RulebookFile,
}
"""The files that every folder has; every other file holds rules."""

OPTIONAL: dict[str, type[files.Form]] = {
    "services.yaml": extension_files.ServicesFile,
    "statements.yaml": content_files.StatementsFile,
}
"""Files that a folder may have besides."""

_ALL: dict[str, type[files.Form]] = {**FORMS, **OPTIONAL, MARKS: extension_files.MarksFile}


def shipped() -> Path:
    """The folder of the rules that come with the product."""
    return resource_folder("rules")


def load(path: Path) -> Rulebook:
    """The rulebook of a folder; raises RulebookError with every problem, by file and line."""
    release = _as_released(path)
    return load_release(release) if release else load_folder(path)[1]


def load_folder(path: Path) -> tuple[RulesFolder, Rulebook]:
    """A folder and its rulebook; raises RulebookError with every problem, by file and line."""
    findings = Findings()
    folder = checked(contents_of(path, findings), findings)
    meta: files.RulebookFile = folder.forms["rulebook.yaml"]
    digest = released.digest_of(folder.data)
    version = released.version_of(meta.last_release, digest, [path, shipped()])
    return folder, rulebook_of(folder, version, digest)


def _as_released(path: Path) -> Path | None:
    """The release that the shipped rules still are to the byte; to read it costs a quarter.

    Only ours: what another folder's release says of itself is no check.
    """
    if path != shipped():
        return None
    findings = Findings()
    made_from = released.bytes_digest(contents_of(path, findings))
    kept = released.kept(path).values()
    return (
        None if findings else next((k for k in kept if released.is_made_from(k, made_from)), None)
    )


def checked(contents: Mapping[str, bytes], findings: Findings) -> RulesFolder:
    """The folder of these files, found right; raises RulebookError with every problem."""
    data = data_of(contents, findings)
    folder = folder_of(data | extended_data(data, findings), findings)
    check(folder, findings)
    if findings:
        raise RulebookError(findings.all())
    return folder


def load_release(path: Path) -> Rulebook:
    """The rulebook of a kept release, which was checked when it was made.

    Raises RulebookError if the file is not what was written then, or no longer understood.
    """
    findings = Findings()
    release = released.read(path, findings)
    folder = folder_of(release.files, findings)
    if findings:
        raise RulebookError(findings.all())
    return rulebook_of(folder, release.version, release.digest)


def contents_of(path: Path, findings: Findings) -> dict[str, bytes]:
    """Every file below the folder, read once; raises RulebookError if there is no folder.

    What starts with a dot is an editor's, not ours; what was released is no longer edited.
    """
    if not path.is_dir():
        findings.add(str(path), 1, "missing_folder")
        raise RulebookError(findings.all())
    contents = {}
    for file in sorted(path.rglob("*")):
        name = file.relative_to(path).as_posix()
        parts = Path(name).parts
        if not file.is_file() or parts[0] == released.FOLDER or any(p[0] == "." for p in parts):
            continue
        if file.suffix != ".yaml":
            findings.add(name, 1, "not_yaml_file")
        elif file.stat().st_size > MOST_BYTES:
            findings.add(name, 1, "too_large", most=MOST_BYTES)
        else:
            contents[name] = file.read_bytes()
    return contents


def data_of(contents: Mapping[str, bytes], findings: Findings) -> dict[str, Any]:
    """Each file's content as maps, lists and texts that know their lines; None if it has none."""
    return {name: parse(name, content, findings) for name, content in contents.items()}


def extended_data(data: Mapping[str, Any], findings: Findings) -> dict[str, Any]:
    """The files of the rules that a folder extends, as they stand among its own; none if none."""
    base, releases = extend.extended(data), released.kept(shipped())
    if base == extend.SHIPPED:
        return data_of(extend.under(base, contents_of(shipped(), findings)), findings)
    if base in releases:
        return extend.under(base, released.read(releases[base], findings).files)
    if base is not None:
        line = line_of(data["rulebook.yaml"], ["extends"])
        near = [extend.SHIPPED, *releases]
        findings.add("rulebook.yaml", line, "unknown_base", value=base, near=near)
    return {}


def folder_of(data: Mapping[str, Any], findings: Findings) -> RulesFolder:
    """The files in their forms; one that is missing or has no right form is left out."""
    base = extend.extended(data)
    if base is not None:
        return extend.put_together(base, data, _ALL, findings)
    for name in FORMS:
        if name not in data:
            findings.add(name, 1, "missing_file")
    return RulesFolder(data, extend.in_forms(_ALL, data, findings))


def rulebook_of(folder: RulesFolder, version: str, digest: str) -> Rulebook:
    """The rulebook of a folder that was found right."""
    forms = folder.forms
    asked = build.questionnaire(forms["questionnaire.yaml"])
    meta: files.RulebookFile = forms["rulebook.yaml"]
    rules = (build.rule(form, asked) for name in folder.rules_files() for form in forms[name].rules)
    scenarios = build.scenarios(forms["scenarios.yaml"], asked)
    return Rulebook(
        version=version,
        digest=digest,
        questionnaire=asked,
        types=build.types(forms["types.yaml"]),
        rules={rule.id: rule for rule in rules},
        sources=build.sources(forms["sources.yaml"]),
        scenarios=scenarios,
        advice=build.advice(forms["tactics.yaml"]),
        platforms=build.platforms(forms["platforms.yaml"]),
        companions=build.companions(forms["platforms.yaml"]),
        guide=build.guide(forms["guide.yaml"]),
        contrasts=build.contrasts(forms["contrasts.yaml"], asked),
        example=next(scenario for scenario in scenarios if scenario.id == meta.example),
        scale=build.scale(meta),
        layouts=build.layouts(forms["code.yaml"]),
        name=build.maybe(meta.name),
        services=build.services(forms.get("services.yaml")),
        origin=folder.marks.origin,
        off=tuple(build.rule(form, asked) for form in folder.marks.off),
    )
