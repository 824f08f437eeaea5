"""Commands for the roles of staff accounts at the desk."""

from __future__ import annotations

from functools import partial

import click

from desktop_admin.cli import output
from desktop_admin.cli.carry_out import with_own_tables
from desktop_admin.cli.context import Workstation
from desktop_admin.cli.options import json_option
from desktop_admin.cli.words import command, option, worded
from desktop_admin.controllers.operations.deeds import SET_ROLE
from desktop_admin.controllers.operations.deeds.roles import set_role
from desktop_admin.controllers.operations.rights import check_may
from desktop_admin.controllers.people import staff
from desktop_admin.controllers.people.accounts import Account
from desktop_admin.controllers.values.columns import heading
from desktop_admin.errors import UsageProblem
from desktop_admin.messages import phrase
from desktop_admin.rules import Role


@command("roles", "cli.roles", "cli.roles.more")
@json_option
@click.pass_obj
def _roles(here: Workstation, as_json: bool) -> None:
    with here.database() as database:
        check_may(role=here.actor().role, kind=SET_ROLE, candidates=0)
        listed = database.read(staff.staff)
    if as_json:
        output.as_json(
            [{"username": one.username, "name": one.name, "role": one.role, "active": one.is_active} for one in listed]
        )
        return
    headings = phrase("cli.roles.user"), worded(heading("name")), phrase("cli.roles.role"), phrase("cli.roles.account")
    output.table(headings, [(one.username, one.name, _word(one.role), _state(one)) for one in listed])


def _state(account: Account) -> str:
    return phrase("cli.roles.active" if account.is_active else "cli.roles.inactive")


def _word(role: Role | None) -> str:
    return phrase("cli.role_none" if role is None else f"cli.role_{role}")


@command("role", "cli.role", "cli.role.more")
@click.argument("username", metavar="USER")
@click.argument("role", required=False, type=click.Choice([role.value for role in Role], case_sensitive=False))
@option("--portal", "as_in_portal", is_flag=True, help="cli.option.portal")
@json_option
@click.pass_obj
def _role(here: Workstation, username: str, role: str | None, as_in_portal: bool, as_json: bool) -> None:
    if (role is None) != as_in_portal:
        raise UsageProblem("choose_role")
    wanted = None if role is None else Role(role)
    with here.database() as database:
        job = partial(set_role, username=username, role=wanted, actor=here.actor())
        with_own_tables(database, here.actor(), partial(database.write, job))
        account = next(one for one in database.read(staff.staff) if one.username == username)
    if as_json:
        output.as_json({"username": account.username, "role": account.role})
    else:
        click.echo(f"{account.username}: {_word(account.role)}")


COMMANDS = (_roles, _role)
