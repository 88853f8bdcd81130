"""A rules folder as a Rulebook: read once, checked whole, named by a digest of what was read."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from recommender.engine.model import FORMAT
from recommender.engine.rulebook import Rulebook
from recommender.errors import RulebookError
from recommender.resources import folder as resource_folder
from recommender.rulebook import build, content_files, files
from recommender.rulebook.check import check
from recommender.rulebook.findings import Findings
from recommender.rulebook.names import RulesFolder
from recommender.rulebook.yaml_text import MOST_BYTES, parse

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


def shipped() -> Path:
    """The folder of the rules that come with the product."""
    return resource_folder("rules")


def load(path: Path) -> Rulebook:
    """The rulebook of a folder; raises RulebookError with every problem, by file and line."""
    findings = Findings()
    contents = _contents(path, findings)
    parsed = {name: parse(name, content, findings) for name, content in contents.items()}
    forms = {
        name: files.read_file(FORMS.get(name, files.RulesFile), name, data, findings)
        for name, data in parsed.items()
        if data is not None
    }
    folder = RulesFolder(parsed, {name: form for name, form in forms.items() if form is not None})
    if all(name in folder.forms for name in FORMS):
        check(folder, findings)
    if findings:
        raise RulebookError(findings.all())
    return _rulebook(folder, _digest(contents))


def _contents(path: Path, findings: Findings) -> dict[str, bytes]:
    """Every file below the folder, read once; what starts with a dot is an editor's, not ours."""
    if not path.is_dir():
        findings.add(str(path), 1, "missing_folder")
        return {}
    contents = {}
    for file in sorted(path.rglob("*")):
        name = file.relative_to(path).as_posix()
        if not file.is_file() or any(part.startswith(".") for part in Path(name).parts):
            continue
        if file.suffix != ".yaml":
            findings.add(name, 1, "not_yaml_file")
        elif file.stat().st_size > MOST_BYTES:
            findings.add(name, 1, "too_large", most=MOST_BYTES)
        else:
            contents[name] = file.read_bytes()
    for name in FORMS:
        if name not in contents:
            findings.add(name, 1, "missing_file")
    return contents


def _digest(contents: Mapping[str, bytes]) -> str:
    """Names what decides a document: all files of the folder and the document's format.

    The code's layouts are one of the files, so their version is covered with them.
    """
    digest = sha256(f"format {FORMAT}\n".encode())
    for name, content in sorted(contents.items()):
        digest.update(f"{name}\n{len(content)}\n".encode() + content)
    return f"sha256:{digest.hexdigest()}"


def _rulebook(folder: RulesFolder, digest: str) -> Rulebook:
    forms = folder.forms
    asked = build.questionnaire(forms["questionnaire.yaml"])
    meta: files.RulebookFile = forms["rulebook.yaml"]
    rules = (build.rule(form, asked) for name in folder.rules_files() for form in forms[name].rules)
    scenarios = build.scenarios(forms["scenarios.yaml"], asked)
    return Rulebook(
        version=f"{meta.last_release}+{digest.removeprefix('sha256:')[:8]}",
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
    )
