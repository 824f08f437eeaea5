"""Sentences in the log: what is read back says what was written, in any zone and language."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from desktop_admin.controllers.log import bodies
from desktop_admin.messages import Message, sentence
from tests.catalogues import speaking

MOMENT = datetime(2026, 3, 4, 20, 5, 6, tzinfo=UTC)
IST = timezone(timedelta(hours=5, minutes=30))
PARTS = tuple(
    Message.of("short_part", part=part, present=present, required=required)
    for part, present, required in (("F", 0, 10), ("E", 2, 3))
)


def _read_back(message: Message) -> Message:
    told = bodies.told_of(json.loads(json.dumps({"told": bodies.body_of_message(message)})))
    assert told is not None
    return told


@pytest.mark.parametrize(
    "message",
    [
        Message.of("cancelled"),
        Message.of("overdue", at=MOMENT),
        Message.of("note_too_few", parts=PARTS),
        Message.of("log_put_back", n=1),
        Message.of("not_permitted_many", role=Message.of("role_staff"), most=20, candidates=Message.of("no_slot")),
    ],
    ids=lambda message: message.code,
)
def test_a_sentence_is_read_back_as_it_was_written(message: Message) -> None:
    assert _read_back(message) == message


def test_a_time_is_shown_in_the_readers_zone_and_a_list_in_the_readers_language() -> None:
    told = sentence(_read_back(Message.of("overdue", at=MOMENT)), zone=IST)
    assert told.startswith("The time was over at 2026-03-05 01:35 at")
    short = _read_back(Message.of("note_too_few", parts=PARTS))
    assert short.english() == "Activated with too few questions: F 0 of 10, E 2 of 3."
    with speaking("hi"):
        assert sentence(short, zone=UTC) == "कम प्रश्नों के साथ सक्रिय किया गया: F 10 में से 0, E 3 में से 2।"


@pytest.mark.parametrize("value", [{"at": "yesterday"}, {"at": 7}, {"at": None}, {"sentence": 1}, {}, {"else": 1}])
def test_a_value_that_was_written_by_hand_is_no_sentence(value: object) -> None:
    with pytest.raises((ValueError, TypeError, LookupError)):
        bodies.told_of({"told": ["overdue", {"at": value}]})
