"""`rules …`: the tools of whoever writes rules."""

import json
from pathlib import Path

import click

from recommender.cli.common import Refused, bar, json_option, lang_option, rulebook_of
from recommender.errors import RulebookError


@click.group()
def rules() -> None:
    """Tools for whoever writes rules."""


@rules.command("check")
@click.argument("dir_", metavar="[DIR]", type=click.Path(path_type=Path), required=False)
@lang_option
@json_option
def rules_check(dir_: Path | None, lang: str, as_json: bool) -> None:
    """Check a folder of rules, the shipped one without DIR; exit status 2 if anything is wrong."""
    from recommender.rulebook import load, shipped

    folder = dir_ or shipped()
    try:
        rulebook = load(folder)
    except RulebookError as error:
        if as_json:
            found = [
                {"file": f.file, "line": f.line, "message": dict(f.message)} for f in error.findings
            ]
            click.echo(json.dumps({"findings": found}, ensure_ascii=False, indent=1))
            raise SystemExit(2) from None
        raise Refused("\n".join(finding.text(lang) for finding in error.findings)) from None
    if as_json:
        version = {"version": rulebook.version, "digest": rulebook.digest}
        click.echo(json.dumps({"findings": [], "rules": version}, indent=1))
        return
    sentence = {
        "en": "{folder}: {rules} rules, {sources} sources, nothing wrong. Version {version}.",
        "id": "{folder}: {rules} aturan, {sources} sumber, tidak ada masalah. Versi {version}.",
    }[lang]
    counts = {"rules": len(rulebook.rules), "sources": len(rulebook.sources)}
    click.echo(sentence.format(folder=folder, version=rulebook.version, **counts))


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
