"""The command line: one small command per operation; without a command, the window.

Exit codes: 0 something applied or nothing to do; 1 failed; 2 usage; 3 everything refused, declined, or nobody to ask;
69 database unusable; 77 not permitted.
"""

from __future__ import annotations

import gc
import sys
from datetime import UTC
from typing import Any

import click

from desktop_admin import __version__
from desktop_admin.cli import announced
from desktop_admin.errors import AdminError, NothingAsked, UsageProblem
from desktop_admin.language import CatalogueUnusable


class _Explaining(click.Group):
    """A group of commands that tells an AdminError as a sentence and exits with its code; a bug stays a traceback."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if any(map(_is_broken, args)):
            raise click.UsageError(UsageProblem("not_utf8").message.english())
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
        try:
            return super().invoke(ctx)
        except AdminError as failure:
            click.echo(failure.message.english(zone=_zone(ctx)), err=True)
            ctx.exit(failure.exit_code)
        except click.Abort:
            click.echo(NothingAsked("declined").message.english(), err=True)
            ctx.exit(NothingAsked.exit_code)


def _zone(ctx: click.Context) -> Any:
    """The zone for times in an error's sentence; UTC where the settings themselves are what failed."""
    return UTC if ctx.obj is None else ctx.obj.settings.zone()


@click.group(cls=_Explaining, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--db", metavar="PATH|URL", help="The portal's database; without it, the default connection.")
@click.option("--as", "user", metavar="USER", help="The portal's staff account to sign in with; the password is asked.")
@click.option("--password-stdin", is_flag=True, help="Take the password of --as from the first line of stdin.")
@click.version_option(__version__, prog_name="desktop-admin")
@click.pass_context
def cli(ctx: click.Context, db: str | None, user: str | None, password_stdin: bool) -> None:
    """Slots, question sets and sessions of the exam portal, put right in one transaction."""
    # Not above, because nothing of it is needed to say the version, or which commands there are.
    from desktop_admin.cli.context import Workstation

    ctx.obj = Workstation.at(db, user=user, password_stdin=password_stdin)
    if ctx.invoked_subcommand is None:
        from desktop_admin.cli.commands.window import open_window

        open_window(ctx.obj)


for command in announced.of_modules():
    cli.add_command(command)


def _is_broken(argument: str) -> bool:
    """Whether the terminal sent bytes that are not UTF-8; Python keeps them as lone surrogates."""
    return any("\ud800" <= character <= "\udfff" for character in argument)


def collect_rarely() -> None:
    """Let Python look for garbage less often.

    A plan for thousands of candidates makes objects that live until it is applied; without this, Python looks through
    all of them, and all imported modules, again and again.
    """
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


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
    except OSError as failure:
        # Only what is printed goes to a place without a name; any other such failure is a bug and looks like one.
        if failure.filename is not None:
            raise
        told = AdminError("output_not_written", why=failure.strerror or str(failure))
        click.echo(told.message.english(), err=True)
        sys.exit(told.exit_code)
