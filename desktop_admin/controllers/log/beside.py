"""Comparing what stands beside the log with what its rows say of it: archive, candidates, logins, roles and rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import select

from desktop_admin.controllers.archive import sums
from desktop_admin.controllers.archive.sums import ANSWERS, CANDIDATES, SESSIONS
from desktop_admin.database.session import Session, may_run
from desktop_admin.database.statements import stored
from desktop_admin.database.statements.archive_rows import is_sound
from desktop_admin.database.tables.own import (
    LOG_KEY,
    ArchivedSession,
    EndedLogin,
    GuardClearing,
    OperationRow,
    RoleRow,
    Setting,
)

Found = Callable[..., None]
"""Takes the number of the row of the log, the code of a sentence, and its values."""
_DEED = '{"images":[],"lines":[],"set":'
_DAMAGED = {SESSIONS: "log_archive_damaged", ANSWERS: "log_answers_changed"}
_CHANGED = {SESSIONS: "log_archive_changed", ANSWERS: "log_answers_changed"}


@dataclass
class Said:
    """What the rows of the log say, gathered while they are walked along.

    Attributes:
        archives: by operation the row's number, and the sums that it speaks of.
        settings: of each role and rule that was set: what it was set to, and by which row.
        unsealed: the same of the rows without a seal, as far as no sealed row has set it since. They vouch for nothing:
            whoever changes a role by hand may add such a row as well.
        without_seal: the numbers of these rows.
    """

    archives: dict[str, tuple[int, dict[str, str]]] = field(default_factory=dict)
    settings: dict[str, tuple[str | None, int]] = field(default_factory=dict)
    unsealed: dict[str, tuple[str | None, int]] = field(default_factory=dict)
    without_seal: set[int] = field(default_factory=set)

    def by(self, row: Mapping[str, Any], *, sealed: bool) -> None:
        """Note what a row says; whether it is ``sealed``, and fits its seal."""
        self.archives[row["op_id"]] = (row["seq"], sums.said(row["body"]))
        if not sealed:
            self.without_seal.add(row["seq"])
        if not row["body"].startswith(_DEED):
            return
        try:
            said = {name: (value, row["seq"]) for name, value in stored.read_json(row["body"])["set"].items()}
        except (ValueError, AttributeError):
            # A damaged body fails by its seal.
            return
        if sealed:
            self.settings |= said
            self.unsealed = {name: one for name, one in self.unsealed.items() if name not in said}
        else:
            self.unsealed |= said


class Compared(NamedTuple):
    """What the comparison found besides what does not fit.

    Attributes:
        sessions: how many archived sessions there are.
        unvouched: the rows of the log without a seal that alone speak for what stands beside them. Whoever adds
            something there may add such a row as well.
    """

    sessions: int
    unvouched: set[int]


def compare(
    session: Session,
    said: Said,
    *,
    found: Found,
    since: Callable[[str], bool],
    told: Callable[[int], object],
    defaults: Mapping[str, str],
) -> Compared:
    """Compare every table beside the log with what its rows say.

    Args:
        since: whether an operation was recorded behind the last row that was looked at.
        told: takes how many sessions were looked at.
        defaults: what the rules are where nobody has set them.
    """
    count, speaking, by_guard = 0, set[int](), _by_guard(session)
    for name, one in sums.TABLES.items():
        table = one.table.__tablename__
        if name == ANSWERS and not may_run(session, select(one.covered[-1]).limit(1)):
            # A desk's account sees no answer, wherever it stands.
            continue
        waiting = {op_id: seq for op_id, (seq, listed) in said.archives.items() if name in listed}
        for op_id, rows in sums.groups(session, one):
            waiting.pop(op_id, None)
            seq, listed = said.archives.get(op_id, (0, {}))
            speaking.add(seq)
            for row in rows:
                if not row.sound:
                    found(seq, _DAMAGED[name], session=row[1])
            if name == SESSIONS:
                count += len(rows)
                told(count)
            wanted = by_guard.get(op_id, listed).get(name)
            if not seq and op_id not in by_guard:
                if not since(op_id):
                    found(
                        0, "log_archive_unknown" if name == SESSIONS else "log_rows_unknown", op_id=op_id, table=table
                    )
            elif wanted != sums.over(row[1 : 1 + len(one.covered)] for row in rows):
                found(seq, _CHANGED.get(name, "log_rows_changed"), table=table)
        for seq in waiting.values():
            found(seq, "log_archive_gone" if name == SESSIONS else _CHANGED.get(name, "log_rows_changed"), table=table)
    speaking |= _compare_logins(session, said, found, since)
    _compare_settings(session, said, found, defaults)
    return Compared(count, speaking & said.without_seal)


def _by_guard(session: Session) -> dict[str, dict[str, str]]:
    """The sums of what the guard has cleared; its triggers have no key, and no row in the log."""
    users: defaultdict[str, set[int]] = defaultdict(set)
    one = ArchivedSession
    for op_id, user_id in session.execute(
        select(one.op_id, one.user_id).join(GuardClearing, GuardClearing.op_id == one.op_id)
    ):
        users[op_id].add(user_id)
    return {
        op_id: {SESSIONS: archive, CANDIDATES: sums.over((user_id,) for user_id in users[op_id])}
        for op_id, archive in session.execute(select(GuardClearing.op_id, GuardClearing.archive))
    }


def _compare_logins(session: Session, said: Said, found: Found, since: Callable[[str], bool]) -> set[int]:
    """Every ended login must be one that its operation's row lists; that they go after a day is no finding.

    Returns:
        The rows that speak for one.
    """
    one, speaking = EndedLogin, set[int]()
    rows = session.execute(
        select(one.op_id, one.sha256, is_sound(one).label("sound"), one.ended_at, OperationRow.at)
        .outerjoin(OperationRow, OperationRow.op_id == one.op_id)
        .order_by(one.op_id)
    ).all()
    for op_id, logins in groupby(rows, key=lambda row: row.op_id):
        seq = said.archives.get(op_id, (0, {}))[0]
        if not seq:
            if not since(op_id):
                found(0, "log_rows_unknown", op_id=op_id, table=one.__tablename__)
            continue
        speaking.add(seq)
        listed = sums.listed(session, op_id=op_id, of="logins") or set()
        if not all(row.sound and row.ended_at == row.at and sums.digest(row.sha256) in listed for row in logins):
            found(seq, "log_rows_changed", table=one.__tablename__)
    return speaking


def _compare_settings(session: Session, said: Said, found: Found, defaults: Mapping[str, str]) -> None:
    """Every role and every rule must be as the last sealed row says that set it; a rule that none has set, its default.

    Of what a row without a seal has set since, a supervisor must know: a desk without the key may have written it.
    """
    there = {role_key(user_id): role for user_id, role in session.execute(select(RoleRow.user_id, RoleRow.role))}
    rules = session.execute(select(Setting.name, Setting.value).where(Setting.name != LOG_KEY))
    there |= {rule_key(name): value for name, value in rules}
    usual = {rule_key(name): value for name, value in defaults.items()}
    for key in sorted(there.keys() | said.settings.keys()):
        wanted, seq = said.settings.get(key, (usual.get(key), 0))
        if there.get(key) == wanted:
            continue
        code, (claimed, by) = "log_setting_changed", said.unsealed.get(key, (wanted, 0))
        if claimed == there.get(key):
            code, seq = "log_setting_unsealed", by
        found(seq, code, what=key, now=there.get(key) or "–", then=wanted or "–")


def role_key(user_id: int) -> str:
    """What a row of the log calls the role of an account."""
    return f"{RoleRow.__tablename__}.{user_id}"


def rule_key(name: str) -> str:
    """What a row of the log calls a rule of the centre."""
    return f"{Setting.__tablename__}.{name}"
