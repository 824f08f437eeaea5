"""An update from a stick: a signed archive, proved before anything of it is unpacked beside the program that runs.

The signature is minisign's, in the file beside the archive (``….tar.xz.minisig``), by a key of whoever gives the
program out; the build has its public half, and a build without one has no updates. What the signature says of the
archive's name (version and system) counts, whatever it is called on the stick. The program that runs is left as it
is: it is the way back.
"""

from __future__ import annotations

import lzma
import platform
import re
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_admin import __version__
from desktop_admin.errors import AdminError, UsageProblem
from desktop_admin.installation import files_in, listed_in, one_folder, update_key

if TYPE_CHECKING:
    import minisign

SUFFIX = ".minisig"
PROGRAM = "desktop-admin"
_MOST_BYTES = 500_000_000
"""More is no archive of this program, and would fill the memory."""
_MOST_OF_SIGNATURE = 10_000
_NAME = re.compile(rf"(?:^|\t)file:{PROGRAM}-(\d+(?:\.\d+)+)-(\w+-\w+)\.tar\.xz(?:\t|$)")


def here() -> Path:
    """The folder of the program that runs.

    Raises:
        AdminError: it runs from its source, or a package of the system brought it.
    """
    folder = one_folder()
    if folder is None or folder.is_relative_to("/usr"):
        raise AdminError("update_not_here")
    return folder


def update(archive: Path, *, folder: Path) -> Path:
    """Prove an archive and unpack it beside the program, as a folder with its version in the name.

    Args:
        archive: of the newer version, with the signature beside it.
        folder: of the program that runs; it stays as it is.

    Returns:
        The new folder. Where anything is wrong there is none, and nothing else is left, either.

    Raises:
        UsageProblem: archive or signature cannot be read, or that version is there already.
        AdminError: it is not what was signed by whom this build trusts, of no newer version or of another system; it
            cannot be written; or what was written is not what was signed.
    """
    content = _read(archive, most=_MOST_BYTES)
    version = _proved(archive, content)
    target = folder.with_name(f"{PROGRAM}-{version}")
    if target.exists():
        raise UsageProblem("update_there", path=target)
    with _scratch(folder.parent) as scratch:
        _unpack(content, scratch, archive)
        _compare(scratch / PROGRAM, archive)
        (scratch / PROGRAM).rename(target)
    return target


def _read(file: Path, *, most: int) -> bytes:
    try:
        if file.stat().st_size > most:
            raise AdminError("update_not_genuine", path=file)
        return file.read_bytes()
    except OSError as failure:
        why = failure.strerror or failure
        raise UsageProblem("update_unreadable", path=file, why=why, suffix=SUFFIX) from failure


def _proved(archive: Path, content: bytes) -> str:
    """The version of an archive that is what was signed, for this system, and newer than what runs."""
    # Only here, because it takes a moment to import.
    import minisign

    signed = _read(archive.with_name(archive.name + SUFFIX), most=_MOST_OF_SIGNATURE)
    key = _key()
    try:
        signature = minisign.Signature.from_bytes(signed)
        key.verify(content, signature)
    except minisign.Error as wrong:
        raise AdminError("update_not_genuine", path=archive) from wrong
    named = _NAME.search(signature.trusted_comment)
    if named is None:
        raise AdminError("update_not_genuine", path=archive)
    version, system = named.groups()
    needed = f"{platform.system()}-{platform.machine()}".lower()
    if system != needed:
        raise AdminError("update_of_other_system", path=archive, system=system, needed=needed)
    if _numbers(version) <= _numbers(__version__):
        raise AdminError("update_not_newer", version=version, running=__version__)
    return version


def _key() -> minisign.PublicKey:
    """The public key of this build.

    Raises:
        AdminError: it is missing or damaged.
    """
    import minisign

    try:
        return minisign.PublicKey.from_bytes(update_key().read_bytes())
    except (OSError, minisign.Error) as wrong:
        raise AdminError("update_key_damaged", path=update_key()) from wrong


def _numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]


@contextmanager
def _scratch(parent: Path) -> Iterator[Path]:
    """A new folder on the same disk, which is gone afterwards with whatever is still in it."""
    try:
        scratch = Path(tempfile.mkdtemp(prefix=f".{PROGRAM}-", dir=parent))
    except OSError as failure:
        raise AdminError("update_not_written", path=parent, why=failure.strerror or failure) from failure
    try:
        yield scratch
    except OSError as failure:
        raise AdminError("update_not_written", path=parent, why=failure.strerror or failure) from failure
    finally:
        # Where the disk itself is gone, so is what was on it.
        shutil.rmtree(scratch, ignore_errors=True)


def _unpack(content: bytes, scratch: Path, archive: Path) -> None:
    """Unpack what was proved, out of the memory: the stick could hold something else by now."""
    try:
        with tarfile.open(fileobj=BytesIO(content), mode="r:xz") as whole:
            # Nothing outside of the folder, no links that lead out of it, no devices.
            whole.extractall(scratch, filter="data")
    except (tarfile.TarError, lzma.LZMAError, EOFError) as wrong:
        raise AdminError("update_damaged", path=archive) from wrong


def _compare(folder: Path, archive: Path) -> None:
    """See whether the disk has what was written, and the archive all that its list names and nothing else."""
    listed = listed_in(folder)
    if not listed or files_in(folder) != listed:
        raise AdminError("update_damaged", path=archive)
