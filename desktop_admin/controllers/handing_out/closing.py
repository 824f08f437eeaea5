"""Closing a day: all of it in one sealed file, which is read back before it gets its name, and then the record.

Source: the domain specification, *The exam day* (close the day).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import partial
from pathlib import Path
from typing import Any

from desktop_admin import __version__
from desktop_admin.controllers.day import closings, day_end
from desktop_admin.controllers.handing_out import exports
from desktop_admin.controllers.log import chain, checkpoints, history
from desktop_admin.controllers.log.chain import Checkpoint
from desktop_admin.controllers.operations import gate
from desktop_admin.controllers.operations.deeds import CLOSE_DAY
from desktop_admin.controllers.operations.deeds import closing as deed
from desktop_admin.controllers.operations.deeds.closing import Made
from desktop_admin.controllers.operations.deeds.doing import write_record
from desktop_admin.controllers.values.checks import rows
from desktop_admin.controllers.values.closed import DayEnd
from desktop_admin.controllers.values.columns import ABSENTEES, ATTENDEES, CHECKS, FIGURES, INCIDENT_PARTS, SESSIONS
from desktop_admin.controllers.values.happened import IncidentPart
from desktop_admin.controllers.values.lines import Actor, new_op_id
from desktop_admin.controllers.values.records import HistoryFilters, OperationRecord
from desktop_admin.database.backends import backup
from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session
from desktop_admin.errors import AdminError, Cancelled, DatabaseUnusable, UsageProblem
from desktop_admin.files import age, sealed_file, spreadsheets
from desktop_admin.files.new_files import refuse_existing, try_new, write_checked, write_new
from desktop_admin.files.spreadsheets import Sheet
from desktop_admin.messages import Message

REPORT, CHECKPOINT, ABOUT, COPY = "report.pdf", "checkpoint.json", "closing.json", sealed_file.DATABASE
"""What is in the file besides the tables."""
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class DayReport:
    """What a day was, for the file.

    Attributes:
        end: the log's end before anything else was read: whatever is recorded behind it may be missing here.
        records: the operations of the day, oldest first.
    """

    left: DayEnd
    end: Checkpoint
    records: tuple[OperationRecord, ...]
    reason: str | None


@dataclass(frozen=True, slots=True)
class CloseWanted:
    """How a day is to be closed.

    Attributes:
        file: a new one.
        passphrase: with which it is encrypted; it is kept nowhere.
        reason: why the day is closed once more.
        op_id: of the record.
    """

    day: date
    file: Path
    passphrase: str = field(repr=False)
    reason: str | None = None
    op_id: str = field(default_factory=new_op_id)


@dataclass(frozen=True, slots=True)
class ReadBack:
    """What is in the file of a closed day.

    Attributes:
        digest: the file's SHA-256, which the record of the closing names.
        about: of which day and database it is, by whom it was made and when.
        members: all of it, by name.
    """

    file: Path
    digest: str
    about: Mapping[str, Any]
    checkpoint: Checkpoint
    members: Mapping[str, bytes] = field(repr=False)

    @property
    def told(self) -> tuple[Message, ...]:
        """What it says of itself, in sentences."""
        names = {name: self.about.get(name) or "–" for name in ("day", "database", "closed_by", "desk", "reason")}
        try:
            at: object = datetime.fromisoformat(self.about["read_at"])
        except (ValueError, TypeError, KeyError):
            at = "–"
        reason = (Message.of("closed_day.reason", reason=names.pop("reason")),) if self.about.get("reason") else ()
        names.pop("reason", None)
        return (Message.of("closed_day.of", **names), Message.of("closed_day.as_of", at=at), *reason)


Pages = Callable[[DayReport], bytes]
"""Makes the paper of the report, as PDF."""
Told = Callable[[Message], object]
"""Takes each stage of the work."""


def nobody(_stage: Message) -> None:
    """Nobody is told."""


def read(session: Session, *, day: date | None, zone: tzinfo, actor: Actor, reason: str | None = None) -> DayReport:
    """Read all that is told of a day, or of today.

    Raises:
        NotPermitted: the actor is no supervisor.
    """
    gate.check(session, actor=actor, kind=CLOSE_DAY)
    end = chain.end(session)
    left = day_end.read(session, zone=zone, actor=actor, day=day)
    begin, until = closings.span(left.day, zone)
    of_day = HistoryFilters(since=begin, until=until - _INSTANT)
    records = history.operations(session, filters=of_day, limit=None)
    return DayReport(left=left, end=end, records=tuple(reversed(records)), reason=reason)


def close(
    database: Database,
    wanted: CloseWanted,
    *,
    zone: tzinfo,
    actor: Actor,
    pages: Pages,
    told: Told = nobody,
) -> Made:
    """Make the file of a day, and record that the day is closed. Operations go on.

    Args:
        zone: the portal's, in which days begin and end, and in which the times in the file are.
        told: takes each stage.

    Raises:
        NotPermitted: the actor is no supervisor.
        UsageProblem: the file exists, the passphrase is empty or too short, the day is to come, or was closed already
            and there is no reason why it is closed once more.
        OwnTablesMissing: there is no log to record it in; nothing was written.
        DatabaseUnusable: it is open for viewing only, or a database file is damaged; nothing was written.
        AdminError: the file cannot be written to the end; nothing is left of it.
        Cancelled: ``database.cancel`` was called before the file had its name; nothing is left either.
        DoneAllTheSame: the file is made, and could not be recorded.
    """
    if database.description.view_only is not None:
        raise DatabaseUnusable("view_only", why=database.description.view_only)
    if not wanted.passphrase.strip():
        raise UsageProblem("closing_passphrase_needed")
    if not age.long_enough(wanted.passphrase):
        raise UsageProblem("passphrase_short", least=age.SHORTEST)
    who: dict[str, Any] = {"zone": zone, "actor": actor, "reason": wanted.reason}
    database.read(partial(deed.check_may_close, day=wanted.day, **who))
    # Before any work is done that it would be a pity to lose.
    try_new(wanted.file)
    told(Message.of("closing.reading"))
    report = database.read(partial(read, day=wanted.day, **who))
    # What was asked to stop before is over.
    stopped = database.stoppable()
    content = _sealed(database, report, wanted, pages=pages, told=told, stopped=stopped, who=who)

    def check(read_back: bytes) -> None:
        told(Message.of("closing.checking"))
        opened(wanted.file, wanted.passphrase, content=read_back)
        _stop_if(stopped)

    told(Message.of("closing.writing"))
    write_checked(wanted.file, content, check=check)
    digest, as_of = hashlib.sha256(content).hexdigest(), report.left.checklist.at
    made = Made(wanted.file, digest, row=report.end.seq, as_of=as_of)
    _record(database, made, wanted, who)
    return made


def _record(database: Database, made: Made, wanted: CloseWanted, who: Mapping[str, Any]) -> None:
    record = partial(deed.record, made=made, day=wanted.day, op_id=wanted.op_id, **who)
    write_record(database, record, Message.of("closing.file_made", path=made.file))


def _sealed(
    database: Database,
    report: DayReport,
    wanted: CloseWanted,
    *,
    pages: Pages,
    told: Told,
    stopped: backup.Stopped,
    who: Mapping[str, Any],
) -> bytes:
    """The bytes of the file; stopped between its parts, and while a database file is copied."""
    told(Message.of("closing.pages"))
    members = {REPORT: pages(report)}
    members |= {name: spreadsheets.as_csv(sheet, zone=who["zone"]) for name, sheet in _tables(report).items()}
    members[CHECKPOINT] = _json(checkpoints.values(report.end))
    members[ABOUT] = _json(_about(database, report, who["actor"]))
    _stop_if(stopped)
    path = database.description.path
    if path is not None:
        told(Message.of("closing.copying"))
        members[COPY] = backup.in_memory(path, stopped=stopped)
    _stop_if(stopped)
    told(Message.of("closing.sealing"))
    content = sealed_file.sealed(members, wanted.passphrase)
    _stop_if(stopped)
    return content


def _stop_if(stopped: backup.Stopped) -> None:
    if stopped():
        raise Cancelled


def _tables(report: DayReport) -> dict[str, Sheet]:
    left = report.left
    parts = [IncidentPart(one, part) for one in left.incidents for part in (one.first, *one.additions)]
    return {
        "attendance.csv": exports.sheet_of("attendance", ATTENDEES, left.attendance.rows),
        "figures.csv": exports.sheet_of("figures", FIGURES, left.attendance.figures),
        "absentees.csv": exports.sheet_of("absentees", ABSENTEES, left.absent),
        "operations.csv": exports.operations_sheet(report.records),
        "incidents.csv": exports.sheet_of("incidents", INCIDENT_PARTS, parts),
        "left.csv": exports.sheet_of("left", CHECKS, rows(left.checklist)),
        "open-sessions.csv": exports.sheet_of("open_sessions", SESSIONS, left.leftovers),
    }


def _about(database: Database, report: DayReport, actor: Actor) -> dict[str, Any]:
    about = database.description
    return {
        "day": report.left.day.isoformat(),
        "read_at": report.left.checklist.at.astimezone(UTC).isoformat(),
        "closed_by": actor.name,
        "desk": actor.desk,
        "reason": report.reason,
        "database": about.name,
        "host": about.host,
        "log_row": report.end.seq,
        "program": __version__,
    }


def _json(value: Mapping[str, Any]) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def save(found: ReadBack, folder: Path) -> None:
    """Write what is in the file of a closed day into a new folder, which only this user may read.

    Raises:
        UsageProblem: there is something of this name already.
        AdminError: the folder cannot be made, or not be written to the end.
    """
    refuse_existing(folder)
    try:
        folder.mkdir(mode=0o700)
    except OSError as failure:
        raise AdminError("cannot_create", path=folder, why=failure.strerror or failure) from failure
    for name, content in found.members.items():
        # Somebody who knows the passphrase may have made the file, and no name leads out of the folder.
        write_new(folder / Path(name).name, content)


_DATABASE = b"SQLite format 3\x00"


def _what_it_is(content: bytes) -> str:
    """The sentence of a file that never was the file of a day."""
    if age.is_encrypted(content):
        return "closing_for_a_key"
    return "closing_is_database" if content.startswith(_DATABASE) else "closing_is_other"


def check_kind(file: Path) -> None:
    """Refuse what no passphrase opens, before one is asked for.

    Raises:
        UsageProblem: there is no such file, or none that can be read.
        AdminError: it is no sealed file of a day.
    """
    try:
        content = age.beginning(file)
    except OSError as failure:
        raise UsageProblem("closing_not_read", path=file, why=failure.strerror or failure) from failure
    if not age.takes_passphrase(content):
        raise AdminError(_what_it_is(content), path=file)


def opened(file: Path, passphrase: str, *, content: bytes | None = None) -> ReadBack:
    """What is in the file of a closed day, where all of it is as it was sealed.

    Args:
        content: the file's, where it was read already.

    Raises:
        UsageProblem: there is no such file, or none that can be read.
        AdminError: it is no sealed file of a day, it is damaged, or the passphrase is another one.
    """
    try:
        content = file.read_bytes() if content is None else content
    except OSError as failure:
        raise UsageProblem("closing_not_read", path=file, why=failure.strerror or failure) from failure
    try:
        members = sealed_file.opened(content, passphrase)
        about = json.loads(members[ABOUT])
        point = checkpoints.of_values(json.loads(members[CHECKPOINT]))
    except sealed_file.NoSealedFile as other:
        raise AdminError(_what_it_is(other.content), path=file) from other
    except sealed_file.SealBroken as failure:
        raise AdminError("closing_broken", path=file) from failure
    except (ValueError, KeyError, TypeError) as failure:
        # A list fits all of it, but it is no day's.
        raise AdminError("closing_is_other", path=file) from failure
    return ReadBack(file, hashlib.sha256(content).hexdigest(), about, point, members)
