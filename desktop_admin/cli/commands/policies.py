"""Commands for the rules of the centre, which hold for every desk on the database."""

from __future__ import annotations

from functools import partial

import click

from desktop_admin.cli import output
from desktop_admin.cli.carry_out import with_own_tables
from desktop_admin.cli.context import Workstation
from desktop_admin.cli.options import json_option
from desktop_admin.cli.words import command, say
from desktop_admin.controllers.operations.deeds import rules
from desktop_admin.controllers.upkeep import policies
from desktop_admin.errors import UsageProblem
from desktop_admin.messages import phrase


@command("policy", "cli.policy", "cli.policy.more")
@click.argument("name", required=False)
@click.argument("value", required=False)
@json_option
@click.pass_obj
def _policy(here: Workstation, name: str | None, value: str | None, as_json: bool) -> None:
    if (name is None) != (value is None):
        raise UsageProblem("policy_needs_value")
    with here.database() as database:
        actor = here.actor()
        if name is not None and value is not None:
            job = partial(rules.change, name=name, value=value, actor=actor)
            with_own_tables(database, actor, partial(database.write, job))
        found = database.read(policies.read)
    shown = {policy: number for policy, number in found.numbers.items() if name in (None, policy.name)}
    if as_json:
        values = [
            {"name": policy.name, "value": number, "unit": policy.unit, "default": policy.default}
            for policy, number in shown.items()
        ]
        output.as_json(values if name is None else values[0])
        return
    rows = [
        (policy.name, phrase(f"cli.count_{policy.unit}", n=number), str(policy.default), phrase(policy.told))
        for policy, number in shown.items()
    ]
    keys = ("cli.policy.rule", "cli.policy.value", "cli.policy.default", "cli.policy.meaning")
    output.table([phrase(key) for key in keys], rows)
    for problem in found.damaged:
        say(problem, err=True)


COMMANDS = (_policy,)
