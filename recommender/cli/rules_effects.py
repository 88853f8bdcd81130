"""`rules test|coverage|diff`: whether rules do what they should, and what each of them does."""

import json
from pathlib import Path
from typing import Any

import click

from recommender.cli.common import (
    Refused,
    bar,
    cases_of,
    json_option,
    lang_option,
    rulebook_of,
)
from recommender.errors import RulebookError


@click.command("test")
@click.argument("dir_", metavar="[DIR]", type=click.Path(path_type=Path), required=False)
@lang_option
@json_option
def rules_test(dir_: Path | None, lang: str, as_json: bool) -> None:
    """Try a folder's examples, scenarios and contrast pairs; exit status 2 if any fails."""
    from recommender.i18n import words
    from recommender.rulebook.expectations import failures, found, tried

    rulebook = rulebook_of(dir_, lang)
    failed = failures(rulebook)
    if as_json:
        click.echo(json.dumps(found(rulebook, failed), ensure_ascii=False, indent=1))
    else:
        for failure in failed:
            click.echo(failure.text(lang))
        counts = {**tried(rulebook), "failures": len(failed), "version": rulebook.version}
        click.echo(words(lang)("test_count", **counts))
    if failed:
        raise SystemExit(2)


cases_option = click.option(
    "--cases",
    "cases_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Labelled real cases to use in place of the published ones.",
)
profiles_option = click.option(
    "--profiles",
    default=5000,
    show_default=True,
    type=click.IntRange(0, 1_000_000),
    help="How many random valid sets of answers to try.",
)


@click.command("coverage")
@click.argument("dir_", metavar="[DIR]", type=click.Path(path_type=Path), required=False)
@cases_option
@profiles_option
@lang_option
@json_option
def rules_coverage(
    dir_: Path | None, cases_file: Path | None, profiles: int, lang: str, as_json: bool
) -> None:
    """Show where each rule of a folder fires, and how many first places hang on it."""
    from recommender.rulebook.coverage import as_text, coverage
    from recommender.rulebook.coverage import steps as work

    rulebook = rulebook_of(dir_, lang)
    cases = cases_of(cases_file, rulebook, lang)
    with bar("coverage", work(cases, profiles)) as steps:
        found = coverage(rulebook, cases, profiles, steps.update)
    click.echo(json.dumps(found, indent=1) if as_json else as_text(found, lang), nl=as_json)


@click.command("diff")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@cases_option
@profiles_option
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    show_default=True,
)
@lang_option
def rules_diff(
    old: str, new: str, cases_file: Path | None, profiles: int, format_: str, lang: str
) -> None:
    """Show what was changed between two folders of rules or released versions, and its effect."""
    from recommender.render.rules_diff import FORMATS
    from recommender.rulebook.comparison import as_json, compare

    before, after = _named(old, new, lang), _named(new, old, lang)
    cases = cases_of(cases_file, after, lang)
    with bar("diff", len(cases) + profiles) as steps:
        found = compare(before, after, cases, profiles, steps.update)
    if format_ == "json":
        click.echo(json.dumps(as_json(found), ensure_ascii=False, indent=1))
    else:
        click.echo(FORMATS[format_](found, lang), nl=False)


def _named(name: str, other: str, lang: str) -> Any:
    """The rulebook of a folder, or of a version kept in the other folder or the shipped one."""
    from recommender.i18n import words
    from recommender.rulebook import load, shipped
    from recommender.rulebook.load import load_release
    from recommender.rulebook.released import kept

    versions = {**kept(shipped()), **kept(Path(other)), **kept(Path(name))}
    try:
        if name in versions and not Path(name).is_dir():
            return load_release(versions[name])
        if Path(name).is_dir():
            return load(Path(name))
    except RulebookError as error:
        lines = (f"{name}/{finding.text(lang)}" for finding in error.findings)
        raise Refused("\n".join(lines)) from None
    raise Refused(words(lang)("diff_unknown", name=name, versions=", ".join(versions) or "-"))


EFFECTS = (rules_test, rules_coverage, rules_diff)
"""What `rules` takes from here."""
