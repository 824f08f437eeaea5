"""Sentences about what is seen: session health, what a candidate would get, cures, self-check and demo."""

from __future__ import annotations

from desktop_admin.texts.marking import QT_TRANSLATE_NOOP

FINDINGS: dict[str, str] = {
    "start_not_here": QT_TRANSLATE_NOOP("messages", "Sessions are started by the portal here, never by this program."),
    "start_refused": QT_TRANSLATE_NOOP("messages", "The candidate cannot start now. {why}"),
    "get_account_inactive": QT_TRANSLATE_NOOP("messages", "His portal account is switched off."),
    "get_no_slot": QT_TRANSLATE_NOOP("messages", "He has no slot."),
    "get_paper_closed_for_trade": QT_TRANSLATE_NOOP("messages", "{paper} is closed for {trade}."),
    "get_paper_closed": QT_TRANSLATE_NOOP("messages", "{paper} is closed."),
    "is_writing": QT_TRANSLATE_NOOP("messages", "Writing {paper}, set {sets}."),
    "has_finished": QT_TRANSLATE_NOOP("messages", "All papers are completed."),
    "has_no_slot": QT_TRANSLATE_NOOP("messages", "No slot. The next paper is {paper}."),
    "may_start": QT_TRANSLATE_NOOP("messages", "Has a slot for {paper} and has not started."),
    "waits_to_restart": QT_TRANSLATE_NOOP("messages", "Has a slot for {paper} and waits to restart."),
    "other_set": QT_TRANSLATE_NOOP("messages", "The open session is on set {sets}, the active set is {letter}."),
    "other_trade": QT_TRANSLATE_NOOP(
        "messages", "The open session is on set {sets}, but his trade is {trade}, active set {letter}."
    ),
    "mixed_sets": QT_TRANSLATE_NOOP("messages", "The open session mixes questions of several sets: {sets}."),
    "no_questions": QT_TRANSLATE_NOOP("messages", "The open session has no questions."),
    "no_slot": QT_TRANSLATE_NOOP("messages", "There is an open session, but no slot."),
    "older_session": QT_TRANSLATE_NOOP(
        "messages", "There is a newer open session of the same paper (number {session}); this one is left over."
    ),
    "paper_submitted": QT_TRANSLATE_NOOP("messages", "{paper} was already submitted, but a session of it is open."),
    "no_profile": QT_TRANSLATE_NOOP("messages", "The open session belongs to an account without a candidate profile."),
    "no_trade": QT_TRANSLATE_NOOP("messages", "The open session belongs to a candidate without a trade."),
    "overdue": QT_TRANSLATE_NOOP("messages", "The time was over at {at}."),
    "late_submission": QT_TRANSLATE_NOOP(
        "messages", "Late submission: {paper} was handed in with answers to questions that are not in its session."
    ),
    "completed_by_marks": QT_TRANSLATE_NOOP(
        "messages", "{paper} was completed by marks typed in the portal while he writes: his Submit will be discarded."
    ),
    "login_ends_early": QT_TRANSLATE_NOOP("messages", "His login ends at {at}, before the paper does at {end}."),
    "sets_disagree": QT_TRANSLATE_NOOP(
        "messages", "The portal's list shows set {copy} for {trade} {paper}, but set {letter} is active."
    ),
    "two_forced_papers": QT_TRANSLATE_NOOP(
        "messages", "Two papers are forced at once in the global paper control: nobody can start."
    ),
    "paper_closed_trades_open": QT_TRANSLATE_NOOP(
        "messages", "{paper} is closed as a whole, but open for {trades}: they cannot start."
    ),
    "paper_forced_away": QT_TRANSLATE_NOOP(
        "messages", "{paper} is open for {trades}, but the global control makes every new session {forced}."
    ),
    "erased_candidates": QT_TRANSLATE_NOOP(
        "messages", "The archive holds sessions of {count} candidates who are no longer in the portal."
    ),
    "erased_papers": QT_TRANSLATE_NOOP(
        "messages", "The archive holds sessions of {count} papers that are no longer in the portal."
    ),
    "erased_questions": QT_TRANSLATE_NOOP(
        "messages", "The archive holds cleared sessions, but the portal has no questions any more."
    ),
    "erased_some_questions": QT_TRANSLATE_NOOP(
        "messages", "The archive holds sessions with {count} questions that are no longer in the portal."
    ),
    "cure_clear": QT_TRANSLATE_NOOP("messages", "Clear this session."),
    "cure_overdue": QT_TRANSLATE_NOOP("messages", "Look at his screen: if the page is gone, reassign the slot."),
    "cure_late_submission": QT_TRANSLATE_NOOP("messages", "A supervisor reopens the paper."),
    "cure_completed_by_marks": QT_TRANSLATE_NOOP("messages", "Take the marks back in the portal before he submits."),
    "cure_login_ends_early": QT_TRANSLATE_NOOP("messages", "He must press Submit before his login ends."),
    "cure_sets_disagree": QT_TRANSLATE_NOOP(
        "messages", "Activate set {letter} for {trade} {paper} again, so that all copies agree."
    ),
    "cure_two_forced_papers": QT_TRANSLATE_NOOP(
        "messages", "Leave one paper, or none, active in the portal's global paper control."
    ),
    "cure_paper_closed": QT_TRANSLATE_NOOP("messages", "Open {paper} in the portal, or close it for {trades}."),
    "cure_forced": QT_TRANSLATE_NOOP(
        "messages", "Turn the global control of {forced} off in the portal, or close {paper} for {trades}."
    ),
    "cure_data_erased": QT_TRANSLATE_NOOP(
        "messages", "The portal's data were erased or replaced: restore the portal's back-up before going on."
    ),
    "stage_tables": QT_TRANSLATE_NOOP("messages", "Making the tables"),
    "stage_questions": QT_TRANSLATE_NOOP("messages", "Writing questions and sets"),
    "stage_candidates": QT_TRANSLATE_NOOP("messages", "Writing candidates and sessions"),
    "check_slot": QT_TRANSLATE_NOOP("messages", "A candidate has a slot"),
    "seen_slot": QT_TRANSLATE_NOOP("messages", "The slot is {state}."),
    "check_session": QT_TRANSLATE_NOOP("messages", "He starts and gets set C"),
    "seen_session": QT_TRANSLATE_NOOP("messages", "Session {session} is of set {sets}."),
    "check_switch": QT_TRANSLATE_NOOP("messages", "The active set is switched from C to E"),
    "seen_switch": QT_TRANSLATE_NOOP("messages", "Trades switched to set {letter}: {applied}."),
    "check_cleared": QT_TRANSLATE_NOOP(
        "messages", "His incomplete session is cleared into the archive, and his login ends"
    ),
    "seen_cleared": QT_TRANSLATE_NOOP(
        "messages", "Questions left in the portal: {left}; in the archive: {archived}; logins left: {logins}."
    ),
    "check_reset": QT_TRANSLATE_NOOP("messages", "The slot is reset and reassigned"),
    "seen_reset": QT_TRANSLATE_NOOP("messages", "After the reset: {between}; after the reassignment: {after}."),
    "check_new": QT_TRANSLATE_NOOP("messages", "He starts again and gets a new session"),
    "seen_new": QT_TRANSLATE_NOOP("messages", "Session {new} instead of {old}."),
    "check_questions": QT_TRANSLATE_NOOP("messages", "All its questions are of set E"),
    "seen_questions": QT_TRANSLATE_NOOP("messages", "{count} questions of set {sets}."),
    "tour_stuck": QT_TRANSLATE_NOOP("messages", "{count} sessions are stuck"),
    "tour_stuck_line": QT_TRANSLATE_NOOP("messages", "{who} ({trade}): {reason}"),
    "tour_cure": QT_TRANSLATE_NOOP("messages", "The slot of {army_no} is reassigned"),
    "tour_gets": QT_TRANSLATE_NOOP("messages", "He would get now: {paper} set {set}, {questions} questions."),
    "tour_switch_plan": QT_TRANSLATE_NOOP("messages", "What switching DTMN PRIMARY to set B would do"),
    "tour_preview": QT_TRANSLATE_NOOP(
        "messages",
        "{cleared} sessions would be cleared, {spared} stay as they are, {waiting} candidates have not started.",
    ),
    "tour_switch": QT_TRANSLATE_NOOP("messages", "The switch is applied"),
    "tour_switched": QT_TRANSLATE_NOOP(
        "messages", "{cleared} sessions were cleared into the archive; {stuck} are still stuck."
    ),
    "tour_history": QT_TRANSLATE_NOOP("messages", "The history holds {count} operations"),
    "tour_record": QT_TRANSLATE_NOOP("messages", "{at}: {operation} by {person}, sessions cleared: {sessions}."),
}
