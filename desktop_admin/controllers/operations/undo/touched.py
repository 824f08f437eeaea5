"""What has touched an operation's candidates and sets since, so that it is not taken back for them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from desktop_admin.controllers.archive import answers, images
from desktop_admin.controllers.archive.cleared import Archived
from desktop_admin.controllers.archive.images import Held
from desktop_admin.controllers.day import check_ins
from desktop_admin.controllers.operations.kind import Clears
from desktop_admin.controllers.operations.restore import work as restoring
from desktop_admin.controllers.operations.table import KINDS
from desktop_admin.controllers.operations.undo.past import Past
from desktop_admin.controllers.portal import accepted, open_sessions
from desktop_admin.controllers.portal.accepted import Accepted
from desktop_admin.controllers.portal.facts import Facts
from desktop_admin.controllers.values.lines import Line
from desktop_admin.database.session import Session
from desktop_admin.database.statements import sql
from desktop_admin.database.tables.own import AcceptedSession, OperationCandidate, OperationRow
from desktop_admin.database.tables.portal import CandidateProfile, ExamSession, QuestionPaper, User
from desktop_admin.messages import Message
from desktop_admin.rules import Paper, Refusal, SlotState, belonging_set


@dataclass(frozen=True, slots=True)
class Since:
    """What an undo's refusals are decided by, read once for all candidates.

    Attributes:
        standing: of the archived sessions, as they are now.
        written: the profiles of which it wrote a column.
        changed: the accounts that something touched.
        answers: the accounts whose archived answers cannot come back, with the reason.
        returning: the trades' papers that are switched back, with the letter that they get.
        stays: why a trade's paper is not switched back.
        switched: the trades of which somebody wrote a set.
        sat: accounts with the papers that they have handed in.
        sessions: those that something has happened to to which time was given.
        signed_in: when accounts have signed in since; of those that it made, when at all.
        checked_in: who of those that it made is checked in on some day.
        accepted: the trade and paper of each session that it accepted.
        may_finish: what was accepted of its archived sessions before.
    """

    past: Past
    standing: restoring.Standing
    written: Collection[int]
    changed: Collection[int]
    answers: Mapping[int, Refusal]
    returning: Mapping[tuple[int | None, Paper], str]
    stays: Mapping[tuple[int | None, Paper], Message]
    switched: Collection[int]
    sat: Collection[tuple[int, str]]
    sessions: Set[int]
    signed_in: Mapping[int, datetime]
    checked_in: Collection[int]
    accepted: Mapping[int, tuple[int | None, Paper]]
    may_finish: Mapping[int, Accepted]


def read(
    facts: Facts, past: Past, trades: Sequence[Line], *, now_held: Sequence[Held], leaving: Collection[int]
) -> Since:
    """Read what has happened since.

    Args:
        now_held: what the rows that it wrote hold now.
        trades: the undo's own lines of what it would switch back.
        leaving: the sessions that it clears, which are in nobody's way.
    """
    session, session_ids = facts.session, [one.session_id for one in past.archived]
    sets = [(line.choice, line.choice.letter, line.reason) for line in trades if line.choice is not None]
    return Since(
        past=past,
        standing=restoring.read_standing(facts, past.archived, also=past.people).without(leaving),
        written=images.profiles(past.images),
        changed=images.touched_candidates(now_held) | _touched_by_later(session, past),
        answers=answers.hindrances(session, op_id=past.row.op_id) if past.kind.clears is Clears.SUBMITTED else {},
        returning={one.place: letter for one, letter, reason in sets if reason is None and letter is not None},
        stays={one.place: reason for one, letter, reason in sets if reason is not None and letter is not None},
        switched={trade_id for trade_id, at in facts.paper_settings.set_at.items() if at > past.row.at},
        sat=_sat_since(session, past),
        sessions=images.touched_sessions(now_held),
        signed_in=_signed_in_since(session, past),
        checked_in=check_ins.ever(session, user_ids=past.made),
        accepted=_accepted_by(session, past),
        may_finish=accepted.find(session, session_ids=session_ids) if past.around.has_accepted else {},
    )


def _signed_in_since(session: Session, past: Past) -> dict[int, datetime]:
    """Who was given time, or was registered, and has signed in to the portal after it, and when."""
    users = {user_id for user_id, line in past.people.items() if line.given is not None} | past.made
    if not users:
        return {}
    # Nobody can have signed in before the account was made, whatever the portal's clock says.
    later = or_(User.last_login > past.row.at, User.id.in_(sql.numbers(past.made)))
    since = select(User.id, User.last_login).where(User.id.in_(sql.numbers(users)), User.last_login.is_not(None), later)
    return {user_id: at for user_id, at in session.execute(since) if at is not None}


def _accepted_by(session: Session, past: Past) -> dict[int, tuple[int | None, Paper]]:
    one = AcceptedSession
    if not past.accepted_ids:
        return {}
    rows = session.execute(select(one.session_id, one.trade_id, one.paper).where(one.op_id == past.row.op_id))
    return {session_id: (trade_id, Paper(paper)) for session_id, trade_id, paper in rows}


def _sat_since(session: Session, past: Past) -> set[tuple[int, str]]:
    """Which papers candidates whose paper had been submitted before have handed in once more."""
    users = {one.user_id for one in past.archived if restoring.was_submitted(one)}
    if not users:
        return set()
    rows = session.execute(
        select(ExamSession.user_id, QuestionPaper.question_paper)
        .join(QuestionPaper, QuestionPaper.id == ExamSession.paper_id)
        .where(ExamSession.user_id.in_(sql.numbers(users)), ExamSession.completed_at > past.row.at)
    )
    return {(user_id, paper) for user_id, paper in rows}


def _touched_by_later(session: Session, past: Past) -> set[int]:
    """The accounts to which a later operation was applied that was not taken back for them."""
    if not past.around.has_later:
        return set()
    touched, undo, undone = OperationCandidate, aliased(OperationRow), aliased(OperationCandidate)
    taken_back = (
        select(undo.seq)
        .join(undone, undone.op_id == undo.op_id)
        .where(undo.undoes == OperationRow.op_id, undone.user_id == touched.user_id)
        .exists()
    )
    before = select(OperationRow.op_id).where(OperationRow.seq < past.row.seq)
    earlier = aliased(OperationRow)
    # What touches nothing of the portal's is in the way of what writes the same table alone.
    done = func.coalesce(earlier.operation, OperationRow.operation)
    keeps = past.kind.keeps
    aside = [kind.name for kind in KINDS if (kind.keeps == keeps if keeps else kind.keeps)]
    rows = session.execute(
        select(touched.user_id)
        .join(OperationRow, OperationRow.op_id == touched.op_id)
        .outerjoin(earlier, earlier.op_id == OperationRow.undoes)
        .where(touched.user_id.in_(sql.numbers(past.people)), OperationRow.seq > past.row.seq, ~taken_back)
        .where(done.in_(aside) if keeps else done.not_in(aside))
        # What took a later operation back has left everything as it was before that.
        .where(OperationRow.undoes.is_(None) | OperationRow.undoes.in_(before))
    )
    return set(rows.scalars())


def refusal(line: Line, theirs: Collection[Archived], since: Since) -> Message | None:
    """Why the operation is not taken back for the candidate of a line, of whom it cleared these sessions, or None."""
    user_id = line.user_id or 0
    for one in theirs:
        reason = _stays(one, since) or _impossible(one, since)
        if reason is not None:
            return reason
    missing = set(line.cleared) - {one.session_id for one in theirs}
    if _is_gone(line, since):
        return Message.of(Refusal.CANDIDATE_GONE)
    if missing:
        return Message.of(Refusal.ARCHIVE_DAMAGED, session=min(missing))
    if user_id in since.past.made and user_id in since.signed_in:
        return Message.of(Refusal.REGISTERED_SIGNED_IN, at=since.signed_in[user_id])
    if user_id in since.checked_in:
        return Message.of(Refusal.REGISTERED_CHECKED_IN)
    if not line.kept and (user_id in since.changed or not since.sessions.isdisjoint(line.session_ids)):
        return Message.of(Refusal.CHANGED_SINCE)
    if line.given is not None and not line.kept and user_id in since.signed_in:
        # They write with the minutes that were given; with the logins what they have typed would go.
        return Message.of(Refusal.SIGNED_IN_SINCE, at=since.signed_in[user_id])
    if line.accepted and (reason := _still_accepted(line, since)) is not None:
        return reason
    if user_id in since.answers:
        return Message.of(since.answers[user_id], session=", ".join(map(str, line.cleared)) or "–")
    return next((reason for one in theirs if (reason := _would_be_stuck(one, since)) is not None), None)


def _still_accepted(line: Line, since: Since) -> Message | None:
    """Why what it accepted is not taken back: the set stays for which that holds, or nobody writes it any more."""
    places = [since.accepted[session_id] for session_id in line.accepted if session_id in since.accepted]
    stays = next((since.stays[place] for place in places if place in since.stays), None)
    if stays is not None or line.cleared:
        return stays
    writing = {one.id for one in since.standing.open_sessions.get(line.user_id or 0, ())}
    return None if writing.intersection(line.accepted) else Message.of(Refusal.SESSION_GONE)


def _impossible(one: Archived, since: Since) -> Message | None:
    """R1 to R9, where it has come to be since the operation."""
    past = since.past
    reason = restoring.impossible(one, since.standing, since=past.row.at, inactive=past.inactive)
    if reason is None and restoring.was_submitted(one) and (one.user_id, one.body and one.body["paper"]) in since.sat:
        return Message.of(Refusal.SUBMITTED_SINCE, session=one.session_id, paper=one.body and one.body["paper"])
    return reason


def _stays(one: Archived, since: Since) -> Message | None:
    """Why the set that cleared a session is not switched back: that of the profile's trade, else the row's."""
    if one.body is None or not since.stays:
        return None
    paper, owner = one.body["paper"], since.standing.owners.get(one.user_id)
    of_profile, of_row = (owner.trade_id if owner else None, paper), (one.body["trade_id"], paper)
    if of_profile in since.returning:
        return None
    return since.stays.get(of_profile) or since.stays.get(of_row)


def _is_gone(line: Line, since: Since) -> bool:
    """Whether the candidate's account or profile is gone, or is another one by now than the one that was written."""
    owner = since.standing.owners.get(line.user_id or 0)
    if owner is None or (line.army_no is not None and owner.profile_id is None):
        return True
    # Of who was made no profile was written, and the account is known to be the one that was made.
    return bool(since.written) and line.user_id not in since.past.made and owner.profile_id not in since.written


def _would_be_stuck(one: Archived, since: Since) -> Message | None:
    """R8 and R10, where what the session needs is not brought along and was taken since.

    Whatever was stuck before comes back as stuck as it was.
    """
    assert one.body is not None
    owner, paper, past = since.standing.owners[one.user_id], one.body["paper"], since.past
    if one.body["completed_at"] is not None:
        return None
    had_slot = one.body.get("slot", 1)
    if had_slot and not past.kind.writes_slots and owner.profile_id is not None and owner.slot is SlotState.NONE:
        return Message.of(Refusal.NO_SLOT, session=one.session_id)
    trade_id = one.body["trade_id"] if owner.trade_id is None else owner.trade_id
    if trade_id not in since.switched or (trade_id, paper) in since.returning:
        return None
    if restoring.held(one, since.standing) == {since.standing.papers.active_set(trade_id=trade_id, paper=paper)}:
        return None
    return Message.of(Refusal.SET_NOT_ACTIVE, session=one.session_id)


def comes_back_stuck(one: Archived, theirs: Collection[Archived], since: Since) -> bool:
    """Whether a session that is put back will be stuck; then it was before, because nothing of it came to be since."""
    body = one.body
    if body is None or body["completed_at"] is not None:
        return False
    owner, paper = since.standing.owners[one.user_id], body["paper"]
    trade_id = body["trade_id"] if owner.trade_id is None else owner.trade_id
    letter = since.returning.get((trade_id, paper)) or since.standing.papers.letter(trade_id=trade_id, paper=paper)
    own = belonging_set(paper=paper, trade_id=trade_id, letter=letter)
    beside = [(other.id, other.paper, other.exam_type) for other in since.standing.open_sessions.get(one.user_id, ())]
    if len(theirs) > 1:
        beside += [(other.session_id, other.body["paper"], other.body["exam_type"]) for other in theirs if other.body]
    is_older = (paper, body["exam_type"]) in [(of, kind) for id_, of, kind in beside if id_ > one.session_id]
    has_no_slot = body["army_no"] is not None and not body.get("slot", 1)
    may_finish = since.may_finish.get(one.session_id)
    is_accepted = may_finish is not None and may_finish.holds(trade_id=trade_id, paper=paper, active=letter)
    is_of_another_set = restoring.held(one, since.standing) != {own} and not is_accepted
    return restoring.was_submitted(one) or has_no_slot or owner.trade_id is None or is_of_another_set or is_older


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What candidates did with a set while it was active that is switched back.

    Attributes:
        writing: the incomplete sessions on it, which the switch back clears.
        submitted: who has handed in one, and why it stays, by account.
    """

    writing: frozenset[int]
    submitted: Mapping[int, Message]


def meanwhile(session: Session, past: Past, trades: Sequence[Line]) -> Meanwhile:
    """Look for sessions that were started since on another set than the one that its paper gets back."""
    back = [line.choice for line in trades if line.choice is not None and line.reason is None]
    letters: dict[tuple[int | None, str], str] = {one.place: one.letter for one in back if one.letter is not None}
    trade_ids = {trade_id for trade_id, _ in letters if trade_id is not None}
    found = _sessions_since(session, past, trade_ids=trade_ids) if letters else ()
    held = open_sessions.sets_of(session, session_ids={one.id for one in found}) if found else {}
    writing: set[int] = set()
    submitted: dict[int, Message] = {}
    for one in found:
        paper = Paper(one.question_paper)
        places = ((trade_id, paper) for trade_id in (one.profile_trade_id, one.row_trade_id))
        place = next((place for place in places if place in letters), None)
        if place is None:
            continue
        own = belonging_set(paper=paper, trade_id=place[0], letter=letters[place])
        others = [of_set for of_set in held.get(one.id, {}) if of_set != own]
        if one.completed_at is None and set(held.get(one.id, {})) != {own}:
            writing.add(one.id)
        elif one.completed_at is not None and others:
            submitted[one.user_id] = Message.of(Refusal.SAT_SINCE, letter=others[0].letter, session=one.id)
    return Meanwhile(frozenset(writing), submitted)


def _sessions_since(session: Session, past: Past, *, trade_ids: Collection[int]) -> Sequence[Any]:
    """The sessions that belong to these trades and were started after an operation, also those that are submitted."""
    one, profile, paper = ExamSession, CandidateProfile, QuestionPaper.question_paper
    trades = (profile.trade_id.label("profile_trade_id"), one.trade_id.label("row_trade_id"))
    listed = sql.numbers(trade_ids)
    return session.execute(
        select(one.id, one.user_id, one.completed_at, paper, *trades)
        .join(QuestionPaper, QuestionPaper.id == one.paper_id)
        .outerjoin(profile, profile.user_id == one.user_id)
        .where(or_(profile.trade_id.in_(listed), one.trade_id.in_(listed)))
        .where(one.started_at >= past.row.at, paper.in_(list(Paper)))
        .order_by(one.id)
    ).all()
