"""The one gate that everything which is done, and every look that is for supervisors, passes.

Source: the domain specification, *Who may do what*; the write protocol, *Sign-in and secrets*.
"""

from __future__ import annotations

from dataclasses import replace

from desktop_admin.controllers.operations.kind import Asked, Kind
from desktop_admin.controllers.operations.plan import Plan
from desktop_admin.controllers.operations.rights import check_may, check_plan
from desktop_admin.controllers.people.staff import accounts
from desktop_admin.controllers.portal.facts import Facts
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.session import Session, needs_sign_in
from desktop_admin.database.tables.portal import User
from desktop_admin.errors import NotPermitted
from desktop_admin.rules import Role


def check(session: Session, *, actor: Actor, kind: Kind) -> None:
    """Refuse what this person may not do in this database, whatever window or command asks for it.

    Raises:
        NotPermitted: the role may not, nobody signed in, or the account was changed since.
    """
    check_may(role=actor.role, kind=kind, candidates=0)
    _check_account(session, actor)


def check_operation(facts: Facts, *, plan: Plan, actor: Actor, released_by: Actor | None = None) -> None:
    """The same for a plan: its number of candidates, what it overrides and whose operation it takes back count, too.

    Raises:
        NotPermitted: the role may not, nobody signed in, the account was changed since, or the release is none.
    """
    session = facts.session
    if released_by is not None:
        check_release(session, by=released_by, actor=actor)
    # As the rule is now: another desk may have set it since the plan was made.
    plan = replace(plan, two_persons=needs_two(facts, kind=plan.kind, asked=plan.asked))
    check_plan(plan, role=actor.role, person=(actor.name, actor.user_id), released=released_by is not None)
    _check_account(session, actor)


def needs_two(facts: Facts, *, kind: Kind, asked: Asked) -> bool:
    """Whether a second supervisor must release this, or what it takes back: the kind says so, and the rule holds."""
    kinds = (kind,) if asked.takes_back is None else (kind, asked.takes_back.kind)
    return any(one.two_persons for one in kinds) and facts.rules.two_persons


def _check_account(session: Session, actor: Actor) -> None:
    """Refuse whoever did not sign in where people must, and whose account was switched off or changed roles."""
    if not actor.verified:
        if needs_sign_in(session):
            raise NotPermitted("sign_in_needed")
        return
    account = next(iter(accounts(session, User.id == actor.user_id)), None)
    if account is None or not account.is_active or not account.is_staff or account.role is not actor.role:
        raise NotPermitted("account_changed", name=actor.name)


def check_release(session: Session, *, by: Actor, actor: Actor) -> None:
    """Refuse a release that is not another person's, a supervisor's who signed in for it.

    Raises:
        NotPermitted: it is no release, or the account was changed since the password was typed.
    """
    if not by.verified or by.role is not Role.SUPERVISOR or by.user_id == actor.user_id:
        raise NotPermitted("no_release", name=by.name)
    _check_account(session, by)
