"""What becomes of each trade's paper of which something is asked: done, or refused and why."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from desktop_admin.controllers.operations.papers import PapersAsked, last_change, wish
from desktop_admin.controllers.portal import candidates, open_sessions
from desktop_admin.controllers.portal.facts import Facts
from desktop_admin.controllers.portal.open_sessions import OpenSession
from desktop_admin.controllers.values.lines import Line, PaperChoice
from desktop_admin.controllers.values.people import Owner
from desktop_admin.database.statements import sql
from desktop_admin.messages import Message
from desktop_admin.once import once
from desktop_admin.rules import Paper, Refusal, forced_paper, has_primary

_MOST_NAMED = 20
_Place = tuple[int, Paper]


def belongs(choice: PaperChoice, one: OpenSession) -> bool:
    """Whether the session is of the choice's paper and of its trade, by the candidate's profile or its own row."""
    return one.paper is choice.paper and choice.trade_id in (one.profile_trade_id, one.row_trade_id)


def by_place(choices: Iterable[PaperChoice], sessions: Sequence[OpenSession]) -> dict[_Place, list[OpenSession]]:
    """The incomplete sessions of each trade's paper that is chosen."""
    return {choice.place: [one for one in sessions if belongs(choice, one)] for choice in choices}


@dataclass(frozen=True)
class Judging:
    """Refusals are checked in the order of the domain specification, *Operations*.

    Attributes:
        open_sessions: the incomplete sessions of each trade's paper that is chosen.
    """

    facts: Facts
    asked: PapersAsked
    open_sessions: Mapping[_Place, Sequence[OpenSession]]

    def line(self, choice: PaperChoice) -> Line:
        """The line of one trade's paper."""
        code = self.facts.papers.trades[choice.trade_id][0]
        of_trade: dict[str, Any] = {"name": code, "trade": code, "choice": choice}
        refusals = (self._no_paper, self._too_few, self._changed_since, self._already, self.still_writing)
        for refusal in refusals:
            reason = refusal(choice)
            if reason is not None:
                return Line("refused", **of_trade, reason=reason, notes=self._notes_on_refused(choice, reason))
        return Line("applied", **of_trade, notes=tuple(self._notes(choice)), writing=self.losing(choice))

    def writing(self, choice: PaperChoice | None) -> int:
        """How many are writing the paper of this choice."""
        return 0 if choice is None else len(self.open_sessions[choice.place])

    def _named(self, choice: PaperChoice, **values: object) -> dict[str, object]:
        return {"trade": self.facts.papers.trades[choice.trade_id][0], "paper": choice.paper, **values}

    def _no_paper(self, choice: PaperChoice) -> Message | None:
        is_there = choice.paper is Paper.SECONDARY or has_primary(self.facts.papers.trades[choice.trade_id][1])
        needs_it = choice.opens or choice.minutes is not None
        return Message.of(Refusal.NO_SUCH_PAPER, **self._named(choice)) if needs_it and not is_there else None

    def _too_few(self, choice: PaperChoice) -> Message | None:
        """A paper is not opened, and no set activated, on which nobody could be examined."""
        letter = self._letter(choice)
        if letter is None:
            return None
        present = self.facts.papers.present(trade_id=choice.trade_id, paper=choice.paper, letter=letter)
        # F 0 of 10, E 2 of 3
        parts = self._short(choice)
        named = self._named(choice, letter=letter)
        if not present:
            return Message.of(Refusal.NO_QUESTIONS, **named)
        return Message.of(Refusal.TOO_FEW, parts=parts, **named) if parts and not self.asked.allow_too_few else None

    def _letter(self, choice: PaperChoice) -> str | None:
        """The set that must have questions: the one that becomes active, or is and becomes open."""
        if choice.letter is not None or not choice.opens:
            return choice.letter
        return self.facts.papers.stored(trade_id=choice.trade_id, paper=choice.paper)

    def _short(self, choice: PaperChoice) -> tuple[Message, ...]:
        letter = self._letter(choice)
        if letter is None:
            return ()
        return self.facts.papers.short_parts(trade_id=choice.trade_id, paper=choice.paper, letter=letter)

    def _changed_since(self, choice: PaperChoice) -> Message | None:
        """Somebody else has set since what was chosen here."""
        then, now = choice.before, self.facts.papers.setting(trade_id=choice.trade_id, paper=choice.paper)
        assert then is not None
        if choice.letter is not None and now.letter != then.letter:
            values = self._named(choice, then=then.letter, now=now.letter, last=self._last_changes[choice])
            return Message.of(Refusal.SWITCHED_SINCE, **values)
        if choice.opens is not None and now.is_open is not then.is_open:
            told = Message.of("paper_is_open" if now.is_open else "paper_is_closed")
        elif choice.minutes is not None and now.minutes != then.minutes:
            told = Message.of("paper_lasts", n=now.minutes or 0)
        else:
            return None
        return Message.of(Refusal.PAPER_CHANGED_SINCE, **self._named(choice, now=told))

    @once
    def _last_changes(self) -> dict[PaperChoice, Message]:
        """Who switched the sets last that are not as they were when something was chosen."""
        letter = self.facts.papers.letter
        now = {one: letter(trade_id=one.trade_id, paper=one.paper) for one in self.asked.choices}
        since = {one: active for one, active in now.items() if one.before and active != one.before.letter}
        return last_change.told(self.facts.session, since)

    def _already(self, choice: PaperChoice) -> Message | None:
        """Nothing would change; a set is written again, because its copies may disagree."""
        papers = self.facts.papers
        if choice.letter is not None:
            return None
        is_open = papers.trade_open.get(choice.place, False)
        if choice.opens is not None:
            if is_open is not choice.opens or not papers.switches_agree or choice.minutes is not None:
                return None
            return Message.of(Refusal.OPEN_ALREADY if is_open else Refusal.CLOSED_ALREADY, **self._named(choice))
        now = papers.setting(trade_id=choice.trade_id, paper=choice.paper)
        if choice.minutes != now.minutes:
            return None
        return Message.of(Refusal.LASTS_ALREADY, **self._named(choice, n=choice.minutes or 0))

    def still_writing(self, choice: PaperChoice) -> Message | None:
        """Why a paper that shall close stays open, unless a supervisor insists; None where nothing is in the way."""
        if not self.losing(choice) or self.asked.force:
            return None
        who = self._who(choice)
        return Message.of(Refusal.STILL_WRITING, **self._named(choice, n=self.writing(choice), who=who))

    def losing(self, choice: PaperChoice) -> tuple[int, ...]:
        """The sessions that are running on a paper that closes."""
        closes = choice.opens is False and self.facts.papers.is_open(trade_id=choice.trade_id, paper=choice.paper)
        return tuple(sorted(one.id for one in self.open_sessions[choice.place])) if closes else ()

    @once
    def _owners(self) -> dict[int, Owner]:
        """Everybody who is writing one of the papers."""
        user_ids = {one.user_id for sessions in self.open_sessions.values() for one in sessions}
        return candidates.owners(self.facts.session, user_ids=sql.numbers(user_ids))

    def _who(self, choice: PaperChoice) -> tuple[str | Message, ...]:
        """Who is writing the paper, by number and name, as far as they can be listed."""
        user_ids = {one.user_id for one in self.open_sessions[choice.place]} & self._owners.keys()
        owners = (self._owners[user_id] for user_id in user_ids)
        named = sorted(f"{owner.army_no or owner.username} {owner.name}".strip() for owner in owners)
        more = len(named) - _MOST_NAMED
        return (*named[:_MOST_NAMED], *((Message.of("and_more", n=more),) if more > 0 else ()))

    def _notes(self, choice: PaperChoice) -> Iterable[Message]:
        parts, writing = self._short(choice), self.writing(choice)
        if parts:
            yield Message.of("note_too_few" if choice.letter else "note_opened_too_few", parts=parts)
        yield from self.notes_on_losing(choice)
        if choice.minutes is not None and writing:
            yield Message.of("note_keep_their_time", n=writing, who=self._who(choice))

    def _notes_on_refused(self, choice: PaperChoice, reason: Message) -> tuple[Message, ...]:
        """Where a set is refused: how many still write the old one."""
        writing = self.writing(choice)
        if reason.code not in (Refusal.TOO_FEW, Refusal.NO_QUESTIONS) or choice.letter is None or not writing:
            return ()
        old = self.facts.papers.letter(trade_id=choice.trade_id, paper=choice.paper)
        return (Message.of("note_still_writing", n=writing, letter=old),)

    def notes_on_losing(self, choice: PaperChoice) -> Iterable[Message]:
        """Who loses what they typed, because their paper closes."""
        if self.losing(choice):
            yield Message.of("note_loses_answers", n=self.writing(choice), who=self._who(choice))

    def notes(self, accepted: Collection[PaperChoice]) -> Iterable[Message]:
        """What holds for the portal as a whole once these are done."""
        papers = self.facts.papers
        opens = {choice.place: choice.opens for choice in accepted if choice.opens is not None}
        if opens:
            opened = {place for place, is_open in {**papers.trade_open, **opens}.items() if is_open}
            if forced_paper({paper for _, paper in opened}) is None:
                yield Message.of("note_nothing_forced")
            both = {trade_id for trade_id, _ in opened if all((trade_id, paper) in opened for paper in Paper)}
            codes = tuple(sorted(papers.trades[trade_id][0] for trade_id in both & {place[0] for place in opens}))
            if codes:
                yield Message.of("note_both_open", trades=codes)
            if not papers.switches_agree:
                yield Message.of("note_switches_mended")
        timed = {one.paper for one in accepted if one.opens is False or one.minutes is not None}
        for paper in sorted(timed & wish.lasting(self.facts.session)) if timed else ():
            yield Message.of("note_universal_duration_off", paper=paper)


@dataclass(frozen=True)
class Closing:
    """Papers that close again when an operation is taken back, with who is writing them."""

    judging: Judging

    def refused(self, *, since: datetime) -> dict[_Place, Message]:
        """Why some stay open: somebody has started them since, and is writing."""
        found = {}
        for choice in self.judging.asked.choices:
            sessions = self.judging.open_sessions[choice.place]
            if any(one.started_at is not None and one.started_at >= since for one in sessions):
                reason = self.judging.still_writing(choice)
                found.update({choice.place: reason} if reason is not None else {})
        return found

    def told(self, line: Line) -> Line:
        """The line of a paper, with whom it takes it from."""
        choice = line.choice
        if choice is None or choice.place not in self.judging.open_sessions:
            return line
        return replace(line, writing=self.judging.losing(choice), notes=tuple(self.judging.notes_on_losing(choice)))


def closing(facts: Facts, choices: Sequence[PaperChoice]) -> Closing:
    """Those of the choices that close a paper, with who is writing it."""
    asked = PapersAsked(tuple(choice for choice in choices if choice.opens is False))
    among = open_sessions.of_trades({choice.trade_id for choice in asked.choices})
    found = open_sessions.incomplete(facts.session, among=among) if asked.choices else ()
    return Closing(Judging(facts, asked, by_place(asked.choices, found)))
