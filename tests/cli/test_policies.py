"""The rules of the centre on the command line."""

from __future__ import annotations

from pathlib import Path

from tests import raw
from tests.cli.runs import answer, complaint, incomplete, run, values
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
        ["two-persons", "off", "off"],
        ["keep-logins", "off", "off"],
        ["incident-categories", "power,", "computer,"],
        ["writing-node", "none", "none"],
    ]


def test_incidents_are_of_the_categories_that_supervisors_keep(with_invigilator: Path) -> None:
    kept = answer(with_invigilator, "policy", "incident-categories", "power, Fire alarm")
    assert (kept["value"], kept["unit"]) == (["power", "Fire alarm"], "words")
    assert kept["default"][-1] == "other"
    gone = run(with_invigilator, "incident", "--category", "other", "--text", "A bell.")
    assert "Give one of: power, Fire alarm." in complaint(gone, code=2)
    # In whatever capitals; and who is no supervisor writes them as well.
    written = ("incident", "--category", "FIRE alarm", "--text", "A bell.", "--json")
    assert invigilator(with_invigilator, *written).exit_code == 0
    assert answer(with_invigilator, "incidents")[0]["category"] == "Fire alarm"
    assert "Fire alarm" in run(with_invigilator, "incidents").stdout
    answer(with_invigilator, "policy", "incident-categories", "power")
    assert answer(with_invigilator, "incidents")[0]["category"] == "Fire alarm", "what is written stays as it is"


def test_the_node_that_is_written_to_is_a_name_or_none(with_invigilator: Path) -> None:
    assert answer(with_invigilator, "policy", "writing-node", "  hall 1 ")["value"] == "hall 1"
    assert "at most 64 characters" in complaint(run(with_invigilator, "policy", "writing-node", "x" * 65), code=2)
    assert answer(with_invigilator, "policy", "writing-node", "") == {
        "name": "writing-node",
        "value": "",
        "unit": "name",
        "default": "",
    }


def test_two_persons_turn_their_rule_off_and_switch_sets(with_invigilator: Path) -> None:
    chiefs = "UPDATE accounts_user SET role = 'OIC_ADMIN' WHERE username = 'invi'"
    raw.change(with_invigilator, chiefs)
    assert answer(with_invigilator, "policy", "two-persons", "on")["value"] is True
    sparing = ("--let-finish", "T-FINE")
    switch = ("activate-set", "--paper", "PRIMARY", "--set", "C", "--trade", "TTC", *sparing, "--yes")
    assert "second supervisor" in complaint(run(with_invigilator, *switch), code=77)
    assert "second supervisor" in complaint(run(with_invigilator, "policy", "two-persons", "off"), code=77)
    oneself = invigilator(with_invigilator, *switch, "--released-by", "invi", typed="admin\nadmin\n")
    assert "another person" in complaint(oneself, code=77)
    done = invigilator(with_invigilator, *switch, "--released-by", "admin", "--json", typed="admin\nadmin\n")
    assert values(done)["applied"] == 1
    accepted = {line["army_no"]: line["accepted"] for line in values(done)["lines"] if "army_no" in line}
    assert (accepted["T-FINE"], 2 in incomplete(with_invigilator)) == ([2], True)
    undo = ("undo", values(done)["op_id"], "--yes")
    assert "second supervisor" in complaint(run(with_invigilator, *undo), code=77)
    undone = invigilator(with_invigilator, *undo, "--released-by", "admin", "--json", typed="admin\nadmin\n")
    assert values(undone)["op_id"]
    assert [row["accepted"] for row in answer(with_invigilator, "sessions", "--incomplete") if row["id"] == 2] == [None]
    off = ("policy", "two-persons", "off", "--released-by", "admin", "--json")
    assert values(invigilator(with_invigilator, *off, typed="admin\nadmin\n"))["value"] is False
    newest = raw.query(
        with_invigilator, "SELECT operation, person, released_by FROM desktop_admin_operation ORDER BY seq DESC"
    )
    assert newest == [
        ("set-policy", "invi", "admin"),
        ("undo", "invi", "admin"),
        ("activate-set", "invi", "admin"),
        ("set-policy", "admin", None),
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


def test_one_pass_keeps_logins_alive_while_the_rule_is_on_and_asks_nothing(with_invigilator: Path) -> None:
    ends = "SELECT session_key, expire_date FROM django_session ORDER BY session_key"
    before = raw.query(with_invigilator, ends)
    assert "is off" in complaint(invigilator(with_invigilator, "keep-logins"), code=1)
    assert raw.query(with_invigilator, ends) == before
    answer(with_invigilator, "policy", "keep-logins", "on")
    kept = values(invigilator(with_invigilator, "keep-logins", "--json"))
    assert kept["candidates"] > 0
    moved = [key for (key, end), (_, was) in zip(raw.query(with_invigilator, ends), before, strict=True) if end != was]
    assert len(moved) == kept["logins"]
    again = invigilator(with_invigilator, "keep-logins")
    assert (again.exit_code, again.stdout) == (0, "No login ends too early.\n")
    record = answer(with_invigilator, "history", "--operation", "keep-logins")[0]
    assert (record["person"], record["told"].endswith("turned on by admin.")) == ("keep-logins", True)
