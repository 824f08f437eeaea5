"""What an operation did, as its row in the log keeps it, and back."""

from __future__ import annotations

from dataclasses import astuple, fields
from datetime import UTC, datetime
from typing import Any

from desktop_admin.controllers.values.lines import GivenTime, Line, PaperChoice, PaperSetting
from desktop_admin.messages import Message, has_sentence, shortened
from desktop_admin.rules import Paper

_UNTIL_CONFIRMED = {"keeps_writing", "recent"}
"""What matters no longer when it is done."""
_AS_IT_IS = {field.name for field in fields(Line)} - _UNTIL_CONFIRMED - {"choice", "reason", "notes", "given"}


def body_of(line: Line) -> dict[str, Any]:
    """A line as its row in the log keeps it."""
    choice = line.choice
    return {
        **{name: getattr(line, name) for name in _AS_IT_IS},
        "choice": None if choice is None else _body_of_choice(choice),
        "reason": body_of_message(line.reason) if line.reason else None,
        "notes": [body_of_message(note) for note in line.notes],
        "given": None if line.given is None else _body_of_given(line.given),
    }


def _body_of_given(given: GivenTime) -> list[Any]:
    # When it ended before matters no longer when it is done.
    return [given.session_id, given.minutes, given.planned]


def _body_of_choice(choice: PaperChoice) -> list[Any]:
    before = None if choice.before is None else [*astuple(choice.before)]
    return [*choice.place, choice.letter, choice.opens, choice.minutes, before]


def _choice(body: list[Any]) -> PaperChoice:
    trade_id, paper, letter, opens, minutes, before = body
    setting = None if before is None else PaperSetting(*before)
    return PaperChoice(trade_id, Paper(paper), letter, opens, minutes, before=setting)


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
    kept = {name: line[name] for name in _AS_IT_IS}
    choice = line["choice"]
    kept["choice"] = None if choice is None else _choice(choice)
    kept["reason"] = _message(line["reason"]) if line["reason"] else None
    kept["notes"] = tuple(_message(note) for note in line["notes"])
    given = line["given"]
    kept["given"] = None if given is None else _given(*given)
    kept |= {name: tuple(map(int, line[name])) for name in ("cleared", "restored", "accepted", "writing")}
    return Line(**kept)


def _given(session_id: int | None, minutes: int, planned: bool) -> GivenTime:
    return GivenTime(None if session_id is None else int(session_id), int(minutes), planned=bool(planned))


def told_of(body: dict[str, Any]) -> Message | None:
    """What a row says of something that was done to the database itself; None where it speaks of candidates."""
    told = body.get("told")
    return None if told is None else _message(told)


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
    """A sentence of the log; of one that only a newer version has, what can be said without its words."""
    code, values = body[0], {key: _value(value) for key, value in body[1].items()}
    if not isinstance(code, str):
        raise TypeError("no code of a sentence")
    if not has_sentence(code):
        told = (value if isinstance(value, Message) else shortened(str(value)) for value in (code, *values.values()))
        return Message.of("unknown_sentence", what=tuple(told))
    message = Message(code, tuple(values.items()))
    # Whoever wrote a row by hand may have forgotten a value: that is found here, and not where it is shown.
    message.english()
    return message


def _value(kept: object) -> object:
    if isinstance(kept, list):
        return tuple(map(_value, kept))
    if not isinstance(kept, dict):
        return kept
    return datetime.fromisoformat(kept["at"]) if "at" in kept else _message(kept["sentence"])
