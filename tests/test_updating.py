"""An update from a stick: only what was signed is unpacked, as a whole or not at all, and the old version stays."""

from __future__ import annotations

import hashlib
import io
import shutil
import subprocess
import sys
import tarfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import minisign
import pytest

from building import archive
from desktop_admin import __version__, installation, updating
from desktop_admin.errors import AdminError
from tests import updates
from tests.updates import NEWER

KEYS = minisign.KeyPair.generate()
STRANGER = minisign.KeyPair.generate()


@pytest.fixture(autouse=True)
def _key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The build knows the public key."""
    (tmp_path / "resources").mkdir()
    (tmp_path / "resources" / installation.UPDATE_KEY).write_bytes(bytes(KEYS.public_key))
    monkeypatch.setattr(installation, "resources_folder", lambda: tmp_path / "resources")


@pytest.fixture
def running(tmp_path: Path) -> Path:
    return updates.running(tmp_path)


def content(folder: Path) -> dict[str, bytes]:
    """Everything that is in a folder, also what is hidden."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else b""
        for path in sorted(folder.rglob("*"))
    }


def refused(file: Path, running: Path) -> AdminError:
    """An update that is refused, of which nothing is left."""
    before = content(running.parent)
    with pytest.raises(AdminError) as told:
        updating.update(file, folder=running)
    assert content(running.parent) == before
    return told.value


def test_a_newer_version_is_unpacked_beside_the_one_that_runs(running: Path, tmp_path: Path) -> None:
    before = content(running)
    made = updating.update(updates.update(tmp_path, KEYS), folder=running)
    assert made == running.with_name(f"desktop-admin-{NEWER}")
    assert sorted(path.name for path in running.parent.iterdir()) == ["desktop-admin", made.name]
    assert content(running) == before
    for folder, version in ((made, NEWER), (running, __version__)):
        said = subprocess.run([folder / "desktop-admin-window"], capture_output=True, text=True, check=True)
        assert said.stdout.split() == ["desktop-admin", version]


def test_a_version_that_is_there_already_is_left_as_it_is(running: Path, tmp_path: Path) -> None:
    file = updates.update(tmp_path, KEYS)
    updating.update(file, folder=running)
    assert refused(file, running).code == "update_there"


def test_what_counts_is_the_name_that_was_signed(running: Path, tmp_path: Path) -> None:
    file = updates.update(tmp_path, KEYS, version="0.0.9")
    renamed = file.rename(file.with_name(f"desktop-admin-{NEWER}-{updates.SYSTEM}.tar.xz"))
    file.with_name(file.name + updating.SUFFIX).rename(renamed.with_name(renamed.name + updating.SUFFIX))
    assert refused(renamed, running).code == "update_not_newer"


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-100])


def _alter(file: Path) -> None:
    whole = bytearray(file.read_bytes())
    whole[len(whole) // 2] ^= 1
    file.write_bytes(whole)


def _sign_as_stranger(file: Path) -> None:
    updates.signed(file, STRANGER)


def _pretend(file: Path) -> None:
    """A stranger's signature with the right key's number on it."""
    signature = file.with_name(file.name + updating.SUFFIX)
    theirs = STRANGER.secret_key.sign_file(file, prehash=True)
    theirs._key_id = bytes(KEYS.public_key._keynum_pk.key_id)
    signature.write_bytes(bytes(theirs))


def _alter_comment(file: Path) -> None:
    signature = file.with_name(file.name + updating.SUFFIX)
    signature.write_bytes(signature.read_bytes().replace(NEWER.encode(), b"99.2.0"))


def _sign_nameless(file: Path) -> None:
    signature = KEYS.secret_key.sign(file.read_bytes(), trusted_comment="timestamp:1")
    file.with_name(file.name + updating.SUFFIX).write_bytes(bytes(signature))


def _spoil_signature(file: Path) -> None:
    file.with_name(file.name + updating.SUFFIX).write_bytes(b"\xff" * 300)


@pytest.mark.parametrize(
    "spoil",
    [
        _cut,
        _alter,
        _sign_as_stranger,
        _pretend,
        _alter_comment,
        _sign_nameless,
        _spoil_signature,
    ],
)
def test_what_is_not_as_it_was_signed_is_not_unpacked(
    spoil: Callable[[Path], None], running: Path, tmp_path: Path
) -> None:
    file = updates.update(tmp_path, KEYS)
    spoil(file)
    assert refused(file, running).code == "update_not_genuine"


@pytest.mark.parametrize("version", ["0.1.9", __version__])
def test_an_older_version_or_the_same_is_not_unpacked(version: str, running: Path, tmp_path: Path) -> None:
    assert refused(updates.update(tmp_path, KEYS, version=version), running).code == "update_not_newer"


def test_a_version_with_a_larger_number_in_two_digits_is_newer(running: Path, tmp_path: Path) -> None:
    major, minor, _rest = __version__.split(".")
    version = f"{major}.{int(minor) + 10}.0"
    made = updating.update(updates.update(tmp_path, KEYS, version=version), folder=running)
    assert made.name == f"desktop-admin-{version}"


def test_an_archive_for_another_system_is_not_unpacked(running: Path, tmp_path: Path) -> None:
    told = refused(updates.update(tmp_path, KEYS, system="windows-amd64"), running)
    assert told.code == "update_of_other_system"
    assert updates.SYSTEM in str(told)


@pytest.mark.parametrize("missing", ["", updating.SUFFIX])
def test_a_file_that_is_not_there_is_told(missing: str, running: Path, tmp_path: Path) -> None:
    file = updates.update(tmp_path, KEYS)
    file.with_name(file.name + missing).unlink()
    assert refused(file, running).code == "update_unreadable"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a file that cannot be read to its end")
def test_a_stick_that_is_pulled_out_while_it_is_read_is_told(running: Path, tmp_path: Path) -> None:
    file = updates.update(tmp_path, KEYS)
    file.unlink()
    file.symlink_to("/proc/self/mem")
    assert refused(file, running).code == "update_unreadable"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere such a file would fill the disk")
@pytest.mark.parametrize("which", ["", updating.SUFFIX])
def test_what_no_memory_has_room_for_is_not_read(which: str, running: Path, tmp_path: Path) -> None:
    file = updates.update(tmp_path, KEYS)
    with file.with_name(file.name + which).open("r+b") as stream:
        stream.truncate(2**40)
    assert refused(file, running).code == "update_not_genuine"


@contextmanager
def _full_disk(most: int) -> Iterator[None]:
    """No file can grow beyond so many bytes."""
    import resource  # not on Windows

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can say how large a file may become")
def test_nothing_is_left_of_what_cannot_be_written_to_the_end(running: Path, tmp_path: Path) -> None:
    file = updates.update(tmp_path, KEYS)
    with _full_disk(5_000):
        assert refused(file, running).code == "update_not_written"
    assert updating.update(file, folder=running).is_dir()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a folder that even root cannot write to")
def test_a_folder_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    with pytest.raises(AdminError) as told:
        updating.update(updates.update(tmp_path, KEYS), folder=Path("/proc/self/desktop-admin"))
    assert told.value.code == "update_not_written"


def crafted(folder: Path, *entries: tarfile.TarInfo) -> Path:
    """A signed archive with these entries besides what belongs there."""
    made = updates.program(folder / "made")
    file = updates.archived(made, folder / "stick")
    with tarfile.open(file, "w:xz", preset=0) as whole:
        whole.add(made, "desktop-admin")
        for one in entries:
            whole.addfile(one, io.BytesIO(b"evil"[: one.size]))
    return updates.signed(file, KEYS)


def entry(name: str, kind: bytes = tarfile.REGTYPE, *, to: str = "") -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type, made.linkname = kind, to
    made.size = 4 if kind == tarfile.REGTYPE else 0
    return made


@pytest.mark.parametrize(
    "evil",
    [
        entry("../evil"),
        entry("desktop-admin/../../evil"),
        entry("desktop-admin/link", tarfile.SYMTYPE, to="/etc/passwd"),
        entry("desktop-admin/link", tarfile.SYMTYPE, to="../../../evil"),
        entry("desktop-admin/link", tarfile.LNKTYPE, to="../../evil"),
        entry("desktop-admin/device", tarfile.CHRTYPE),
        entry("desktop-admin/more"),
    ],
    ids=lambda one: f"{one.name} {one.linkname}",
)
def test_nothing_leaves_the_folder_even_if_it_was_signed(evil: tarfile.TarInfo, running: Path, tmp_path: Path) -> None:
    file = crafted(tmp_path, evil)
    before = content(tmp_path)
    assert refused(file, running).code == "update_damaged"
    assert content(tmp_path) == before


def test_an_absolute_path_is_one_within_the_folder(running: Path, tmp_path: Path) -> None:
    evil = tmp_path / "evil"
    made = updating.update(crafted(tmp_path, entry(str(evil))), folder=running)
    assert not evil.exists()
    assert [path.name for path in made.rglob("evil")] == []


@pytest.mark.parametrize("lacking", ["_internal/data", installation.LIST])
def test_what_lacks_a_file_is_not_kept(lacking: str, running: Path, tmp_path: Path) -> None:
    made = updates.program(tmp_path / "made")
    (made / lacking).unlink()
    assert refused(updates.signed(updates.archived(made, tmp_path / "stick"), KEYS), running).code == "update_damaged"


def test_what_is_signed_and_no_archive_is_told(running: Path, tmp_path: Path) -> None:
    file = updates.update(tmp_path, KEYS)
    file.write_bytes(hashlib.sha256(b"").digest() * 100)
    assert refused(updates.signed(file, KEYS), running).code == "update_damaged"


@pytest.mark.parametrize("key", [b"", b"\xff" * 80, bytes(KEYS.public_key)[:-9], b"untrusted comment: x\nAAAA\n", None])
def test_a_damaged_key_is_told_and_nothing_unpacked(key: bytes | None, running: Path, tmp_path: Path) -> None:
    file = tmp_path / "resources" / installation.UPDATE_KEY
    file.unlink()
    # Without a name it is no file that could be read.
    file.mkdir() if key is None else file.write_bytes(key)
    told = refused(updates.update(tmp_path, KEYS), running)
    assert told.code == "update_key_damaged"
    assert str(file) in str(told)


def test_a_key_with_another_number_in_it_trusts_nobody(running: Path, tmp_path: Path) -> None:
    (tmp_path / "resources" / installation.UPDATE_KEY).write_bytes(bytes(STRANGER.public_key))
    assert refused(updates.update(tmp_path, KEYS), running).code == "update_not_genuine"


def _take_away(folder: Path, stop: threading.Event) -> None:
    while not stop.is_set():
        for scratch in folder.glob(".desktop-admin-*/desktop-admin"):
            shutil.rmtree(scratch, ignore_errors=True)


def test_a_disk_that_is_pulled_out_while_it_is_written_is_told(running: Path, tmp_path: Path) -> None:
    made = updates.program(tmp_path / "made")
    for number in range(2_000):
        (made / "_internal" / f"{number}").write_bytes(b"%d" % number)
    archive.write_list(made)
    file = updates.signed(updates.archived(made, tmp_path / "stick"), KEYS)
    before, stop = content(running), threading.Event()
    away = threading.Thread(target=_take_away, args=(running.parent, stop))
    away.start()
    try:
        with pytest.raises(AdminError) as told:
            updating.update(file, folder=running)
    finally:
        stop.set()
        away.join()
    assert told.value.code in ("update_not_written", "update_damaged")
    assert [path.name for path in running.parent.iterdir()] == ["desktop-admin"]
    assert content(running) == before


def test_the_stick_may_be_pulled_out_once_it_was_read(running: Path, tmp_path: Path) -> None:
    file = updates.update(tmp_path, KEYS)
    read = updating._unpack

    def unplugged(*given: Any) -> None:
        shutil.rmtree(file.parent)
        read(*given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(updating, "_unpack", unplugged)
        assert updating.update(file, folder=running).is_dir()


def test_only_a_folder_of_its_own_is_updated(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(AdminError, match="nothing to update"):
        updating.here()
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", "/usr/lib/desktop-admin/desktop-admin")
    with pytest.raises(AdminError, match="nothing to update"):
        updating.here()
    monkeypatch.setattr(sys, "executable", "/media/stick/desktop-admin/desktop-admin")
    assert updating.here() == Path("/media/stick/desktop-admin")
