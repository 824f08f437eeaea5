"""How the log calls what whoever reads it looks for, and what is recorded without anybody asking for it."""

from __future__ import annotations

RESTORE_BACKUP, GUARD_INSTALL, GUARD_REMOVE = "restore-backup", "guard-install", "guard-remove"
"""Kinds of records that whoever reads the log looks for."""
GUARD_CLEARING = "guard-clearing"
"""The kind of a record that the guard's trigger wrote: somebody else switched a set."""
SIGN_IN_BLOCKED = "sign-in-blocked"
"""The kind of a record of somebody who typed so many wrong passwords that the desk lets nobody try for a while."""
