"""The command line: one small command per operation; without a command, the window.

Exit codes: 0 something applied or nothing to do; 1 failed, or found what is not as it must be,
and nothing was changed; 2 usage; 3 everything refused,
declined, or nobody to ask; 69 database unusable; 70 a mistake in the program; 74 something may have been done, and
could not be told; 77 not permitted; 130 stopped by Ctrl+C.
"""

from __future__ import annotations

import gc
import sys
import traceback
from contextlib import suppress
from typing import Any

import click

from desktop_admin import __version__
from desktop_admin.cli import announced, words
from desktop_admin.cli.words import Option, say, worded
from desktop_admin.errors import AdminError, DoneAllTheSame, NothingAsked, UsageProblem
from desktop_admin.language import LANGUAGES, CatalogueUnusable

_MISTAKE, _STOPPED = 70, 130


class _Explaining(words.Group):
    """A group of commands that tells an AdminError as a sentence and exits with its code; a bug stays a traceback."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        # The version is said without words, and so without settings and catalogue.
        if args[:1] != ["--version"]:
            # The language is read before all else, because help and complaints are to be in it, too.
            ctx.resilient_parsing = True
            given, _, _ = self.make_parser(ctx).parse_args(list(args))
            ctx.resilient_parsing = False
            words.choose(ctx, given.get("language"))
        # Bytes that are not UTF-8, which Python keeps as lone surrogates.
        if any("\ud800" <= character <= "\udfff" for argument in args for character in argument):
            raise click.UsageError(worded(UsageProblem("not_utf8").message))
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        self._announce()
        return super().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        self._announce()
        return super().get_command(ctx, cmd_name)

    def _announce(self) -> None:
        """Take the commands of the table of operations in, when commands are looked for the first time."""
        for command in announced.of_operations():
            self.commands.setdefault(str(command.name), command)

    def invoke(self, ctx: click.Context) -> Any:
        # Not above, because nothing of it is needed to say the version.
        from desktop_admin import journal

        try:
            given = self._explained(ctx)
        except click.exceptions.Exit as end:
            journal.note(journal.Event.ENDED, exit_code=end.exit_code)
            raise
        except click.ClickException as misused:
            journal.note(journal.Event.ENDED, exit_code=misused.exit_code)
            raise
        except Exception as error:
            journal.mistake(error)
            raise
        journal.note(journal.Event.ENDED, exit_code=0)
        return given

    def _explained(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except AdminError as failure:
            _note_refused(failure)
            _complain(failure)
            ctx.exit(failure.exit_code)
        except click.Abort:
            say("declined", err=True)
            ctx.exit(NothingAsked.exit_code)
        except KeyboardInterrupt:
            # It may have come with the COMMIT.
            say("stopped", err=True)
            ctx.exit(_STOPPED)


def _note_refused(failure: AdminError) -> None:
    from desktop_admin import journal

    journal.note(journal.Event.REFUSED, code=failure.code)


def _complain(failure: AdminError) -> None:
    # Where stderr cannot be written either, the exit code says it alone.
    with suppress(DoneAllTheSame):
        say(failure.message, err=True)


def _tell_mistake() -> None:
    """Print where the program failed, or that its folder is damaged, which explains it."""
    from desktop_admin import resources

    try:
        resources.check_folder()
    except AdminError as damage:
        _complain(damage)
    else:
        traceback.print_exc()


@click.group(cls=_Explaining, says=("cli.program",), invoke_without_command=True)
@words.option("--db", metavar="PATH|URL", help="cli.option.db")
@words.option("--as", "user", metavar="USER", help="cli.option.as")
@words.option("--password-stdin", is_flag=True, help="cli.option.password_stdin")
@words.option("--language", type=click.Choice(LANGUAGES), help="cli.option.language")
@click.version_option(
    __version__, prog_name="desktop-admin", message="%(prog)s %(version)s", cls=Option, help="cli.option.version"
)
@click.pass_context
def cli(ctx: click.Context, db: str | None, user: str | None, password_stdin: bool, language: str | None) -> None:
    """What the program is started with; ``language`` has been spoken since before this."""
    # Not above, because nothing of it is needed to say the version, or which commands there are.
    from desktop_admin import journal, settings
    from desktop_admin.cli.context import Workstation

    ctx.obj = Workstation(db, settings.load(), user=user, password_stdin=password_stdin)
    journal.begin(ctx.obj.settings.log_level)
    asked = ctx.invoked_subcommand and cli.get_command(ctx, ctx.invoked_subcommand)
    journal.note(journal.Event.COMMAND, does=asked.says[0] if isinstance(asked, words.Command) else "cli.program")
    if ctx.invoked_subcommand is None:
        from desktop_admin.cli.commands.window import open_window

        open_window(ctx.obj)


for command in announced.of_modules():
    cli.add_command(command)


def collect_rarely() -> None:
    """Let Python look for garbage less often.

    A plan for thousands of candidates makes objects that live until it is applied; without this, Python looks through
    all of them, and all imported modules, again and again.
    """
    gc.freeze()
    gc.set_threshold(1_000_000, 20, 20)


def main() -> None:
    """Run the command line; exits the process."""
    # A name in Hindi must not fail on a terminal that was set up for ASCII.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    collect_rarely()
    try:
        cli.main(prog_name="desktop-admin")
    except CatalogueUnusable as failure:
        click.echo(failure, err=True)
        sys.exit(failure.exit_code)
    except AdminError as failure:
        # A help, which is shown before any command is run.
        _complain(failure)
        sys.exit(failure.exit_code)
    except Exception:
        _tell_mistake()
        # By itself Python would end with 1, as if nothing had been changed.
        sys.exit(_MISTAKE)
