"""`rules show`: everything about one rule."""

import json
from difflib import get_close_matches
from pathlib import Path

import click

from recommender.cli.common import Refused, bar, cases_of, json_option, lang_option, rulebook_of
from recommender.cli.rules_effects import cases_option, profiles_option


@click.command("show")
@click.argument("id_", metavar="ID")
@click.argument("dir_", metavar="[DIR]", type=click.Path(path_type=Path), required=False)
@cases_option
@profiles_option
@lang_option
@json_option
def rules_show(
    id_: str, dir_: Path | None, cases_file: Path | None, profiles: int, lang: str, as_json: bool
) -> None:
    """Show a rule in words, its sources, where it fires, and how many first places hang on it."""
    from recommender.i18n import words
    from recommender.render import about_rule
    from recommender.rulebook.coverage import coverage
    from recommender.rulebook.coverage import steps as work

    rulebook = rulebook_of(dir_, lang)
    rule = rulebook.rules.get(id_)
    if rule is None:
        near = "".join(get_close_matches(id_[:80], rulebook.rules, 1))
        raise Refused(
            words(lang)("rule_unknown_near" if near else "rule_unknown", id=id_, near=near)
        )
    cases = cases_of(cases_file, rulebook, lang)
    with bar("show", work(cases, profiles)) as steps:
        covered = coverage(rulebook, cases, profiles, steps.update)
    if as_json:
        found = about_rule.as_object(rulebook, rule, covered)
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        by_id = {case.id: case for case in cases}
        click.echo(about_rule.as_text(rulebook, rule, covered, by_id, lang), nl=False)
