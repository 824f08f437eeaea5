"""Every dialog that the window can open, as it is opened, with odd names in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from desktop_admin.controllers.operations import board
from desktop_admin.controllers.operations.register import preview, reading
from desktop_admin.controllers.operations.register.columns import COLUMNS
from desktop_admin.controllers.operations.register.reading import ColumnsMissing
from desktop_admin.controllers.operations.register.slips import LoginSlip
from desktop_admin.controllers.values.attending import Attendance
from desktop_admin.controllers.values.board import By
from desktop_admin.controllers.values.checks import Check, Checklist
from desktop_admin.controllers.values.closed import Closing, DayEnd
from desktop_admin.controllers.values.lines import Chosen, PaperChoice
from desktop_admin.controllers.values.people import NotBack, Shift
from desktop_admin.controllers.values.records import PaperChange, Sealed
from desktop_admin.controllers.values.sessions import FindingKind
from desktop_admin.controllers.values.sets import SetCell
from desktop_admin.database.engine import Database
from desktop_admin.gui.changing.consent_dialog import ConsentDialog
from desktop_admin.gui.changing.impact_dialog import ImpactDialog
from desktop_admin.gui.changing.second_person_dialog import SecondPersonDialog
from desktop_admin.gui.changing.time_dialog import TimeDialog
from desktop_admin.gui.connection.connection_dialogs import ConnectionDialog, PasswordDialog
from desktop_admin.gui.day.board_wall import BoardWall
from desktop_admin.gui.day.closed_day_dialog import ClosedDayDialog
from desktop_admin.gui.day.closing_dialog import ClosingDialog
from desktop_admin.gui.day.incident_dialog import IncidentDialog, Offered
from desktop_admin.gui.desk.not_back_board import NotBackBoard
from desktop_admin.gui.history.log_dialog import LogDialog
from desktop_admin.gui.kit.dialogs import AboutDialog, CrashDialog, Dialog, KeySheet, PasteDialog
from desktop_admin.gui.menus.help import FindingsDialog, key_groups
from desktop_admin.gui.menus.problem_reports import ProblemReportDialog
from desktop_admin.gui.menus.selfcheck_dialog import SelfCheckDialog
from desktop_admin.gui.paper.guide_dialog import GuideDialog
from desktop_admin.gui.paper.pages import Printout
from desktop_admin.gui.paper.paper_html import table
from desktop_admin.gui.paper.preview_dialog import PreviewDialog
from desktop_admin.gui.paper.shift_dialog import ShiftDialog
from desktop_admin.gui.people.sign_in_dialog import SignInDialog
from desktop_admin.gui.register.headings_dialog import HeadingsDialog
from desktop_admin.gui.register.register_dialog import RegisterDialog
from desktop_admin.gui.register.slips_dialog import SlipsDialog
from desktop_admin.gui.sets.cell_dialogs import CellHistory, MinutesDialog
from desktop_admin.gui.settings.settings_dialog import SettingsDialog
from desktop_admin.gui.upkeep.backup_dialog import BackupDialog
from desktop_admin.gui.upkeep.guard_dialog import GuardDialog
from desktop_admin.gui.upkeep.policies_dialog import PoliciesDialog
from desktop_admin.gui.upkeep.restore_dialog import RestoreDialog
from desktop_admin.gui.upkeep.roles_dialog import RolesDialog
from desktop_admin.gui.window.cases_board import CasesBoard
from desktop_admin.gui.window.main_window import MainWindow
from desktop_admin.messages import Message, phrase
from desktop_admin.practice.cases import Case
from desktop_admin.problem_report import Part
from desktop_admin.rules import Paper
from desktop_admin.server_url import ServerUrl
from tests import registers
from tests.gui.driving import ask
from tests.planning import plan_reassign

MARK = "Xyzzy"
ODD = f"<b>{MARK}</b>&amp;"
"""A name that Qt takes for HTML where it may, and whose ampersand underlines a letter where it may."""


def _impact(window: MainWindow, file: Path) -> ImpactDialog:
    database = Database.open(str(file))
    user_id = ask(file, "SELECT user_id FROM registration_candidateprofile WHERE army_no = 'T-STUCK'")
    plan = database.read(partial(plan_reassign, chosen=Chosen(user_ids=(user_id,))))
    database.close()
    return ImpactDialog(plan, words=window.words, reason=ODD, typed=True, release=True, parent=window)


def at_work(window: MainWindow) -> dict[str, Any]:
    """What a dialog about the open database is given."""
    return {"tasks": window.tasks, "actor": window.carrying_out.actor, "words": window.words, "parent": window}


def looking(dialog: GuardDialog | PoliciesDialog | RolesDialog) -> Dialog:
    """The dialog, asking the database."""
    dialog.look()
    return dialog


def _not_back(window: MainWindow, _file: Path) -> NotBackBoard:
    dialog = NotBackBoard(words=window.words, parent=window)
    at = datetime(2026, 3, 1, 10, 42, tzinfo=UTC)
    dialog.show_rows([NotBack(1, ODD, ODD, ODD, Paper.PRIMARY, "clear-sessions", ODD, at, 7)])
    return dialog


def _wall(window: MainWindow, file: Path) -> BoardWall:
    wall = BoardWall(words=window.words, with_names=True, parent=window)
    database = Database.open(str(file))
    wall.show_board(database.read(partial(board.read, zone=UTC)), by=By.TRADE)
    database.close()
    return wall


def _register(window: MainWindow, file: Path) -> RegisterDialog:
    rows = [registers.sound(1), registers.sound(2, trade=ODD), registers.sound(3, army_no="T-NONE")]
    rows = [row | {"name": ODD} for row in rows]
    table = reading.read(
        registers.written(file.parent, rows, f"register-{len(list(file.parent.iterdir()))}.csv"), own={}
    )
    database = Database.open(str(file))
    found = database.read(partial(preview.look, table=table, zone=UTC))
    database.close()
    return RegisterDialog(found, tasks=window.tasks, words=window.words, parent=window)


def _closing(window: MainWindow, _file: Path) -> ClosingDialog:
    at = datetime(2026, 3, 1, 10, 42, tzinfo=UTC)
    closed = Closing(
        ODD, at.date(), at, ODD, ODD, ODD, "0" * 64, 7, at, ODD, Sealed.SEALED, operations=3, submissions=1
    )
    left = DayEnd(
        at.date(), Checklist(at, None, (Check("log"),)), Attendance(at, at.date(), None, ()), (), (), (), (closed,)
    )
    return ClosingDialog(left, makes_tables=True, words=window.words, parent=window)


_CHANGES = tuple(
    PaperChange(
        op_id=str(number),
        at=datetime(2026, 3, 1, 10, 42, tzinfo=UTC),
        person=ODD,
        released_by=ODD if number else None,
        operation=Message.of("arrange-papers.name"),
        told=PaperChoice(1, Paper.PRIMARY, "E", opens=bool(number), minutes=120).told,
        reason=ODD,
        undone=number == 1,
    )
    for number in range(3)
)


_CELL = SetCell(
    trade_id=1,
    paper=Paper.PRIMARY,
    has_paper=True,
    active="E",
    present=43,
    required=43,
    short=(),
    letters=(),
    is_open=True,
    duration=timedelta(minutes=90),
    writing=0,
    elsewhere=(),
    accepted=(),
    disagrees=None,
)


DIALOGS: dict[type[Dialog], Callable[[MainWindow, Path], Dialog]] = {
    AboutDialog: lambda window, _file: AboutDialog(parent=window),
    BackupDialog: lambda window, _file: BackupDialog(Path(ODD), tasks=window.tasks, words=window.words, parent=window),
    CellHistory: lambda window, _file: CellHistory(_CELL, _CHANGES, trade="TTC", words=window.words, parent=window),
    ClosingDialog: _closing,
    ClosedDayDialog: lambda window, _file: ClosedDayDialog(tasks=window.tasks, words=window.words, parent=window),
    ConnectionDialog: lambda window, _file: ConnectionDialog(
        tasks=window.tasks, words=window.words, known={}, parent=window
    ),
    ConsentDialog: lambda window, _file: ConsentDialog(of_file=True, release=True, words=window.words, parent=window),
    CrashDialog: lambda window, _file: CrashDialog(ODD, log=ODD, parent=window),
    GuideDialog: lambda window, _file: GuideDialog("supervisor", parent=window),
    GuardDialog: lambda window, _file: looking(GuardDialog(**at_work(window))),
    ImpactDialog: _impact,
    FindingsDialog: lambda window, _file: FindingsDialog(FindingKind.LATE_SUBMISSION, parent=window),
    IncidentDialog: lambda window, _file: IncidentDialog(
        Offered((ODD, "power"), ()), army_nos=[ODD], words=window.words, parent=window
    ),
    KeySheet: lambda window, _file: KeySheet(key_groups(window.menus, window=window), parent=window),
    LogDialog: lambda window, _file: LogDialog(**at_work(window)),
    MinutesDialog: lambda window, _file: MinutesDialog(_CELL, trade="TTC", parent=window),
    NotBackBoard: _not_back,
    BoardWall: _wall,
    CasesBoard: lambda window, _file: CasesBoard(
        [Case(1, 1, ODD, Message.of("case.old_set", who=ODD), False)], words=window.words, parent=window
    ),
    PasswordDialog: lambda window, _file: PasswordDialog(
        url="mariadb://desk@hall/portal",
        server=ServerUrl(kind="mariadb", host=ODD, port=3306, database=ODD, user=ODD),
        tasks=window.tasks,
        words=window.words,
        parent=window,
    ),
    PasteDialog: lambda window, _file: PasteDialog(parent=window),
    PoliciesDialog: lambda window, _file: looking(PoliciesDialog(**at_work(window))),
    ProblemReportDialog: lambda window, _file: ProblemReportDialog(
        [Part("versions.txt", Message.of("problem.versions"), ODD.encode())], window.grab(), parent=window
    ),
    PreviewDialog: lambda window, _file: PreviewDialog(
        Printout(ODD, ODD, ODD, table([ODD], [[ODD]], widths=[100]), ODD), parent=window
    ),
    RestoreDialog: lambda window, _file: RestoreDialog(Path(ODD), unread=True, **at_work(window)),
    HeadingsDialog: lambda window, _file: HeadingsDialog(
        ColumnsMissing([COLUMNS["dob"], COLUMNS["state"]], [ODD, f"{ODD} {ODD}"]), words=window.words, parent=window
    ),
    RegisterDialog: _register,
    SlipsDialog: lambda window, _file: SlipsDialog(
        (LoginSlip(ODD, ODD, ODD, ODD),), hand_out=lambda _slips, _use: None, stays=lambda: False, parent=window
    ),
    RolesDialog: lambda window, _file: looking(RolesDialog(**at_work(window))),
    SecondPersonDialog: lambda window, _file: SecondPersonDialog(
        phrase("upkeep.set_rules"), words=window.words, parent=window
    ),
    SelfCheckDialog: lambda window, _file: window.commands.self_check(),
    SettingsDialog: lambda window, _file: window.show_settings(),
    ShiftDialog: lambda window, _file: ShiftDialog(zone=UTC, parent=window),
    SignInDialog: lambda window, _file: SignInDialog(database=ODD, words=window.words, locked=ODD, parent=window),
    TimeDialog: lambda window, _file: TimeDialog(
        user_ids=(1,), who=ODD, shifts=[Shift(1, ODD), Shift(2, "2026-03-01 08:30 Pune")], zone=UTC, parent=window
    ),
}
