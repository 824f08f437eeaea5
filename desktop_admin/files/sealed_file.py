"""A sealed file: a ZIP archive in age's format, with a list of the sums of all that is in it.

The common tools open it years later: ``age --decrypt``, an unzipper, and ``sha256sum --check`` for the list.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping

from desktop_admin.files.zipped import zipped

LIST = "contents.sha256"
"""What the list is called inside."""
ENDING = ".zip.age"


class SealBroken(Exception):
    """The file is not as it was sealed, or the passphrase is another one; which of them age does not tell."""


def sealed(members: Mapping[str, bytes], passphrase: str) -> bytes:
    """The file of these members, by name; takes one to two seconds, which nobody can shorten who guesses passphrases.

    All of it is in memory, because what is not encrypted must not lie about on a disk.
    """
    listed = "".join(f"{_digest(content)}  {name}\n" for name, content in members.items())
    return _encrypted(zipped({**members, LIST: listed.encode()}), passphrase)


def opened(content: bytes, passphrase: str) -> dict[str, bytes]:
    """What is in a sealed file, by name, without the list; each member is as its sum in the list says.

    Raises:
        SealBroken: something in it is not as it was, is missing or too much, or the passphrase is another one.
    """
    return unpacked(_decrypted(content, passphrase))


def unpacked(archive: bytes) -> dict[str, bytes]:
    """The same of what was decrypted."""
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as packed:
            members = {name: packed.read(name) for name in packed.namelist()}
        sums = {
            name: digest for digest, name in (line.split("  ", 1) for line in members.pop(LIST).decode().splitlines())
        }
    except (zipfile.BadZipFile, KeyError, ValueError) as failure:
        raise SealBroken(str(failure)) from failure
    if sums != {name: _digest(one) for name, one in members.items()}:
        raise SealBroken("the list of sums does not fit")
    return members


def _encrypted(content: bytes, passphrase: str) -> bytes:
    # Most starts of the program encrypt nothing.
    import pyrage

    encrypted: bytes = pyrage.passphrase.encrypt(content, passphrase)
    return encrypted


def _decrypted(content: bytes, passphrase: str) -> bytes:
    import pyrage

    try:
        decrypted: bytes = pyrage.passphrase.decrypt(content, passphrase)
    except pyrage.DecryptError as failure:
        raise SealBroken(str(failure)) from failure
    return decrypted


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
