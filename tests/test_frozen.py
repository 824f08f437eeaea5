"""The one-folder program is tried as the source is, where it will be: on odd paths, read-only, offline, by strangers.

DESKTOP_ADMIN_FROZEN names the folder that ``python -m building --only-folder`` made:

    DESKTOP_ADMIN_FROZEN=dist/desktop-admin pytest -m 'frozen and not long' -n 0 -s
    DESKTOP_ADMIN_FROZEN=dist/desktop-admin pytest -m frozen -n 0 -s
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import minisign
import openpyxl
import pytest

from building import archive
from desktop_admin import __version__, installation, journal
from tests import raw, registers, servers, updates
from tests.cli.runs import PASSWORD, PROJECT, SUPERVISOR, answer, incomplete

pytestmark = pytest.mark.frozen

MOST_MEGABYTES = 170
MOST_OF_ARCHIVE = 60
MOST_OF_SOURCE = 1.5
"""The first paint of the frozen window may take this many times as long as that of the source."""
UNWANTED = (
    *("Qml", "Quick", "/translations/", "qgtk3", "libqpdf", "/tls/", "/RECORD", "/sboms/", "readline"),
    *(".po\n", ".pyi\n", ".dist-info/licenses/"),
)
"""Parts of names that no file in the folder has."""
ROUNDS = 7
LINUX = sys.platform == "linux"
AS_NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--")
OFFLINE = ("unshare", "--net", "--")


@pytest.fixture(scope="session")
def made() -> Path:
    named = os.environ.get("DESKTOP_ADMIN_FROZEN")
    if not named:
        pytest.skip("DESKTOP_ADMIN_FROZEN does not name the one-folder program")
    return Path(named).resolve()


@pytest.fixture(scope="session")
def folder(made: Path) -> Iterator[Path]:
    """The program in a folder with blanks and Devanagari letters, which everybody may read and nobody change."""
    above = Path(tempfile.mkdtemp(prefix="परीक्षा केंद्र 12 "))
    copy = above / "desktop admin"
    shutil.copytree(made, copy, symlinks=True, copy_function=_linked)
    folders = [above, copy, *(path for path in copy.rglob("*") if path.is_dir() and not path.is_symlink())]
    for one in folders:
        one.chmod(0o555)
    yield copy
    for one in folders:
        one.chmod(0o755)
    shutil.rmtree(above)


def _linked(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def run(
    program: Path,
    *arguments: str,
    code: int = 0,
    prefix: Sequence[str] = (),
    first: str = PASSWORD,
    typed: str = "",
    **environment: str,
) -> str:
    """Run the program to its end, to which the password is typed first, and then more; gives what it printed."""
    usual = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [*prefix, str(program), *arguments],
        input=first + typed,
        env=environment if prefix else usual | environment,
        cwd="/" if LINUX else None,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=600,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


def values(program: Path, *arguments: str) -> Any:
    return json.loads(run(program, *SUPERVISOR, *arguments, "--json"))


@pytest.fixture
def program(folder: Path) -> Path:
    return folder / "desktop-admin"


def test_the_folder_is_small_and_its_list_tells_every_file(folder: Path) -> None:
    size = archive.megabytes(folder)
    print(f"\nthe folder: {size:.1f} MB")
    assert size <= MOST_MEGABYTES
    lines = (folder / installation.LIST).read_text(encoding="utf-8").splitlines()
    listed = {line[66:]: line[:64] for line in lines}
    there = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.name != installation.LIST
    }
    assert listed == there
    names = "".join(f"{name}\n" for name in there)
    assert not any(part in names for part in UNWANTED)
    # Most sticks cannot hold a link, so that the copy would lack a file.
    assert [path for path in folder.rglob("*") if path.is_symlink()] == []
    guides = {f"{name}.{form}" for name in ("desk", "supervisor", "administrator") for form in ("html", "pdf")}
    for tongue in ("en", "hi"):
        assert guides <= {path.name for path in (folder / "guides" / tongue).iterdir()}
    licences = {path.name for path in (folder / "licences").iterdir()}
    assert {"LGPL-3.txt", "LGPL-2.1.txt", "GPL-3.txt", "replacing-qt.txt", "list.txt", "Python.txt"} <= licences
    listed_licences = (folder / "licences" / "list.txt").read_text(encoding="utf-8")
    assert "PySide6_Essentials" in listed_licences
    assert "psycopg" in listed_licences
    # Whatever a name in the folder tells of has its line there.
    parts = {name.rpartition("-")[0] for name in map(_distribution, there) if name} | set(map(_library, there)) - {""}
    said = {re.sub(r"[-_.]+", "-", re.split(r"[ :]", line)[0]).lower() for line in listed_licences.splitlines()}
    assert {one for one in parts if re.sub(r"[-_.]+", "-", one).lower() not in said} == set()
    assert "desktop-admin-window" in (folder / "read-me.txt").read_text(encoding="utf-8-sig")


def _distribution(name: str) -> str:
    return found[1] if (found := re.search(r"/([^/]+)\.dist-info/", name)) else ""


def _library(name: str) -> str:
    """The library that came inside the package of another, where this is one."""
    return found[1] if (found := re.search(r"(?:\.libs|Qt/lib)/(lib(?!Qt)\w+)", name)) else ""


def test_strangers_start_it_offline_without_a_home_in_the_locale_of_old_terminals(program: Path) -> None:
    assert run(program, "--version").split() == ["desktop-admin", __version__]
    if not LINUX or os.getuid() != 0:
        pytest.skip("only root can be somebody else, and take the network away")
    hard = partial(run, program, prefix=(*OFFLINE, *AS_NOBODY), PATH="/usr/bin:/bin", LC_ALL="C")
    assert hard("--version").split() == ["desktop-admin", __version__]
    assert "self-check" in hard("--language", "hi", "--help")
    assert json.loads(hard("self-check", "--json"))["passed"]
    with tempfile.TemporaryDirectory() as writable:
        Path(writable).chmod(0o777)
        report = Path(writable) / "report.zip"
        hard("problem-report", str(report))
        with zipfile.ZipFile(report) as whole:
            assert "one folder yes" in whole.read("versions.txt").decode()


def test_times_are_right_where_the_system_knows_no_zones(program: Path, portal_file: Path) -> None:
    rows = values(program, "--db", str(portal_file), "sessions")
    assert rows == json.loads(
        run(program, *SUPERVISOR, "--db", str(portal_file), "sessions", "--json", PYTHONTZPATH="/nowhere")
    )


def test_a_reset_an_undo_a_paper_and_a_table(program: Path, portal_file: Path, tmp_path: Path) -> None:
    database = ("--db", str(portal_file))
    before = incomplete(portal_file)
    done = values(program, *database, "reset-slots", "--army-no", "T-STUCK", "--yes")
    assert len(incomplete(portal_file)) == len(before) - 1
    slip, sheet = tmp_path / "slip.pdf", tmp_path / "sessions.xlsx"
    run(program, *SUPERVISOR, *database, "report", "slip", done["op_id"], str(slip))
    run(program, *SUPERVISOR, *database, "export", "sessions", str(sheet))
    assert slip.read_bytes().startswith(b"%PDF-")
    assert b"NotoSans" in slip.read_bytes()
    assert zipfile.is_zipfile(sheet)
    values(program, *database, "undo", done["op_id"], "--yes")
    assert incomplete(portal_file) == before
    assert run(program, *SUPERVISOR, *database, "verify-log")


def test_an_import_a_sealed_day_and_the_way_back(program: Path, portal_file: Path, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in ([*registers.HEADINGS.values()], [*registers.sound(1).values()]):
        book.active.append(row)
    register, copy, day = tmp_path / "रजिस्टर.xlsx", tmp_path / "copy.sqlite3", tmp_path / "day.zip.age"
    book.save(register)
    database = ("--db", str(portal_file))
    before = raw.content(portal_file)
    run(program, *SUPERVISOR, *database, "backup", str(copy))
    slips = ("--generate-passwords", "--slips", str(tmp_path / "slips.pdf"))
    assert values(program, *database, "import-register", str(register), *slips, "--yes")["applied"] == 1
    # Nobody signs in at a scratch database, so that the passphrase is the first line.
    run(program, *SUPERVISOR, *database, "close-day", str(day), "--yes", first="", typed="three words here\n")
    assert run(program, "--password-stdin", "read-closing", str(day), typed="three words here\n", first="")
    run(program, *SUPERVISOR, *database, "restore-backup", str(copy), "--yes")
    assert raw.differences(before, raw.content(portal_file)) == {}


def told(program: Path, *arguments: str, **environment: str) -> tuple[int, str]:
    """Run what may not begin at all; gives its exit code and all that it said."""
    usual = {**os.environ, "QT_QPA_PLATFORM": "offscreen", **environment}
    done = subprocess.run(
        [program, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=usual,
        encoding="utf-8",
        errors="replace",
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout


@pytest.fixture
def copy(made: Path, tmp_path: Path) -> Path:
    """A folder of which files may be removed, and none changed."""
    return shutil.copytree(made, tmp_path / "desktop-admin", symlinks=True, copy_function=_linked)


@pytest.mark.parametrize(
    "lacking",
    [
        "PySide6/Qt/lib/libQt6Core.so.6",
        "PySide6/QtWidgets*.so",
        "PySide6/Qt/plugins/platforms/libqxcb.so",
        "PySide6/Qt/plugins/platforms/libqoffscreen.so",
        "PySide6/Qt/plugins/printsupport/*.so",
        "desktop_admin/resources_data/fonts/NotoSansDevanagari-Regular.ttf",
        "desktop_admin/resources_data/catalogues/en/*/*.mo",
        "desktop_admin/resources_data/catalogues/hi/*/*.mo",
        "desktop_admin/resources_data/guides/hi/desk.md",
        "desktop_admin/resources_data/icons/check.svg",
        "desktop_admin/resources_data/grants/postgresql-desk.sql",
        "desktop_admin/database/migrations/env.py",
        "psycopg_binary/_psycopg*.so",
        "psycopg_binary.libs/libpq*",
        "psycopg-*.dist-info/METADATA",
        "tzdata/zoneinfo/Asia/Kolkata",
        "python3.*/lib-dynload/_ctypes.*",
        "python3.*/lib-dynload/_posixsubprocess.*",
        "libsqlite3.so.0",
    ],
)
def test_a_folder_that_lacks_a_file_says_which_and_what_to_do(copy: Path, tmp_path: Path, lacking: str) -> None:
    (file,) = (copy / "_internal").glob(lacking)
    name = file.relative_to(copy).as_posix()
    file.unlink()
    shown = tmp_path / "shown"
    (tmp_path / "notify-send").write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > "{shown}"\n', encoding="utf-8")
    (tmp_path / "notify-send").chmod(0o755)
    desktop = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    for started in (("desktop-admin", "--version"), ("desktop-admin", "self-check"), ("desktop-admin-window",)):
        code, said = told(copy / started[0], *started[1:], PATH=desktop)
        assert code == 1
        assert f"Missing: {name}" in said
        assert "Copy the whole folder again" in said
        assert "फिर से कॉपी करें" in said
        assert "Traceback" not in said
    # What shows it on the screen needs this one itself.
    assert shown.exists() == ("_posixsubprocess" not in lacking)


@pytest.mark.parametrize("lacking", ["base_library.zip", "libpython3*", "python3.*/lib-dynload/zlib.*"])
def test_what_python_cannot_begin_without_is_told_by_the_starter(copy: Path, lacking: str) -> None:
    (file,) = (copy / "_internal").glob(lacking)
    file.unlink()
    for program in ("desktop-admin", "desktop-admin-window"):
        code, said = told(copy / program)
        assert code != 0
        # As what to start first says in words: the folder is to be copied again.
        assert re.search(r"\[PYI-\d+:ERROR\]", said)
    for spoken in ("If the program does not start, or says", "शुरू न हो, या"):
        assert f'{spoken} "PYI-…:ERROR"' in (copy / "read-me.txt").read_text(encoding="utf-8-sig")


@pytest.mark.parametrize(
    "damaged", ["guides/hi/desk.pdf", "_internal/psycopg_binary/_psycopg*.so", "_internal/desktop_admin/**/*-Bold.ttf"]
)
def test_the_self_check_names_each_file_that_is_not_as_it_was(copy: Path, damaged: str) -> None:
    assert "folder is whole" in run(copy / "desktop-admin", "self-check")
    file = next(copy.glob(damaged))
    content = file.read_bytes()
    # A file of its own, because the others are those of the folder that was made.
    file.unlink()
    for spoil in (content[:-1], content[:99] + bytes([content[99] ^ 1]) + content[100:], None):
        if spoil is not None:
            file.write_bytes(spoil)
        elif not damaged.startswith("_internal"):
            file.unlink()
        code, said = told(copy / "desktop-admin", "self-check")
        assert code == 1
        assert f"Missing or changed: {file.relative_to(copy).as_posix()}" in said
        assert "Traceback" not in said


@pytest.mark.parametrize("engine", ["postgresql", "mariadb"])
def test_it_reads_from_each_server_what_the_source_reads(program: Path, engine: str) -> None:
    with servers.small_portal(engine) as url:
        target = servers.target(url)
        assert values(program, "--db", target, "sets") == answer(target, "sets")


def painted(command: Sequence[str], data: Path) -> float:
    """Start a window, and end it once it was painted for the first time; gives the seconds until then."""
    data.mkdir()
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_DATA_HOME": str(data)}
    log = data / "desktop-admin" / journal.file().name
    begun = time.time()
    with subprocess.Popen(command, env=environment, cwd=PROJECT, stdin=subprocess.DEVNULL) as child:
        try:
            while (line := _line(log, "] painted")) is None:
                assert child.poll() is None
                assert time.time() < begun + 120
                time.sleep(0.02)
        finally:
            child.kill()
    return datetime.fromisoformat(line.split()[0]).timestamp() - begun


def _line(log: Path, end: str) -> str | None:
    lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    return next((line for line in lines if line.endswith(end)), None)


def test_the_windowed_program_paints_its_window(folder: Path, tmp_path: Path) -> None:
    seconds = painted([str(folder / "desktop-admin-window")], tmp_path / "data")
    print(f"\nthe frozen window is painted after {seconds:.2f} s")


@pytest.mark.long
def test_the_frozen_window_is_painted_nearly_as_soon_as_that_of_the_source(folder: Path, tmp_path: Path) -> None:
    forms = {"frozen": [str(folder / "desktop-admin-window")], "source": [sys.executable, "-m", "desktop_admin"]}
    # The first of each finds nothing in the system's memory; in turn, so that other work weighs on both.
    times = [
        {form: painted(command, tmp_path / f"{form} {number}") for form, command in forms.items()}
        for number in range(ROUNDS + 1)
    ][1:]
    medians = {form: statistics.median(one[form] for one in times) for form in forms}
    ratio = statistics.median(one["frozen"] / one["source"] for one in times)
    print(f"\nfirst paint: {medians}, {ratio:.2f} times the source's")
    assert ratio <= MOST_OF_SOURCE, times


@pytest.mark.long
def test_the_demo_pictures_every_pane_in_both_languages(program: Path, tmp_path: Path) -> None:
    told = run(program, "demo", "--terminal", "--pictures", str(tmp_path / "चित्र"), "--json")
    pictures = {Path(one).name for one in json.loads(told)["pictures"]}
    for pane in ("desk", "sessions", "question-sets", "history"):
        assert {f"{pane}-{tongue}-{look}.png" for tongue in ("en", "hi") for look in ("light", "dark")} <= pictures
    sizes = {path.stat().st_size for path in (tmp_path / "चित्र").iterdir()}
    assert min(sizes) > 10_000


@pytest.mark.long
@pytest.mark.skipif(shutil.which("Xvfb") is None, reason="there is no Xvfb")
def test_the_window_opens_on_an_x_server(folder: Path, tmp_path: Path) -> None:
    read, write = os.pipe()
    with subprocess.Popen(["Xvfb", "-displayfd", str(write)], pass_fds=[write], stderr=subprocess.DEVNULL) as server:
        try:
            os.close(write)
            display = os.read(read, 16).decode().strip()
            window = ["env", f"DISPLAY=:{display}", "QT_QPA_PLATFORM=xcb", str(folder / "desktop-admin-window")]
            assert painted(window, tmp_path / "data") > 0
        finally:
            server.terminate()


@pytest.mark.long
def test_two_builds_are_the_same_to_the_byte(made: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "building", "--only-folder", str(tmp_path / "again")]
    subprocess.run(command, cwd=PROJECT, check=True, timeout=3600)
    again = (tmp_path / "again" / "desktop-admin" / installation.LIST).read_text(encoding="utf-8").splitlines()
    first = (made / installation.LIST).read_text(encoding="utf-8").splitlines()
    assert sorted(set(first) ^ set(again)) == []


@pytest.mark.long
def test_the_archive_is_small_and_the_same_each_time(made: Path, tmp_path: Path) -> None:
    whole = tmp_path / "whole.tar.xz"
    archive.write_archive(made, whole, at=1_700_000_000)
    print(f"\nthe archive: {archive.megabytes(whole):.1f} MB")
    assert archive.megabytes(whole) <= MOST_OF_ARCHIVE
    shutil.unpack_archive(whole, tmp_path / "unpacked", filter="data")
    assert run(tmp_path / "unpacked" / "desktop-admin" / "desktop-admin", "--version")
    small = tmp_path / "small"
    shutil.copytree(made / "licences", small / "licences")
    for name in ("one", "two"):
        archive.write_archive(small, tmp_path / name, at=1, preset=1)
        (small / "licences" / "list.txt").touch()
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


@pytest.mark.long
def test_a_folder_with_a_key_updates_itself_from_a_signed_archive(made: Path, tmp_path: Path) -> None:
    keys = minisign.KeyPair.generate()
    running = tmp_path / "परीक्षा 12" / "desktop-admin"
    shutil.copytree(made, running, symlinks=True)
    run(running / "desktop-admin", "update", "file", code=2)
    key = running / "_internal" / "desktop_admin" / "resources_data" / installation.UPDATE_KEY
    key.write_bytes(bytes(keys.public_key))
    file = updates.signed(updates.archived(made, tmp_path / "stick"), keys)
    told = json.loads(run(running / "desktop-admin", "update", str(file), "--json"))
    new = running.with_name(f"desktop-admin-{updates.NEWER}")
    assert told == {"folder": str(new), "running": str(running)}
    for folder in (new, running):
        assert run(folder / "desktop-admin", "--version").split() == ["desktop-admin", __version__]
    assert run(running / "desktop-admin", "update", str(file), code=2) == ""


@pytest.mark.long
@pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="there is no dpkg-deb")
def test_the_debian_package_is_installed_used_and_removed(made: Path, tmp_path: Path) -> None:
    from building import debian

    package, root = tmp_path / "desktop-admin.deb", tmp_path / "root"
    debian.write_package(made, package, scratch=tmp_path / "staged", at=1_700_000_000, compression="gzip")
    for name in ("info", "updates", "triggers"):
        (root / "var/lib/dpkg" / name).mkdir(parents=True)
    for name in ("status", "available"):
        (root / "var/lib/dpkg" / name).touch()
    # In a system of its own, in which nothing else is installed: so what it needs is looked for in the real one.
    dpkg = ("dpkg", f"--root={root}", "--force-not-root", "--force-depends", "--log=/dev/null")
    subprocess.run([*dpkg, "--install", str(package)], check=True, capture_output=True)
    program = root / "usr/bin/desktop-admin"
    assert run(program, "--version").split() == ["desktop-admin", __version__]
    assert json.loads(run(program, "self-check", "--json"))["passed"]
    entry = (root / "usr/share/applications/desktop-admin.desktop").read_text(encoding="utf-8")
    assert (root / "usr/bin" / entry.partition("Exec=")[2].split()[0]).exists()
    assert list((root / "usr/share/icons").rglob("desktop-admin.svg"))
    subprocess.run([*dpkg, "--purge", "desktop-admin"], check=True, capture_output=True)
    assert list((root / "usr").rglob("desktop-admin*")) == []
    lacking = [name for name in debian.depends() if not _is_installed(name.partition(" ")[0])]
    if lacking:
        pytest.skip(f"installed, used and removed, on a computer without {', '.join(lacking)}, which it needs")


def _is_installed(package: str) -> bool:
    asked = ["dpkg-query", "--show", "--showformat=${db:Status-Status}", package]
    return subprocess.run(asked, check=False, capture_output=True, text=True).stdout == "installed"
