"""The desk's own settings: connections, names of centre and desk, language, theme, time zone, zoom, photographs.

They live in one TOML file in the user's configuration folder. What belongs to the portal's database (policies,
thresholds) lives there and not here.
"""

from __future__ import annotations

import getpass
import os
import platform
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Literal, get_args
from zoneinfo import ZoneInfo

import platformdirs

from desktop_admin.errors import AdminError
from desktop_admin.language import LANGUAGES, Language

APPLICATION = "desktop-admin"
FILE_VARIABLE = "DESKTOP_ADMIN_CONFIG"
"""The environment variable that names another settings file."""

Theme = Literal["system", "light", "dark"]
LogLevel = Literal["info", "warning", "error"]

SMALLEST_ZOOM = 0.5
LARGEST_ZOOM = 3.0
USUAL_SCANNER_GAP = 90
"""By radio or remote desktop a scanner needs up to 80 milliseconds for a key."""
SLOWEST_SCANNER_GAP = 400
_data_meanwhile: ContextVar[Path | None] = ContextVar("the user's folder meanwhile", default=None)


@dataclass(frozen=True, slots=True)
class Settings:
    """What this desk has set; every field has a working default.

    Attributes:
        connections: the path or URL of a database by the name that the person gave it; the one used last first.
        default_connection: the connection that is opened when none is asked for, or None.
        centre: the exam centre's name, which stands on papers; empty for none.
        desk_name: how the operation log names this workstation.
        language: of everything that is said: window, commands, papers.
        last_user: the user name of whoever signed in last in the window, or an empty text.
        scanner_prefix, scanner_suffix: what the scanner of this desk puts before and behind a number.
        scanner_gap: the longest time between two of its keys, in milliseconds.
        theme: of the window; ``system`` follows the desktop.
        time_zone: the IANA name of the zone in which times are shown.
        zoom: the size of the window's text, 1.0 being normal.
        register_headings: how this centre heads the columns of its registers, by the column.
        media_folder: where the portal keeps the candidates' photographs, or empty for nowhere that this desk reaches.
        log_level: what the program's journal holds: what is at least as urgent as this.
    """

    connections: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    default_connection: str | None = None
    centre: str = ""
    desk_name: str = field(default_factory=platform.node)
    language: Language = "en"
    last_user: str = ""
    scanner_prefix: str = ""
    scanner_suffix: str = ""
    scanner_gap: int = USUAL_SCANNER_GAP
    theme: Theme = "system"
    time_zone: str = "Asia/Kolkata"
    zoom: float = 1.0
    register_headings: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    media_folder: str = ""
    log_level: LogLevel = "info"

    def default_database(self) -> str | None:
        """The path or URL of the default connection, or None where there is none."""
        return None if self.default_connection is None else self.connections[self.default_connection]

    def zone(self) -> ZoneInfo:
        """The zone in which times are shown."""
        return ZoneInfo(self.time_zone)


def file() -> Path:
    """Where the settings file is, whether it exists or not."""
    named = os.environ.get(FILE_VARIABLE)
    return Path(named) if named else Path(platformdirs.user_config_dir(APPLICATION, appauthor=False)) / "desk.toml"


def data_folder() -> Path:
    """The user's folder for databases that this program makes, keys and the journal; it may not exist yet."""
    return _data_meanwhile.get() or Path(platformdirs.user_data_dir(APPLICATION, appauthor=False))


@contextmanager
def data_in(folder: Path) -> Iterator[None]:
    """Let another folder be the user's folder meanwhile, in this thread alone."""
    before = _data_meanwhile.set(folder)
    try:
        yield
    finally:
        _data_meanwhile.reset(before)


def person() -> str:
    """The operating system's name for the person at the desk, or an empty string where it knows none."""
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError):  # KeyError and ImportError until Python 3.12
        return ""


def load() -> Settings:
    """Read the settings; a missing file or value means the default.

    Raises:
        AdminError: the file cannot be read, is not TOML, or holds a value that makes no sense.
    """
    path = file()
    return _checked(_read(path), path)


def change(how: Callable[[Settings], Settings]) -> Settings:
    """Change the settings as the file has them now, in which another window may have set something else meanwhile.

    Args:
        how: gives the new settings for those of the file.

    Raises:
        AdminError: as ``load`` and ``save``; the file is as it was.
    """
    settings = how(load())
    save(settings)
    return settings


def save(settings: Settings) -> None:
    """Write the settings; the file is the old one or the new one, never half of it.

    Keys that this version does not know stay as they are; comments are lost.

    Raises:
        AdminError: the file is damaged or cannot be written, or a setting makes no sense; the file is as it was.
    """
    # Most starts of the program save nothing.
    import tomli_w

    path = file()
    unknown = {key: value for key, value in _read(path).items() if key not in _MAKES_SENSE}
    document = _document(settings) | unknown
    _checked(document, path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Where the name is a link, the file that it points to is replaced and the link stays.
        write_whole(path.resolve(), tomli_w.dumps(document).encode())
    except OSError as error:
        raise AdminError("settings_unwritable", path=path, problem=error.strerror or error) from error


def _read(path: Path) -> dict[str, object]:
    try:
        # Editors of Windows put a mark before the text, which TOML does not know.
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise AdminError("settings_unreadable", path=path, problem=error.strerror or error) from error
    except ValueError as error:  # not UTF-8, or not TOML
        raise AdminError("settings_damaged", path=path, problem=error) from error


def _checked(document: Mapping[str, object], path: Path) -> Settings:
    """The settings in the document, in which TOML has checked nothing but the form."""
    values = {key: document[key] for key in _MAKES_SENSE if key in document}
    for key, value in values.items():
        if not _MAKES_SENSE[key](value):
            # What is wrong with one of the connections may be that there is a password in it.
            shown = "…" if key == "connections" else value
            raise AdminError("settings_value", path=path, key=key, value=shown)
    settings = Settings(**values)  # type: ignore[arg-type]  # just checked
    default = settings.default_connection
    if default is not None and default not in settings.connections:
        raise AdminError("settings_no_connection", path=path, name=default)
    return settings


def _is_word(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def is_line(value: object) -> bool:
    """Whether it is a text that can be written everywhere: not every database takes control characters."""
    return _is_word(value) and str(value).isprintable()


def _is_text(value: object) -> bool:
    """Whether it is a word that can be written everywhere, or nothing."""
    return value == "" or is_line(value)


def _is_connections(value: object) -> bool:
    return isinstance(value, dict) and all(_is_word(target) for target in value.values())


def _is_headings(value: object) -> bool:
    return isinstance(value, dict) and all(is_line(text) for text in value.values())


def _is_zone(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(ZoneInfo(value))
    except (KeyError, ValueError, OSError):  # unknown, not a name at all, or a folder of zones such as Asia
        return False


def _is_zoom(value: object) -> bool:
    # True is an int to Python; nan compares false with everything.
    return isinstance(value, int | float) and not isinstance(value, bool) and SMALLEST_ZOOM <= value <= LARGEST_ZOOM


def _is_mark(value: object) -> bool:
    return isinstance(value, str) and value.isprintable()


def _is_gap(value: object) -> bool:
    usual = isinstance(value, int) and not isinstance(value, bool)
    return usual and USUAL_SCANNER_GAP <= int(str(value)) <= SLOWEST_SCANNER_GAP


_MAKES_SENSE: dict[str, Callable[[object], bool]] = {
    "connections": _is_connections,
    "default_connection": _is_word,
    "centre": _is_text,
    "desk_name": is_line,
    "language": lambda value: value in LANGUAGES,
    "last_user": _is_text,
    "scanner_prefix": _is_mark,
    "scanner_suffix": _is_mark,
    "scanner_gap": _is_gap,
    "theme": lambda value: value in get_args(Theme),
    "time_zone": _is_zone,
    "zoom": _is_zoom,
    "register_headings": _is_headings,
    "media_folder": _is_text,
    "log_level": lambda value: value in get_args(LogLevel),
}


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that only this user may read, in the place of one that may be there: the old or the new, never half.

    Raises:
        OSError: it cannot be written; what was there is as it was.
    """
    # Most starts of the program write nothing.
    import tempfile

    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    written = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        written.replace(path)
    except BaseException:
        written.unlink(missing_ok=True)
        raise


def _document(settings: Settings) -> dict[str, object]:
    """What differs from the defaults; a default that is not written may still follow the computer or the program."""
    defaults = Settings()
    values = {key: getattr(settings, key) for key in _MAKES_SENSE}
    document = {key: value for key, value in values.items() if value != getattr(defaults, key)}
    # TOML writes no other kind of mapping.
    return {key: dict(value) if isinstance(value, Mapping) else value for key, value in document.items()}
