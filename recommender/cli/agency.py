"""`agency …`: agencies, their members and forms, whom they ask and what was sent."""

from typing import Any

import click

from recommender.cli.agency_clients import CLIENTS
from recommender.cli.agency_data import DATA
from recommender.cli.agency_forms import FORMS, site
from recommender.cli.agency_keys import KEYS
from recommender.cli.common import Refused
from recommender.cli.mail import mail_settings
from recommender.cli.spoken import SpokenGroup, json_option, lang_option, option
from recommender.cli.store import database, desk, show, show_all
from recommender.i18n import words


@click.group(cls=SpokenGroup, help="agency")
def agency() -> None:
    """Agencies with their forms."""


@agency.command("create", help="agency_create")
@click.argument("slug", metavar="AGENCY")
@option("--name", key="agency_name", required=True)
@lang_option
def create(slug: str, name: str, lang: str) -> None:
    import re

    from recommender.agency.written import written
    from recommender.store.database import now
    from recommender.store.desk import Taken, create_agency

    called = written(name)
    problems = []
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{1,62}[a-z0-9]", slug):
        problems.append(words(lang)("agency_bad_slug", value=slug[:80]))
    if not called or len(called) > 200:
        problems.append(words(lang)("bad_name"))
    if problems:
        raise Refused("\n".join(problems))
    with database(lang) as found:
        try:
            create_agency(found, slug, called or "", now())
        except Taken:
            raise Refused(words(lang)("agency_taken", value=slug)) from None
    click.echo(words(lang)("agency_made", name=called, slug=slug))


@agency.command("list", help="agency_list")
@json_option
@lang_option
def list_(as_json: bool, lang: str) -> None:
    from recommender.store.desk import all_agencies

    with database(lang) as found:
        agencies = [{"agency": one.slug, "name": one.name} for one in all_agencies(found)]
    show_all(agencies, as_json, words(lang)("agency_none"))


@agency.command("show", help="agency_show")
@click.argument("slug", metavar="AGENCY")
@json_option
@lang_option
def show_(slug: str, as_json: bool, lang: str) -> None:
    from recommender.store import team
    from recommender.store.desk import agency_by_slug

    with desk(slug, lang) as own:
        record = agency_by_slug(own.database, slug)
        shown = {
            "agency": slug,
            "name": record.name if record else "",
            "members": [
                {"email": one.email, "name": one.name, "role": one.role} for one in team.team(own)
            ],
            "forms": [
                {"form": one.slug, "state": one.state, "version": one.version}
                for one in own.forms()
            ],
            "holdings": own.holdings(),
        }
    show(shown, as_json)


@agency.command("password", help="agency_password")
@click.argument("slug", metavar="AGENCY")
@click.argument("email", metavar="EMAIL")
@option("--mail", "mailed", key="pass_mail", is_flag=True)
@lang_option
def password(slug: str, email: str, mailed: bool, lang: str) -> None:
    if mailed:
        mail_settings(lang)
    with desk(slug, lang) as own:
        _say_pass(own, email, mailed, lang)


def _say_pass(own: Any, email: str, mailed: bool, lang: str) -> None:
    """Print a link by which a member chooses a password, and mail it to her if asked to."""
    from recommender.store.audit import COMMAND
    from recommender.store.database import now
    from recommender.store.team import PASS_DAYS, pass_for

    w, address = words(lang), site(lang)
    token = pass_for(own, email, COMMAND, now(), lang if mailed else "")
    if token is None:
        raise Refused(w("member_unknown", email=email[:80]))
    key = "pass_mailed" if mailed else "pass_made"
    click.echo(w(key, email=email.lower(), days=PASS_DAYS))
    click.echo(f"{address}/console/password/{token}")


@agency.command("member", help="agency_member")
@click.argument("slug", metavar="AGENCY")
@click.argument("email", metavar="EMAIL")
@option("--name", key="member_name", default="")
@option("--role", key="role", type=click.Choice(("owner", "member")), default="member")
@option("--remove", key="member_remove", is_flag=True)
@option("--mail", "mailed", key="pass_mail", is_flag=True)
@lang_option
def member(
    slug: str, email: str, name: str, role: str, remove: bool, mailed: bool, lang: str
) -> None:
    from recommender.agency.written import is_email, written
    from recommender.store import team
    from recommender.store.audit import COMMAND
    from recommender.store.database import now
    from recommender.store.desk import Taken

    w, called = words(lang), written(name)
    if mailed:
        mail_settings(lang)
    with desk(slug, lang) as own:
        if remove:
            if not team.remove(own, email, COMMAND, now(), keep_owner=False):
                raise Refused(w("member_unknown", email=email[:80]))
            click.echo(w("member_removed", email=email.lower()))
            return
        problems = [] if is_email(email) else [w("bad_email", value=email[:80])]
        if not called or len(called) > 200:
            problems.append(w("member_needs_name"))
        if problems:
            raise Refused("\n".join(problems))
        try:
            team.add(own, email, called or "", role, COMMAND, now())
        except Taken:
            raise Refused(w("member_taken", email=email.lower())) from None
        click.echo(w("member_added", email=email.lower(), role=role))
        _say_pass(own, email, mailed, lang)


for command in (*FORMS, *CLIENTS, *DATA, *KEYS):
    agency.add_command(command)
