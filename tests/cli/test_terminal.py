"""At an interactive terminal: the question before a change, and the guided tool."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from desktop_admin.cli import cli
from desktop_admin.errors import NothingAsked
from tests import raw
from tests.cli.runs import at_terminal, backups, incomplete, own_tables, run

pytest.importorskip("pty", reason="a terminal can be played on Unix only")

RESET = ("reset-slots", "--army-no", "T-STUCK")

SIGN_IN = ("Password of admin", "admin\n")


def _typed(monkeypatch: pytest.MonkeyPatch, file: Path, *command: str, keys: str) -> Result:
    """A command inside this process that takes these keys for a terminal's; quick, where the terminal is no matter."""
    for place in ("carry_out", "commands.clearing"):
        monkeypatch.setattr(f"desktop_admin.cli.{place}.has_terminal", lambda: True)
    return CliRunner().invoke(cli, ["--db", str(file), *command], input=keys, catch_exceptions=False)


@pytest.mark.parametrize("typed", ["n\n", "\n", "yellow\nn\n", ""], ids=["no", "enter", "nonsense", "end of input"])
def test_whatever_is_not_yes_declines(unchanged: Path, monkeypatch: pytest.MonkeyPatch, typed: str) -> None:
    result = _typed(monkeypatch, unchanged, *RESET, keys=typed)

    assert result.exit_code == 3
    assert "Nothing was changed" in result.stderr


def test_ctrl_c_declines_and_changes_nothing(unchanged: Path) -> None:
    # Enter follows, because Python misses a Ctrl-C that comes just before it begins to wait for the answer.
    code, screen = at_terminal("--db", str(unchanged), *RESET, answers=[("Go ahead?", "\x03\n")])

    assert code == 3
    assert "Nothing was changed" in screen
    assert "Traceback" not in screen


def test_the_plan_is_shown_then_asked_then_applied(portal_file: Path) -> None:
    code, screen = at_terminal("--db", str(portal_file), *RESET, answers=[("Go ahead?", "y\n")])

    plan, done = screen.split("Go ahead?")
    assert code == 0
    assert "session 1" in plan
    assert "On the candidate's screen" in plan
    assert "session 1" in done
    assert incomplete(portal_file) == [2, 6, 7]


def test_with_json_stdout_holds_the_object_alone(portal_file: Path, tmp_path: Path) -> None:
    printed = tmp_path / "printed.json"

    code, screen = at_terminal(
        "--db", str(portal_file), *RESET, "--json", answers=[("Go ahead?", "y\n")], stdout=printed
    )

    assert code == 0
    assert "T-STUCK" in screen
    assert json.loads(printed.read_text(encoding="utf-8"))["applied"] == 1


def test_with_json_a_declined_change_prints_its_object(
    unchanged: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    printed = tmp_path_factory.mktemp("printed") / "printed.json"

    code, _ = at_terminal("--db", str(unchanged), *RESET, "--json", answers=[("Go ahead?", "n\n")], stdout=printed)

    done = json.loads(printed.read_text(encoding="utf-8"))
    assert (code, done["op_id"], done["applied"], done["cleared_sessions"]) == (3, None, 0, 0)
    assert [(line["army_no"], line["outcome"], line["cleared"]) for line in done["lines"]] == [
        ("T-STUCK", "refused", [])
    ]


def test_the_first_write_says_that_tables_are_made_after_a_back_up(bare_file: Path) -> None:
    before = raw.digest(bare_file)
    code, screen = at_terminal("--db", str(bare_file), *RESET, answers=[SIGN_IN, ("Go ahead?", "n\n")])
    assert (code, raw.digest(bare_file), backups()) == (3, before, [])
    assert "back-up" in screen.split("Go ahead?")[0]

    code, _ = at_terminal("--db", str(bare_file), *RESET, answers=[SIGN_IN, ("Go ahead?", "y\n")])

    assert code == 0
    assert len(backups()) == 1
    assert own_tables(bare_file)


def test_a_set_that_somebody_switches_before_the_answer_is_refused_with_who_and_when(
    portal_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answered_late() -> None:
        run(portal_file, "activate-set", "--paper", "PRIMARY", "--set", "A", "--trade", "TTC", "--yes")

    monkeypatch.setattr("desktop_admin.cli.carry_out.agreed", answered_late)
    switch = ("activate-set", "--paper", "PRIMARY", "--set", "C", "--trade", "TTC")

    result = _typed(monkeypatch, portal_file, *switch, keys="admin\n")

    assert result.exit_code == 3
    assert "Something changed since the plan was shown" in result.stderr
    assert "from E to A since this was chosen (last change: " in result.stdout
    active = "SELECT active_primary_set FROM questions_activatesets WHERE trade_id = 1"
    assert raw.query(portal_file, active) == [("A",)]


def test_minutes_that_another_desk_gives_before_the_answer_are_shown_before_more_are_added(
    portal_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    give = ("give-time", "--army-no", "T-FINE", "--extra", "15")
    lasts = "SELECT duration / 60000000 FROM questions_examsession WHERE id = 2"
    given: list[int] = []

    def answered_late() -> None:
        if given:
            raise NothingAsked("declined")
        run(portal_file, *give, "--yes")
        given.extend(raw.query(portal_file, lasts)[0])

    monkeypatch.setattr("desktop_admin.cli.carry_out.agreed", answered_late)

    result = _typed(monkeypatch, portal_file, *give, keys="")

    assert result.exit_code == 3
    assert "Something changed since the plan was shown" in result.stderr
    assert f"{given[0]} → {given[0] + 15} min" in result.stdout
    assert raw.query(portal_file, lasts) == [(given[0],)]


def test_the_guide_cures_one_candidate(portal_file: Path) -> None:
    code, screen = at_terminal(
        "--db", str(portal_file), "fix-stuck-sessions",
        answers=[("Choose", "1\n"), ("Army number", "t-stuck\n"), ("Go ahead?", "y\n")],
    )  # fmt: skip

    assert code == 0
    assert "T-MOVED" not in screen
    assert incomplete(portal_file) == [2, 6, 7]


def test_the_guide_cures_a_trade(portal_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = _typed(monkeypatch, portal_file, "fix-stuck-sessions", keys="2\nocc\ny\n")

    assert result.exit_code == 0
    assert incomplete(portal_file) == [1, 2, 6]


def test_the_guide_cures_everything_and_its_questions_are_no_part_of_the_object(
    portal_file: Path, tmp_path: Path
) -> None:
    printed = tmp_path / "printed.json"

    code, _ = at_terminal(
        "--db", str(portal_file), "fix-stuck-sessions", "--json",
        answers=[("Choose", "3\n"), ("Go ahead?", "y\n")], stdout=printed,
    )  # fmt: skip

    assert code == 0
    assert json.loads(printed.read_text(encoding="utf-8"))["cleared_sessions"] == 2
    assert incomplete(portal_file) == [2, 6]


def test_the_guide_asks_again_after_a_wrong_key_and_shows_statistics(unchanged: Path) -> None:
    code, screen = at_terminal(
        "--db", str(unchanged), "fix-stuck-sessions", answers=[("Choose", "9\n"), ("Choose", "4\n")]
    )

    assert code == 0
    assert [line.split() for line in screen.splitlines() if "OCC" in line] == [["PRIMARY", "OCC", "1", "1"]]


def test_quitting_the_guide_changes_nothing(unchanged: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = _typed(monkeypatch, unchanged, "fix-stuck-sessions", keys="q\n")

    assert result.exit_code == 3
    assert "Nothing was changed" in result.stderr


@pytest.mark.parametrize("keys", ["1\nnobody\n", "2\nnobody\n"], ids=["candidate", "trade"])
def test_what_the_guide_does_not_know_is_a_usage_problem(
    unchanged: Path, monkeypatch: pytest.MonkeyPatch, keys: str
) -> None:
    result = _typed(monkeypatch, unchanged, "fix-stuck-sessions", keys=keys)

    assert result.exit_code == 2
    assert "nobody" in result.stderr


def test_a_plan_that_no_longer_holds_is_shown_and_asked_again(
    portal_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def confirm(_question: str, **_how: object) -> bool:
        asked.append(_question)
        if len(asked) == 1:
            raw.change(
                portal_file, "UPDATE registration_candidateprofile SET has_exam_slot = 1 WHERE army_no = 'T-NONE'"
            )
        return len(asked) == 1

    for place in ("carry_out", "commands.clearing"):
        monkeypatch.setattr(f"desktop_admin.cli.{place}.has_terminal", lambda: True)
    monkeypatch.setattr("click.prompt", confirm)

    result = run(portal_file, *RESET, "--army-no", "T-NONE")

    assert len(asked) == 2
    assert "Something changed" in result.stderr
    assert result.exit_code == 3
    assert incomplete(portal_file) == [1, 2, 6, 7]
