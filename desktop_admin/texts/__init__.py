"""The English sentences by code; the source text of the translations.

Each error says what happened and what to do. Placeholders in braces are filled by ``messages.sentence``.
"""

from __future__ import annotations

from desktop_admin.texts.databases import DATABASES
from desktop_admin.texts.findings import FINDINGS
from desktop_admin.texts.headings import HEADINGS
from desktop_admin.texts.kinds import KINDS
from desktop_admin.texts.log_and_guard import LOG_AND_GUARD
from desktop_admin.texts.operations import OPERATIONS
from desktop_admin.texts.people import PEOPLE

TEXTS: dict[str, str] = {**KINDS, **OPERATIONS, **FINDINGS, **PEOPLE, **LOG_AND_GUARD, **DATABASES, **HEADINGS}
