"""The commands of the operations, made from their table: options in, plan, ask, apply, print."""

from __future__ import annotations

from typing import Any

import click

from desktop_admin.cli import options, words
from desktop_admin.cli.carry_out import Order, carry_out
from desktop_admin.cli.context import Workstation
from desktop_admin.controllers.operations.apply import ask, plan
from desktop_admin.controllers.operations.kind import Operation
from desktop_admin.controllers.operations.plan import Plan
from desktop_admin.controllers.portal.facts import Facts

_HOW = ("yes", "dry_run", "reason", "as_json", "released_by")


def command_of(kind: Operation) -> click.Command:
    """The command of an operation that has one."""
    wanted = kind.options
    assert wanted is not None, f"{kind.name} has commands of its own"

    @click.pass_obj
    def run(here: Workstation, /, **given: Any) -> None:
        how = {name: given.pop(name) for name in _HOW if name in given}
        named = options.checked(wanted, given)

        def planner(facts: Facts) -> Plan:
            return plan(facts.session, kind, ask(facts.session, kind, named, here.actor()), facts=facts)

        carry_out(Order(here, **how), planner, assigns=kind.gives_slots)

    command = options.write_options(run)
    if options.is_releasable(kind):
        command = options.release_option(command)
    command = options.asking(*wanted)(command)
    return words.command(kind.name, f"{kind.name}.help", f"{kind.name}.more")(command)
