"""Encrypting with a passphrase in age's format, which the common tool opens years later.

Working out the key takes one to two seconds, in which pyrage lets no other thread of the process run: a window would
stand still. So whoever is not the main thread, and works for somebody who waits in it, has it done by a process beside.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

SHORTEST = 12
"""So many characters a new passphrase has at least: who has the file may try others for years."""
_BEGIN = b"age-encryption.org/v1\n"
_WITH_PASSPHRASE = b"-> scrypt "
"""The line behind that, in a file that a passphrase opens."""
_SHOWN = 64
"""Bytes at the beginning of a file that tell both."""


class Undecipherable(Exception):
    """The passphrase is another one, or the file was changed: which of them nobody can tell."""


def long_enough(passphrase: str) -> bool:
    """Whether a new passphrase may be this one."""
    return len(passphrase.strip()) >= SHORTEST


def is_encrypted(content: bytes) -> bool:
    """Whether this is, or begins, a file in age's format."""
    return content.startswith(_BEGIN)


def takes_passphrase(content: bytes) -> bool:
    """Whether a passphrase opens this file in age's format, and not somebody's key."""
    return content.startswith(_BEGIN + _WITH_PASSPHRASE)


def beginning(path: Path) -> bytes:
    """What tells whether a file is encrypted; raises OSError."""
    with path.open("rb") as file:
        return file.read(_SHOWN)


def encrypt(content: bytes, passphrase: str) -> bytes:
    """The content as a file in age's format."""
    return _done(_encrypt, content, passphrase)


def decrypt(content: bytes, passphrase: str) -> bytes:
    """What such a file holds.

    Raises:
        Undecipherable: not with this passphrase, or it is damaged.
    """
    return _done(_decrypt, content, passphrase)


Work = Callable[[bytes, str], bytes]


def _done(work: Work, content: bytes, passphrase: str) -> bytes:
    if threading.current_thread() is not threading.main_thread():
        try:
            return _beside(work, content, passphrase)
        except (OSError, EOFError):
            # No process can be started, or it was ended: it is done here, and the window waits.
            pass
    return work(content, passphrase)


def _beside(work: Work, content: bytes, passphrase: str) -> bytes:
    """Have it done by another process, which is given all of it through a pipe."""
    # Most starts of the program encrypt nothing.
    import multiprocessing

    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    with closing(here):
        worker = context.Process(target=_serve, args=(there, work), daemon=True)
        worker.start()
        there.close()
        try:
            here.send(passphrase)
            here.send_bytes(content)
            done, answer = here.recv(), here.recv_bytes()
        finally:
            # It has nothing left to do, whatever became of it.
            worker.kill()
            worker.join()
    if not done:
        raise Undecipherable(answer.decode())
    return answer


def _serve(there: Connection, work: Work) -> None:
    with closing(there):
        passphrase, content = there.recv(), there.recv_bytes()
        try:
            done, answer = True, work(content, passphrase)
        except Undecipherable as failure:
            done, answer = False, str(failure).encode()
        there.send(done)
        there.send_bytes(answer)


def _encrypt(content: bytes, passphrase: str) -> bytes:
    import pyrage

    encrypted: bytes = pyrage.passphrase.encrypt(content, passphrase)
    return encrypted


def _decrypt(content: bytes, passphrase: str) -> bytes:
    import pyrage

    try:
        decrypted: bytes = pyrage.passphrase.decrypt(content, passphrase)
    except pyrage.DecryptError as failure:
        raise Undecipherable(str(failure)) from failure
    return decrypted
