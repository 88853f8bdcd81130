"""`agency …`: agencies, their members and forms, whom they ask and what was sent."""

import click

from recommender.cli.agency_clients import CLIENTS
from recommender.cli.agency_data import DATA
from recommender.cli.agency_forms import FORMS
from recommender.cli.common import Refused
from recommender.cli.spoken import SpokenGroup, lang_option, option
from recommender.cli.store import database, desk, show
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
@lang_option
def list_(lang: str) -> None:
    from recommender.store.desk import all_agencies

    with database(lang) as found:
        show([{"agency": one.slug, "name": one.name} for one in all_agencies(found)])


@agency.command("show", help="agency_show")
@click.argument("slug", metavar="AGENCY")
@lang_option
def show_(slug: str, lang: str) -> None:
    from recommender.store.desk import agency_by_slug

    with desk(slug, lang) as own:
        record = agency_by_slug(own.database, slug)
        shown = {
            "agency": slug,
            "name": record.name if record else "",
            "members": [
                {"email": one.email, "name": one.name, "role": one.role} for one in own.members()
            ],
            "forms": [
                {"form": one.slug, "state": one.state, "version": one.version}
                for one in own.forms()
            ],
            "holdings": own.holdings(),
        }
    show(shown)


@agency.command("member", help="agency_member")
@click.argument("slug", metavar="AGENCY")
@click.argument("email", metavar="EMAIL")
@option("--name", key="member_name", default="")
@option("--role", key="role", type=click.Choice(("owner", "member")), default="member")
@option("--remove", key="member_remove", is_flag=True)
@lang_option
def member(slug: str, email: str, name: str, role: str, remove: bool, lang: str) -> None:
    from recommender.agency.written import is_email, written
    from recommender.store.database import now
    from recommender.store.desk import Taken

    w, called = words(lang), written(name)
    with desk(slug, lang) as own:
        if remove:
            if not own.remove_member(email):
                raise Refused(w("member_unknown", email=email[:80]))
            click.echo(w("member_removed", email=email.lower()))
            return
        problems = [] if is_email(email) else [w("bad_email", value=email[:80])]
        if not called or len(called) > 200:
            problems.append(w("member_needs_name"))
        if problems:
            raise Refused("\n".join(problems))
        try:
            own.add_member(email, called, role, now())
        except Taken:
            raise Refused(w("member_taken", email=email.lower())) from None
    click.echo(w("member_added", email=email.lower(), role=role))


for command in (*FORMS, *CLIENTS, *DATA):
    agency.add_command(command)
