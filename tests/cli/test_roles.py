"""Roles and releases on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from desktop_admin.cli import carry_out, cli
from desktop_admin.controllers.operations import apply as operations
from desktop_admin.controllers.operations.changes import Changes, PlanChanged
from desktop_admin.controllers.operations.plan import Plan
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.session import Session
from tests import raw
from tests.cli.runs import answer, complaint, run, values
from tests.database.backends.test_backup import MANY, real_file

__all__ = ["real_file"]
TYPED = "admin\n"


@pytest.fixture
def with_invigilator(real_file: Path) -> Path:
    """A centre's own database, 25 candidates more, and an invigilator whose password is that of the supervisor."""
    raw.change(
        real_file,
        "INSERT INTO accounts_user (username, password, first_name, last_name, email, role, is_superuser, is_staff, "
        "is_active, date_joined) SELECT 'invi', password, '', '', '', 'CENTER_ADMIN', 0, 1, 1, date_joined "
        "FROM accounts_user WHERE username = 'admin'",
    )
    return real_file


def invigilator(file: Path, *arguments: str, typed: str = TYPED) -> Result:
    who = ("--as", "invi", "--password-stdin", "--db", str(file))
    return CliRunner().invoke(cli, [*who, *arguments], input=typed, catch_exceptions=False)


def test_a_supervisor_lists_gives_and_takes_back_roles(with_invigilator: Path) -> None:
    assert {one["username"]: one["role"] for one in answer(with_invigilator, "roles")} == {
        "admin": "supervisor",
        "invi": "invigilator",
    }
    assert answer(with_invigilator, "role", "invi", "STAFF")["role"] == "staff"
    givers = {one["username"]: one["given_by"] for one in answer(with_invigilator, "roles")}
    assert givers == {"admin": None, "invi": "admin"}
    assert invigilator(with_invigilator, "reset-slots", "--army-no", "T-STUCK", "--yes").exit_code == 77
    assert answer(with_invigilator, "role", "invi", "--portal")["role"] == "invigilator"
    assert invigilator(with_invigilator, "reset-slots", "--army-no", "T-STUCK", "--yes").exit_code == 0
    told = [one["told"] for one in answer(with_invigilator, "history", "--operation", "set-role")]
    assert told == ["invi: staff → as in the portal.", "invi: as in the portal → staff."]
    for wrong in (["invi"], ["invi", "staff", "--portal"], ["nobody", "staff"]):
        complaint(run(with_invigilator, "role", *wrong), code=2)


def test_what_is_for_supervisors_is_refused_to_an_invigilator_with_and_without_release(
    with_invigilator: Path, tmp_path: Path
) -> None:
    before = raw.digest(with_invigilator)
    for command in (
        ["roles"],
        ["role", "invi", "supervisor"],
        ["verify-log"],
        ["checkpoint", str(tmp_path / "end")],
        ["log-key", "export", str(tmp_path / "key")],
        ["reopen-paper", "--army-no", "T-DONE", "--paper", "PRIMARY", "--yes"],
        ["activate-set", "--paper", "PRIMARY", "--set", "A", "--trade", "TTC", "--yes"],
    ):
        assert "Ask a supervisor" in complaint(invigilator(with_invigilator, *command), code=77)
    assert raw.digest(with_invigilator) == before
    assert not (tmp_path / "end").exists()


def test_more_than_20_need_a_supervisors_password_and_both_are_recorded(with_invigilator: Path) -> None:
    many = ("reset-slots", *(part for one in MANY for part in ("--army-no", one)), "--yes")
    assert "--released-by" in complaint(invigilator(with_invigilator, *many), code=77)
    wrong = invigilator(with_invigilator, *many, "--released-by", "admin", typed=TYPED + "wrong\n")
    assert wrong.exit_code == 77
    himself = invigilator(with_invigilator, *many, "--released-by", "invi", typed=TYPED * 2)
    assert "another person" in complaint(himself, code=77)
    done = invigilator(with_invigilator, *many, "--json", "--released-by", "admin", typed=TYPED * 2)
    assert values(done)["applied"] == 25
    names = raw.query(with_invigilator, "SELECT person, released_by FROM desktop_admin_operation")
    assert names == [("invi", "admin")]


def test_a_plan_that_has_grown_is_asked_about_and_released_again(
    with_invigilator: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    really, given = operations.apply, []

    def apply(session: Session, *, plan: Plan, released_by: Actor, **how: Any) -> Changes:
        given.append(released_by.name)
        if len(given) == 1:
            raise PlanChanged(plan)
        return really(session, plan=plan, released_by=released_by, **how)

    monkeypatch.setattr(operations, "apply", apply)
    monkeypatch.setattr(carry_out, "has_terminal", lambda: True)
    reset = ("reset-slots", "--army-no", "T-STUCK", "--json", "--released-by", "admin")
    agreed = f"y\n{TYPED}"
    assert invigilator(with_invigilator, *reset, typed=f"{TYPED}{agreed}y\nwrong\n").exit_code == 77
    given.clear()
    assert values(invigilator(with_invigilator, *reset, typed=TYPED + agreed * 2))["applied"] == 1
    assert given == ["admin", "admin"]
