"""Encrypted connections to servers: whose certificates are accepted, and what is wrong with one that is not."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from desktop_admin.errors import DatabaseUnusable

_NOT_TODAY = (9, 10)
_OTHER_NAME = (62, 64)
"""OpenSSL's numbers (``X509_V_ERR_…``): not valid yet, not valid any more; not this name, not this address."""


@dataclass(frozen=True, slots=True)
class Authority:
    """The authority (CA) that must have signed the certificate of the server.

    Attributes:
        file: its own certificate, in PEM form.
        context: takes part in no connection that is not encrypted, or whose server does not prove by a certificate
            of this authority that it has the name by which it was asked for.
    """

    file: Path
    context: ssl.SSLContext

    @classmethod
    def read(cls, file: Path) -> Self:
        """The authority whose certificate is in this file; no other one is trusted, nor those of the system.

        Raises:
            DatabaseUnusable: the file cannot be read, or there is no certificate in it.
        """
        try:
            context = ssl.create_default_context(cafile=file)
        except ssl.SSLError as error:
            raise DatabaseUnusable("authority_no_certificate", path=file) from error
        except (OSError, ValueError) as error:
            raise DatabaseUnusable("authority_unreadable", path=file) from error
        # From Python 3.13 on it would refuse authorities that people make with OpenSSL and that libpq accepts.
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
        return cls(file, context)


def refusal(problem: object) -> str | None:
    """The code of the sentence where encryption kept a connection from coming about; None where something else did."""
    if isinstance(problem, ssl.SSLCertVerificationError):
        if problem.verify_code in _NOT_TODAY:
            return "certificate_not_valid_today"
        return "certificate_of_another" if problem.verify_code in _OTHER_NAME else "certificate_untrusted"
    # An end without a word is a link that broke.
    agreed = not isinstance(problem, ssl.SSLError) or isinstance(problem, ssl.SSLEOFError)
    return None if agreed else "encryption_not_agreed"
