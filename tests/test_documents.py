"""What the documents promise: each command and option is described, and each link leads somewhere."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import click
import pytest

from desktop_admin.cli import cli
from desktop_admin.installation import INSTALL_LINE
from tests import raw
from tests.catalogues import TEXTS
from tests.cli.runs import run

ROOT = Path(__file__).parents[1]
FORKS = ROOT / ".github" / "workflows" / "tests.yml"
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


def test_the_line_that_installs_the_systems_libraries_is_the_one_that_the_program_tells() -> None:
    assert f"\n{INSTALL_LINE}\n" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_what_the_readme_says_of_back_ups_works_as_it_stands_there(
    portal_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    section = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Back-ups")[2].partition("\n## ")[0]
    lines = re.findall(r"^desktop-admin --db /path/to/portal\.sqlite3 --as USER (.+)$", section, re.MULTILINE)
    assert [line.split()[0] for line in lines] == ["backup", "restore-backup"]
    before = raw.content(portal_file)
    assert run(portal_file, *lines[0].split()).exit_code == 0
    assert run(portal_file, "reset-slots", "--army-no", "T-STUCK", "--yes").exit_code == 0
    # The question that is asked there is answered here.
    assert run(portal_file, *lines[1].split(), "--yes").exit_code == 0
    assert raw.differences(before, raw.content(portal_file)) == {}
    for entry in ("window.backup", "window.restore"):
        assert f"*{TEXTS[entry].replace('&', '')}*" in section


@pytest.mark.skipif(not FORKS.is_file(), reason="a copy without what forks run")
def test_what_forks_run_is_there() -> None:
    forks = FORKS.read_text(encoding="utf-8")
    run_there = re.findall(r"^ +- run: (.+)$", forks, re.MULTILINE)
    assert len(run_there) == 5
    for module in re.findall(r"python -m (\w+)", forks):
        assert find_spec(module) is not None, module
    assert (ROOT / re.search(r"bash (\S+)", forks)[1]).is_file()  # type: ignore[index]  # where none is, that is told
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    (named,) = re.findall(r"\.\[([\w,]+)\]", forks)
    assert set(named.split(",")) <= extras.keys()
    assert "desktop-admin.exe self-check" in run_there[-1]
    assert "self-check" in COMMANDS


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_each_link_leads_to_a_file_and_a_heading(document: Path) -> None:
    for target, heading in re.findall(r"\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)", document.read_text(encoding="utf-8")):
        there = document.parent / target if target else document
        assert there.exists(), target
        headings = re.findall(r"^#+ (.+)$", there.read_text(encoding="utf-8"), re.MULTILINE) if heading else []
        assert not heading or heading in {one.lower().replace(" ", "-") for one in headings}
