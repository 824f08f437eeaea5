"""What the documents promise: each command and option is described, and each link leads somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from desktop_admin.cli import cli

ROOT = Path(__file__).parents[1]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
COMMANDS = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")


def _commands(group: click.Group, *above: str) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from _commands(command, *above, name)
        else:
            yield " ".join((*above, name)), command


@pytest.mark.parametrize(("name", "command"), [pytest.param(*one, id=one[0]) for one in _commands(cli)])
def test_each_command_and_option_is_described(name: str, command: click.Command) -> None:
    assert re.search(rf"`{name}[` ]", COMMANDS)
    options = {option for one in (*command.params, *cli.params) for option in one.opts if option.startswith("--")}
    assert {option for option in options if not re.search(rf"{option}\b", COMMANDS)} <= {"--version"}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_each_link_leads_to_a_file_and_a_heading(document: Path) -> None:
    for target, heading in re.findall(r"\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)", document.read_text(encoding="utf-8")):
        there = document.parent / target if target else document
        assert there.exists(), target
        headings = re.findall(r"^#+ (.+)$", there.read_text(encoding="utf-8"), re.MULTILINE) if heading else []
        assert not heading or heading in {one.lower().replace(" ", "-") for one in headings}
