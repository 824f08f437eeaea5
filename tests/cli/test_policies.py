"""The rules of the centre on the command line."""

from __future__ import annotations

from pathlib import Path

from tests import raw
from tests.cli.runs import answer, complaint, run
from tests.cli.test_roles import invigilator, with_invigilator
from tests.database.backends.test_backup import real_file

__all__ = ["real_file", "with_invigilator"]


def test_a_supervisor_sets_a_rule_and_everybody_may_look(with_invigilator: Path) -> None:
    assert answer(with_invigilator, "policy", "restore-age", "48")["value"] == 48
    shown = invigilator(with_invigilator, "policy")
    assert shown.exit_code == 0
    assert [line.split()[:3] for line in shown.stdout.splitlines() if "-" in line.split()[0][1:-1]] == [
        ["idle-lock", "15", "minutes"],
        ["supervisor-lock", "5", "minutes"],
        ["restore-age", "48", "hours"],
    ]


def test_what_is_no_rule_or_no_number_or_no_supervisors_changes_nothing(with_invigilator: Path) -> None:
    before = raw.content(with_invigilator)
    for wrong in (["idle-lock"], ["idle", "10"], ["idle-lock", "0"], ["idle-lock", "ten"]):
        complaint(run(with_invigilator, "policy", *wrong), code=2)
    assert "Ask a supervisor" in complaint(invigilator(with_invigilator, "policy", "idle-lock", "10"), code=77)
    assert raw.differences(before, raw.content(with_invigilator), own=True) == {}


def test_check_says_which_rule_is_damaged(portal_file: Path) -> None:
    raw.change(portal_file, "INSERT INTO desktop_admin_setting VALUES ('idle-lock', 'soon')")
    (warning,) = answer(portal_file, "check")["warnings"]
    assert "idle-lock" in warning
    assert "15 minutes" in warning
    assert "idle-lock" in run(portal_file, "policy").stderr
