"""What is done to the database itself: who may do it, and how the log calls it."""

from __future__ import annotations

from desktop_admin.controllers.operations.kind import Kind, Right
from desktop_admin.controllers.values import records
from desktop_admin.controllers.values.written import CONCERNED

PREPARE = Kind(name="prepare", right=Right.EVERYBODY)
SET_ROLE = Kind(name="set-role", right=Right.SUPERVISOR)
SET_POLICY = Kind(name="set-policy", right=Right.SUPERVISOR)
VERIFY_LOG = Kind(name="verify-log", right=Right.SUPERVISOR)
"""A look, which is not recorded."""
EXPORT_KEY = Kind(name="export-key", right=Right.SUPERVISOR)
BRING_KEY = Kind(name="import-key", right=Right.SUPERVISOR)
BACKUP = Kind(name=records.BACKUP, right=Right.SUPERVISOR)
RESTORE_BACKUP = Kind(name=records.RESTORE_BACKUP, right=Right.SUPERVISOR)
GUARD_INSTALL = Kind(name=records.GUARD_INSTALL, right=Right.SUPERVISOR)
GUARD_REMOVE = Kind(name=records.GUARD_REMOVE, right=Right.SUPERVISOR)
INCIDENT = Kind(name=records.INCIDENT, right=Right.EVERYBODY, keeps=CONCERNED)
AMEND_INCIDENT = Kind(name=records.AMEND_INCIDENT, right=Right.EVERYBODY, keeps=CONCERNED)
CLOSE_DAY = Kind(name=records.CLOSE_DAY, right=Right.SUPERVISOR)

DEEDS = (
    PREPARE,
    SET_ROLE,
    SET_POLICY,
    VERIFY_LOG,
    EXPORT_KEY,
    BRING_KEY,
    BACKUP,
    RESTORE_BACKUP,
    GUARD_INSTALL,
    GUARD_REMOVE,
    INCIDENT,
    AMEND_INCIDENT,
    CLOSE_DAY,
)
