"""Portal tables that this program never reads or writes, but whose foreign keys point into the ones it does.

A new local database gets them too, so that it refuses the same deletes as the portal's own. Where their foreign keys
lead further away, they are plain numbers here.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Integer, SmallInteger, String, Table, Text
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.types import TypeEngine

from desktop_admin.database.tables.portal import Portal
from desktop_admin.database.tables.types import BigKey, PortalDecimal, PortalJson, UtcDateTime


def _table(name: str, *parts: Column[object] | Unique | CheckConstraint) -> Table:
    return Table(name, Portal.metadata, Column("id", BigKey, primary_key=True), *parts, sqlite_autoincrement=True)


def _needs(name: str, parent: str) -> Column[object]:
    key = ForeignKey(f"{parent}.id", deferrable=True, initially="DEFERRED")
    return Column(name, BigInteger, key, nullable=False, index=True)


def _plain(name: str, kind: TypeEngine[Any], *, nullable: bool = False) -> Column[object]:
    return Column(name, kind, nullable=nullable)


_table(
    "accounts_user_groups",
    _needs("user_id", "accounts_user"),
    _plain("group_id", Integer()),
    Unique("user_id", "group_id"),
)
_table(
    "accounts_user_user_permissions",
    _needs("user_id", "accounts_user"),
    _plain("permission_id", Integer()),
    Unique("user_id", "permission_id"),
)
_table(
    "django_admin_log",
    _plain("object_id", Text(), nullable=True),
    _plain("object_repr", String(200)),
    _plain("action_flag", SmallInteger()),
    _plain("change_message", Text()),
    _plain("content_type_id", Integer(), nullable=True),
    _needs("user_id", "accounts_user"),
    _plain("action_time", UtcDateTime()),
    CheckConstraint("action_flag >= 0"),
)
_table(
    "exams_examassignment",
    _plain("scheduled_at", UtcDateTime()),
    _plain("status", String(20)),
    _needs("candidate_id", "accounts_user"),
    _needs("center_id", "centers_center"),
    _needs("common_paper_id", "questions_questionpaper"),
    _needs("primary_paper_id", "questions_questionpaper"),
    _needs("shift_id", "exams_shift"),
    Unique("candidate_id", "shift_id"),
)
_table(
    "exams_answer",
    _plain("given", PortalJson, nullable=True),
    _plain("text_answer", Text()),
    _plain("auto_score", PortalDecimal(6, 2)),
    _plain("evaluator_score", PortalDecimal(6, 2)),
    _plain("final_score", PortalDecimal(6, 2)),
    _needs("question_id", "questions_question"),
    _plain("attempt_id", BigInteger()),
    Unique("attempt_id", "question_id"),
)
_table(
    "exams_examdayavailability_trades",
    _plain("examdayavailability_id", BigInteger()),
    _needs("trade_id", "reference_trade"),
    Unique("examdayavailability_id", "trade_id"),
)

METADATA = Portal.metadata
"""All portal tables: those that are mapped, and these."""
