"""`agency erase`, `retention`, `archive`, `leave`: how data goes."""

from pathlib import Path

import click

from recommender.cli.common import Refused
from recommender.cli.spoken import SpokenCommand, lang_option, option
from recommender.cli.store import database, desk, sure
from recommender.i18n import words


@click.command("erase", cls=SpokenCommand, help="erase")
@click.argument("slug", metavar="AGENCY")
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
@option("--yes", key="yes", is_flag=True)
@lang_option
def erase(slug: str, ids: tuple[str, ...], yes: bool, lang: str) -> None:
    from recommender.store.database import now

    w = words(lang)
    with desk(slug, lang) as own:
        wanted = dict.fromkeys(ids)
        missing = [id_ for id_ in wanted if own.submission(id_) is None]
        if missing:
            raise Refused("\n".join(w("submission_unknown", value=id_[:80]) for id_ in missing))
        sure(w.count("erase_sure", len(wanted)), yes, lang)
        click.echo(w.count("erased", own.erase(list(wanted), now())))


@click.command("retention", cls=SpokenCommand, help="retention")
@option("--run", key="retention_run", is_flag=True)
@lang_option
def retention(run: bool, lang: str) -> None:
    from recommender.store.database import now
    from recommender.store.retention import purge

    w = words(lang)
    if not run:
        raise Refused(w("retention_not_run"))
    with database(lang) as found:
        gone = purge(found, now())
    click.echo(w("retention_done", submissions=gone.submissions, invitations=gone.invitations))


@click.command("archive", cls=SpokenCommand, help="archive")
@click.argument("slug", metavar="AGENCY")
@click.argument("out", metavar="OUT.zip", type=click.Path(path_type=Path))
@lang_option
def archive(slug: str, out: Path, lang: str) -> None:
    from recommender.store.archive import write
    from recommender.store.database import now

    with desk(slug, lang) as own:
        _new(out, lang)
        with out.open("wb") as file:
            held = write(own, file, now())
    click.echo(words(lang)("archived", file=out, n=held["submissions"]))


@click.command("leave", cls=SpokenCommand, help="leave")
@click.argument("slug", metavar="AGENCY")
@click.argument("out", metavar="OUT.zip", type=click.Path(path_type=Path))
@option("--yes-delete-everything", "yes", key="leave_yes", is_flag=True)
@lang_option
def leave(slug: str, out: Path, yes: bool, lang: str) -> None:
    from recommender.store import archive as archives
    from recommender.store.database import now

    w = words(lang)
    with desk(slug, lang) as own:
        sure(w("leave_sure", slug=slug, n=own.holdings()["submissions"]), yes, lang)
        try:
            archives.leave(own, out, now())
        except FileExistsError:
            raise Refused(w("file_exists", file=out)) from None
    click.echo(w("left", slug=slug, file=out))


def _new(out: Path, lang: str) -> None:
    """Make the file, readable by its owner alone: it will hold people's contacts."""
    try:
        out.touch(mode=0o600, exist_ok=False)
    except FileExistsError:
        raise Refused(words(lang)("file_exists", file=out)) from None


DATA = (erase, retention, archive, leave)
