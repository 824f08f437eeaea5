"""The problem report from the command line, for whoever has no window."""

from __future__ import annotations

from pathlib import Path

from desktop_admin import problem_report
from desktop_admin.cli.context import Workstation
from desktop_admin.cli.options import new_file
from desktop_admin.cli.words import command, echo, say


@command("problem-report", "cli.problem-report", "cli.problem-report.more")
@new_file
def _problem_report(here: Workstation, file: Path) -> None:
    parts = problem_report.parts(here.settings)
    problem_report.save(file, parts)
    for part in parts:
        echo(f"{part.file}  {part.title}")
    say("problem.saved", path=file)


COMMANDS = (_problem_report,)
