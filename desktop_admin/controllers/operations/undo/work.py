"""What taking an operation back would do, where nothing has touched what it did.

Of a bulk operation, whoever has restarted or submitted since is named and left as they are; all the others get
everything back in one transaction: slot columns, sets, sessions and portal logins. The undo of a set switch is a switch
back: what was started meanwhile on the set taken back is cleared, and the earlier sessions come back (domain
specification, *Operations*).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from desktop_admin.controllers.archive import answers, images
from desktop_admin.controllers.archive.cleared import Archived
from desktop_admin.controllers.archive.images import Held, Images
from desktop_admin.controllers.log import entries, seals
from desktop_admin.controllers.operations import undo as face
from desktop_admin.controllers.operations.clear import work as clearing
from desktop_admin.controllers.operations.kind import Clears, Undo
from desktop_admin.controllers.operations.papers import judging, switches, wish
from desktop_admin.controllers.operations.plan import Plan, Planned, Work
from desktop_admin.controllers.operations.undo import UndoAsked, past, touched
from desktop_admin.controllers.operations.undo.past import Past
from desktop_admin.controllers.portal import candidates, logins, open_sessions
from desktop_admin.controllers.portal.facts import Facts
from desktop_admin.controllers.values.lines import Actor, Line, PaperChoice, PaperSetting
from desktop_admin.database.session import Session
from desktop_admin.database.statements import sql
from desktop_admin.database.tables.own import RestoredSession
from desktop_admin.messages import Message
from desktop_admin.rules import Refusal


def asked(session: Session, *, op_id: str) -> UndoAsked:
    """The operation that is meant, as the log knows it.

    Raises:
        UsageProblem: the log has no such operation.
        AdminError: it has been undone already, or is of a kind that is not undone.
    """
    return UndoAsked(past.read(session, op_id=op_id).earlier)


def _ask(session: Session, options: Mapping[str, Any], actor: Actor) -> UndoAsked:
    named = options["op_id"]
    return asked(session, op_id=entries.id_of(session, text=named) if named else past.last_of(session, actor=actor))


def _plan(facts: Facts, asked: UndoAsked) -> Planned:
    """A line for each trade that it switched, and for each candidate."""
    done = past.read(facts.session, op_id=asked.earlier.op_id)
    facts.lock_ahead(trade_ids={choice.trade_id for choice in done.switched}, user_ids=done.people)
    now_held = past.look(facts.session, done)
    trades = _trade_lines(facts, done, now_held)
    meanwhile = touched.meanwhile(facts.session, done, trades)
    row = done.row
    undo_of = Message.of("undo_of", operation=done.kind.say("name"), at=row.at, person=row.person)
    started = len(meanwhile.writing)
    return Planned(
        (*trades, *_candidate_lines(facts, done, trades, now_held, meanwhile)),
        notes=(
            undo_of,
            *((Message.of("note_switched_back", n=started),) if started else ()),
            *open_sessions.notes_on_size(started),
            *seals.doubts(done.sealed),
        ),
        screen=done.kind.say("undone_screen_kept" if done.only_kept else "undone_screen"),
        asked=UndoAsked(done.earlier),
    )


def _coming(session: Session, plan: Plan) -> list[Archived]:
    """The sessions that it cleared, of whom the lines say so; its own switch back leaves alone who started since."""
    assert isinstance(plan.asked, UndoAsked)
    coming = set(plan.restored_ids)
    done = past.read(session, op_id=plan.asked.earlier.op_id)
    return [one for one in done.archived if one.session_id in coming]


def _change(session: Session, plan: Plan, actor: Actor, now: datetime) -> list[Images]:
    """Write what the applied lines' columns held before, then put their logins back."""
    assert isinstance(plan.asked, UndoAsked)
    done = past.read(session, op_id=plan.asked.earlier.op_id)
    users = set(plan.user_ids)
    trades = {choice.place for choice in plan.switched}
    now_held = past.still_held(session, done)
    # What speaks of all trades goes back only together with every one of them.
    everywhere = len(trades) == len(done.switched) and not (
        images.touched_trades(now_held) or switches.others_changed(session, done.images)
    )
    # What was written last goes back first.
    written = [
        images.revert(session, one, users=users, trades=trades, everywhere=everywhere) for one in reversed(now_held)
    ]
    if not everywhere:
        written += wish.follow(session, plan, actor, now)
        if any(choice.opens is not None for choice in plan.switched):
            written += switches.agree(session, actor, now)
    if done.kind.clears is Clears.SUBMITTED:
        answers.put_back(session, op_id=done.row.op_id, user_ids=users)
    returning = {line.user_id for line in plan.lines if line.user_id is not None and line.returned_logins}
    logins.give_back(session, ended=done.logins, user_ids=returning, op_id=done.row.op_id, now=now)
    return [one for one in written if one.before]


def _trade_lines(facts: Facts, done: Past, now_held: Sequence[Held]) -> tuple[Line, ...]:
    """A line for each trade's paper that was set: back to what it was before, unless it was set again.

    A paper that was opened, and that somebody has started since and is writing, stays open.
    """
    if not done.switched:
        return ()
    changed = images.touched_trades(now_held)
    closing = judging.closing(facts, [_back(choice) for choice in done.switched])
    writing = closing.refused(since=done.row.at)
    lines = []
    for choice, line in done.switched.items():
        back = closing.told(replace(line.afresh(), choice=_back(choice)))
        trade = line.trade or line.name
        reason = Message.of(Refusal.SETS_CHANGED_SINCE, trade=trade)
        if choice.letter is None:
            reason = Message.of(Refusal.PAPER_SET_SINCE, trade=trade, paper=choice.paper)
        refusal = reason if choice.place in changed else writing.get(choice.place)
        lines.append(back if refusal is None else back.as_refused(refusal))
    return tuple(lines)


def _back(choice: PaperChoice) -> PaperChoice:
    """The opposite of a choice: what it set becomes again what it was."""
    then = choice.before
    assert then is not None, "what an operation set says what it was before"
    return PaperChoice(
        *choice.place,
        letter=None if choice.letter is None else then.letter,
        opens=None if choice.opens is None else then.is_open,
        minutes=None if choice.minutes is None else then.minutes,
        before=PaperSetting(
            letter=then.letter if choice.letter is None else choice.letter,
            is_open=then.is_open if choice.opens is None else choice.opens,
            minutes=then.minutes if choice.minutes is None else choice.minutes,
        ),
    )


def _candidate_lines(
    facts: Facts, done: Past, trades: tuple[Line, ...], now_held: Sequence[Held], meanwhile: touched.Meanwhile
) -> tuple[Line, ...]:
    of_user: dict[int, list[Archived]] = {}
    for one in done.archived:
        of_user.setdefault(one.user_id, []).append(one)
    since = touched.read(facts, done, trades, now_held=now_held, leaving=meanwhile.writing)
    returnable = logins.returnable(done.logins, now=facts.now)
    clears = _clears(facts, done, meanwhile)
    lines = []
    for user_id, line in done.people.items():
        theirs = of_user.get(user_id, [])
        reason = touched.refusal(line, theirs, since)
        if reason is None and done.kind.undo is Undo.CLEARING and user_id not in clears:
            reason = Message.of(Refusal.SESSION_GONE)
        fresh = clears.get(user_id)
        if reason is not None and done.switched and fresh is not None and fresh.cleared:
            # The set is switched back under the new session, whatever keeps the earlier one in the archive.
            note = Message.of("note_earlier_stays", reason=reason)
            lines.append(replace(fresh, notes=(*fresh.notes, note)))
            continue
        if reason is not None:
            lines.append((fresh or line.afresh()).as_refused(reason))
            continue
        signed_in = facts.live_logins(user_id) > 0
        back = 0 if signed_in else returnable.get(user_id, 0)
        notes = [] if fresh is None else list(fresh.notes)
        if line.ended_logins and not back and (fresh is None or not fresh.cleared):
            notes.append(Message.of("note_logged_in_since" if signed_in else "note_logins_gone"))
        if any(touched.comes_back_stuck(one, theirs, since) for one in theirs):
            notes.append(Message.of("note_stuck_before"))
        told: dict[str, Any] = {
            "notes": tuple(notes),
            "restored": tuple(sorted([one.session_id for one in theirs])),
            "returned_logins": back,
        }
        # To replace what a line tells takes several times as long as to make one.
        lines.append(line.afresh(**told) if fresh is None else replace(fresh, **told))
    newcomers = [line for user_id, line in clears.items() if done.switched and user_id not in done.people]
    sat = set(meanwhile.submitted) - done.people.keys()
    whose = candidates.owners(facts.session, user_ids=sql.numbers(sat)) if sat else {}
    # Apart from those of the switch: who was not writing before it, and so has nothing that comes back.
    return (
        *lines,
        *(replace(line, notes=(*line.notes, Message.of("note_started_meanwhile"))) for line in newcomers),
        *(owner.line("refused", reason=meanwhile.submitted[user_id]) for user_id, owner in sorted(whose.items())),
    )


def _clears(facts: Facts, done: Past, meanwhile: touched.Meanwhile) -> dict[int, Line]:
    """What clearing means, by account: of what was put back, or of what was started on a set that is switched back."""
    session_ids = set(meanwhile.writing)
    if done.kind.undo is Undo.CLEARING:
        put_back = select(RestoredSession.session_id).where(RestoredSession.by_op_id == done.row.op_id)
        session_ids.update(facts.session.execute(put_back).scalars())
    lines = clearing.lines_for(facts, session_ids=session_ids) if session_ids else ()
    return {line.user_id: line for line in lines if line.user_id is not None}


WORKS = (Work(kind=face.UNDO, plan=_plan, ask=_ask, back=_coming, change=_change),)
