"""Texts of JSON that anybody may have written are read as the standard library reads them."""

from __future__ import annotations

import json

import pytest

from desktop_admin.database.statements import stored

SOUND = ['{"a": [1, null]}', '\n\t {"a": 1} \r\n', "12", ' "x"', '[1e3, 0.5, Infinity, "\u00a0"]']
DAMAGED = ["", " ", "{", '{"a": 1} {', "[1]]", "1 2", "\ufeff[1]", "\u00a0[1]", "[1]\x0b", "[" * 100_000]


@pytest.mark.parametrize("text", SOUND)
def test_a_text_is_read_with_blanks_around_it(text: str) -> None:
    assert stored.read_json(text) == json.loads(text)
    assert stored.read_json(text, whole_numbers=True) == json.loads(text, parse_float=str, parse_constant=str)


@pytest.mark.parametrize("whole_numbers", [False, True])
@pytest.mark.parametrize("text", DAMAGED, ids=range(len(DAMAGED)))
def test_what_is_no_json_or_has_anything_else_beside_it_is_refused(text: str, whole_numbers: bool) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        stored.read_json(text, whole_numbers=whole_numbers)
