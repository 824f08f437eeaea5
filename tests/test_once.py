"""A property that is worked out once holds up nobody who works out that of another object."""

from __future__ import annotations

import threading

from desktop_admin.once import once


class Slow:
    def __init__(self, go: threading.Event) -> None:
        self.go = go
        self.asked = 0
        self.begun = threading.Event()

    @once
    def value(self) -> int:
        """Waits until it may go on."""
        self.asked += 1
        self.begun.set()
        assert self.go.wait(60)
        return self.asked


def test_it_is_worked_out_once() -> None:
    go = threading.Event()
    go.set()
    one = Slow(go)
    assert (one.value, one.value, one.asked) == (1, 1, 1)


def test_who_waits_for_one_object_keeps_nobody_from_another() -> None:
    go, ready = threading.Event(), threading.Event()
    ready.set()
    waiting, other = Slow(go), Slow(ready)
    thread = threading.Thread(target=lambda: waiting.value)
    thread.start()
    try:
        assert waiting.begun.wait(60)
        # With a lock that all share this would not come back before the first is let go on.
        done = threading.Event()

        def work_out() -> None:
            assert other.value == 1
            done.set()

        second = threading.Thread(target=work_out)
        second.start()
        assert done.wait(30)
    finally:
        go.set()
        thread.join()
    second.join()
