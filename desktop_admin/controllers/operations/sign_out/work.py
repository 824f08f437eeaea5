"""What signing out would do; it writes no column."""

from __future__ import annotations

from desktop_admin.controllers.operations import profiles
from desktop_admin.controllers.operations import sign_out as face
from desktop_admin.controllers.operations.kind import CandidatesAsked
from desktop_admin.controllers.operations.plan import Planned, Work
from desktop_admin.controllers.portal.facts import Facts
from desktop_admin.messages import Message
from desktop_admin.rules import Refusal


def _plan(facts: Facts, asked: CandidatesAsked) -> Planned:
    """Refused for a candidate without a login (expired ones do not count)."""
    return Planned(
        tuple(
            one.line("applied", ended_logins=facts.live_logins(one.user_id))
            if facts.live_logins(one.user_id)
            else one.line("refused", reason=Message.of(Refusal.NO_LOGIN))
            for one in facts.people(asked.chosen)
        )
    )


WORKS = (Work(kind=face.SIGN_OUT, plan=_plan, ask=profiles.asked_candidates),)
