"""Commands for the roles of staff accounts at the desk."""

from __future__ import annotations

from functools import partial

import click

from desktop_admin.cli import output
from desktop_admin.cli.carry_out import with_own_tables
from desktop_admin.cli.commands.listing import json_option
from desktop_admin.cli.context import Workstation
from desktop_admin.controllers.operations.deeds import SET_ROLE
from desktop_admin.controllers.operations.deeds.roles import set_role
from desktop_admin.controllers.operations.rights import check_may
from desktop_admin.controllers.people import staff
from desktop_admin.errors import UsageProblem
from desktop_admin.rules import Role


@click.command("roles", short_help="List the staff accounts and their roles.")
@json_option
@click.pass_obj
def roles_command(here: Workstation, as_json: bool) -> None:
    """List the portal's staff accounts with their roles at the desk. Supervisors only."""
    with here.database() as database:
        check_may(role=here.actor().role, kind=SET_ROLE, candidates=0)
        listed = database.read(staff.staff)
    if as_json:
        output.as_json(
            [{"username": one.username, "name": one.name, "role": one.role, "active": one.is_active} for one in listed]
        )
        return
    rows = [(one.username, one.name, one.role or "none", "yes" if one.is_active else "no") for one in listed]
    output.table(("user", "name", "role", "active"), rows)


@click.command("role", short_help="Give a staff account a role at the desk.")
@click.argument("username", metavar="USER")
@click.argument("role", required=False, type=click.Choice([role.value for role in Role], case_sensitive=False))
@click.option("--portal", "as_in_portal", is_flag=True, help="The role that the account has in the portal, again.")
@json_option
@click.pass_obj
def role_command(here: Workstation, username: str, role: str | None, as_in_portal: bool, as_json: bool) -> None:
    """Give a staff account another role at the desk than the portal means. Supervisors only."""
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
        click.echo(f"{account.username}: {account.role or 'no role at the desk'}")


COMMANDS = (roles_command, role_command)
