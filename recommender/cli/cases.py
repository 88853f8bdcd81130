"""`cases`: how well the rules rank labelled real cases."""

import json
from pathlib import Path

import click

from recommender.cli.common import (
    Refused,
    bar,
    content_of,
    json_option,
    lang_option,
    rulebook_of,
    rules_option,
)
from recommender.errors import RulebookError


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--sensitivity", is_flag=True, help="Show instead what the first places hang on.")
@json_option
@rules_option
@lang_option
def cases(file: Path, sensitivity: bool, as_json: bool, rules_dir: Path | None, lang: str) -> None:
    """Show how well the rules rank the labelled real cases of FILE."""
    from recommender.rulebook import accuracy
    from recommender.rulebook import sensitivity as hanging
    from recommender.rulebook.cases import read_cases

    rulebook = rulebook_of(rules_dir, lang)
    try:
        found = read_cases(rulebook, str(file), content_of(str(file)))
    except RulebookError as error:
        raise Refused("\n".join(finding.text(lang) for finding in error.findings)) from None
    if sensitivity:
        with bar("sensitivity", hanging.variants(rulebook)) as steps:
            measured = hanging.sensitivity(rulebook, found, steps.update)
    else:
        measured = accuracy.measure(rulebook, found)
    text = hanging.as_text if sensitivity else accuracy.as_text
    click.echo(json.dumps(measured, indent=1) if as_json else text(measured), nl=as_json)
