"""What the command line says: in which language, its sentences, and the helps of its commands and options.

Nothing is worded before the language is chosen, so commands and options carry keys of the catalogue.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from copy import copy
from datetime import UTC, tzinfo
from functools import partial
from typing import Any, TextIO, TypeVar

import click

from desktop_admin import language
from desktop_admin.cli import click_words
from desktop_admin.errors import AdminError, DoneAllTheSame
from desktop_admin.language import ENGLISH, LANGUAGES, Language
from desktop_admin.messages import Message, phrase, sentence

F = TypeVar("F", bound=Callable[..., Any])

WANTED = "desktop_admin.language"
"""Where click's context keeps the language that was chosen, which the window can show on every terminal."""


def choose(context: click.Context, asked: object) -> None:
    """Speak this language, else that of the settings, else English; click's own words, too.

    Raises:
        CatalogueUnusable: there is no catalogue of it.
    """
    wanted = next((one for one in LANGUAGES if one == asked), None) or _of_settings()
    context.meta[WANTED] = wanted
    language.use(wanted)
    click_words.replace()
    if not all(_shows(stream, phrase("cli.click.usage")) for stream in (sys.stdout, sys.stderr)):
        echo(Message.of("cli.not_shown").english(), err=True)
        language.use(ENGLISH)


def _of_settings() -> Language:
    # Not above, because nothing of it is needed to say the version.
    from desktop_admin import settings

    try:
        return settings.load().language
    except AdminError:
        # Every command that needs the settings says so itself; a help does not need them.
        return ENGLISH


def _shows(stream: Any, text: str) -> bool:
    """Whether a stream has the letters of this text; a program without a terminal has no streams."""
    try:
        text.encode(getattr(stream, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def zone() -> tzinfo:
    """The zone in which times are shown; UTC where the settings are not read yet."""
    context = click.get_current_context(silent=True)
    return UTC if context is None or context.obj is None else context.obj.settings.zone()


def worded(message: Message) -> str:
    """A message in the language that is spoken, with times in the zone of the settings."""
    return sentence(message, zone=zone())


def echo(text: str | bytes = "", *, err: bool = False, nl: bool = True) -> None:
    """Print a text, or bytes as they are; ``err``: on stderr.

    Raises:
        DoneAllTheSame: it cannot be printed: the disk is full, nobody reads any more.
    """
    try:
        click.echo(text, err=err, nl=nl)
    except OSError as failure:
        _silence(sys.stderr if err else sys.stdout)
        raise DoneAllTheSame("output_not_written", why=failure.strerror or failure) from failure


def _silence(stream: TextIO) -> None:
    """Let a stream lead nowhere, so that Python does not fail once more over what is left in it when it ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def say(what: str | Message, /, *, err: bool = False, **values: object) -> None:
    """Print a message, or the sentence of this key with these values; ``err``: on stderr."""
    echo(worded(what if isinstance(what, Message) else Message.of(what, **values)), err=err)


class Option(click.Option):
    """An option whose ``help`` is the key of its sentence.

    Args:
        names: what the sentence lists.
    """

    def __init__(self, *declared: Any, names: Sequence[str] = (), **attributes: Any) -> None:
        super().__init__(*declared, **attributes)
        self.names = ", ".join(names)

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Its line in the help."""
        shown = copy(self)
        shown.help = self.help and phrase(self.help, names=self.names)
        return super(Option, shown).get_help_record(ctx)


def _show_help(context: click.Context, _option: click.Parameter, asked: bool) -> None:
    if asked and not context.resilient_parsing:
        echo(context.get_help())
        context.exit()


_HELP = Option(
    ["-h", "--help"], is_flag=True, expose_value=False, is_eager=True, help="cli.option.help", callback=_show_help
)


_PROGRAMS = "programs_"
"""Begins the names of these, so that no command has an option of the same name."""


def _say_where(context: click.Context, option: click.Parameter, given: Any) -> None:
    # An empty text is not what was meant, and is refused as it is in front of the command.
    if given not in (None, False) and not context.resilient_parsing:
        setattr(context.obj, str(option.name).removeprefix(_PROGRAMS), given)


_BEHIND = partial(Option, expose_value=False, hidden=True, callback=_say_where)
_OF_THE_PROGRAM = (
    _BEHIND(["--db", f"{_PROGRAMS}named"]),
    _BEHIND(["--as", f"{_PROGRAMS}user"]),
    _BEHIND(["--password-stdin", f"{_PROGRAMS}password_stdin"], is_flag=True),
)
"""What is said of the whole program may stand behind the command, too."""


class Command(click.Command):
    """A command whose help is worded when it is shown.

    Args:
        says: the keys of its help: its line in the list of commands, and what follows where it is explained.
    """

    def __init__(self, *named: Any, says: Sequence[str], **attributes: Any) -> None:
        super().__init__(*named, **attributes)
        self.says = says

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Its parameters, and those that the program takes before it."""
        given = super().get_params(ctx)
        return given if ctx.obj is None else [*given[:-1], *_OF_THE_PROGRAM, *given[-1:]]

    def get_help_option(self, ctx: click.Context) -> click.Option:
        """The option that shows the help; click's own keeps the words in which it was made."""
        return _HELP

    def get_short_help_str(self, limit: int = 45) -> str:
        """Its line in the list of commands."""
        return phrase(self.says[0])

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What it does."""
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(" ".join(map(phrase, self.says)))


class Group(Command, click.Group):
    """A group of such commands."""


def option(*declared: str, **attributes: Any) -> Callable[[F], F]:
    """A decorator that gives a command an option; ``help`` is the key of its sentence."""
    return click.option(*declared, cls=Option, **attributes)


def command(name: str, *says: str) -> Callable[[Callable[..., Any]], click.Command]:
    """A decorator that makes a function of the workstation a command; ``says`` are the keys of its help."""

    def made(function: Callable[..., Any]) -> click.Command:
        return click.command(name, cls=Command, says=says)(click.pass_obj(function))

    return made
