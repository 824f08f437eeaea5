"""Staff accounts for tests, as the portal would keep them, and people who signed in with them."""

from __future__ import annotations

from django.contrib.auth.hashers import MD5PasswordHasher

from desktop_admin.controllers.people import staff as operators
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.engine import Database
from desktop_admin.rules import Role
from tests import raw

_PORTAL_ROLES = {Role.STAFF: "PO_ADMIN", Role.INVIGILATOR: "CENTER_ADMIN", Role.SUPERVISOR: "OIC_ADMIN"}


def account(database: Database, username: str, *, stored: str, role: str = "OIC_ADMIN", **columns: object) -> int:
    """A staff account, as the portal would keep it."""
    values = {
        "is_superuser": False,
        "is_staff": True,
        "is_active": True,
        "first_name": "",
        "last_name": "",
        **columns,
    }
    names = ", ".join(values)
    raw.change(
        database,
        f"INSERT INTO accounts_user (password, username, email, role, date_joined, {names}) "
        f"VALUES (?, ?, '', ?, ?, {', '.join('?' * len(values))})",
        values=[stored, username, role, raw.LONG_AGO, *values.values()],
    )
    return raw.query(database, "SELECT id FROM accounts_user WHERE username = ?", [username])[0][0]  # type: ignore[no-any-return]


def signed_in(database: Database, role: Role, *, desk: str = "desk-1") -> Actor:
    """Somebody new with this role, who has typed his password; the account and the password are named as the role."""
    # The form of hash that takes the least time.
    account(database, role, stored=MD5PasswordHasher().encode(role, "salt"), role=_PORTAL_ROLES[role])
    return operators.sign_in(database, username=role, password=role, desk=desk)


def person(database: Database, name: str, *, role: Role = Role.SUPERVISOR, desk: str = "desk-1") -> Actor:
    """Somebody of this name with an account of this role, as if signed in with it."""
    user_id = account(database, name.lower(), stored="!", role=_PORTAL_ROLES[role])
    return Actor(name=name, user_id=user_id, role=role, verified=True, desk=desk)
