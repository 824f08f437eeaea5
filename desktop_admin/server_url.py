"""What the URL of a database on a server says; it never has a password in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Self
from urllib.parse import parse_qs, quote, unquote, urlsplit

PORTS = MappingProxyType({"postgresql": 5432, "mariadb": 3306})
"""The kinds of server by the scheme of their URLs, with the port that each uses by itself."""
_SCHEMES = (*PORTS, "mysql")
_AUTHORITY = {"postgresql": "sslrootcert", "mariadb": "ssl_ca"}
"""The URL's option that names the authority's file, in the words of each driver."""


@dataclass(frozen=True, slots=True)
class ServerUrl:
    """A database on a server, and who works on it.

    Attributes:
        kind: one of ``PORTS``; a MySQL server is reached as ``mariadb``.
        host: a name or an address.
        port: where the server listens.
        database: the name of the database.
        user: the database user.
        authority: the file with the certificate of the authority (CA) that must have signed the server's; the
            connection is then encrypted, and the server's name checked. None where the server decides.
    """

    kind: str
    host: str
    port: int
    database: str
    user: str
    authority: str | None = None

    @property
    def url(self) -> str:
        """The URL; the port stands in it only where it is not the usual one."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == PORTS[self.kind] else f":{self.port}"
        url = f"{self.kind}://{quote(self.user, safe='')}@{host}{port}/{quote(self.database, safe='')}"
        if self.authority is None:
            return url
        # PostgreSQL's driver checks the name in this mode only.
        mode = "sslmode=verify-full&" if self.kind == "postgresql" else ""
        return f"{url}?{mode}{_AUTHORITY[self.kind]}={quote(self.authority)}"

    @classmethod
    def read(cls, url: str) -> Self | None:
        """What the URL says; None where it is a path, a URL of a file, or has a password in it."""
        try:
            parts = urlsplit(url)
            port = parts.port  # is read only now, and may be no number
        except ValueError:
            return None
        kind, options = parts.scheme.split("+")[0], parse_qs(parts.query)
        secret = parts.password is not None or names_password(options)
        if "://" not in url or kind not in _SCHEMES or secret:
            return None
        kind = kind if kind in PORTS else "mariadb"
        return cls(
            kind=kind,
            host=parts.hostname or "localhost",
            port=port or PORTS[kind],
            database=unquote(parts.path.removeprefix("/")),
            user=unquote(parts.username or ""),
            authority=options.get(_AUTHORITY[kind], [None])[0],
        )


def names_password(options: Iterable[str]) -> bool:
    """Whether one of the options of a URL is a password."""
    return not {"password", "passwd", "passw", "pass", "pw", "pwd"}.isdisjoint(key.casefold() for key in options)
