"""What importing a register would do, row by row, and the accounts and profiles that it writes."""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import select

from desktop_admin import resources
from desktop_admin.controllers.archive.images import Images
from desktop_admin.controllers.operations import register as face
from desktop_admin.controllers.operations.plan import Plan, Planned, Work
from desktop_admin.controllers.operations.register import MADE, SHIFT, RegisterAsked
from desktop_admin.controllers.operations.register.judging import Existing, Judged, Known, Standing, judge
from desktop_admin.controllers.portal import candidates, row_locks
from desktop_admin.controllers.portal.facts import Facts
from desktop_admin.controllers.values.lines import Actor, Line
from desktop_admin.database.session import Session, refuse_unknown_columns
from desktop_admin.database.statements import candidate_rows, sql
from desktop_admin.database.tables.portal import CandidateProfile, User
from desktop_admin.messages import Message
from desktop_admin.rules import normal_army_no, normal_trade

_NSQF_LEVEL = "4.5"
_QUALIFICATION = ("qualification", "duration", "credits")
_NULLABLE = ("unit", "brigade", "corps", "command", "exam_center", "training_center", "mobile_no")
_TEXTS = ("army_no", "rank", "name", "dob", "aadhar_number", "apaar_id", "father_name", "state", "district")


def judged(facts: Facts, asked: RegisterAsked) -> tuple[Judged, ...]:
    """Each row of a register beside the portal as it is now, in the order of the file."""
    known = _known(facts.session, asked)
    return tuple(judge(row, known) for row in asked.rows)


def _known(session: Session, asked: RegisterAsked) -> Known:
    one = CandidateProfile
    there: dict[str, list[Existing]] = {}
    # All are read, because no database compares numbers as is done here.
    columns = (one.user_id, one.army_no, one.name, one.rank, one.trade_id, one.shift_id)
    for row in session.execute(select(*columns)):
        there.setdefault(normal_army_no(row.army_no), []).append(Existing(*row))
    usernames = frozenset(map(normal_army_no, session.execute(select(User.username)).scalars()))
    return Known(
        trades=candidates.trades(session),
        shifts=candidates.shifts(session),
        candidates=there,
        usernames=usernames,
        qualifications=frozenset(_qualifications()["primary"]),
        shift_id=asked.shift_id,
    )


@cache
def _qualifications() -> dict[str, dict[str, list[str]]]:
    """What the portal's registration page writes for each trade, by its name as it is compared."""
    listed = tomllib.loads(resources.path("register/qualifications.toml").read_text(encoding="utf-8"))
    primary = {normal_trade(name): values for name, values in listed["primary"].items()}
    return {"primary": primary, "secondary": listed["secondary"]}


def _plan(facts: Facts, asked: RegisterAsked) -> Planned:
    rows = judged(facts, asked)
    centres = sorted({one.row.values["exam_center"] for one in rows} - {""})
    # A register of another centre is seen by this.
    notes = (Message.of("register.note_centres", centres=tuple(centres[:5]), n=len(centres)),) if centres else ()
    photographs = (
        (Message.of("register.note_photographs"),) if any(one.standing is Standing.NEW for one in rows) else ()
    )
    lines = [_line(one, applied=_is_done(one, asked)) for one in rows]
    taken = {line.army_no for line in lines if line.outcome == "applied"}
    return Planned(
        tuple(line if line.outcome == "applied" else _once(line, taken) for line in lines),
        notes=(*notes, *photographs),
        asked=replace(
            asked, made={one.row.army_no: one.standing is Standing.NEW for one in rows if _is_done(one, asked)}
        ),
    )


def _is_done(one: Judged, asked: RegisterAsked) -> bool:
    """Whether anything is written of a row."""
    return one.standing is Standing.NEW or (asked.moves and one.moves)


def _once(line: Line, taken: Collection[str | None]) -> Line:
    """A refused line; where another is applied to the candidate, without the number by which that one is known."""
    if line.army_no not in taken:
        return line
    return replace(line, army_no=None, name=f"{line.army_no} {line.name}")


def _line(one: Judged, *, applied: bool) -> Line:
    """A line names nobody's account, because most have none yet."""
    row = one.row
    reasons = one.problems or one.differs
    reason = None
    same = not applied and one.standing is Standing.SAME
    if same:
        # Without the row's number, so that many of them are counted in one line.
        reason = Message.of("register.row_same")
    elif not applied:
        reason = Message.of("register.row", row=row.number, what=reasons)
    told = (*row.repairs, *one.differs) if applied else ()
    return Line(
        "applied" if applied else "same" if same else "refused",
        army_no=row.army_no or None,
        name=row.values["name"],
        trade=None if one.trade is None else one.trade.code,
        reason=reason,
        notes=(Message.of("register.row", row=row.number, what=told),) if told else (),
    )


def _plan_again(facts: Facts, shown: Plan) -> Planned:
    assert isinstance(shown.asked, RegisterAsked)
    return _plan(facts, shown.asked)


def _change(session: Session, plan: Plan, _actor: Actor, now: datetime) -> list[Images]:
    """Make who is new, and give their shift to those who are there and shall have it."""
    asked = plan.asked
    assert isinstance(asked, RegisterAsked)
    wanted = {line.army_no for line in plan.lines if line.outcome == "applied"}
    rows = [one for one in judged(Facts(session, now=now), asked) if one.row.army_no in wanted]
    new = [one for one in rows if one.standing is Standing.NEW]
    written = []
    if new:
        refuse_unknown_columns(session, User.__tablename__, CandidateProfile.__tablename__)
        made = candidate_rows.add(session, [_values(one, asked) for one in new], now=now)
        if len(made) != len(new):
            raise RuntimeError(f"{len(new)} candidates to make, {len(made)} made")
        empty = (False, None, None, False, False, "")
        keys = tuple((user_id,) for user_id in sorted(made.values()))
        written.append(Images(MADE, (MADE.key, *MADE.columns), before=keys, after=empty))
    return [*written, *_move(session, [one for one in rows if one.moves])]


def _move(session: Session, rows: list[Judged]) -> list[Images]:
    images = []
    if rows and not sql.is_file(session):
        row_locks.lock_candidates(session, {one.there.user_id for one in rows if one.there is not None})
    for shift_id in sorted({one.shift_id for one in rows if one.shift_id is not None}):
        users = sql.numbers(one.there.user_id for one in rows if one.there is not None and one.shift_id == shift_id)
        chosen = CandidateProfile.user_id.in_(users)
        found = session.execute(
            select(CandidateProfile.id, CandidateProfile.shift_id).where(chosen).order_by(CandidateProfile.id)
        )
        before = dict(iter(found))
        sql.update_keys(session, CandidateProfile, list(before), {"shift_id": shift_id})
        images.append(Images(SHIFT, ("id", "shift_id"), before=tuple(before.items()), after=(shift_id,)))
    return images


def _values(one: Judged, asked: RegisterAsked) -> dict[str, Any]:
    """An account and a profile as the portal's own registration would write them."""
    row, trade = one.row, one.trade
    assert trade is not None
    known = _qualifications()
    of_trade, of_all = known["primary"][normal_trade(trade.name)], known["secondary"]["of_all"]
    return {
        "username": row.army_no,
        "password": asked.hashes[row.army_no],
        **{name: row.values[name] for name in _TEXTS},
        **{name: row.values[name] or None for name in _NULLABLE},
        "doe": row.enrolled,
        "nsqf_level": _NSQF_LEVEL,
        "photograph": "",
        "trade_id": trade.id,
        "shift_id": one.shift_id,
        **{f"primary_{name}": value for name, value in zip(_QUALIFICATION, of_trade, strict=True)},
        **{f"secondary_{name}": value for name, value in zip(_QUALIFICATION, of_all, strict=True)},
    }


def _named(session: Session, plan: Plan) -> Plan:
    """The plan with the accounts of who was made, or moved."""
    numbers = [line.army_no or "" for line in plan.lines if line.outcome == "applied"]
    users = dict(zip(numbers, candidates.require(session, army_nos=numbers), strict=True))
    return replace(
        plan,
        lines=tuple(
            replace(line, user_id=users[line.army_no or ""]) if line.outcome == "applied" else line
            for line in plan.lines
        ),
    )


WORKS = (Work(kind=face.IMPORT, plan=_plan, change=_change, again=_plan_again, named=_named),)
