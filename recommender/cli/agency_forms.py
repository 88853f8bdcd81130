"""`agency form-…`: forms as YAML, in and out."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from recommender.cli.common import Refused, content_of, name_of
from recommender.cli.spoken import SpokenCommand, json_option, lang_option, option
from recommender.cli.store import desk, form_of, show_all
from recommender.errors import shown
from recommender.i18n import words


@click.command("form-list", cls=SpokenCommand, help="form_list")
@click.argument("slug", metavar="AGENCY")
@json_option
@lang_option
def form_list(slug: str, as_json: bool, lang: str) -> None:
    from recommender.agency.form import settings_of

    with desk(slug, lang) as own:
        forms = [
            {
                "form": one.slug,
                "name": settings_of(one).name,
                "state": one.state,
                "version": one.version,
                "address": _address(one.slug, lang),
            }
            for one in own.forms()
        ]
    show_all(forms, as_json, words(lang)("form_none", slug=slug))


@click.command("form-get", cls=SpokenCommand, help="form_get")
@click.argument("slug", metavar="AGENCY")
@click.argument("form", metavar="FORM")
@lang_option
def form_get(slug: str, form: str, lang: str) -> None:
    from recommender.agency.form import settings_of
    from recommender.agency.form_file import to_yaml

    with desk(slug, lang) as own:
        click.echo(to_yaml(settings_of(form_of(own, form, lang))), nl=False)


@click.command("form-put", cls=SpokenCommand, help="form_put")
@click.argument("slug", metavar="AGENCY")
@click.argument("file", metavar="FILE", type=click.Path())
@option("--check", key="form_check", is_flag=True)
@lang_option
def form_put(slug: str, file: str, check: bool, lang: str) -> None:
    from recommender.agency.findings import FormFileError
    from recommender.agency.form_file import read

    content = content_of(file)
    with desk(slug, lang) as own:
        try:
            _put(own, read(name_of(file), content), Path(file).parent, check, lang)
        except FormFileError as error:
            raise Refused("\n".join(finding.text(lang) for finding in error.findings)) from None


def _put(own: Any, file: Any, folder: Path, check: bool, lang: str) -> None:
    """Store what the file says, if it says something new, and tell what is different."""
    from recommender.agency import putting
    from recommender.store.database import now

    w, settings = words(lang), file.settings
    plan = putting.plan(own, file, _picture(file, folder))
    if not plan.is_new:
        click.echo(w("form_same", slug=settings.slug))
        return
    if not check:
        made = putting.store(own, plan, now())
        click.echo(w("form_stored", slug=settings.slug, version=made.version))
    for line in _said(plan.changes, lang) + ([w("logo_changed")] if plan.logo else []):
        click.echo(f"  {line}")
    if not check:
        address = _address(settings.slug, lang)
        click.echo(w(f"state_{settings.state}", address=address, slug=settings.slug))


def _said(found: Sequence[tuple[str, str, str]], lang: str) -> list[str]:
    """What is different, a setting a line; of long texts the beginning."""
    lines = []
    for place, before, after in found:
        key = "change_new" if not before else "change_gone" if not after else "change_other"
        values = {"before": shown(before, lang), "after": shown(after, lang)}
        lines.append(words(lang)(key, place=place, **values))
    return lines


def _picture(file: Any, folder: Path) -> bytes | None:
    """The logo that the file names, if that is a file beside it."""
    logo = file.settings.brand.logo
    there = logo is not None and (folder / logo).is_file()
    return content_of(str(folder / logo)) if there else None


def _address(slug: str, lang: str) -> str:
    return f"{site(lang)}/f/{slug}"


def site(lang: str) -> str:
    """Where this installation is reached."""
    import os

    from recommender.settings import SettingsError, address

    try:
        return address(os.environ)
    except SettingsError as error:
        raise Refused("\n".join(problem[lang] for problem in error.problems)) from None


FORMS = (form_list, form_get, form_put)
