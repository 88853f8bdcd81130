"""`rules test|coverage|diff`: whether rules do what they should, and what each of them does."""

import json
from contextlib import suppress
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
from recommender.cli.store import database
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
@click.option(
    "--submissions",
    "of_submissions",
    is_flag=True,
    help="Also try the answers stored in the database that DATABASE_URL names.",
)
@lang_option
def rules_diff(
    old: str,
    new: str,
    cases_file: Path | None,
    profiles: int,
    format_: str,
    of_submissions: bool,
    lang: str,
) -> None:
    """Show what was changed between two rulebooks, and its effect.

    OLD and NEW are each a folder of rules, a released version, or `shipped`: the rules that come
    with the product.
    """
    from recommender.render.rules_diff import FORMATS
    from recommender.rulebook.comparison import as_json, compare

    before, after = _named(old, new, lang), _named(new, old, lang)
    cases = cases_of(cases_file, after, lang)
    stored = _stored_answers(after, lang) if of_submissions else None
    with bar("diff", len(cases) + profiles + len(stored or ())) as steps:
        found = compare(before, after, cases, profiles, steps.update, stored)
    if format_ == "json":
        click.echo(json.dumps(as_json(found), ensure_ascii=False, indent=1))
    else:
        click.echo(FORMATS[format_](found, lang), nl=False)


def _stored_answers(rulebook: Any, lang: str) -> list[Any]:
    """The answers of the stored submissions; tells how many these rules cannot read."""
    from recommender.engine.answers import read
    from recommender.engine.code import decode
    from recommender.errors import AnswersError, CodeError
    from recommender.i18n import words
    from recommender.store.reading import stored_codes

    with database(lang, make=False) as there:
        codes = stored_codes(there)
    found = []
    for code in codes:
        with suppress(AnswersError, CodeError):
            found.append(read(rulebook.questionnaire, decode(rulebook.layouts, code)))
    if len(found) < len(codes):
        click.echo(words(lang)("diff_unread", n=len(codes) - len(found)), err=True)
    return found


def _named(name: str, other: str, lang: str) -> Any:
    """The rulebook of a folder, of a version kept in either folder or ours, or the shipped one."""
    from recommender.i18n import words
    from recommender.rulebook import load, shipped
    from recommender.rulebook.extend import SHIPPED
    from recommender.rulebook.load import load_release
    from recommender.rulebook.released import kept

    versions = {**kept(shipped()), **kept(Path(other)), **kept(Path(name))}
    try:
        if name in versions and not Path(name).is_dir():
            return load_release(versions[name])
        if Path(name).is_dir():
            return load(Path(name))
        if name == SHIPPED:
            return load(shipped())
    except RulebookError as error:
        lines = (f"{name}/{finding.text(lang)}" for finding in error.findings)
        raise Refused("\n".join(lines)) from None
    raise Refused(words(lang)("diff_unknown", name=name, versions=", ".join((SHIPPED, *versions))))


EFFECTS = (rules_test, rules_coverage, rules_diff)
"""What `rules` takes from here."""
