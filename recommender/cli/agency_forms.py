"""`agency form-…`: forms as YAML, in and out."""

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
    from recommender.agency import changes
    from recommender.agency.form import plain, settings_of
    from recommender.store.database import now
    from recommender.store.desk import Taken

    record = own.form(file.settings.slug)
    old = settings_of(record) if record else None
    settings, logo = _with_logo(own, file, folder, record)
    if changes.consent_reworded(old, settings):
        version = changes.next_version(settings.consent.version)
        raise file.refused("consent_version", "consent", value=version)
    found = changes.changes(old, settings)
    same_logo = logo == _kept_logo(own, record)
    w = words(lang)
    if record and not found and same_logo:
        click.echo(w("form_same", slug=settings.slug))
        return
    if not check:
        try:
            kept = None if same_logo else logo or ("", b"")
            made = own.put_form(settings.slug, settings.state, plain(settings), now(), kept)
        except Taken:
            raise file.refused("slug_taken", "slug", value=settings.slug) from None
        click.echo(w("form_stored", slug=settings.slug, version=made.version))
    for line in _said(found, lang) + ([] if same_logo else [w("logo_changed")]):
        click.echo(f"  {line}")
    if not check:
        address = _address(settings.slug, lang)
        click.echo(w(f"state_{settings.state}", address=address, slug=settings.slug))


def _said(found: list[tuple[str, str, str]], lang: str) -> list[str]:
    """What is different, a setting a line; of long texts the beginning."""
    lines = []
    for place, before, after in found:
        key = "change_new" if not before else "change_gone" if not after else "change_other"
        values = {"before": shown(before, lang), "after": shown(after, lang)}
        lines.append(words(lang)(key, place=place, **values))
    return lines


def _with_logo(own: Any, file: Any, folder: Path, record: Any) -> tuple[Any, Any]:
    """The settings with the logo under the name that it is kept by, and its kind and bytes.

    A name without a file beside the form's file is that of the logo which is kept already.
    """
    from recommender.agency.brand import LOGOS
    from recommender.agency.form_file import check_logo

    brand = file.settings.brand
    if brand.logo is None:
        return file.settings, None
    if (folder / brand.logo).is_file():
        content = content_of(str(folder / brand.logo))
        logo = check_logo(file, content), content
    else:
        logo = _kept_logo(own, record)
        if logo is None:
            raise file.refused("logo_missing", "brand", "logo", value=brand.logo)
    name = f"{file.settings.slug}.{LOGOS[logo[0]][1]}"
    named = brand.model_copy(update={"logo": name})
    return file.settings.model_copy(update={"brand": named}), logo


def _kept_logo(own: Any, record: Any) -> Any:
    from recommender.store.front import logo

    return logo(own.database, record.id) if record else None


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
