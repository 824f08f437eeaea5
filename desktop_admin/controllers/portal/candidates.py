"""Candidates: finding them, reading one whole, and what one would get now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Result, Select, func, select, union
from sqlalchemy.orm import aliased

from desktop_admin.controllers.values.lines import Chosen
from desktop_admin.controllers.values.people import Candidate, Owner, Shift, Trade
from desktop_admin.database.session import Session
from desktop_admin.database.statements import sql
from desktop_admin.database.tables import portal
from desktop_admin.database.tables.portal import CandidateProfile, Center, User
from desktop_admin.errors import UsageProblem
from desktop_admin.messages import shortened
from desktop_admin.rules import Paper, next_paper, normal_army_no, normal_trade, slot_state

_PAPERS = {
    (False, False): frozenset[Paper](),
    (True, False): frozenset({Paper.PRIMARY}),
    (False, True): frozenset({Paper.SECONDARY}),
    (True, True): frozenset(Paper),
}
"""Papers by (PRIMARY, SECONDARY); shared, because thousands of candidates are loaded at once."""
_OF_OWNER = (
    User.id.label("user_id"),
    User.username,
    CandidateProfile.id.label("profile_id"),
    CandidateProfile.army_no,
    CandidateProfile.name,
    portal.Trade.code.label("trade"),
    CandidateProfile.has_exam_slot,
    CandidateProfile.slot_assigned_at,
    CandidateProfile.slot_attempting_at,
    CandidateProfile.primary_slot_consumed_at,
    CandidateProfile.secondary_slot_consumed_at,
)


@dataclass(frozen=True, slots=True)
class Found:
    """What a list of army numbers led to.

    Attributes:
        user_ids: the candidates, in the order given, each once.
        unknown: numbers that no candidate has.
        ambiguous: the candidates' own numbers where two differ only in case; none of them is chosen.
        repeated: numbers that were given more than once.
    """

    user_ids: tuple[int, ...]
    unknown: tuple[str, ...]
    ambiguous: tuple[str, ...]
    repeated: tuple[str, ...]


def find(session: Session, *, army_nos: Sequence[str]) -> Found:
    """Look up army numbers as they are meant (``rules.clean``), whatever their case; never chooses between two hits."""
    wanted: dict[str, str] = {}
    repeated = []
    blank = tuple(text for text in army_nos if not normal_army_no(text))
    for text in army_nos:
        key = normal_army_no(text)
        if key in wanted:
            repeated.append(text.strip())
        elif key:
            wanted[key] = text.strip()
    hits: dict[str, list[tuple[int, str]]] = {}
    # No database compares as is done here: a number may be stored with what nobody sees. Those that may be are read;
    # any other is found by the portal's index, letter by letter.
    one = CandidateProfile
    plain = one.army_no.in_(sql.texts(key.upper() for key in wanted if key.isascii()))
    read = (select(one.army_no, one.user_id).where(which) for which in (plain, one.id.in_(with_odd_number())))
    for army_no, user_id in session.execute(union(*read)):
        key = normal_army_no(army_no)
        if key in wanted:
            hits.setdefault(key, []).append((user_id, army_no))
    return Found(
        user_ids=tuple(hits[key][0][0] for key in wanted if len(hits.get(key, ())) == 1),
        unknown=blank + tuple(text for key, text in wanted.items() if key not in hits),
        ambiguous=tuple(army_no for key in wanted if len(hits.get(key, ())) > 1 for _, army_no in hits[key]),
        repeated=tuple(repeated),
    )


def with_odd_number() -> Select[int]:
    """A subquery of the profiles whose number may not be stored as it is meant; the portal's index has all it needs."""
    return select(CandidateProfile.id).where(sql.is_odd(CandidateProfile.army_no))


def require(session: Session, *, army_nos: Sequence[str]) -> tuple[int, ...]:
    """The accounts of these army numbers.

    Raises:
        UsageProblem: one of them is unknown or ambiguous; then none counts.
    """
    found = find(session, army_nos=army_nos)
    if found.unknown or not (found.ambiguous or found.user_ids):
        raise UsageProblem("unknown_army_no", army_nos=_shortened(found.unknown or army_nos))
    if found.ambiguous:
        raise UsageProblem("ambiguous_army_no", army_nos=_shortened(found.ambiguous))
    return found.user_ids


def _shortened(army_nos: Iterable[str]) -> str:
    """The first twenty numbers for a sentence."""
    return ", ".join(f"“{shortened(text)}”" for text in list(army_nos)[:20])


def count(session: Session) -> int:
    """How many candidates the portal has."""
    return session.scalar(select(func.count()).select_from(CandidateProfile)) or 0


def trades(session: Session) -> tuple[Trade, ...]:
    """All trades, by code."""
    rows = session.execute(select(portal.Trade.id, portal.Trade.code, portal.Trade.name).order_by(portal.Trade.code))
    return tuple(Trade(id_, code, name) for id_, code, name in rows)


def require_trades(session: Session, *, names: Sequence[str]) -> tuple[Trade, ...]:
    """The trades of these names or codes, compared without case and repeated blanks.

    Raises:
        UsageProblem: one of them is unknown, or fits two trades.
    """
    known = trades(session)
    found: dict[int, Trade] = {}
    for name in names:
        hits = [one for one in known if normal_trade(name) in (normal_trade(one.code), normal_trade(one.name))]
        if not hits:
            raise UsageProblem("unknown_trade", trade=shortened(name), known=", ".join(one.code for one in known))
        if len(hits) > 1:
            raise UsageProblem("ambiguous_trade", trade=shortened(name), known=", ".join(one.code for one in hits))
        found[hits[0].id] = hits[0]
    return tuple(found.values())


def shifts(session: Session) -> tuple[Shift, ...]:
    """All shifts, by date and start."""
    one = portal.Shift
    rows = session.execute(
        select(one.id, one.date, one.start_time, Center.exam_center)
        .join(Center, Center.id == one.exam_center_id)
        .order_by(one.date, one.start_time, Center.exam_center)
    )
    return tuple(Shift(id_, shift_label(day, start, centre)) for id_, day, start, centre in rows)


def choices(session: Session) -> tuple[tuple[Trade, ...], tuple[Shift, ...]]:
    """The trades and shifts by which a list of candidates can be narrowed."""
    return trades(session), shifts(session)


def shift_label(day: date | None, start: time | None, centre: str) -> str:
    """How a shift is called; of what cannot be read there is nothing to show."""
    return " ".join((str(day or "–"), start.strftime("%H:%M") if start is not None else "–", centre))


def require_shift(session: Session, *, name: str) -> Shift:
    """The shift whose label begins so: its date, and as much of start and centre as tells it from others.

    Raises:
        UsageProblem: none does, or more than one.
    """
    known, wanted = shifts(session), normal_trade(name)
    hits = [one for one in known if normal_trade(one.label).startswith(wanted)] if wanted else []
    if len(hits) != 1:
        listed = ", ".join(f"“{one.label}”" for one in (hits or known)[:20]) or "–"
        raise UsageProblem("ambiguous_shift" if hits else "unknown_shift", shift=shortened(name), known=listed)
    return hits[0]


def users(chosen: Chosen) -> Select[int]:
    """The accounts that are chosen, as a subquery; whole trades and everyone need no list of ids."""
    wanted = select(CandidateProfile.user_id)
    if chosen.user_ids is not None:
        return wanted.where(CandidateProfile.user_id.in_(sql.numbers(chosen.user_ids)))
    if chosen.trade_ids is not None:
        return wanted.where(CandidateProfile.trade_id.in_(sql.numbers(chosen.trade_ids)))
    if chosen.shift_id is not None:
        return wanted.where(CandidateProfile.shift_id == chosen.shift_id)
    return wanted


def load(session: Session, *, users: Select[int]) -> list[Candidate]:
    """Candidates with their slot and paper states, by army number; in one statement."""
    assigner = aliased(User)
    profile = CandidateProfile
    rows = session.execute(
        select(
            *_OF_OWNER,
            profile.rank,
            profile.trade_id,
            portal.Trade.name.label("trade_name"),
            profile.shift_id,
            User.is_active.label("account_active"),
            assigner.username.label("slot_assigned_by"),
            profile.is_primary_completed,
            profile.is_secondary_completed,
            profile.primary_bypass_allowed,
            profile.photograph,
        )
        .select_from(profile)
        .join(User, User.id == profile.user_id)
        .outerjoin(portal.Trade, portal.Trade.id == profile.trade_id)
        .outerjoin(assigner, assigner.id == profile.slot_assigned_by_id)
        .where(profile.user_id.in_(users))
        .order_by(profile.army_no)
    )
    return [_candidate(**told) for told in _by_name(rows)]


def _candidate(
    *,
    is_primary_completed: bool,
    is_secondary_completed: bool,
    primary_bypass_allowed: bool,
    photograph: str | None,
    **told: Any,
) -> Candidate:
    return Candidate(
        next_paper=next_paper(
            trade_name=told["trade_name"],
            primary_completed=is_primary_completed,
            secondary_completed=is_secondary_completed,
            primary_bypass_allowed=primary_bypass_allowed,
        ),
        completed=_PAPERS[is_primary_completed, is_secondary_completed],
        photograph=photograph or "",
        **_owned(**told),
    )


def owners(session: Session, *, user_ids: Select[int]) -> dict[int, Owner]:
    """The accounts that are still there, with the candidates that they belong to, by army number, then account."""
    rows = session.execute(
        select(*_OF_OWNER, portal.Trade.id.label("trade_id"))
        .select_from(User)
        .outerjoin(CandidateProfile, CandidateProfile.user_id == User.id)
        .outerjoin(portal.Trade, portal.Trade.id == CandidateProfile.trade_id)
        .where(User.id.in_(user_ids))
        .order_by(CandidateProfile.army_no, User.username)
    )
    found = (_owned(**told | {"name": told["name"] or told["username"]}) for told in _by_name(rows))
    return {told["user_id"]: Owner(**told) for told in found}


def _by_name(rows: Result[*tuple[Any, ...]]) -> Iterator[dict[str, Any]]:
    """What each row holds, by the names of its columns; a row's own way takes several times as long."""
    names = tuple(rows.keys())
    return (dict(zip(names, row, strict=True)) for row in rows)


def _owned(
    *,
    has_exam_slot: bool | None,
    primary_slot_consumed_at: datetime | None,
    secondary_slot_consumed_at: datetime | None,
    **told: Any,
) -> dict[str, Any]:
    """What ``_OF_OWNER`` read, by the attributes of an ``Owner``."""
    slot = slot_state(has_exam_slot=bool(has_exam_slot), slot_attempting_at=told["slot_attempting_at"])
    submitted = _PAPERS[primary_slot_consumed_at is not None, secondary_slot_consumed_at is not None]
    return told | {"slot": slot, "submitted": submitted}


def one(found: Sequence[Candidate]) -> Candidate:
    """The one candidate who was asked for.

    Raises:
        UsageProblem: the candidate is no longer in the portal.
    """
    if not found:
        raise UsageProblem("candidate_gone")
    return found[0]


def started_recently(started_at: datetime | None, *, now: datetime) -> bool:
    """Whether a session began less than five minutes ago, when a reset deserves a second look."""
    return started_at is not None and 0 <= (now - started_at).total_seconds() < 300
