"""`worker`: tells agencies' endpoints what happened, beside any number of others that do."""

import os
import signal

import click

from recommender.cli.common import Refused
from recommender.cli.spoken import SpokenCommand, lang_option, option
from recommender.cli.store import database
from recommender.i18n import words


@click.command("worker", cls=SpokenCommand, help="worker")
@option("--threads", key="worker_threads", type=click.IntRange(1, 64), default=4)
@option("--once", key="worker_once", is_flag=True)
@lang_option
def worker(threads: int, once: bool, lang: str) -> None:
    from threading import Event

    from recommender.delivery.addresses import Allowed
    from recommender.delivery.mail_postman import Postman
    from recommender.delivery.worker import Worker, run
    from recommender.logs import configure
    from recommender.settings import hooks_anywhere, log_kind, mailing

    problems: list = []
    allowed = Allowed(hooks_anywhere(os.environ, problems))
    log = log_kind(os.environ, problems)
    mail = mailing(os.environ, problems)
    if problems:
        raise Refused("\n".join(problem[lang] for problem in problems))
    configure(log)
    stop = Event()
    if not once:  # before anything that takes time: it may be asked to end while it starts
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stop.set())
    with database(lang, upgrading=True) as found:
        made = Worker(found, allowed, mailing=mail is not None)
        postman = Postman(found, mail) if mail else None
        if once:
            while made.step() or (postman and postman.step()):
                pass
            return
        click.echo(words(lang)("worker_ready", n=threads))
        run(made, stop, threads, postman)
    click.echo(words(lang)("worker_stopped"))
