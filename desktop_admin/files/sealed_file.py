"""A sealed file: a ZIP archive in age's format, with a list of the sums of all that is in it.

The common tools open it years later: ``age --decrypt``, an unzipper, and ``sha256sum --check`` for the list.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping

from desktop_admin.files import age
from desktop_admin.files.zipped import zipped

LIST = "contents.sha256"
"""What the list is called inside."""
ENDING = ".zip.age"
DATABASE = "database.sqlite3"
"""What a back-up is called inside."""
_ZIP = b"PK\x03\x04"


class SealBroken(Exception):
    """The file is not as it was sealed, or the passphrase is another one; which of them age does not tell."""


class NoSealedFile(SealBroken):
    """It is another kind of file, whatever the passphrase.

    Args:
        content: what it holds; decrypted, where it was encrypted.
    """

    def __init__(self, content: bytes) -> None:
        super().__init__("another kind of file")
        self.content = content


def sealed(members: Mapping[str, bytes], passphrase: str) -> bytes:
    """The file of these members, by name; takes one to two seconds, which nobody can shorten who guesses passphrases.

    All of it is in memory, because what is not encrypted must not lie about on a disk.
    """
    listed = "".join(f"{_digest(content)}  {name}\n" for name, content in members.items())
    return age.encrypt(zipped({**members, LIST: listed.encode()}), passphrase)


def opened(content: bytes, passphrase: str) -> dict[str, bytes]:
    """What is in a sealed file, by name, without the list; each member is as its sum in the list says.

    Raises:
        NoSealedFile: it never was a sealed file.
        SealBroken: something in it is not as it was, is missing or too much, or the passphrase is another one.
    """
    if not age.takes_passphrase(content):
        raise NoSealedFile(content)
    try:
        archive = age.decrypt(content, passphrase)
    except age.Undecipherable as failure:
        raise SealBroken(str(failure)) from failure
    if not is_archive(archive):
        raise NoSealedFile(archive)
    return unpacked(archive)


def is_archive(content: bytes) -> bool:
    """Whether what was decrypted is such an archive, and not some other file that was encrypted."""
    return content.startswith(_ZIP)


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


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
