"""The command line. Only `serve` imports the web; only it and `agency`, `worker`, `db`
and `mail` a store."""

import gc

import click

from recommender import __version__
from recommender.cli.agency import agency
from recommender.cli.batch import batch
from recommender.cli.cases import cases
from recommender.cli.common import Commands
from recommender.cli.config import config
from recommender.cli.db import db
from recommender.cli.mail import mail
from recommender.cli.recommend import recommend
from recommender.cli.rules import rules
from recommender.cli.serve import serve
from recommender.cli.worker import worker


@click.group(
    cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="recommender")
def main() -> None:
    """Ranks six types of social media for a marketing goal, and says why."""
    # Modules and a rulebook are some hundred thousand objects that stay: to look among them for
    # garbage as often as Python does would be a tenth of a short command.
    gc.set_threshold(50_000, 20, 100)


for command in (serve, recommend, batch, rules, cases, agency, worker, db, mail, config):
    main.add_command(command)
