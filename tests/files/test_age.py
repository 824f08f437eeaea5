"""Encrypting with a passphrase: no other thread waits for it, and it is done also where no process can start."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from desktop_admin.files import age

pytestmark = pytest.mark.usefixtures("full_work")

PHRASE = "three words here"
CONTENT = b"x" * 3_000_000


def in_a_thread(work: Callable[[], bytes]) -> tuple[bytes, float, float]:
    """What a thread beside the main one works out, how many seconds it took, and the longest in which no other ran."""
    found: list[bytes] = []
    worker = threading.Thread(target=lambda: found.append(work()))
    begin = last = time.monotonic()
    stood = 0.0
    worker.start()
    while worker.is_alive():
        time.sleep(0.005)
        now = time.monotonic()
        last, stood = now, max(stood, now - last)
    return found[0], last - begin, stood


def test_other_threads_go_on_while_a_file_is_encrypted_and_read_back() -> None:
    encrypted, took, stood = in_a_thread(lambda: age.encrypt(CONTENT, PHRASE))
    assert stood < took / 2
    decrypted, took, stood = in_a_thread(lambda: age.decrypt(encrypted, PHRASE))
    assert stood < took / 2
    assert decrypted == CONTENT == age.decrypt(encrypted, PHRASE)


def test_a_wrong_passphrase_is_told_from_the_process_beside_as_well() -> None:
    encrypted = age.encrypt(b"x", PHRASE)

    def work() -> bytes:
        with pytest.raises(age.Undecipherable):
            age.decrypt(encrypted, "three wrods here")
        return b"told"

    assert in_a_thread(work)[0] == b"told"


def test_where_no_process_can_be_started_it_is_done_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("multiprocessing.spawn.get_executable", lambda: b"/nowhere/python")
    encrypted = in_a_thread(lambda: age.encrypt(b"x", PHRASE))[0]
    assert age.decrypt(encrypted, PHRASE) == b"x"


@pytest.mark.parametrize(("typed", "enough"), [("a" * 12, True), ("a" * 11, False), ("  a" + " " * 20, False)])
def test_a_new_passphrase_has_twelve_characters(typed: str, enough: bool) -> None:
    assert age.long_enough(typed) is enough
