"""Cures that cure: of each kind of finding one is made, its cure applied, and the finding is gone."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from desktop_admin.controllers.findings import health
from desktop_admin.controllers.operations.completed import SET_COMPLETED, SET_NOT_COMPLETED
from desktop_admin.controllers.operations.deeds import keeping, rules
from desktop_admin.controllers.operations.kind import Operation
from desktop_admin.controllers.operations.papers import PapersAsked
from desktop_admin.controllers.operations.reopen import REOPEN
from desktop_admin.controllers.operations.slots import REASSIGN, RESET
from desktop_admin.controllers.values.lines import Actor, new_op_id
from desktop_admin.controllers.values.sessions import STUCK_KINDS, Finding, FindingKind
from desktop_admin.database.engine import Database
from desktop_admin.messages import Message
from desktop_admin.rules import Paper
from tests import planning, raw
from tests.controllers import doing
from tests.controllers.findings.test_findings import answer_foreign_question

Act = Callable[[Database, Actor, Finding], object]
PROFILE = "UPDATE registration_candidateprofile SET"
FINE = "(SELECT user_id FROM registration_candidateprofile WHERE army_no = 'T-FINE')"
SESSION = f"(SELECT id FROM questions_examsession WHERE user_id = {FINE})"
TTC = "(SELECT id FROM reference_trade WHERE name = 'TTC')"


def sql(*statements: str) -> Act:
    """What somebody does to the database, or what the portal does."""
    return lambda database, _actor, _finding: raw.change(database, *statements)


def nothing(_database: Database, _actor: Actor, _finding: Finding) -> None:
    """The small portal has one already."""


def slot(kind: Operation) -> Act:
    return lambda database, actor, finding: doing.slot(database, actor, kind, finding.army_no or "")


def of_paper(kind: Operation) -> Act:
    def act(database: Database, actor: Actor, finding: Finding) -> object:
        paper = Paper(str(dict(finding.reason.values)["paper"]))
        chosen = doing.chosen(database, finding.army_no or "")
        return doing.apply_now(database, actor, partial(planning.plan_paper, kind=kind, chosen=chosen, paper=paper))

    return act


def clear(database: Database, actor: Actor, finding: Finding) -> object:
    return doing.clear(database, actor, finding.session_id or 0)


def activate(database: Database, actor: Actor, finding: Finding) -> object:
    letter = (finding.draft and finding.draft.letter) or "E"
    return doing.activate(database, actor, (finding.trade or "", letter))


def drafted(database: Database, actor: Actor, finding: Finding) -> object:
    """What the finding's button drafts, applied."""
    wish = finding.draft
    assert wish is not None
    return doing.apply_now(database, actor, partial(planning.plan_papers, asked=PapersAsked((wish,))))


def changed_in_the_portal(wish: dict[str, Any], statement: str) -> Act:
    """A paper that was set here and is set otherwise in the portal afterwards."""

    def make(database: Database, actor: Actor, _finding: Finding) -> None:
        doing.set_papers(database, actor, "Musician", paper=Paper.SECONDARY, **wish)
        raw.change(database, f"UPDATE questions_tradepaperactivation SET {statement}")

    return make


def stay_open(database: Database, actor: Actor, _finding: Finding) -> None:
    """A paper is closed where nobody is writing it; where somebody was, they are not any more."""
    doing.set_papers(database, actor, paper=Paper.PRIMARY, opens=False)
    of_ttc = [doing.sessions_of(database, one) for one in ("T-FINE", "T-STUCK", "T-MOVED")]
    doing.clear(database, actor, *(session_id for (session_id,) in of_ttc))
    # OCC's, which nobody is writing any more either.
    doing.set_papers(database, actor, "OCC", paper=Paper.PRIMARY, opens=False)


def start_again(database: Database, _actor: Actor, _finding: Finding) -> object:
    return doing.start(database, "T-FINE", trade_name="TTC", letter="E")


def late(database: Database, _actor: Actor, _finding: Finding) -> None:
    answer_foreign_question(database)


def erase(database: Database, actor: Actor, _finding: Finding) -> None:
    """The portal's questions are gone, of which the archive holds some; a back-up of the file is kept."""
    doing.clear(database, actor, *doing.sessions_of(database, "T-FINE"))
    file = raw.path(database)
    Path(f"{file}.kept").write_bytes(file.read_bytes())
    raw.change(database, "DELETE FROM questions_question")


def bring_back(database: Database, _actor: Actor, _finding: Finding) -> object:
    file = raw.path(database)
    database.close()
    return file.write_bytes(Path(f"{file}.kept").read_bytes())


@dataclass(frozen=True)
class Case:
    """How a finding comes to be, and what cures it."""

    kind: FindingKind
    make: Act
    cure: Act = clear


K = FindingKind
SWITCHES = "UPDATE questions_globalpapertypecontrol SET is_active ="


def keep_logins(database: Database, actor: Actor, _finding: Finding) -> object:
    return database.write(partial(rules.change, name="keep-logins", value="on", actor=actor))


def keep_now(database: Database, actor: Actor, finding: Finding) -> object:
    keep_logins(database, actor, finding)
    return database.write(partial(keeping.keep, desk="desk-1", op_id=new_op_id()))


def accommodate(database: Database, actor: Actor, _finding: Finding) -> object:
    """More minutes are kept for somebody who starts afterwards."""
    doing.give_time(database, actor, "T-SLOT", extra=30, planned=True)
    return doing.start(database, "T-SLOT", trade_name="TTC", letter="E")


def give_planned(database: Database, actor: Actor, finding: Finding) -> object:
    return doing.give_time(database, actor, finding.army_no or "", extra=finding.extra or 0, planned=True)


CASES = {
    "accommodation": Case(K.ACCOMMODATION, accommodate, give_planned),
    "login ends early": Case(K.LOGIN_ENDS_EARLY, nothing, keep_logins),
    "login ended": Case(
        K.LOGIN_ENDED,
        # Before it does, the session must have begun.
        sql(
            "UPDATE questions_examsession SET started_at = datetime('now', '-20 minutes')",
            "UPDATE accounts_user SET last_login = NULL",
            "UPDATE django_session SET expire_date = datetime('now', '-10 minutes')",
        ),
        keep_now,
    ),
    "logins end": Case(K.LOGINS_END, nothing, keep_logins),
    "other set": Case(K.OTHER_SET, nothing),
    "mixed sets": Case(
        K.MIXED_SETS,
        sql(
            "UPDATE questions_examquestion SET question_id = (SELECT min(id) FROM questions_question WHERE "
            f"question_set = 'A') WHERE id = (SELECT min(id) FROM questions_examquestion WHERE session_id = {SESSION})"
        ),
    ),
    "no questions": Case(K.NO_QUESTIONS, sql(f"DELETE FROM questions_examquestion WHERE session_id = {SESSION}")),
    "no slot": Case(K.NO_SLOT, sql(f"{PROFILE} has_exam_slot = FALSE WHERE army_no = 'T-FINE'")),
    "older session": Case(K.OLDER_SESSION, start_again),
    "paper submitted": Case(
        K.PAPER_SUBMITTED, sql(f"{PROFILE} primary_slot_consumed_at = slot_assigned_at WHERE army_no = 'T-FINE'")
    ),
    "no trade": Case(K.NO_TRADE, sql(f"{PROFILE} trade_id = NULL WHERE army_no = 'T-FINE'")),
    "overdue": Case(
        K.OVERDUE,
        sql(f"UPDATE questions_examsession SET started_at = '2020-01-01 10:00:00' WHERE id = {SESSION}"),
        slot(REASSIGN),
    ),
    "late submission": Case(K.LATE_SUBMISSION, late, of_paper(REOPEN)),
    "copies disagree": Case(
        K.SETS_DISAGREE,
        sql(
            "UPDATE questions_questionsetactivation SET question_set = 'C' "
            f"WHERE paper_type = 'PRIMARY' AND is_active AND trade_id = {TTC}"
        ),
        activate,
    ),
    "two forced papers": Case(K.SWITCHES_DISAGREE, sql(f"{SWITCHES} TRUE"), drafted),
    "the other paper forced": Case(K.SWITCHES_DISAGREE, sql(f"{SWITCHES} (paper_type = 'SECONDARY')"), drafted),
    "a paper's own switch off": Case(
        K.SWITCHES_DISAGREE, sql("UPDATE questions_questionpaper SET is_active = FALSE"), drafted
    ),
    "writing a closed paper": Case(
        K.WRITING_CLOSED,
        sql(
            "UPDATE questions_tradepaperactivation SET is_active = FALSE "
            "WHERE trade_id = (SELECT id FROM reference_trade WHERE name = 'OCC')"
        ),
        drafted,
    ),
    "opened in the portal since": Case(
        K.PAPER_CHANGED, changed_in_the_portal({"opens": True}, "is_active = (paper_type = 'PRIMARY')"), drafted
    ),
    "timed in the portal since": Case(
        K.PAPER_CHANGED, changed_in_the_portal({"minutes": 30}, "exam_duration = 45 * :minute"), drafted
    ),
    "stayed open": Case(K.STAYED_OPEN, stay_open, drafted),
    "completed by marks": Case(
        K.COMPLETED_BY_MARKS,
        sql(f"{PROFILE} is_primary_completed = TRUE WHERE army_no = 'T-FINE'"),
        of_paper(SET_NOT_COMPLETED),
    ),
    "submitted, and a form saved": Case(
        K.SUBMITTED_NOT_COMPLETED,
        sql(f"{PROFILE} is_secondary_completed = FALSE WHERE army_no = 'T-DONE'"),
        of_paper(SET_COMPLETED),
    ),
    "submitted, to be sat again": Case(
        K.SUBMITTED_NOT_COMPLETED,
        sql(f"{PROFILE} is_secondary_completed = FALSE WHERE army_no = 'T-DONE'"),
        of_paper(REOPEN),
    ),
    "small set": Case(K.SET_TOO_SMALL, sql("UPDATE questions_activatesets SET active_primary_set = 'B'"), activate),
    "empty set": Case(
        K.SET_TOO_SMALL,
        sql(f"UPDATE questions_activatesets SET active_primary_set = 'e' WHERE trade_id = {TTC}"),
        activate,
    ),
    "paper and type": Case(
        K.TYPE_DISAGREES, sql(f"UPDATE questions_examsession SET exam_type = 'SECONDARY' WHERE id = {SESSION}")
    ),
    "slot without time": Case(
        K.SLOT_WITHOUT_TIME, sql(f"{PROFILE} slot_assigned_at = NULL WHERE army_no = 'T-SLOT'"), slot(RESET)
    ),
    "slot without time, to be sat": Case(
        K.SLOT_WITHOUT_TIME, sql(f"{PROFILE} slot_assigned_at = NULL WHERE army_no = 'T-SLOT'"), slot(REASSIGN)
    ),
    "numbers alike": Case(
        K.NUMBERS_ALIKE,
        sql(f"{PROFILE} army_no = 't-fine' WHERE army_no = 'T-SLOT'"),
        sql(f"{PROFILE} army_no = 'T-SLOT' WHERE army_no = 't-fine'"),
    ),
    "unreadable": Case(
        K.UNREADABLE,
        sql(f"{PROFILE} slot_assigned_at = 'noon' WHERE army_no = 'T-SLOT'"),
        sql(f"{PROFILE} slot_assigned_at = '2026-01-01' WHERE army_no = 'T-SLOT'"),
    ),
    "erased data": Case(K.DATA_ERASED, erase, bring_back),
}
ON_SERVERS = (
    "accommodation",
    "two forced papers",
    "opened in the portal since",
    "timed in the portal since",
    "stayed open",
    "other set",
    "overdue",
    "late submission",
    "copies disagree",
    "completed by marks",
    "submitted, and a form saved",
    "slot without time",
)
"""A case for each operation that cures; what a finding is has its own tests on each engine."""
NOBODYS = Finding(K.OTHER_SET, Message.of("no_slot"), Message.of("cure_clear"))


def findings(database: Database, kind: FindingKind) -> dict[tuple[int | None, int | None, str | None], Finding]:
    """The findings of a kind by what they are about."""
    found = database.read(partial(health.survey, thorough=True)).findings
    return {(one.session_id, one.user_id, one.trade): one for one in found if one.kind is kind}


def test_every_kind_of_finding_has_its_cure_here() -> None:
    assert {case.kind for case in CASES.values()} == set(FindingKind)
    assert all(case.cure is clear for case in CASES.values() if case.kind in STUCK_KINDS)


@pytest.mark.parametrize(
    ("engine_name", "name"),
    [
        *(("sqlite", name) for name in CASES),
        *((engine, name) for engine in ("postgresql", "mariadb") for name in ON_SERVERS),
    ],
    indirect=["engine_name"],
    scope="session",
)
def test_a_cure_takes_its_finding_away(database: Database, actor: Actor, name: str) -> None:
    case = CASES[name]
    known = {} if case.make is nothing else findings(database, case.kind)
    case.make(database, actor, NOBODYS)
    about, found = next((about, one) for about, one in findings(database, case.kind).items() if about not in known)
    case.cure(database, actor, found)
    with closing(Database.open(raw.path(database)) if case.cure is bring_back else database) as cured:
        assert about not in findings(cured, case.kind)
