"""The list of commands, which is read without importing them, says what the commands themselves say."""

from __future__ import annotations

import pkgutil
from importlib import import_module

import pytest

from desktop_admin.cli import announced, commands
from tests.cli.runs import COMMANDS, announced_as, loaded, process, run


def test_every_command_of_every_module_is_announced_once() -> None:
    modules = [import_module(f"{commands.__name__}.{one.name}") for one in pkgutil.iter_modules(commands.__path__)]
    theirs = {command.name for module in modules for command in getattr(module, "COMMANDS", ())}
    assert "update" in theirs, "which is announced in a build with a key for updates alone"

    assert sorted(str(command.name) for command in announced.of_modules()) == sorted(map(str, theirs - {"update"}))


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_says_itself_what_was_announced(name: str) -> None:
    told = announced_as(name)
    command = loaded(name)

    assert (command.name, command.get_short_help_str(), command.hidden) == (
        name,
        told.get_short_help_str(),
        told.hidden,
    )
    assert not command.deprecated


def test_a_mistyped_command_is_answered_with_those_that_are_like_it() -> None:
    result = run(None, "exprt")

    assert result.exit_code == 2
    assert "No such command 'exprt'. (Did you mean one of: 'export', 'report'?)" in result.stderr


def test_a_command_tells_its_own_help_and_usage() -> None:
    assert "Usage: desktop-admin candidates" in process("candidates", "--help").stdout
    assert "Usage: desktop-admin log-key export" in process("log-key", "export").stderr
