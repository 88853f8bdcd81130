"""Commands whose help is in both languages: that of `--lang`, else of the terminal."""

import copy
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import Any, TypeVar

import click

from recommender.cli.common import Refused, default_language
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


class _Spoken(click.Command):
    """What click says by itself, in the language of the command."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.meta["lang"] = spoken_in(args)
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            known = [name for param in self.get_params(ctx) for name in param.opts]
            raise Refused(_sentence("no_option", error.option_name, ctx, known)) from None
        except click.MissingParameter as error:
            raise Refused(_sentence("missing", _name(error.param, ctx), ctx)) from None

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, prefix=f"{words(_lang(ctx))('usage')} ")

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(words(_lang(ctx))(f"help_{self.help}"))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        options = [one for one in self.get_params(ctx) if isinstance(one, click.Option)]
        rows = [option.get_help_record(ctx) for option in options]
        with formatter.section(words(_lang(ctx))("options")):
            formatter.write_dl([row for row in rows if row])
        if isinstance(self, click.Group):
            self.format_commands(ctx, formatter)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        found = super().get_help_option(ctx)
        if found:
            found.help = words(_lang(ctx))("option_help")
        return found


class SpokenCommand(_Spoken):
    """A command whose help is the sentence `help_<key>`; `help` holds the key."""

    def said(self, lang: str) -> str:
        """The first sentence of the help, for lists of commands."""
        return _first_sentence(self, lang)


class SpokenGroup(_Spoken, click.Group):
    command_class = SpokenCommand

    def get_short_help_str(self, limit: int = 45) -> str:
        return _first_sentence(self, default_language())

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        if args and self.get_command(ctx, args[0]) is None:
            raise Refused(_sentence("no_command", args[0][:80], ctx, list(self.commands)))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [
            (name, command.said(_lang(ctx)))
            for name, command in self.commands.items()
            if isinstance(command, SpokenCommand)
        ]
        with formatter.section(words(_lang(ctx))("commands")):
            formatter.write_dl(rows)


def option(*names: str, key: str = "", **attributes: Any) -> Decorator:
    """An option with spoken help; `key` names its sentence."""
    return click.option(*names, cls=SpokenOption, help=key or None, **attributes)


json_option = option("--json", "as_json", key="json", is_flag=True)
lang_option = option("--lang", key="lang", type=click.Choice(LANGUAGES), default=default_language)


def _lang(ctx: click.Context) -> str:
    lang: str = ctx.meta.get("lang") or default_language()
    return lang


def _first_sentence(command: click.Command, lang: str) -> str:
    return words(lang)(f"help_{command.help}").partition(". ")[0].rstrip(".") + "."


def _name(param: click.Parameter | None, ctx: click.Context) -> str:
    """What a command calls this: an option by its dashes, an argument by its letters."""
    if isinstance(param, click.Option):
        return param.opts[0]
    return param.make_metavar(ctx) if param else ""


def _sentence(key: str, name: str, ctx: click.Context, known: Iterable[str] = ()) -> str:
    """What is wrong with a part of a command, where to look, and what was probably meant."""
    w, near = words(_lang(ctx)), get_close_matches(name, known, 1)
    said = w(f"command_{key}", name=name, command=ctx.command_path)
    return f"{said} {w('did_you_mean', near=near[0])}" if near else said
