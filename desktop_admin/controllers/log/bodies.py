"""What an operation did, as its row in the log keeps it, and back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from desktop_admin.controllers.values.lines import Line, SetChoice
from desktop_admin.messages import Message, has_sentence
from desktop_admin.rules import Paper


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
        "reason": body_of_message(line.reason) if line.reason else None,
        "notes": [body_of_message(note) for note in line.notes],
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
        session_id=line["session_id"],
        reason=_message(line["reason"]) if line["reason"] else None,
        notes=tuple(_message(note) for note in line["notes"]),
        cleared=tuple(map(int, line["cleared"])),
        restored=tuple(map(int, line["restored"])),
        ended_logins=line["ended_logins"],
        returned_logins=line["returned_logins"],
    )


def told_of(body: dict[str, Any]) -> Message | None:
    """What a row says of something that was done to the database itself.

    None where it speaks of candidates, or in a sentence that only a newer version has.
    """
    told = body.get("told")
    return None if told is None or not has_sentence(told[0]) else _message(told)


def body_of_message(message: Message) -> list[Any]:
    """A sentence as the log keeps it: its code, and its values."""
    return [message.code, {key: _kept(value) for key, value in message.values}]


def _kept(value: object) -> object:
    if isinstance(value, Message):
        return {"sentence": body_of_message(value)}
    if isinstance(value, datetime):
        return {"at": value.astimezone(UTC).isoformat()}
    if isinstance(value, tuple):
        return [_kept(one) for one in value]
    return value if isinstance(value, int) else str(value)


def _message(body: list[Any]) -> Message:
    message = Message(body[0], tuple((key, _value(value)) for key, value in body[1].items()))
    # Whoever wrote a row by hand may have forgotten a value: that is found here, and not where it is shown.
    message.english()
    return message


def _value(kept: object) -> object:
    if isinstance(kept, list):
        return tuple(map(_value, kept))
    if not isinstance(kept, dict):
        return kept
    return datetime.fromisoformat(kept["at"]) if "at" in kept else _message(kept["sentence"])
