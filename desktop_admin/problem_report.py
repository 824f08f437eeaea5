"""The problem report: one file for whoever looks after the program, made of parts that its maker can read first.

It holds the journal, versions, and the settings that are nobody's name: no password, no host, no path, no candidate. A
picture of the window may be added, which its maker has seen.
"""

from __future__ import annotations

import platform
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from importlib.metadata import distributions
from pathlib import Path

from desktop_admin import __version__, journal
from desktop_admin.files.new_files import write_new
from desktop_admin.files.zipped import zipped
from desktop_admin.messages import Message, phrase, sentence
from desktop_admin.server_url import ServerUrl
from desktop_admin.settings import Settings

_AS_THEY_ARE = ("language", "theme", "time_zone", "zoom", "scanner_gap", "log_level")
"""Settings that can only be one of few words, or a number."""
_SET_OR_NOT = ("centre", "last_user", "scanner_prefix", "scanner_suffix", "media_folder", "default_connection")
"""Settings of which only is told whether they are set."""


@dataclass(frozen=True, slots=True)
class Part:
    """One file of the report.

    Attributes:
        file: its name in the archive.
        name: how people call it.
        content: all of it; text in UTF-8, or a picture (PNG).
    """

    file: str
    name: Message
    content: bytes

    @property
    def title(self) -> str:
        """Its name in the language that is spoken."""
        return sentence(self.name, zone=UTC)


def parts(settings: Settings | None, *, more: Sequence[str] = ()) -> list[Part]:
    """What the report is made of, without a picture.

    Args:
        settings: of this desk, or None where they cannot be read.
        more: lines about screen and window, where there is one.
    """
    kept = journal.files()
    return [
        Part("versions.txt", Message.of("problem.versions"), _text(*_versions(), *more)),
        Part("settings.txt", Message.of("problem.settings"), _text(*_settings(settings))),
        *(
            Part(f"journal/{path.name}", Message.of("problem.journal", number=number), path.read_bytes())
            for number, path in enumerate(kept, start=1)
        ),
    ]


def picture(content: bytes) -> Part:
    """The part with a picture of the window, which its maker must have seen: it may show candidates."""
    return Part("window.png", Message.of("problem.picture"), content)


def save(path: Path, chosen: Sequence[Part]) -> None:
    """Write the report into a new archive (ZIP) that only this user may read.

    Raises:
        UsageProblem: there is a file of this name already.
        AdminError: it cannot be written.
    """
    about = (phrase("problem.about"), *(f"{part.file}: {part.title}" for part in chosen))
    write_new(path, zipped({"read-me.txt": _text(*about), **{part.file: part.content for part in chosen}}))


def _text(*lines: str) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


def _versions() -> list[str]:
    installed = {found.name.casefold(): f"{found.name} {found.version}" for found in distributions()}
    return [
        f"desktop-admin {__version__}",
        f"Python {platform.python_version()}",
        f"system {platform.platform()}",
        f"one folder {'yes' if getattr(sys, 'frozen', False) else 'no'}",
        f"encoding {sys.getfilesystemencoding()}",
        *(installed[name] for name in sorted(installed)),
    ]


def _settings(settings: Settings | None) -> list[str]:
    if settings is None:
        return ["unreadable"]
    return [
        *(f"{key} = {getattr(settings, key)}" for key in _AS_THEY_ARE),
        *(f"{key}: {'set' if getattr(settings, key) else 'not set'}" for key in _SET_OR_NOT),
        *(f"connection {n}: {_kind(target)}" for n, target in enumerate(settings.connections.values(), start=1)),
    ]


def _kind(target: str) -> str:
    """What kind of database a connection leads to, and not where."""
    server = ServerUrl.read(target)
    return server.kind if server else "file"
