"""Writing an incident into the book, and adding to it. The book is the log: nothing there is ever changed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from desktop_admin.controllers.day import incidents
from desktop_admin.controllers.log import entries
from desktop_admin.controllers.operations.deeds import AMEND_INCIDENT, INCIDENT
from desktop_admin.controllers.operations.deeds.doing import do
from desktop_admin.controllers.operations.kind import Kind
from desktop_admin.controllers.portal import candidates
from desktop_admin.controllers.upkeep import policies
from desktop_admin.controllers.values.happened import category_word
from desktop_admin.controllers.values.lines import Actor, Chosen, new_op_id
from desktop_admin.database.session import Session, server_now
from desktop_admin.database.statements import stored
from desktop_admin.errors import AdminError, UsageProblem
from desktop_admin.messages import shortened
from desktop_admin.rules import clean

SHOWN = 120
"""So many characters of the text stand in the history."""


def write(
    session: Session,
    *,
    category: str,
    text: str,
    actor: Actor,
    done: str = "",
    at: datetime | None = None,
    user_ids: Collection[int] = (),
    about: Collection[str] = (),
    op_id: str | None = None,
    now: datetime | None = None,
) -> str:
    """Write down what happened, and give back the id of it.

    Args:
        category: one of those that supervisors keep.
        done: what was done about it, or empty.
        at: when it happened; now, where that is not said.
        op_id: its id; made before ``Database.write``, since a job that is tried again knows by it what it has written.
        about: the ids of operations that belong to it.

    Raises:
        NotPermitted: nobody signed in.
        UsageProblem: there is no such category or operation, nothing is told, or the time is to come.
        OwnTablesMissing: there is no log to write it into.
    """
    now = now or server_now(session)
    kept = {one.casefold(): one for one in policies.read(session).categories}
    found = kept.get(clean(category).casefold())
    if found is None:
        raise UsageProblem("no_such_category", category=shortened(category), categories=tuple(kept.values()))
    if at is not None and at > now:
        raise UsageProblem("time_not_past", at=at)
    content = {"category": found, "at": (at or now).astimezone(UTC).isoformat()}
    told = {"category": category_word(found)}
    return _write(
        session,
        INCIDENT,
        content,
        told=told,
        text=text,
        done=done,
        user_ids=user_ids,
        about=about,
        actor=actor,
        op_id=op_id,
        now=now,
    )


def amend(
    session: Session,
    *,
    incident: str,
    text: str,
    actor: Actor,
    done: str = "",
    user_ids: Collection[int] = (),
    about: Collection[str] = (),
    op_id: str | None = None,
    now: datetime | None = None,
) -> str:
    """Add to an incident, of which nothing is changed; what is given as for ``write``.

    Args:
        incident: its id, or as much of the beginning as tells it from others.

    Raises:
        UsageProblem: also where there is no such incident.
    """
    now = now or server_now(session)
    first = incidents.require(session, op_id=incident)
    told: dict[str, object] = {"incident": first.op_id[:8]}
    content = {"amends": first.op_id}
    return _write(
        session,
        AMEND_INCIDENT,
        content,
        told=told,
        text=text,
        done=done,
        user_ids=user_ids,
        about=about,
        actor=actor,
        op_id=op_id,
        now=now,
    )


_TYPED = ("category", "text", "done", "people", "about")


def _refuse_other(session: Session, content: dict[str, Any], op_id: str) -> None:
    """Refuse what was changed since something was written down under this id, while nobody knew whether it was."""
    row = entries.find(session, op_id=op_id)
    if row is None:
        return
    written = stored.read_json(row.body).get("incident") or {}
    if any(written.get(name) != content.get(name) for name in _TYPED):
        raise AdminError("incident_written_before", incident=op_id[:8])


def _write(
    session: Session,
    kind: Kind,
    content: dict[str, Any],
    *,
    told: dict[str, Any],
    text: str,
    done: str,
    user_ids: Collection[int],
    about: Collection[str],
    actor: Actor,
    op_id: str | None,
    now: datetime,
) -> str:
    if not text.strip():
        raise UsageProblem("incident_without_text")
    about = tuple(entries.id_of(session, text=other) for other in about)
    chosen = Chosen(user_ids=tuple(sorted(set(user_ids))))
    people = candidates.load(session, users=candidates.users(chosen)) if user_ids else []
    op_id = op_id or new_op_id()
    content |= {
        "text": text.strip(),
        "done": done.strip(),
        "people": [[one.user_id, one.army_no, one.name] for one in people],
        "about": list(dict.fromkeys(about)),
    }
    _refuse_other(session, content, op_id)
    line = kind.say("told", text=shortened(" ".join(text.split()), most=SHOWN), **told)
    ids = [one.user_id for one in people]
    do(session, kind, lambda: line, actor=actor, op_id=op_id, now=now, incident=content, user_ids=ids)
    return op_id
