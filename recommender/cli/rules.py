"""`rules …`: the tools of whoever writes rules."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from recommender.cli.common import Refused, bar, json_option, lang_option, rulebook_of
from recommender.cli.rules_effects import EFFECTS
from recommender.cli.rules_show import rules_show
from recommender.errors import Finding, RulebookError


@click.group()
def rules() -> None:
    """Tools for whoever writes rules."""


for effects in EFFECTS:
    rules.add_command(effects)
rules.add_command(rules_show)


@rules.command("check")
@click.argument("dir_", metavar="[DIR]", type=click.Path(path_type=Path), required=False)
@lang_option
@json_option
def rules_check(dir_: Path | None, lang: str, as_json: bool) -> None:
    """Check a folder of rules, the shipped one without DIR; exit status 2 if anything is wrong.

    Beside what would keep the rules from being loaded it finds what cannot be meant, such as a
    rule that can never hold. Warnings alone leave the exit status 0.
    """
    from recommender.rulebook import shipped

    folder = dir_ or shipped()
    try:
        rulebook, found = _reviewed(folder)
    except RulebookError as error:
        if as_json:
            click.echo(_as_json({"findings": list(map(_finding, error.findings))}))
            raise SystemExit(2) from None
        raise Refused("\n".join(finding.text(lang) for finding in error.findings)) from None
    if as_json:
        said = {
            "findings": list(map(_finding, found.findings)),
            "rules": {"version": rulebook.version, "digest": rulebook.digest},
            "witnesses": {type_: dict(each.values) for type_, each in found.witnesses.items()},
        }
        click.echo(_as_json(said))
        return
    for finding in found.findings:
        click.echo(finding.text(lang), err=True)
    click.echo(_said(folder, rulebook, found, lang))


def _reviewed(folder: Path) -> tuple[Any, Any]:
    """The rulebook of a folder and its review. Raises RulebookError if anything is wrong."""
    from recommender.rulebook.load import load_folder
    from recommender.rulebook.review import review

    files, rulebook = load_folder(folder)
    found = review(files, rulebook)
    if found.wrong:
        raise RulebookError(found.findings)
    return rulebook, found


def _said(folder: Path, rulebook: Any, found: Any, lang: str) -> str:
    """What `rules check` says of a folder in which nothing is wrong."""
    from recommender.i18n import words

    w = words(lang)
    counts = {"rules": len(rulebook.rules), "sources": len(rulebook.sources)}
    warnings = f" {w.count('check_warnings', len(found.findings))}" if found.findings else ""
    return "\n".join(
        [
            w("check_right", folder=folder, version=rulebook.version, **counts) + warnings,
            w("check_witnesses"),
            *(f"  {type_}: {_flow(each.values)}" for type_, each in found.witnesses.items()),
        ]
    )


def _flow(answers: Mapping[str, Any]) -> str:
    """Answers as they stand in a rules file."""
    given = (
        f"{question}: {value}" if isinstance(value, str) else f"{question}: [{', '.join(value)}]"
        for question, value in answers.items()
    )
    return f"{{{', '.join(given)}}}"


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "file": finding.file,
        "line": finding.line,
        "severity": "warning" if finding.warning else "error",
        "message": dict(finding.message),
    }


def _as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)


@rules.command("schema")
@click.argument("dir_", metavar="[DIR]", type=click.Path(path_type=Path), required=False)
@click.option("--check", is_flag=True, help="Write nothing; exit status 2 if any is out of date.")
@lang_option
def rules_schema(dir_: Path | None, check: bool, lang: str) -> None:
    """Write the JSON Schemas that let an editor complete and mark the files of a folder."""
    from recommender.rulebook import schema, shipped

    folder = dir_ or shipped()
    written = schema.schemas(rulebook_of(dir_, lang), extends=schema.extends(folder))
    old = schema.outdated(folder, written)
    if check and old:
        raise Refused("\n".join(schema.words("outdated", folder, lang, file) for file in old))
    if not check:
        schema.write(folder, written)
    click.echo(schema.words("current", folder, lang))


@rules.command("release")
@click.argument("version")
@click.argument("dir_", metavar="[DIR]", type=click.Path(path_type=Path), required=False)
@lang_option
def rules_release(version: str, dir_: Path | None, lang: str) -> None:
    """Keep a folder of rules, the shipped one without DIR, as it is now under the name VERSION.

    Links that name the version show from then on what they show now, whatever becomes of the
    rules. `rules check` must find nothing wrong; VERSION, such as 2026.11, must be new.
    """
    from recommender.render.document import canonical, document
    from recommender.rulebook import shipped
    from recommender.rulebook.releasing import release

    folder = dir_ or shipped()
    try:
        _reviewed(folder)
        made = release(folder, version, lambda book, answers: canonical(document(book, answers)))
    except RulebookError as error:
        raise Refused("\n".join(finding.text(lang) for finding in error.findings)) from None
    sentence = {
        "en": "{folder}: version {version} is kept, {rules} rules. {digest}",
        "id": "{folder}: versi {version} disimpan, {rules} aturan. {digest}",
    }[lang]
    click.echo(
        sentence.format(
            folder=folder, version=made.version, rules=len(made.rules), digest=made.digest
        )
    )


@rules.command("balance")
@click.argument("dir_", metavar="[DIR]", type=click.Path(path_type=Path), required=False)
@click.option("--profiles", default=5000, show_default=True, type=click.IntRange(1, 1_000_000))
@lang_option
@json_option
def rules_balance(dir_: Path | None, profiles: int, lang: str, as_json: bool) -> None:
    """Show how often each type comes first over random valid answers, and its least and most."""
    from recommender.rulebook.balance import as_text, balance
    from recommender.rulebook.balance import steps as work

    rulebook = rulebook_of(dir_, lang)
    with bar("balance", work(rulebook, profiles)) as steps:
        found = balance(rulebook, profiles, steps.update)
    click.echo(json.dumps(found, indent=1) if as_json else as_text(found), nl=as_json)
