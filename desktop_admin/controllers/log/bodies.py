"""What an operation did, as its row in the log keeps it, and back."""

from __future__ import annotations

from typing import Any

from desktop_admin.controllers.values.plans import Line, SetChoice
from desktop_admin.controllers.values.records import SIGN_IN_BLOCKED
from desktop_admin.messages import Message
from desktop_admin.rules import Operation, Paper


def body_of(line: Line) -> dict[str, Any]:
    """A line as its row in the log keeps it."""
    choice = line.choice
    return {
        "outcome": line.outcome,
        "user_id": line.user_id,
        "army_no": line.army_no,
        "username": line.username,
        "name": line.name,
        "trade": line.trade,
        "choice": [choice.trade_id, choice.paper, choice.letter] if choice else None,
        "session_id": line.session_id,
        "reason": _message_body(line.reason) if line.reason else None,
        "notes": [_message_body(note) for note in line.notes],
        "cleared": list(line.cleared),
        "restored": list(line.restored),
        "ended_logins": line.ended_logins,
        "returned_logins": line.returned_logins,
    }


def lines_of(body: dict[str, Any]) -> tuple[Line, ...]:
    """The lines of an operation, as its row in the log keeps them.

    Raises:
        ValueError: something in it is not as ``body_of`` gives it.
    """
    try:
        return tuple(_line(line) for line in body["lines"])
    except (TypeError, LookupError, AttributeError) as failure:
        raise ValueError("no lines of an operation") from failure


def _line(line: dict[str, Any]) -> Line:
    choice = line["choice"]
    return Line(
        outcome=line["outcome"],
        user_id=line["user_id"],
        army_no=line["army_no"],
        username=line["username"],
        name=line["name"],
        trade=line["trade"],
        choice=SetChoice(choice[0], Paper(choice[1]), choice[2]) if choice else None,
        # Rows of the log from before sessions could be put back do not speak of it.
        session_id=line.get("session_id"),
        reason=_message(line["reason"]) if line["reason"] else None,
        notes=tuple(_message(note) for note in line["notes"]),
        cleared=tuple(map(int, line["cleared"])),
        restored=tuple(map(int, line.get("restored", ()))),
        ended_logins=line["ended_logins"],
        returned_logins=line.get("returned_logins", 0),
    )


def told_of(operation: str, body: dict[str, Any]) -> Message | None:
    """What a row says of something that was done to the database itself; None where it speaks of candidates."""
    told = body.get("told")
    if told is None:
        return None
    if operation == Operation.SET_ROLE:
        as_in_portal = Message.of("as_in_portal")
        before, after = (told[when] or as_in_portal for when in ("before", "after"))
        return Message.of("told_role", username=told["username"], before=before, after=after)
    if operation == Operation.SET_POLICY:
        before = told["before"] or told["default"]
        return Message.of("told_policy", name=told["policy"], before=before, after=told["after"], unit=told["unit"])
    if operation == Operation.RESTORE_BACKUP:
        return Message.of("told_backup", backup=told["backup"], replaced=told["replaced"])
    return Message.of("told_blocked", n=told["failures"]) if operation == SIGN_IN_BLOCKED else None


def _message_body(message: Message) -> list[Any]:
    return [message.code, {key: value if isinstance(value, int) else str(value) for key, value in message.values}]


def _message(body: list[Any]) -> Message:
    return Message(body[0], tuple(body[1].items()))
