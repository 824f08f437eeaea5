"""``import-register``: what is asked for, what is printed of candidates, and what is nowhere to be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop_admin import passwords
from desktop_admin.settings import load
from tests import raw, registers
from tests.cli.runs import answer, complaint, run

HASHES = "SELECT username, password FROM accounts_user WHERE username LIKE '1556%' ORDER BY username"


@pytest.fixture
def register(tmp_path: Path) -> Path:
    """One sound candidate, one of an unknown trade, and one who is there already."""
    listed = [registers.sound(1), registers.sound(2, trade="TCC"), registers.sound(3, army_no="T-NONE", rank="Hav")]
    return registers.written(tmp_path, listed)


@pytest.mark.usefixtures("full_work")
def test_a_register_is_imported_with_slips_and_what_is_left_out(
    portal_file: Path, register: Path, tmp_path: Path
) -> None:
    slips, left = tmp_path / "slips.pdf", tmp_path / "left.csv"
    given = ("--generate-passwords", "--slips", str(slips), "--problems", str(left), "--yes")
    result = run(portal_file, "import-register", str(register), *given, "--json")
    assert result.exit_code == 0, result.output
    for secret in (str(registers.AADHAAR + 1), str(registers.APAAR + 1), "07-02-1995"):
        assert secret not in result.output
    ((username, hashed),) = raw.query(portal_file, HASHES)
    assert username == "15560001K"
    assert hashed.startswith("pbkdf2_sha256$1000000$")
    assert not passwords.is_right("07-02-1995", stored=hashed)
    assert slips.read_bytes().startswith(b"%PDF")
    # Mended, it is imported as any other.
    text = left.read_text(encoding="utf-8-sig")
    assert "Row 3: Unknown trade “TCC”; there are" in text
    left.write_text(text.replace(",TCC,", ",TTC,"), encoding="utf-8")
    assert answer(portal_file, "import-register", str(left), "--yes")["applied"] == 1
    assert [name for name, _ in raw.query(portal_file, HASHES)] == ["15560001K", "15560002K"]
    assert passwords.is_right("07-02-1995", stored=raw.query(portal_file, HASHES)[1][1])
    assert answer(portal_file, "undo", "--yes")["applied"] == 1


def test_nothing_is_written_before_it_is_agreed_to(portal_file: Path, register: Path) -> None:
    before = raw.digest(portal_file)
    seen = run(portal_file, "import-register", str(register), "--dry-run")
    assert "  ✓ 15560001K R. Pal 1" in seen.stdout
    assert "  ✗ T-NONE R. Pal 3: Row 4: Name: “M. Singh” in the portal" in seen.stdout
    assert run(portal_file, "import-register", str(register)).exit_code == 3
    assert raw.digest(portal_file) == before


def test_a_heading_of_the_centres_own_is_said_once(portal_file: Path, register: Path) -> None:
    register.write_text(register.read_text().replace("Date of Birth", "Born on"))
    assert "Date of birth" in complaint(run(portal_file, "import-register", str(register), "--dry-run"), code=2)
    run(portal_file, "import-register", str(register), "--dry-run", "--column", "dob=Born on")
    assert load().register_headings == {"dob": "Born on"}
    assert run(portal_file, "import-register", str(register), "--dry-run").exit_code == 0


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--column", "height=Tall"), "no column of a register"),
        (("--column", "dob="), "no column of a register"),
        (("--generate-passwords",), "--slips"),
        (("--shift", "never"), "never"),
        (("--problems", "left.doc"), "left.doc"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_done(
    portal_file: Path, register: Path, options: tuple[str, ...], told: str
) -> None:
    before = raw.digest(portal_file)
    assert told in complaint(run(portal_file, "import-register", str(register), "--yes", *options), code=2)
    assert raw.digest(portal_file) == before


def test_slips_that_cannot_be_made_stop_the_import(portal_file: Path, register: Path, tmp_path: Path) -> None:
    before = raw.digest(portal_file)
    given = ("--generate-passwords", "--slips", str(tmp_path / "nowhere" / "slips.pdf"), "--yes")
    assert "slips.pdf" in complaint(run(portal_file, "import-register", str(register), *given), code=1)
    assert raw.digest(portal_file) == before


def test_where_the_portal_has_no_trades_it_says_where_they_are_made(portal_file: Path, register: Path) -> None:
    raw.change(portal_file, "PRAGMA foreign_keys = OFF", "DELETE FROM reference_trade")
    told = run(portal_file, "import-register", str(register), "--dry-run").stdout
    assert "Unknown trade “TTC”: the portal has no trades yet; they are made in the portal" in told


def test_a_register_of_those_who_are_there_already_is_nothing_to_do_and_no_refusal(
    portal_file: Path, tmp_path: Path
) -> None:
    there = registers.written(tmp_path, [registers.sound(1), registers.sound(2)])
    answer(portal_file, "import-register", str(there), "--yes")
    again = run(portal_file, "import-register", str(there), "--yes")
    assert again.exit_code == 0
    assert "nothing to do. All 2 candidates are there already, with the same details." in again.stdout
    assert "refused" not in again.stdout
    found = answer(portal_file, "import-register", str(there), "--dry-run")
    assert (found["applied"], found["refused"], found["same"]) == (0, 0, 2)
    assert {line["outcome"] for line in found["lines"]} == {"same"}
    some = registers.written(
        tmp_path, [registers.sound(1), registers.sound(3), registers.sound(4, trade="x")], "some.csv"
    )
    told = run(portal_file, "import-register", str(some), "--yes").stdout
    assert "1 applied, 1 refused" in told
    assert "For 1 candidate it is so already." in told
    assert "= 15560001K" in told
