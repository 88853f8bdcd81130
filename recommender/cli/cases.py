"""`cases`: how well the rules rank labelled real cases."""

import json
from pathlib import Path

import click

from recommender.cli.common import (
    bar,
    cases_of,
    json_option,
    lang_option,
    rulebook_of,
    rules_option,
)


@click.command()
@click.argument("file", metavar="[FILE]", type=click.Path(path_type=Path), required=False)
@click.option("--sensitivity", is_flag=True, help="Show instead what the first places hang on.")
@json_option
@rules_option
@lang_option
def cases(
    file: Path | None, sensitivity: bool, as_json: bool, rules_dir: Path | None, lang: str
) -> None:
    """Show how well the rules rank the labelled real cases of FILE, the published ones without."""
    from recommender.rulebook import accuracy
    from recommender.rulebook import sensitivity as hanging

    rulebook = rulebook_of(rules_dir, lang)
    found = cases_of(file, rulebook, lang)
    if sensitivity:
        with bar("sensitivity", hanging.VARIANTS) as steps:
            measured = hanging.sensitivity(rulebook, found, steps.update)
    else:
        measured = accuracy.measure(rulebook, found)
    text = hanging.as_text if sensitivity else accuracy.as_text
    click.echo(json.dumps(measured, indent=1) if as_json else text(measured), nl=as_json)
