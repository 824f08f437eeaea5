"""The command that imports a register of candidates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import click

from desktop_admin import settings
from desktop_admin.cli.carry_out import Around, Order, carry_out
from desktop_admin.cli.commands.reports import papers
from desktop_admin.cli.context import Workstation, is_watched
from desktop_admin.cli.options import release_option, write_options
from desktop_admin.cli.words import command, echo, option, say
from desktop_admin.controllers.operations.changes import Changes
from desktop_admin.controllers.operations.plan import Plan
from desktop_admin.controllers.operations.register import columns, leaving_out, preview, reading, slips
from desktop_admin.controllers.operations.register.hashing import hash_all
from desktop_admin.controllers.operations.register.preview import Preview
from desktop_admin.controllers.portal import candidates
from desktop_admin.controllers.portal.facts import Facts
from desktop_admin.database.engine import Database
from desktop_admin.errors import AdminError, DoneAllTheSame, UsageProblem
from desktop_admin.files import new_files, spreadsheets
from desktop_admin.messages import phrase


@command("import-register", "cli.import-register", "cli.import-register.more")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@option("--shift", "shift", metavar="SHIFT", help="cli.option.register_shift")
@option("--update", is_flag=True, help="cli.option.register_update")
@option("--column", "named", multiple=True, metavar="COLUMN=HEADING", help="cli.option.register_column")
@option("--generate-passwords", "generate", is_flag=True, help="cli.option.register_generate")
@option("--slips", metavar="PDF", type=click.Path(path_type=Path, dir_okay=False), help="cli.option.register_slips")
@option(
    "--problems", metavar="NEW", type=click.Path(path_type=Path, dir_okay=False), help="cli.option.register_problems"
)
@release_option
@write_options
def _import_register(here: Workstation, /, file: Path, **given: Any) -> None:
    own = _headings(given.pop("named"))
    named = {name: given.pop(name) for name in ("shift", "update", "generate", "slips", "problems")}
    job = _Import(here, file=file, own=own, **named)
    carry_out(Order(here, **given), job.plan, around=Around(job.ready, job.done))


def _headings(named: tuple[str, ...]) -> dict[str, str]:
    """The headings that were named, by their columns.

    Raises:
        UsageProblem: there is no such column.
    """
    pairs = [text.partition("=") for text in named]
    for name, _, heading in pairs:
        if name not in columns.COLUMNS or not heading.strip():
            raise UsageProblem("register_column_unknown", name=name, known=", ".join(columns.COLUMNS))
    return {name: heading.strip() for name, _, heading in pairs}


@dataclass(slots=True)
class _Import:
    """One import: what was asked, and the passwords, which are nowhere else."""

    here: Workstation
    file: Path
    own: Mapping[str, str]
    shift: str | None
    update: bool
    generate: bool
    slips: Path | None
    problems: Path | None
    _table: reading.Table | None = None
    _preview: Preview | None = None
    _passwords: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        """Refuse what would be noticed only when all is done."""
        if self.generate and self.slips is None:
            raise UsageProblem("register_slips_needed")
        if self.slips is not None and self.slips.exists():
            raise UsageProblem("file_exists", path=self.slips)
        if self.problems is not None:
            spreadsheets.check_name(self.problems)

    def _read(self) -> reading.Table:
        """The register; the centre's own headings are remembered once it was found by them."""
        own = {**self.here.settings.register_headings, **self.own}
        table = reading.read(self.file, own=own)
        if self.own:
            settings.change(lambda known: replace(known, register_headings={**known.register_headings, **self.own}))
        return table

    def plan(self, facts: Facts) -> Plan:
        """What importing would do; the rows with problems go into their file."""
        # Not before: nobody looks at a register who has not signed in.
        table = self._table = self._table or self._read()
        zone, session = self.here.settings.zone(), facts.session
        shift_id = None if self.shift is None else candidates.require_shift(session, name=self.shift).id
        found = preview.look(session, table=table, zone=zone, shift_id=shift_id, moves=self.update, facts=facts)
        left_out = leaving_out.of_problems(table, found.judged)
        if self.problems is not None and left_out.rows and self._preview is None:
            spreadsheets.save(left_out, self.problems, zone=zone)
            say("cli.register.problems", n=len(left_out.rows), path=self.problems, err=True)
        self._preview = found
        return found.plan

    def ready(self, plan: Plan) -> Plan:
        """Hash the passwords of who is new, which takes long, and tell how far it is.

        Raises:
            AdminError: the file of the slips, which alone will hold the passwords, cannot be made.
        """
        assert self._preview is not None
        if self.slips is not None:
            new_files.try_new(self.slips)
        # The plan that was shown, which may have come anew from under the lock.
        shown = replace(self._preview, plan=plan)
        self._passwords = shown.passwords(generate=self.generate)
        hashes = hash_all(self._passwords, told=partial(_tell, count=len(self._passwords)))
        return shown.with_hashes(hashes)

    def done(self, database: Database, changes: Changes) -> None:
        """Write the login slips.

        Raises:
            DoneAllTheSame: all are imported, and their slips could not be written.
        """
        listed = slips.of_new(changes, self._passwords)
        if self.slips is None or changes.op_id is None or not listed:
            return
        try:
            off_screen = papers()
            about, actor = database.description, self.here.actor()
            off_screen.save(listed, "logins", self.slips, about=about, actor=actor, settings=self.here.settings)
        except AdminError as failure:
            raise DoneAllTheSame("cli.register.no_slips", op_id=changes.op_id, why=failure.message) from failure
        say("cli.register.slips", n=len(listed), path=self.slips, err=True)


def _tell(made: int, *, count: int) -> None:
    """Tell somebody who waits at a terminal how many passwords are hashed, in one line."""
    if is_watched():
        echo(f"\r{phrase('cli.register.hashing', made=made, count=count)}", err=True, nl=made == count)


COMMANDS = (_import_register,)
