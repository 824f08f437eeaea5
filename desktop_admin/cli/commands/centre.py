"""Commands for the people of the centre and its rules, which hold for every desk on the database."""

from __future__ import annotations

from functools import partial
from typing import Any

import click

from desktop_admin.cli import output
from desktop_admin.cli.carry_out import with_own_tables
from desktop_admin.cli.context import Workstation
from desktop_admin.cli.options import json_option, release_option
from desktop_admin.cli.words import command, echo, option, say, worded
from desktop_admin.controllers.operations.deeds import keeping, roles, rules
from desktop_admin.controllers.people import staff
from desktop_admin.controllers.upkeep import policies
from desktop_admin.controllers.upkeep.policies import (
    INCIDENT_CATEGORIES,
    NAMED_NODE,
    AnyPolicy,
    NamePolicy,
    Policy,
    WordsPolicy,
)
from desktop_admin.controllers.values.columns import ROLES, role_word
from desktop_admin.controllers.values.lines import new_op_id
from desktop_admin.errors import UsageProblem
from desktop_admin.messages import Message, phrase
from desktop_admin.rules import Role


@command("roles", "cli.roles", "cli.roles.more")
@json_option
def _roles(here: Workstation, as_json: bool) -> None:
    with here.database() as database:
        listed = database.read(partial(roles.listed, actor=here.actor()))
    output.give(listed, partial(output.listing, ROLES, listed, empty="cli.none.staff"), as_json=as_json)


@command("role", "cli.role", "cli.role.more")
@click.argument("username", metavar="USER")
@click.argument("role", required=False, type=click.Choice([role.value for role in Role], case_sensitive=False))
@option("--portal", "as_in_portal", is_flag=True, help="cli.option.portal")
@json_option
def _role(here: Workstation, username: str, role: str | None, as_in_portal: bool, as_json: bool) -> None:
    if (role is None) != as_in_portal:
        raise UsageProblem("choose_role")
    wanted = None if role is None else Role(role)
    with here.database() as database:
        job = partial(roles.set_role, username=username, role=wanted, actor=here.actor(), op_id=new_op_id())
        with_own_tables(database, here.actor(), partial(database.write, job))
        account = next(one for one in database.read(staff.staff) if one.username == username)
    told = f"{account.username}: {worded(role_word(account.role))}"
    output.give({"username": account.username, "role": account.role}, partial(echo, told), as_json=as_json)


@command("policy", "cli.policy", "cli.policy.more")
@click.argument("name", required=False)
@click.argument("value", required=False)
@release_option
@json_option
def _policy(here: Workstation, name: str | None, value: str | None, released_by: str | None, as_json: bool) -> None:
    if (name is None) != (value is None):
        raise UsageProblem("policy_needs_value")
    with here.database() as database:
        actor = here.actor()
        if name is not None and value is not None:
            second = None if released_by is None else here.release(database, released_by)
            job = partial(rules.change, name=name, value=value, actor=actor, released_by=second)
            write = partial(database.write, job, on_any_node=name == NAMED_NODE.name)
            with_own_tables(database, actor, write)
        found = database.read(policies.read)
    held: list[tuple[AnyPolicy, Any]] = [
        *found.numbers.items(),
        (INCIDENT_CATEGORIES, found.categories),
        (NAMED_NODE, found.writing_node),
    ]
    shown = [(policy, value) for policy, value in held if name in (None, policy.name)]
    if as_json:
        values = [
            {
                "name": policy.name,
                "value": _plain(policy, value),
                "unit": policy.unit,
                "default": _plain(policy, policy.default),
            }
            for policy, value in shown
        ]
        output.write_json(values if name is None else values[0])
        return
    rows = [(policy.name, _counted(policy, value), _default(policy), phrase(policy.told)) for policy, value in shown]
    keys = ("cli.policy.rule", "cli.policy.value", "cli.policy.default", "cli.policy.meaning")
    output.table([phrase(key) for key in keys], rows, empty="cli.none.rules")
    for problem in found.damaged:
        say(problem, err=True)


@command("keep-logins", "cli.keep-logins", "cli.keep-logins.more")
@json_option
def _keep_logins(here: Workstation, as_json: bool) -> None:
    job = partial(keeping.keep, desk=here.settings.desk_name, op_id=new_op_id())
    with here.database() as database:
        kept = database.write(job) or keeping.Kept(logins=0, candidates=0)
    told = Message.of("cli.keep-logins.nothing")
    if kept.logins:
        counted = Message.of("count.candidates", n=kept.candidates)
        told = Message.of("cli.keep-logins.done", logins=Message.of("count.logins", n=kept.logins), candidates=counted)
    output.give(kept, partial(say, told), as_json=as_json)


def _plain(policy: AnyPolicy, value: Any) -> Any:
    """A rule's value as JSON has it."""
    return bool(value) if isinstance(policy, Policy) and policy.is_switch else value


def _counted(policy: AnyPolicy, value: Any) -> str:
    if isinstance(policy, NamePolicy):
        return worded(policy.said(value))
    if isinstance(policy, WordsPolicy):
        return worded(policy.listed(value))
    return worded(policy.counted(value)) if policy.is_switch else phrase(f"cli.count_{policy.unit}", n=value)


def _default(policy: AnyPolicy) -> str:
    is_number = isinstance(policy, Policy) and not policy.is_switch
    return str(policy.default) if is_number else worded(policy.said_default)


COMMANDS = (_roles, _role, _policy, _keep_logins)
