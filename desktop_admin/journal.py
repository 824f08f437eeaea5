"""The journal: what the program did and where it failed, in files that may be given to anybody.

A line is made of the program's own words and of whole numbers: keys of the catalogue, names of classes, modules and
functions in the code. There is no way to write any other text, so no name, army number, password, path or host can
come into it, whatever went wrong. Of what libraries say, only who spoke, where and how urgently is kept; of a mistake
the kinds of exceptions and the places in the code, without what they say.

The standard library's own rotating files are not used: they bring sockets and pickles to every start, and two processes
that write at the same time turn each other's files away.
"""

from __future__ import annotations

import logging
import os
import platform
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from traceback import walk_tb

from desktop_admin import __version__
from desktop_admin.messages import has_sentence
from desktop_admin.settings import LogLevel, data_folder

_LARGEST = 256 * 1024
"""Bytes that a file may have before the next one is begun."""
_OLDER = 4
"""How many files are kept beside the one that is written."""
_PRIVATE = 0o600
_FRAMES = 60
"""Of a recursion without end, the last places tell enough."""

_journal = logging.getLogger("desktop_admin")
# Where no journal is kept, nothing is said on the terminal instead.
_journal.addHandler(logging.NullHandler())


class Event(StrEnum):
    """What can be noted."""

    BEGUN = "begun"
    PAINTED = "painted"
    ENDED = "ended"
    COMMAND = "command"
    OPENED = "opened"
    CHANGED = "changed"
    REFUSED = "refused"
    LOST = "lost"
    RESTORED = "restored"
    MISTAKE = "mistake"


Word = int | type | str
"""A whole number, a class, or a key of the catalogue."""


def file() -> Path:
    """The file that is written now, whether it exists or not."""
    return data_folder() / "desktop-admin.log"


def files() -> list[Path]:
    """The files that are there, the newest first."""
    return [path for path in (file(), *(_older(number) for number in range(1, _OLDER + 1))) if path.is_file()]


def _older(number: int) -> Path:
    return file().with_name(f"{file().name}.{number}")


def begin(level: LogLevel) -> None:
    """Keep the journal from now on, with what is at least as urgent as this; where one is kept already, go on."""
    root = logging.getLogger()
    if not any(isinstance(handler, _Files) for handler in root.handlers):
        root.addHandler(_Files())
    _journal.setLevel(level.upper())
    versions = f"version={__version__} python={platform.python_version()} system={platform.system()}"
    _journal.info("%s", _Line(f"{Event.BEGUN.value} {versions}"))


def note(event: Event, /, *, level: int = logging.INFO, **values: Word) -> None:
    """Write a line, where a journal is kept.

    Args:
        event: what happened.
        level: how urgent it is, as the standard library's ``logging`` has it.
        values: more of it, each a number, a class, or a key of the catalogue.

    Raises:
        ValueError: a value is any other text, which might be somebody's.
    """
    line = " ".join((event.value, *(f"{name}={_worded(value)}" for name, value in values.items())))
    _journal.log(level, "%s", _Line(line))


def mistake(error: BaseException) -> None:
    """Note a mistake of the program: the kinds of the exceptions, and the places in the code that led there."""
    parts = [
        "\n    ".join((type(one).__qualname__, *(f"at {place}" for place in _places(one)))) for one in _chain(error)
    ]
    _journal.critical("%s", _Line("\n  ".join((Event.MISTAKE.value, *parts))))


class _Line(str):
    """Text of which this module knows that it is of the program's own words."""

    __slots__ = ()


def _worded(value: Word) -> str:
    if isinstance(value, type):
        return value.__qualname__
    if isinstance(value, str) and not has_sentence(value):
        raise ValueError("only keys of the catalogue may be noted")
    return str(int(value)) if isinstance(value, int) else value


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The exception, and below it those that it came of; one that comes of itself ends it."""
    seen: set[int] = set()
    following: BaseException | None = error
    while following is not None and id(following) not in seen:
        seen.add(id(following))
        yield following
        following = following.__cause__ or (None if following.__suppress_context__ else following.__context__)


def _places(error: BaseException) -> list[str]:
    found = [
        f"{frame.f_globals.get('__name__', '?')}:{line} {frame.f_code.co_name}"
        for frame, line in walk_tb(error.__traceback__)
    ]
    return found[-_FRAMES:]


class _Files(logging.Handler):
    """Writes each line into the newest file, and begins the next one where it has grown too large.

    The file is closed again after each line: so another process may write to it, or turn it away, at any time, also
    on Windows, where a file that is open cannot be renamed.
    """

    def emit(self, record: logging.LogRecord) -> None:
        # Where the folder cannot be written, nobody can be told by a file; the program works without its journal.
        with suppress(OSError):
            self._write(_told(record))

    def _write(self, line: str) -> None:
        path = file()
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_file() and path.stat().st_size > _LARGEST:
            for number in range(_OLDER, 0, -1):
                newer = _older(number - 1) if number > 1 else path
                # The other process may just have turned it away.
                with suppress(OSError):
                    newer.replace(_older(number))
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, _PRIVATE)
        with os.fdopen(handle, "ab", buffering=0) as stream:
            stream.write(f"{line}\n".encode())


def _told(record: logging.LogRecord) -> str:
    at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    # Whatever else is logged, by libraries or by mistake, may have anything in its text, and so only its place is kept.
    own = isinstance(record.args, tuple) and len(record.args) == 1 and isinstance(record.args[0], _Line)
    text = record.getMessage() if own else f"library {record.name} {record.module}:{record.lineno}"
    return f"{at} {record.levelname} [{record.process}] {text}"
