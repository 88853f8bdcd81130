"""Commands whose help is in both languages: that of `--lang`, else of the terminal."""

import copy
from collections.abc import Callable
from typing import Any, TypeVar

import click

from recommender.cli.common import default_language
from recommender.i18n import LANGUAGES, words

Command = TypeVar("Command", bound=Callable[..., Any])
Decorator = Callable[[Command], Command]


def spoken_in(arguments: list[str]) -> str:
    """The language that the arguments of a command ask for, before they are read."""
    for one, following in zip(arguments, [*arguments[1:], ""]):
        wanted = following if one == "--lang" else one.removeprefix("--lang=")
        if one.startswith("--lang") and wanted in LANGUAGES:
            return wanted
    return default_language()


class SpokenOption(click.Option):
    """An option whose help is the sentence `option_<key>` of the interface."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        if not self.help:
            return super().get_help_record(ctx)
        shown = copy.copy(self)
        shown.help = words(_lang(ctx))(f"option_{self.help}")
        return click.Option.get_help_record(shown, ctx)


class SpokenCommand(click.Command):
    """A command whose help is the sentence `help_<key>`; `help` holds the key."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.meta["lang"] = spoken_in(args)
        return super().parse_args(ctx, args)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        _write_help(self, ctx, formatter)

    def said(self, lang: str) -> str:
        """The first sentence of the help, for lists of commands."""
        return _first_sentence(self, lang)


class SpokenGroup(click.Group):
    command_class = SpokenCommand

    def get_short_help_str(self, limit: int = 45) -> str:
        return _first_sentence(self, default_language())

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.meta["lang"] = spoken_in(args)
        return super().parse_args(ctx, args)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        _write_help(self, ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [
            (name, command.said(_lang(ctx)))
            for name, command in self.commands.items()
            if isinstance(command, SpokenCommand)
        ]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


def option(*names: str, key: str = "", **attributes: Any) -> Decorator:
    """An option with spoken help; `key` names its sentence."""
    return click.option(*names, cls=SpokenOption, help=key or None, **attributes)


lang_option = option("--lang", key="lang", type=click.Choice(LANGUAGES), default=default_language)


def _lang(ctx: click.Context) -> str:
    lang: str = ctx.meta.get("lang") or default_language()
    return lang


def _first_sentence(command: click.Command, lang: str) -> str:
    return words(lang)(f"help_{command.help}").partition(". ")[0].rstrip(".") + "."


def _write_help(command: click.Command, ctx: click.Context, formatter: click.HelpFormatter) -> None:
    formatter.write_paragraph()
    with formatter.indentation():
        formatter.write_text(words(_lang(ctx))(f"help_{command.help}"))
