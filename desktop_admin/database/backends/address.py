"""What a path or a URL names: a file, or a database on a server."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qsl

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from desktop_admin.database.backends import place
from desktop_admin.database.backends.backend import Backend
from desktop_admin.database.backends.encryption import Authority
from desktop_admin.errors import DatabaseUnusable, UsageProblem
from desktop_admin.server_url import names_password

_OPTIONS = {"postgresql": {"sslmode", "sslrootcert"}, "mysql": {"ssl_ca"}, "mariadb": {"ssl_ca"}, "sqlite": set()}
"""What may stand behind a URL: how the connection is encrypted, and whose certificate the server must have."""
_MISTYPED_URL = re.compile(r"(postgres\w*|mysql|mariadb|sqlite)(\+\w+)?(:|//)|.*:[^/\\]*@", re.IGNORECASE)
_CHECKED = "verify-full"
_UNCHECKED = ("disable", "allow", "prefer", "require")


def backend(target: str | Path, *, password: str | None = None) -> Backend:
    """The backend for what was named; nothing is opened yet, except that a file is looked at from outside.

    Args:
        target: a path, or a URL without a password.
        password: of a server's database user, where one is needed.

    Raises:
        UsageProblem: no URL that can be understood, or one with a password in it.
        DatabaseUnusable: no database file, or a server of a kind that is not known.
    """
    url = _url(target)
    if url is None or url.get_backend_name() == "sqlite":
        from desktop_admin.database.backends.sqlite import SqliteFile

        return SqliteFile(database_path(target))
    if password is not None:
        url = url.set(password=password)
    authority = _authority(url)
    # Each driver is imported only where it is used: together they would cost every start a tenth of a second.
    if url.get_backend_name() == "postgresql":
        from desktop_admin.database.backends.postgresql import PostgresqlServer

        return PostgresqlServer(url, authority)
    from desktop_admin.database.backends.mariadb import MariadbServer

    return MariadbServer(url, authority)


def _authority(url: URL) -> Authority | None:
    """Whose certificate the server must have, or None where nothing is checked.

    Raises:
        UsageProblem: the options make no sense, or look as if the server were checked, which it would not be.
        DatabaseUnusable: the file with the certificate cannot be used.
    """
    file = url.query.get("sslrootcert") or url.query.get("ssl_ca")
    if url.get_backend_name() == "postgresql":
        mode = url.query.get("sslmode", "prefer")
        if mode not in (_CHECKED, "verify-ca", *_UNCHECKED):
            raise UsageProblem("sslmode_unknown", mode=mode)
        # With “prefer” and a foreign certificate libpq goes on without encryption; “verify-ca” takes any server of
        # the authority for any other.
        if mode == "verify-ca" or (file is not None and mode != _CHECKED):
            raise UsageProblem("server_not_checked", mode=mode)
        if file is None and mode == _CHECKED:
            raise UsageProblem("no_authority_given")
        # libpq encrypts nothing on a socket of this computer, and does not say so.
        if file is not None and not url.host:
            raise UsageProblem("no_host_to_check")
    return None if file is None else Authority.read(Path(str(file)).absolute())


def database_path(target: str | Path) -> Path:
    """The file that a path or a ``sqlite:`` URL names.

    Raises:
        UsageProblem: it names no file.
    """
    url = _url(target)
    if url is None:
        try:
            return Path(target).expanduser()
        except RuntimeError:
            # The home folder of somebody who is not known here.
            return Path(target)
    if url.get_backend_name() != "sqlite" or not url.database:
        raise UsageProblem("bad_url")
    return Path(url.database)


def _url(target: str | Path) -> URL | None:
    """The URL, or None for a path."""
    if isinstance(target, Path) or "://" not in target:
        if not str(target).strip():
            raise UsageProblem("no_database_given")
        _refuse_mistyped(str(target))
        return None
    try:
        url = make_url(target)
    except (ArgumentError, ValueError):
        raise UsageProblem("bad_url") from None
    if url.password is not None or names_password(url.query):
        raise UsageProblem("password_in_url")
    options = _OPTIONS.get(url.get_backend_name())
    if options is None:
        raise DatabaseUnusable("server_not_supported", engine=url.get_backend_name())
    if url.port is not None and not 0 < url.port < 65536:
        raise UsageProblem("bad_port", port=url.port)
    # Left out in silence, an option without a value would be one that was asked for and not kept.
    if empty := [name for name, value in parse_qsl(target.partition("?")[2], keep_blank_values=True) if not value]:
        raise UsageProblem("option_empty", options=empty)
    if unknown := sorted(set(url.query) - options):
        raise UsageProblem("option_unknown", options=unknown)
    # An option that is given twice has several values.
    if not url.database or not all(isinstance(value, str) for value in url.query.values()):
        raise UsageProblem("bad_url")
    _refuse_mistyped(url.database)
    return url


def _refuse_mistyped(name: str) -> None:
    """A file's or a database's name is told in sentences, and in that of a mistyped URL there may be a password."""
    if _MISTYPED_URL.match(name) and not place.exists(Path(name)):
        raise UsageProblem("bad_url")
