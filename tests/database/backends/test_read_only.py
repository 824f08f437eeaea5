"""Files and folders that must not be written, and where a file must not lie."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from desktop_admin.controllers.findings import health
from desktop_admin.database.backends import place
from desktop_admin.database.engine import Database
from desktop_admin.errors import DatabaseUnusable
from desktop_admin.messages import Message
from tests import raw

NOBODY = 65534


@contextmanager
def ordinary_user() -> Iterator[None]:
    """Be somebody whom permissions bind; root is bound by none."""
    if os.geteuid() != 0:
        yield
        return
    os.setresuid(NOBODY, NOBODY, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)


def survey_as_ordinary_user(path: Path) -> tuple[int, Message | None, str]:
    """How many are stuck, why the database is view-only, and what a write is answered."""
    with ordinary_user():
        database = Database.open(path)
        try:
            database.probe()
            stuck = len(database.read(health.survey).stuck)
            with pytest.raises(DatabaseUnusable) as told:
                database.write(lambda session: session.connection().exec_driver_sql("DELETE FROM django_session"))
        finally:
            database.close()
    return stuck, database.description.view_only, told.value.code


@pytest.fixture
def open_folder(portal_file: Path) -> Path:
    """The portal in a folder that everybody can reach."""
    if sys.platform == "win32":
        pytest.skip("Windows has no such permissions")
    folder = portal_file.parent / "shared"
    folder.mkdir()
    for parent in (portal_file.parent, *portal_file.parent.parents):
        if parent.stat().st_uid == os.geteuid() and parent != Path("/"):
            parent.chmod(parent.stat().st_mode | 0o055)
    return portal_file.rename(folder / "portal.sqlite3")


@pytest.fixture(autouse=True)
def _everything_is_loaded(portal_file: Path) -> None:
    """The ordinary user may not be able to read the place that Python loads its modules from."""
    database = Database.open(portal_file)
    database.probe()
    database.read(health.survey)
    database.close()


READ_ONLY = [(0o444, 0o777), (0o666, 0o555), (0o444, 0o555)]


@pytest.mark.parametrize(("file_mode", "folder_mode"), READ_ONLY)
def test_a_read_only_file_or_folder_is_opened_for_viewing_and_stays_the_same_to_the_byte(
    open_folder: Path, file_mode: int, folder_mode: int
) -> None:
    before = raw.digest(open_folder)
    open_folder.chmod(file_mode)
    open_folder.parent.chmod(folder_mode)
    stuck, view_only, answer = survey_as_ordinary_user(open_folder)
    open_folder.parent.chmod(0o777)
    assert (stuck, answer) == (2, "view_only")
    assert view_only is not None
    assert view_only.code == "read_only"
    assert raw.digest(open_folder) == before
    assert raw.folder(open_folder) == {"portal.sqlite3"}


@pytest.mark.parametrize(("file_mode", "folder_mode"), READ_ONLY)
def test_where_permissions_lie_the_probe_finds_out_that_nothing_can_be_written(
    open_folder: Path, file_mode: int, folder_mode: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place, "why_not_writable", lambda _path: None)
    before = raw.digest(open_folder)
    open_folder.chmod(file_mode)
    open_folder.parent.chmod(folder_mode)
    stuck, view_only, answer = survey_as_ordinary_user(open_folder)
    open_folder.parent.chmod(0o777)
    assert (stuck, answer) == (2, "view_only")
    assert view_only is not None
    assert raw.digest(open_folder) == before
    assert raw.folder(open_folder) == {"portal.sqlite3"}


def test_a_file_that_may_not_be_read_is_refused_in_words(open_folder: Path) -> None:
    open_folder.chmod(0o000)
    with ordinary_user(), pytest.raises(DatabaseUnusable) as told:
        Database.open(open_folder)
    assert told.value.code == "file_unreadable"


def test_a_probe_of_a_writable_file_changes_no_byte(portal_file: Path) -> None:
    before = raw.digest(portal_file)
    database = Database.open(portal_file)
    database.probe()
    database.close()
    assert database.description.view_only is None
    assert raw.digest(portal_file) == before


def mount_table(*lines: tuple[str, str]) -> str:
    """The text of ``/proc/self/mountinfo`` for (mount point, file system) pairs."""
    return "".join(f"36 35 98:0 / {point} rw,noatime shared:1 - {kind} source rw\n" for point, kind in lines)


@pytest.fixture
def mounts(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The kernel's table of mounts, as the test wants it."""
    table = SimpleNamespace(text="")
    read_text, exists = Path.read_text, Path.exists

    def fake_text(path: Path, *args: str | None, **options: str | None) -> str:
        return table.text if str(path) == "/proc/self/mountinfo" else read_text(path, *args, **options)

    def fake_exists(path: Path, **options: bool) -> bool:
        return str(path) == "/proc/self/mountinfo" or exists(path, **options)

    monkeypatch.setattr(Path, "read_text", fake_text)
    monkeypatch.setattr(Path, "exists", fake_exists)
    return table


def escaped(path: Path) -> str:
    """A mount point as the kernel writes it: octal numbers for blanks, bytes for everything else."""
    return str(path).replace("\\", "\\134").replace(" ", "\\040")


@pytest.mark.parametrize(
    "kind", ["nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p", "vboxsf", "fuse.vboxsf"]
)  # fmt: skip
@pytest.mark.parametrize("name", ["plain", "with blanks", "परीक्षा"])
@pytest.mark.skipif(sys.platform == "win32", reason="Windows tells it in another way")
def test_a_network_share_is_never_written(portal_file: Path, mounts: SimpleNamespace, kind: str, name: str) -> None:
    folder = portal_file.parent / name
    folder.mkdir()
    path = portal_file.rename(folder / "portal.sqlite3")
    mounts.text = mount_table(("/", "ext4"), (escaped(folder), kind))
    before = raw.digest(path)
    database = Database.open(path)
    assert database.description.view_only is not None
    assert dict(database.description.view_only.values)["kind"] == kind
    with pytest.raises(DatabaseUnusable, match="network share"):
        database.write(lambda session: None)
    database.close()
    assert raw.digest(path) == before


@pytest.mark.skipif(sys.platform == "win32", reason="Windows tells it in another way")
@pytest.mark.parametrize(
    "table",
    [
        (("/", "ext4"),),
        (("/", "nfs"), ("{folder}", "xfs")),
        (("/", "ext4"), ("{folder}-other", "nfs")),
        (("/", "ext4"), ("{folder}", "nfs"), ("{folder}", "ext4")),
        (("/", "fuse.portal"),),
        (),
    ],
)
def test_a_local_disk_is_written(
    portal_file: Path, mounts: SimpleNamespace, table: tuple[tuple[str, str], ...]
) -> None:
    folder = str(portal_file.parent)
    mounts.text = mount_table(*((point.replace("{folder}", folder), kind) for point, kind in table))
    assert place.why_not_writable(portal_file) is None
