"""Sealed files: one bit that is changed anywhere is found, and the list inside speaks of every part."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import shutil
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest

from desktop_admin.files import sealed_file

PHRASE = "three words here"
QUICK = base64.b64decode(
    "YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IHNjcnlwdCBBQUVDQXdRRkJnY0lDUW9MREEwT0R3IDIKWm9mL3VCSG9hZnovbDBTNU5w"
    "TG1UN2IxQU5hVTRjc1FwWWdLaHhDWCs2cwotLS0gL3V1T0FRQWU4M0d0eGZXREwzZ1FlME1XclNyU25FSEw2MS9xc0xwV0pNTQog"
    "ISIjJCUmJygpKissLS4vjLjH44JrIJsKINIxLTXMVil0AuogQ57Nf9+ukFNSlGc1VNoNggEhBnz4F6f1kjaoZT+j3Cl0xL3E9xRR"
    "wbe1hTtO1IJ47e+/v5TNhDnuot3FXV2JwAvd05/Pq/RJDQwW3zrbAjadxEx3UhPXKhrrD2PJgULR6sXKcQlg9h382fkMOWMmZ9WA"
    "RjvrxDVMJEJC/Vp1D5Jtyv2jEMZW8I/56NswovwUl2X5uKHpW/KqQJ22JigpdR4Qroq2dG/1FiT28eP+R0egwi3VAOE8X1AAqY9V"
    "57xE0PVXwgDlnEeD2p+MJyeCYB4LYH7fOyHK64bw4Dh5IRpJ7wNq0TNp5QRKRt0NCBghQVaFPVhKgHXFVgimrX1n3vboBzhIM+t0"
    "lklqBofzPyirj8QEyedhn1TOFjA/nY54aHj5kXsOMX50z2uw"
)
"""A file with one part, made by the rules of age with so little work for its key that it is opened at once."""


@pytest.mark.parametrize("step", [9, pytest.param(1, marks=pytest.mark.long)])
def test_one_changed_bit_is_found_wherever_it_is(step: int) -> None:
    assert sealed_file.opened(QUICK, PHRASE) == {"report.pdf": b"%PDF"}
    for place in range(0, len(QUICK) * 8, step):
        content = bytearray(QUICK)
        content[place // 8] ^= 1 << place % 8
        with pytest.raises(sealed_file.SealBroken):
            sealed_file.opened(bytes(content), PHRASE)


@pytest.mark.parametrize("passphrase", ["three words her", "Three words here", "three words here ", ""])
def test_another_passphrase_opens_nothing(passphrase: str) -> None:
    with pytest.raises(sealed_file.SealBroken):
        sealed_file.opened(QUICK, passphrase)


@pytest.mark.parametrize("content", [b"", QUICK[:-1], QUICK[:100], QUICK + b"x", b"no such file"])
def test_what_is_cut_or_longer_is_no_sealed_file(content: bytes) -> None:
    with pytest.raises(sealed_file.SealBroken):
        sealed_file.opened(content, PHRASE)


def packed(members: dict[str, bytes], listed: bytes) -> bytes:
    """A file that somebody else has made, who knows the passphrase."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        for name, content in {**members, "contents.sha256": listed}.items():
            file.writestr(name, content)
    return archive.getvalue()


SUM = hashlib.sha256(b"x").hexdigest().encode()


@pytest.mark.parametrize(
    ("members", "listed"),
    [
        ({"a": b"y"}, SUM + b"  a\n"),
        ({"a": b"x", "b": b"x"}, SUM + b"  a\n"),
        ({"a": b"x"}, SUM + b"  a\n" + SUM + b"  b\n"),
        ({"a": b"x"}, b"\xff"),
        ({"a": b"x"}, b"a\n"),
    ],
    ids=["changed", "one too many", "one missing", "no text", "no list"],
)
def test_a_part_that_is_not_as_the_list_says_is_found(members: dict[str, bytes], listed: bytes) -> None:
    with pytest.raises(sealed_file.SealBroken):
        sealed_file.unpacked(packed(members, listed))
    assert sealed_file.unpacked(packed({"a": b"x"}, SUM + b"  a\n")) == {"a": b"x"}
    with pytest.raises(sealed_file.SealBroken):
        sealed_file.unpacked(b"no archive")


@pytest.mark.skipif(shutil.which("age") is None, reason="the program age is not installed")
def test_the_program_age_opens_it(tmp_path: Path) -> None:
    file, archive = tmp_path / "day.zip.age", tmp_path / "day.zip"
    file.write_bytes(QUICK)
    pty = pytest.importorskip("pty")
    process, terminal = pty.fork()
    if process == 0:
        os.execvp("age", ["age", "--decrypt", "--output", str(archive), str(file)])
    screen = b""
    while b"passphrase" not in screen:
        screen += os.read(terminal, 1024)
    os.write(terminal, f"{PHRASE}\n".encode())
    with suppress(OSError):
        # At the end a terminal fails.
        while os.read(terminal, 1024):
            pass
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 0
    assert sealed_file.unpacked(archive.read_bytes()) == {"report.pdf": b"%PDF"}
