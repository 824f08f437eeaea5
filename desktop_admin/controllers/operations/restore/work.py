"""What putting cleared sessions back would do, and the eleven ways in which it has become impossible.

Source of the refusals R1 to R11: the write protocol, *Archive and restore*.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import literal, select, union_all

from desktop_admin.controllers.archive import cleared
from desktop_admin.controllers.archive.cleared import Archived
from desktop_admin.controllers.log import entries, seals
from desktop_admin.controllers.operations import restore as face
from desktop_admin.controllers.operations.plan import Plan, Planned, Work
from desktop_admin.controllers.operations.restore import RestoreAsked
from desktop_admin.controllers.portal import candidates, open_sessions
from desktop_admin.controllers.portal.facts import Facts
from desktop_admin.controllers.portal.open_sessions import OpenSession
from desktop_admin.controllers.portal.papers import OWNER, PaperSettings
from desktop_admin.controllers.values.lines import Actor, Line, Outcome
from desktop_admin.controllers.values.people import Owner
from desktop_admin.database.session import UNNOTED, Session, has_own_tables, last_ids
from desktop_admin.database.statements import sql, stored
from desktop_admin.database.tables.portal import ExamQuestion, ExamSession, Question
from desktop_admin.errors import UsageProblem
from desktop_admin.messages import Message
from desktop_admin.rules import Paper, QuestionSet, Refusal, SlotState


def asked(
    session: Session, *, session_ids: Collection[int], archived_by: str | None = None, override: bool = False
) -> RestoreAsked:
    """Which cleared sessions are meant.

    Args:
        session_ids: the sessions as the archive knows them.
        archived_by: the ``op_id`` of the clearing that is meant; without it, the last one of each session.
        override: let an old archive, and one whose set is not active any more, through (a supervisor's decision).

    Raises:
        UsageProblem: the archive knows no such session, or not from that operation.
    """
    archived = []
    if has_own_tables(session):
        archived = cleared.keys_of_sessions(session, session_ids=session_ids, op_id=archived_by)
    found = {session_id: (op_id, session_id) for op_id, session_id in archived}
    missing = sorted(set(session_ids) - set(found))
    if missing:
        raise UsageProblem("not_archived", sessions=", ".join(map(str, missing)))
    return RestoreAsked(tuple(found.values()), override=override)


def _ask(session: Session, options: Mapping[str, Any], _actor: Actor) -> RestoreAsked:
    named = options["archived_by"]
    return asked(
        session,
        session_ids=[options["session_id"]],
        archived_by=entries.id_of(session, text=named) if named else None,
        override=options["override"],
    )


def _plan(facts: Facts, asked: RestoreAsked) -> Planned:
    """A line for each session, put back or refused with the reason."""
    wanted = _wanted(facts.session, asked)
    facts.lock_ahead(user_ids={one.user_id for one in wanted})
    standing = read_standing(facts, wanted)
    sealed = seals.sealed(facts.session, op_ids={one.op_id for one in wanted})
    lines = []
    for one in wanted:
        # In the protocol's order.
        reason = impossible(one, standing) or _unwise(one, standing, override=asked.override, facts=facts)
        line = _line(one, standing, reason)
        if reason is None and one.op_id not in (sealed or ()):
            # Any desk's account may add rows to log and archive: nobody puts back unseen what they hold.
            if sealed is not None and not asked.override:
                line = line.as_refused(_not_sealed(Refusal.NOT_SEALED, one))
            else:
                line = replace(line, notes=(*line.notes, _not_sealed("note_not_sealed", one)))
        lines.append(line)
    return Planned(tuple(lines), notes=open_sessions.notes_on_size(len(wanted)))


def _not_sealed(code: str, one: Archived) -> Message:
    """What would be put back by a row of the log that nobody vouches for."""
    assert one.body is not None
    started, duration = one.body["started_at"], one.body["duration"]
    whole = str(duration)
    return Message.of(
        code,
        session=one.session_id,
        at=stored.moment(started) or "–",
        # Microseconds, but for PostgreSQL, which writes hours and minutes.
        duration=str(timedelta(microseconds=int(whole))) if whole.isdigit() else whole,
    )


def _wanted(session: Session, asked: RestoreAsked) -> list[Archived]:
    """The sessions that are asked for; the archive never changes, so it is read once while a plan is carried out."""
    known: dict[RestoreAsked, list[Archived]] = session.info.setdefault("restoring", {})
    if asked not in known:
        known[asked] = cleared.of_keys(session, keys=set(asked.archived))
    return known[asked]


def _back(session: Session, plan: Plan) -> list[Archived]:
    assert isinstance(plan.asked, RestoreAsked)
    applied = set(plan.restored_ids)
    return [one for one in _wanted(session, plan.asked) if one.session_id in applied]


@dataclass(frozen=True, slots=True)
class Questions:
    """What the portal knows now of the questions of a session, and of all sessions that have the same ones.

    Attributes:
        sets: of which they are.
        gone: whether one is no longer there.
        inactive: those that are not active.
    """

    sets: frozenset[QuestionSet]
    gone: bool
    inactive: frozenset[int]


@dataclass(frozen=True, slots=True)
class Standing:
    """What the refusals are decided by, read once for all sessions that are asked for.

    Attributes:
        together: all that is put back together, by account.
        questions: what the portal knows now of the questions of sessions, by their ids.
    """

    together: Mapping[int, Sequence[Archived]]
    owners: Mapping[int, Owner]
    used_sessions: frozenset[int]
    used_questions: frozenset[int]
    last_session: int
    last_question: int
    open_sessions: Mapping[int, Sequence[OpenSession]]
    questions: Mapping[tuple[int, ...], Questions]
    papers: PaperSettings

    def without(self, session_ids: Collection[int]) -> Standing:
        """The same as it will be when these sessions are cleared."""
        left = {
            user_id: [one for one in theirs if one.id not in session_ids]
            for user_id, theirs in self.open_sessions.items()
        }
        return replace(self, open_sessions=left)


def read_standing(facts: Facts, wanted: Sequence[Archived], *, also: Iterable[int] = ()) -> Standing:
    """Read what the refusals are decided by, and the owners of more accounts, in as many statements for any number."""
    session = facts.session
    user_ids = {one.user_id for one in wanted} | set(also)
    together: defaultdict[int, list[Archived]] = defaultdict(list)
    for one in wanted:
        together[one.user_id].append(one)
    used_sessions, used_questions = _used(session, wanted)
    last_session, last_question = last_ids(session, ExamSession.__tablename__, ExamQuestion.__tablename__)
    return Standing(
        together=together,
        owners=candidates.owners(session, user_ids=sql.numbers(user_ids)),
        used_sessions=used_sessions,
        used_questions=used_questions,
        last_session=last_session,
        last_question=last_question,
        open_sessions=open_sessions.by_user(open_sessions.incomplete(session, users=sql.numbers(user_ids))),
        questions=_questions(session, {one.questions.question_ids for one in wanted}),
        papers=facts.paper_settings,
    )


def _used(session: Session, wanted: Sequence[Archived]) -> list[frozenset[int]]:
    """Which ids of these sessions, and of their questions, are in use, in one statement."""
    spans = sql.spans(span for one in wanted for span in one.questions.spans).c
    asked = (
        select(literal(0).label("of"), ExamSession.id).where(
            ExamSession.id.in_(sql.numbers({one.session_id for one in wanted}))
        ),
        select(literal(1), ExamQuestion.id).join(spans.first.table, ExamQuestion.id.between(spans.first, spans.last)),
    )
    # Under the creation lock none comes or goes.
    found = session.execute(union_all(*asked), execution_options=UNNOTED).all()
    return [frozenset(id_ for of, id_ in found if of == place) for place in range(len(asked))]


def _questions(session: Session, lists: Collection[tuple[int, ...]]) -> dict[tuple[int, ...], Questions]:
    """What the portal knows of the questions of sessions: of each list that one of them has, which are not many."""
    query = select(Question.id, OWNER, Question.question_set, Question.is_active).where(
        Question.id.in_(sql.numbers({id_ for ids in lists for id_ in ids}))
    )
    sets: dict[int, QuestionSet] = {}
    inactive: set[int] = set()
    for id_, owner, letter, is_active in session.execute(query):
        sets[id_] = QuestionSet(owner, letter.upper())
        if not is_active:
            inactive.add(id_)
    return {
        ids: Questions(
            sets=frozenset(sets[id_] for id_ in ids if id_ in sets),
            gone=not sets.keys() >= set(ids),
            inactive=frozenset(inactive.intersection(ids)),
        )
        for ids in lists
    }


def _line(one: Archived, standing: Standing, reason: Message | None) -> Line:
    """The line of one archived session: put back, or refused with the reason."""
    owner, body = standing.owners.get(one.user_id), one.body or {}
    restored = () if reason else (one.session_id,)
    told: dict[str, Any] = {"session_id": one.session_id, "reason": reason, "restored": restored}
    outcome: Outcome = "refused" if reason else "applied"
    if owner is not None:
        return owner.line(outcome, **told)
    name = str(body.get("name") or f"#{one.session_id}")
    return Line(outcome, None, body.get("army_no"), body.get("username"), name, body.get("trade"), **told)


def impossible(
    one: Archived, standing: Standing, *, since: datetime | None = None, inactive: Collection[int] = ()
) -> Message | None:
    """R1 to R7 and R9, and a paper or trade that is gone: what neither a restore nor an undo can get over.

    Args:
        since: for an undo, when the operation was; what was so before it is no hindrance.
        inactive: the questions that were not active then.
    """
    if one.restored:
        return _refused(Refusal.ALREADY_RESTORED, one)
    if one.body is None:
        return _refused(Refusal.ARCHIVE_DAMAGED, one)
    owner = standing.owners.get(one.user_id)
    if owner is None or (owner.profile_id is None and one.body["army_no"] is not None):
        return _refused(Refusal.CANDIDATE_GONE, one)
    row_trade = one.body["trade_id"]
    if one.body["paper_id"] not in standing.papers.paper_ids or (
        row_trade is not None and row_trade not in standing.papers.trades
    ):
        return _refused(Refusal.PAPER_GONE, one)
    trade = owner.trade or standing.papers.trades.get(row_trade, (None, None))[0]
    if trade != one.body["trade"] and not _renamed(one, owner, standing):
        return _refused(Refusal.TRADE_CHANGED, one, then=one.body["trade"] or "–", now=trade or "–")
    paper = _paper(one)
    if paper in owner.submitted and (since is None or not was_submitted(one)):
        return _refused(Refusal.SUBMITTED_SINCE, one, paper=paper)
    if _id_taken(one, standing):
        return _refused(Refusal.ID_IN_USE, one)
    if _in_the_way(one, standing, since):
        return _refused(Refusal.NEWER_SESSION, one, paper=paper)
    questions = standing.questions[one.questions.question_ids]
    if questions.gone or not questions.inactive.issubset(inactive):
        return _refused(Refusal.QUESTION_GONE, one)
    return None


def _renamed(one: Archived, owner: Owner, standing: Standing) -> bool:
    """Whether only the trade's code was corrected: it is the row's trade, and no trade has the old code now."""
    assert one.body is not None
    codes = {code for code, _ in standing.papers.trades.values()}
    row_trade = one.body["trade_id"]
    return row_trade is not None and owner.trade_id in (None, row_trade) and one.body["trade"] not in codes


def _id_taken(one: Archived, standing: Standing) -> bool:
    return (
        one.session_id in standing.used_sessions
        or one.session_id > standing.last_session
        or not standing.used_questions.isdisjoint(one.questions.ids)
        or max(one.questions.ids, default=0) > standing.last_question
    )


def was_submitted(one: Archived) -> bool:
    """Whether the paper of an incomplete session had been submitted before it was cleared."""
    return one.body is not None and one.body["completed_at"] is None and bool(one.body.get("submitted"))


def _in_the_way(one: Archived, standing: Standing, since: datetime | None) -> bool:
    """Whether the candidate has, or would get by the same operation, a newer incomplete session of the paper."""
    paper = _paper(one)
    for other in standing.open_sessions.get(one.user_id, ()):
        # Without a start nothing says that it came since.
        was_there = since is not None and (other.started_at is None or other.started_at < since)
        if other.paper is paper and not was_there and _is_newer(other, one):
            return True
    together = standing.together[one.user_id]
    # Two that were cleared together both come back: they were both there before.
    return len(together) > 1 and any(
        other.op_id != one.op_id and other.session_id > one.session_id and _paper(other) is paper
        for other in together
        if other.body is not None
    )


def _is_newer(other: OpenSession, one: Archived) -> bool:
    """Whether an incomplete session is newer; beside a completed one it was there, unless it was started since."""
    assert one.body is not None
    if one.body["completed_at"] is None or other.started_at is None or one.cleared_at is None:
        return other.id > one.session_id
    return other.started_at > one.cleared_at


def _unwise(one: Archived, standing: Standing, *, override: bool, facts: Facts) -> Message | None:
    """R8, R10 and R11: what a restore needs besides, and an undo brings along itself."""
    if one.body is not None and one.body["completed_at"] is not None:
        return _refused(Refusal.WAS_COMPLETED, one)
    owner, paper = standing.owners[one.user_id], _paper(one)
    if owner.slot is SlotState.NONE:
        return _refused(Refusal.NO_SLOT, one)
    if override:
        return None
    if not one.questions:
        return _refused(Refusal.WITHOUT_QUESTIONS, one)
    if owner.trade_id is not None and held(one, standing) != {
        standing.papers.active_set(trade_id=owner.trade_id, paper=paper)
    }:
        return _refused(Refusal.SET_NOT_ACTIVE, one)
    if one.cleared_at is not None and facts.now - one.cleared_at > facts.rules.restore_age:
        return _refused(Refusal.ARCHIVE_OLD, one, at=one.cleared_at)
    if one.cleared_at is not None and owner.slot_assigned_at is not None and owner.slot_assigned_at > one.cleared_at:
        return _refused(Refusal.SLOT_NEWER, one)
    return None


def held(one: Archived, standing: Standing) -> frozenset[QuestionSet]:
    """The sets of which an archived session holds questions, all of them being there."""
    return standing.questions[one.questions.question_ids].sets


def _paper(one: Archived) -> Paper:
    assert one.body is not None
    paper: Paper = one.body["paper"]
    return paper


def _refused(refusal: Refusal, one: Archived, **values: object) -> Message:
    return Message.of(refusal, session=one.session_id, **values)


WORKS = (Work(kind=face.RESTORE, plan=_plan, ask=_ask, back=_back),)
