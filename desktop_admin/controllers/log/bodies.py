"""What an operation did, as its row in the log keeps it, and back."""

from __future__ import annotations

from dataclasses import astuple, fields
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any

from desktop_admin.controllers.values.lines import GivenTime, Line, PaperChoice, PaperSetting
from desktop_admin.messages import Message, has_sentence, shortened
from desktop_admin.rules import Paper

_UNTIL_CONFIRMED = {"keeps_writing", "recent"}
"""What matters no longer when it is done."""
_IN_WORDS = {"choice", "reason", "notes", "given"}
_AS_IT_IS = {field.name: field.default for field in fields(Line) if field.name not in _UNTIL_CONFIRMED | _IN_WORDS}
_OF_SESSIONS = ("cleared", "restored", "accepted", "writing")
_as_it_is = attrgetter(*_AS_IT_IS)


def body_of(line: Line) -> dict[str, Any]:
    """A line as its row in the log keeps it: without what is as in most lines, because there may be very many."""
    told = zip(_AS_IT_IS.items(), _as_it_is(line), strict=True)
    body: dict[str, Any] = {name: value for (name, usual), value in told if value != usual}
    if line.choice is not None:
        body["choice"] = _body_of_choice(line.choice)
    if line.reason is not None:
        body["reason"] = body_of_message(line.reason)
    if line.notes:
        body["notes"] = [body_of_message(note) for note in line.notes]
    if line.given is not None:
        body["given"] = _body_of_given(line.given)
    return body


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
    except (TypeError, LookupError, AttributeError, OverflowError) as failure:
        raise ValueError("no lines of an operation") from failure


def _line(line: dict[str, Any]) -> Line:
    kept: dict[str, Any] = {name: value for name, value in line.items() if name in _AS_IT_IS}
    choice, reason, given = line.get("choice"), line.get("reason"), line.get("given")
    kept["outcome"] = line["outcome"]
    kept["choice"] = None if choice is None else _choice(choice)
    kept["reason"] = _message(reason) if reason else None
    kept["notes"] = tuple([_message(note) for note in line.get("notes", ())])
    kept["given"] = None if given is None else _given(*given)
    for name in _OF_SESSIONS:
        if name in kept:
            kept[name] = tuple(map(int, kept[name]))
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
