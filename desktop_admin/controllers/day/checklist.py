"""The checklist before a shift: each line is a function of facts that are read once.

Source: the domain specification, *The exam day*.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, time, timedelta, tzinfo

from sqlalchemy import select

from desktop_admin import __version__
from desktop_admin.controllers.day.day_facts import DayFacts, NotLookedAt
from desktop_admin.controllers.log import checkpoints, desk_clock, desk_versions
from desktop_admin.controllers.upkeep import guard
from desktop_admin.controllers.upkeep.policies import KEEP_LOGINS, POLICIES
from desktop_admin.controllers.values.checks import NUMBER, Amiss, Check, Checklist, Leads
from desktop_admin.controllers.values.guard_state import GuardState
from desktop_admin.controllers.values.lines import Actor, PaperChoice
from desktop_admin.controllers.values.records import BACKUP
from desktop_admin.controllers.values.sessions import STUCK_KINDS, Finding, FindingKind
from desktop_admin.database.session import Session, free_bytes, has_own_tables, require_room
from desktop_admin.database.statements import sql
from desktop_admin.database.tables.own import OperationRow
from desktop_admin.errors import AdminError
from desktop_admin.messages import Message
from desktop_admin.rules import Role, SlotState

ROOM = 500_000_000
"""So many bytes must be free where the file lies: an exam day with its back-ups takes less."""
LOGIN_LASTS = timedelta(minutes=60)
"""A portal login ends after this (domain specification), whatever the paper lasts."""
Looking = Callable[["DayFacts"], Iterator[Amiss]]


def read(
    session: Session, *, zone: tzinfo, actor: Actor, shift_id: int | None = None, now: datetime | None = None
) -> Checklist:
    """Look at everything that must be so before the shift, or before any shift of today.

    Args:
        actor: who looks; only a supervisor has the log checked.
    """
    facts = DayFacts(session, zone=zone, actor=actor, shift_id=shift_id, now=now)
    return look_at(facts, CHECKS)


def look_at(facts: DayFacts, checks: Mapping[str, Looking]) -> Checklist:
    """Look at these things, by the names of their lines."""
    found = tuple(_look(name, look, facts) for name, look in checks.items())
    return Checklist(facts.facts.now, facts.attendance.shift, found)


def _look(name: str, look: Looking, facts: DayFacts) -> Check:
    found: list[Amiss] = []
    try:
        found.extend(look(facts))
    except NotLookedAt as hindrance:
        # What was found before that is wrong all the same.
        return Check(name, tuple(found), unknown=None if found else hindrance.why)
    return Check(name, tuple(found))


def _of(found: Finding, leads: Leads, *command: str) -> Amiss:
    told, who = found.reason, " ".join(filter(None, (found.army_no, found.name)))
    if who:
        # The reason alone is said beside a name, which a list has in another column.
        told = Message.of("checklist.of_candidate", who=who, reason=found.reason)
    return Amiss(told, found.cure, leads, command, found.draft, found.user_id, found.army_no)


def _sets(facts: DayFacts) -> Iterator[Amiss]:
    """Every paper that somebody sits next has a whole set."""
    papers = facts.facts.papers
    for place in sorted(facts.wanted):
        trade_id, paper = place
        letter = papers.stored(trade_id=trade_id, paper=paper)
        parts = papers.short_parts(trade_id=trade_id, paper=paper, letter=letter)
        if not parts:
            continue
        letters = papers.letters(trade_id=trade_id, paper=paper)
        whole = tuple(one for one in letters if not papers.short(trade_id=trade_id, paper=paper, letter=one))
        cure = Message.of("cure_set_too_small", letters=whole) if whole else Message.of("cure_no_whole_set")
        trades = (papers.trades[trade_id][0],)
        told = Message.of("set_too_small", letter=letter, paper=paper, trades=trades, parts=parts)
        draft = PaperChoice(trade_id, paper, whole[0]) if whole else None
        command = ("activate-set", "--paper", paper, "--set", whole[0], "--trade", trades[0]) if whole else None
        yield Amiss(told, cure, Leads.SETS if whole else Leads.NOWHERE, command or (), draft)


def _copies(facts: DayFacts) -> Iterator[Amiss]:
    for found in facts.findings(FindingKind.SETS_DISAGREE):
        draft = found.draft
        assert draft is not None, "the cure of a copy is a letter"
        letter, trade = str(draft.letter), str(found.trade)
        yield _of(found, Leads.SETS, "activate-set", "--paper", draft.paper, "--set", letter, "--trade", trade)


def _switches(facts: DayFacts) -> Iterator[Amiss]:
    trades = facts.facts.papers.trades
    for found in facts.findings(FindingKind.SWITCHES_DISAGREE):
        draft, command = found.draft, tuple[str, ...]()
        if draft is not None:
            verb = "open-paper" if draft.opens else "close-paper"
            command = (verb, "--paper", draft.paper, "--trade", trades[draft.trade_id][0])
        yield _of(found, Leads.SETS, *command)


def _open(facts: DayFacts) -> Iterator[Amiss]:
    """What somebody sits next may be started."""
    for place, number in sorted(facts.wanted.items()):
        if not facts.facts.papers.is_open(trade_id=place[0], paper=place[1]):
            named = facts.paper(place)
            told = Message.of("checklist.paper_closed", n=number, **named)
            command = ("open-paper", "--paper", named["paper"], "--trade", named["trade"])
            draft = PaperChoice(*place, opens=True)
            yield Amiss(told, Message.of("checklist.open_paper", **named), Leads.SETS, command, draft)


def _slots(facts: DayFacts) -> Iterator[Amiss]:
    """Who has a paper left to sit may begin it."""
    for one in facts.people:
        if one.next_paper is not None and one.slot is SlotState.NONE:
            told = Message.of("checklist.no_slot", army_no=one.army_no, name=one.name, paper=one.next_paper)
            command = ("assign-slots", NUMBER, one.army_no)
            cure = Message.of("checklist.assign_slot")
            yield Amiss(told, cure, Leads.CANDIDATE, command, user_id=one.user_id, army_no=one.army_no)


def _durations(facts: DayFacts) -> Iterator[Amiss]:
    """What somebody sits next has a duration, and what was set here is so still, whoever sits it."""
    for found in facts.findings(FindingKind.PAPER_CHANGED):
        yield _of(found, Leads.SETS, "findings")
    for place in sorted(facts.wanted):
        if not facts.facts.papers.duration(trade_id=place[0], paper=place[1]):
            named = facts.paper(place)
            command = ("set-duration", "--paper", named["paper"], "--trade", named["trade"], "--minutes", "N")
            told, cure = Message.of("checklist.no_duration", **named), Message.of("checklist.set_duration", **named)
            yield Amiss(told, cure, Leads.SETS, command)


def _stuck(facts: DayFacts) -> Iterator[Amiss]:
    for found in facts.findings(*STUCK_KINDS):
        # Of this candidate alone; who has no profile has no number to be named by.
        named = (NUMBER, found.army_no) if found.army_no else ()
        yield _of(found, Leads.SESSIONS, *(("fix-stuck-sessions", *named) if named else ("sessions", "--stuck")))


def _completed(facts: DayFacts) -> Iterator[Amiss]:
    for found in facts.findings(FindingKind.SUBMITTED_NOT_COMPLETED, FindingKind.COMPLETED_BY_MARKS):
        number = found.army_no
        yield _of(found, Leads.CANDIDATE, *(("candidate", number) if number else ()))


def _accounts(facts: DayFacts) -> Iterator[Amiss]:
    for one in facts.people:
        if not one.account_active:
            told = Message.of("checklist.account_off", army_no=one.army_no, name=one.name)
            cure = Message.of("checklist.switch_account_on")
            yield Amiss(told, cure, Leads.CANDIDATE, user_id=one.user_id, army_no=one.army_no)


def _photographs(facts: DayFacts) -> Iterator[Amiss]:
    for one in facts.people:
        if not one.photograph:
            told = Message.of("checklist.no_photograph", army_no=one.army_no, name=one.name)
            cure = Message.of("checklist.upload_photograph")
            yield Amiss(told, cure, Leads.CANDIDATE, user_id=one.user_id, army_no=one.army_no)


def _numbers(facts: DayFacts) -> Iterator[Amiss]:
    for found in facts.findings(FindingKind.NUMBERS_ALIKE):
        yield _of(found, Leads.CANDIDATE, "findings")


def _logins(facts: DayFacts) -> Iterator[Amiss]:
    """Logins last as long as the papers, or are kept alive."""
    if facts.facts.rules.keep_logins:
        return
    lasts = [(facts.facts.papers.duration(trade_id=trade_id, paper=paper)) for trade_id, paper in facts.wanted]
    longest = max((one for one in lasts if one is not None), default=timedelta())
    if longest > LOGIN_LASTS:
        minutes = round(longest / timedelta(minutes=1))
        told = Message.of("checklist.logins_end", lasts=Message.of("count.minutes", n=minutes))
        yield Amiss(told, Message.of("checklist.keep_logins"), Leads.RULES, ("policy", KEEP_LOGINS.name, "on"))


def _clock(facts: DayFacts) -> Iterator[Amiss]:
    told = desk_clock.look(facts.session, desk=facts.actor.desk)
    if told is not None:
        yield Amiss(told, Message.of("checklist.set_clock"))


def _versions(facts: DayFacts) -> Iterator[Amiss]:
    """Every other desk that wrote something today works with this version of the program."""
    begin = datetime.combine(facts.facts.now.astimezone(facts.zone).date(), time(), tzinfo=facts.zone)
    found = desk_versions.of_desks(facts.session, since=begin)
    others = {desk: version for desk, version in found.items() if desk != facts.actor.desk}
    if not others:
        raise NotLookedAt(Message.of("checklist.no_other_desk"))
    for desk, version in others.items():
        if version != __version__:
            named = {"desk": desk, "own": __version__}
            told = Message.of("checklist.other_version", version=version, **named)
            if version is None:
                told = Message.of("checklist.earlier_version", **named)
            yield Amiss(told, Message.of("checklist.same_version"))


def _disk(facts: DayFacts) -> Iterator[Amiss]:
    if free_bytes(facts.session) is None:
        raise NotLookedAt(Message.of("checklist.disk_of_server"))
    try:
        require_room(facts.session, ROOM)
    except AdminError as short:
        values = dict(short.message.values)
        told = Message.of("checklist.disk_full", path=values["path"], megabytes=values["megabytes"])
        yield Amiss(told, Message.of("checklist.free_disk"))


def _backup(facts: DayFacts) -> Iterator[Amiss]:
    """A back-up was made on this day."""
    if not sql.is_file(facts.session):
        raise NotLookedAt(Message.of("checklist.backup_of_server"))
    begin = datetime.combine(facts.facts.now.astimezone(facts.zone).date(), time(), tzinfo=facts.zone)
    made = None
    if has_own_tables(facts.session):
        wanted = select(OperationRow.at).where(OperationRow.operation == BACKUP, OperationRow.at >= begin)
        made = facts.session.execute(wanted.limit(1)).scalar_one_or_none()
    if made is None:
        yield Amiss(Message.of("checklist.no_backup"), Message.of("checklist.make_backup"), Leads.BACKUP, ("backup",))


def log_intact(facts: DayFacts) -> Iterator[Amiss]:
    """No row of the log was changed or cut off, and none could have been made by somebody without the key."""
    if not has_own_tables(facts.session):
        raise NotLookedAt(Message.of("checklist.no_log"))
    if facts.actor.role is not Role.SUPERVISOR:
        raise NotLookedAt(Message.of("checklist.log_for_supervisors"))
    defaults = {name: policy.stored_default for name, policy in POLICIES.items()}
    try:
        found = checkpoints.verify(facts.session, defaults=defaults)
    except AdminError as unable:
        raise NotLookedAt(unable.message) from unable
    for problem in found.problems:
        told = Message.of("checklist.log_row", seq=problem.seq, what=problem.what)
        yield Amiss(told, Message.of("checklist.look_at_log"), Leads.LOG, ("verify-log",))
    if found.unsealed:
        raise NotLookedAt(Message.of("history.unsealed", n=found.unsealed))


def _guard(facts: DayFacts) -> Iterator[Amiss]:
    """Where the guard was installed, it is there as it was."""
    found = guard.check(facts.session)
    if found.state is GuardState.NOT_HERE:
        raise NotLookedAt(found.told)
    if found.alarming:
        yield Amiss(found.told, Message.of("checklist.install_guard"), Leads.GUARD, ("guard", "install"))


CHECKS: dict[str, Looking] = {
    "sets": _sets,
    "copies": _copies,
    "switches": _switches,
    "open": _open,
    "slots": _slots,
    "durations": _durations,
    "stuck": _stuck,
    "completed": _completed,
    "accounts": _accounts,
    "photographs": _photographs,
    "numbers": _numbers,
    "logins": _logins,
    "clock": _clock,
    "versions": _versions,
    "disk": _disk,
    "backup": _backup,
    "log": log_intact,
    "guard": _guard,
}
"""The lines, in the order in which they are read."""
