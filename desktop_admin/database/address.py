"""What a path or a URL names: a file, or a database on a server."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from desktop_admin.database.backend import Backend
from desktop_admin.errors import DatabaseUnusable, UsageProblem

_OPTIONS = {"postgresql": {"sslmode", "sslrootcert"}, "mysql": {"ssl_ca"}, "mariadb": {"ssl_ca"}}
"""What may stand behind a server's URL: how the connection is encrypted, and whose certificate it must have."""
_SERVERS = ("postgresql", "mysql", "mariadb")


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
        from desktop_admin.database.sqlite import SqliteFile

        return SqliteFile(database_path(target))
    if password is not None:
        url = url.set(password=password)
    # Each driver is imported only where it is used: together they would cost every start a tenth of a second.
    if url.get_backend_name() == "postgresql":
        from desktop_admin.database.postgresql import PostgresqlServer

        return PostgresqlServer(url)
    from desktop_admin.database.mariadb import MariadbServer

    return MariadbServer(url)


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
        raise UsageProblem("bad_url", url=target)
    return Path(url.database)


def _url(target: str | Path) -> URL | None:
    """The URL, or None for a path."""
    if isinstance(target, Path) or "://" not in target:
        if not str(target).strip():
            raise UsageProblem("no_database_given")
        return None
    try:
        url = make_url(target)
    except (ArgumentError, ValueError):
        raise UsageProblem("bad_url", url=target.split("@")[-1]) from None
    if url.password is not None or {"password", "passwd", "pwd"} & {key.casefold() for key in url.query}:
        raise UsageProblem("password_in_url")
    if url.get_backend_name() not in (*_SERVERS, "sqlite"):
        raise DatabaseUnusable("server_not_supported", engine=url.get_backend_name())
    unknown = set(url.query) - _OPTIONS.get(url.get_backend_name(), set())
    files = [value for key, value in url.query.items() if key in ("sslrootcert", "ssl_ca")]
    if not url.database or unknown or not all(isinstance(file, str) and Path(file).is_file() for file in files):
        raise UsageProblem("bad_url", url=target)
    return url
