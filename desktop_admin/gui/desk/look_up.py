"""Who is meant by what the search field holds: jobs that give field, list and card together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from desktop_admin.controllers.listings import panes
from desktop_admin.controllers.listings.directory import directory, fits, forget
from desktop_admin.controllers.operations.card import Card, read_card
from desktop_admin.controllers.portal import candidates
from desktop_admin.controllers.values.people import CandidateList
from desktop_admin.database.session import Session
from desktop_admin.gui.core import words
from desktop_admin.messages import Message, shortened


@dataclass(frozen=True, slots=True)
class Answer:
    """What a look-up led to.

    Attributes:
        number: what the search field is to hold, or None where it is left as it is.
        listed: what the list shows.
        only: the candidates to whom the list is narrowed, whatever is typed and filtered; none where it is not.
        card: of the candidates who are chosen, or None where nobody is.
        remarks: why nobody is chosen, or what else is to be said.
    """

    number: str | None
    listed: CandidateList
    only: tuple[int, ...] = ()
    card: Card | None = None
    remarks: tuple[Message, ...] = ()


def typed(session: Session, *, text: str, listing: Callable[[Session], CandidateList]) -> Answer:
    """Who is meant by a number or name that a person types: the only one who fits, or whose number it is."""
    listed = listing(session)
    if not text:
        return Answer(None, listed)
    exact = [user_id for user_id in directory(session).numbered(text) if user_id in listed.user_ids]
    hits = exact or listed.user_ids
    if not hits and _is_new(session, text):
        forget(session)
        return typed(session, text=text, listing=listing)
    if len(hits) == 1:
        card = read_card(session, user_ids=(hits[0],))
        found = card.reading.candidate if card.reading else None
        if found is not None and not fits(text, army_no=found.army_no, name=found.name, exactly=bool(exact)):
            # Somebody has changed numbers or names since they were read, so that this is another candidate.
            forget(session)
            return typed(session, text=text, listing=listing)
        # A name that fits one alone is still being typed, but behind a whole number nothing can follow.
        whole = bool(exact) and len(listed.user_ids) == 1
        number = found.army_no if found and whole else None
        return Answer(number, listed, card=card)
    code = "desk.several" if hits else "desk.no_such"
    return Answer(None, listed, remarks=(Message.of(code, text=shortened(text), n=len(listed.user_ids)),))


def _is_new(session: Session, text: str) -> bool:
    """Whether this is the number of somebody who did not have it when the numbers were read."""
    return not directory(session).numbered(text) and bool(candidates.find(session, army_nos=[text]).user_ids)


def scanned(session: Session, *, text: str, numbers: Sequence[str]) -> Answer:
    """Who has the scanned number, whatever the filters say; ``numbers`` is what was scanned, read in every way."""
    found = candidates.find(session, army_nos=numbers)
    if len(found.user_ids) == 1 and not found.ambiguous:
        return chosen(session, user_ids=found.user_ids)
    remark = Message.of("desk.no_such", text=shortened(text), n=0)
    if found.ambiguous:
        remark = Message.of("ambiguous_army_no", army_nos=", ".join(f"“{number}”" for number in found.ambiguous))
    return Answer(None, CandidateList(), remarks=(remark,))


def chosen(session: Session, *, user_ids: tuple[int, ...]) -> Answer:
    """These candidates, alone in the list.

    Raises:
        UsageProblem: the one candidate is no longer in the portal.
    """
    card = read_card(session, user_ids=user_ids)
    listed = panes.list_candidates(session, user_ids=user_ids)
    return Answer(listed.rows[0].army_no, listed, only=user_ids, card=card)


def pasted(session: Session, *, numbers: Sequence[str]) -> Answer:
    """The candidates whose numbers were pasted; what becomes of the others is remarked."""
    found = candidates.find(session, army_nos=numbers)
    told = {
        "desk.not_found": found.unknown,
        "desk.ambiguous": found.ambiguous,
        "desk.listed_twice": found.repeated,
    }
    remarks = tuple(Message.of(key, numbers=words.listed(numbers)) for key, numbers in told.items() if numbers)
    if not found.user_ids:
        return Answer("", CandidateList(), remarks=remarks)
    return replace(chosen(session, user_ids=found.user_ids), number="", remarks=remarks)
