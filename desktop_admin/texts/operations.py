"""Sentences about plans and operations: refusals, notes, the candidate's screen, undo and restore, papers."""

from __future__ import annotations

from desktop_admin.texts.marking import QT_TRANSLATE_NOOP

OPERATIONS: dict[str, str] = {
    "undo_of": QT_TRANSLATE_NOOP("messages", "Takes back: {operation} of {at} by {person} ({op_id})."),
    "as_in_portal": QT_TRANSLATE_NOOP("messages", "as in the portal"),
    "told_blocked": QT_TRANSLATE_NOOP("messages", "Wrong passwords in a row: {n}."),
    "plan_changed": QT_TRANSLATE_NOOP(
        "messages",
        "Something changed since the plan was shown, so nothing was written. Look at the new plan and confirm again.",
    ),
    "cancelled": QT_TRANSLATE_NOOP("messages", "Cancelled. Nothing was written."),
    "not_a_spreadsheet_name": QT_TRANSLATE_NOOP(
        "messages", "{path}: a table is written as CSV or xlsx. Let the name end in .csv or .xlsx."
    ),
    "too_many_rows": QT_TRANSLATE_NOOP(
        "messages", "A spreadsheet holds {most} rows, and there are {rows}. Write a CSV file instead."
    ),
    "nothing_done_yet": QT_TRANSLATE_NOOP("messages", "Nothing has been done to this candidate, so there is no slip."),
    "shift_ends_before": QT_TRANSLATE_NOOP(
        "messages", "The shift would begin at {since} and end at {until}. Give an earlier beginning."
    ),
    "not_a_time": QT_TRANSLATE_NOOP(
        "messages", "“{text}” is not a time. Write 08:30 for today, or 2026-03-01T08:30 for another day."
    ),
    "qt_missing_for_papers": QT_TRANSLATE_NOOP(
        "messages",
        "The paper cannot be made: {what}. Install Qt's system libraries (the README lists them), or use the exports.",
    ),
    "not_printed": QT_TRANSLATE_NOOP(
        "messages", "The printer {printer} did not take the paper. Look at the printer, or save the paper as PDF."
    ),
    "not_a_set_letter": QT_TRANSLATE_NOOP("messages", "“{text}” is not a question set. Give one letter, A to Z."),
    "unknown_army_no": QT_TRANSLATE_NOOP(
        "messages",
        "There is no candidate with the army number {army_nos}. Nothing was done. Check the number and try again.",
    ),
    "ambiguous_army_no": QT_TRANSLATE_NOOP(
        "messages",
        "More than one candidate has this army number, differing only in case: {army_nos}. Nothing was done. Correct the numbers in the portal first.",
    ),
    "unknown_trade": QT_TRANSLATE_NOOP("messages", "There is no trade “{trade}”. Known trades: {known}."),
    "ambiguous_trade": QT_TRANSLATE_NOOP(
        "messages", "“{trade}” fits more than one trade: {known}. Give the code of the one that you mean."
    ),
    "candidate_gone": QT_TRANSLATE_NOOP("messages", "This candidate is no longer in the portal. Refresh the list."),
    "choose_candidates": QT_TRANSLATE_NOOP("messages", "Say for whom: --army-no (repeatable), --trade or --all."),
    "choose_one_way": QT_TRANSLATE_NOOP("messages", "Give only one of --army-no, --trade and --all."),
    "choose_trades": QT_TRANSLATE_NOOP(
        "messages", "Say for which trades: --trade (repeatable) or --all-trades, not both."
    ),
    "declined": QT_TRANSLATE_NOOP("messages", "Declined. Nothing was changed."),
    "no_terminal": QT_TRANSLATE_NOOP(
        "messages", "There is no terminal to ask at. Give --yes to go ahead, or --dry-run to look only."
    ),
    "already_applied": QT_TRANSLATE_NOOP(
        "messages", "This operation had already been applied; it was not applied twice."
    ),
    "refused_no_trade": QT_TRANSLATE_NOOP("messages", "The candidate has no trade."),
    "refused_all_completed": QT_TRANSLATE_NOOP("messages", "All papers are completed."),
    "refused_has_slot": QT_TRANSLATE_NOOP("messages", "He already has a slot."),
    "refused_nothing_to_reset": QT_TRANSLATE_NOOP("messages", "Nothing to reset: no slot and no incomplete session."),
    "refused_session_completed": QT_TRANSLATE_NOOP("messages", "The session has been completed meanwhile."),
    "refused_session_gone": QT_TRANSLATE_NOOP(
        "messages", "The session is no longer there: completed or removed meanwhile."
    ),
    "refused_session_stays": QT_TRANSLATE_NOOP(
        "messages", "The session stays as it is: the switch does not concern it any more."
    ),
    "refused_no_login": QT_TRANSLATE_NOOP("messages", "He is not signed in to the portal."),
    "refused_no_questions": QT_TRANSLATE_NOOP("messages", "Set {letter} of {trade} {paper} has no active questions."),
    "refused_too_few": QT_TRANSLATE_NOOP("messages", "Set {letter} of {trade} {paper} has too few questions: {parts}."),
    "note_paper_closed": QT_TRANSLATE_NOOP(
        "messages", "{paper} is closed for {trade}: he can start when it is opened."
    ),
    "note_keeps_writing": QT_TRANSLATE_NOOP("messages", "He is writing {paper}: signed out, typed answers lost."),
    "note_too_few": QT_TRANSLATE_NOOP("messages", "Activated with too few questions: {parts}."),
    "note_still_writing": QT_TRANSLATE_NOOP("messages", "{count} still writing; the active set stays {letter}."),
    "note_many_sessions": QT_TRANSLATE_NOOP(
        "messages",
        "{count} sessions are cleared at once. The portal waits for the moment that this takes: choose a quiet minute.",
    ),
    "changed_since": QT_TRANSLATE_NOOP("messages", "Changed since the plan was shown."),
    "started_since": QT_TRANSLATE_NOOP("messages", "Started since the plan was shown."),
    "note_no_photograph": QT_TRANSLATE_NOOP(
        "messages", "His photograph is missing: the portal's dashboard fails for him."
    ),
    "note_completed_by_marks": QT_TRANSLATE_NOOP(
        "messages", "{paper} counts as completed only by marks typed in the portal: his Submit would be discarded."
    ),
    "note_forced_type": QT_TRANSLATE_NOOP(
        "messages", "The global control makes every new session {forced}, although his next paper is {paper}."
    ),
    "note_set_too_small": QT_TRANSLATE_NOOP("messages", "The set is too small: {present} questions of {required}."),
    "no_terminal_for_guide": QT_TRANSLATE_NOOP(
        "messages", "There is no terminal to ask at. Give --army-no, --trade, --all or --statistics."
    ),
    "not_archived": QT_TRANSLATE_NOOP(
        "messages", "The archive has no cleared session {sessions}. Look at the history for its number."
    ),
    "no_such_operation": QT_TRANSLATE_NOOP(
        "messages", "The history has no operation {op_id}. Look at the history for its id."
    ),
    "nothing_to_undo": QT_TRANSLATE_NOOP("messages", "There is no operation of yours that could be undone."),
    "undo_of_undo": QT_TRANSLATE_NOOP(
        "messages", "An undo is not undone itself: do the operation again instead, with what holds now."
    ),
    "undo_damaged": QT_TRANSLATE_NOOP(
        "messages",
        "Row {seq} of the log is damaged, so this operation cannot be undone. Restore its sessions one by one, and let a supervisor check the log.",
    ),
    "already_undone": QT_TRANSLATE_NOOP("messages", "This operation has been undone already."),
    "not_undoable": QT_TRANSLATE_NOOP("messages", "This operation ({operation}) cannot be undone."),
    "refused_already_restored": QT_TRANSLATE_NOOP("messages", "Session {session} has been put back already."),
    "refused_archive_damaged": QT_TRANSLATE_NOOP(
        "messages",
        "The archive of session {session} is damaged or missing, so it must not be put back. Look into a back-up.",
    ),
    "refused_candidate_gone": QT_TRANSLATE_NOOP(
        "messages", "He is no longer in the portal: his account or his profile was deleted."
    ),
    "refused_trade_changed": QT_TRANSLATE_NOOP(
        "messages", "The candidate's trade was {then} when session {session} was cleared, and is {now} now."
    ),
    "refused_submitted_since": QT_TRANSLATE_NOOP(
        "messages", "He has submitted {paper} since session {session} was cleared."
    ),
    "refused_id_in_use": QT_TRANSLATE_NOOP(
        "messages",
        "The numbers of session {session} are in use, or the portal never gave them out: its data were replaced since.",
    ),
    "refused_newer_session": QT_TRANSLATE_NOOP(
        "messages", "He has started {paper} again since session {session} was cleared."
    ),
    "refused_no_slot": QT_TRANSLATE_NOOP(
        "messages",
        "He has no slot, so session {session} would be stuck. Undo the operation that took the slot: that brings both back.",
    ),
    "refused_question_gone": QT_TRANSLATE_NOOP(
        "messages", "A question of session {session} was deleted or switched off since."
    ),
    "refused_paper_gone": QT_TRANSLATE_NOOP(
        "messages", "The portal no longer has the paper of session {session}, or its trade."
    ),
    "refused_set_not_active": QT_TRANSLATE_NOOP(
        "messages",
        "Session {session} is not of the set that is active now, so it would be stuck. A supervisor may override that (--override, or the box beside the button).",
    ),
    "refused_archive_old": QT_TRANSLATE_NOOP(
        "messages",
        "Session {session} was cleared long ago, at {at}. A supervisor may override that (--override, or the box beside the button).",
    ),
    "refused_slot_newer": QT_TRANSLATE_NOOP(
        "messages",
        "He got a new slot after session {session} was cleared. A supervisor may override that (--override, or the box beside the button).",
    ),
    "refused_changed_since": QT_TRANSLATE_NOOP(
        "messages",
        "Something has happened to him since (he started or submitted, or another operation touched him): he is left as he is.",
    ),
    "refused_sets_changed_since": QT_TRANSLATE_NOOP(
        "messages", "The sets of {trade} have been changed again since: they are left as they are."
    ),
    "refused_not_submitted": QT_TRANSLATE_NOOP(
        "messages", "He has not submitted {paper}, so there is nothing to reopen."
    ),
    "refused_was_completed": QT_TRANSLATE_NOOP(
        "messages",
        "Session {session} was completed, and archived when its paper was reopened: undo the reopening instead, so that its answers come back, too.",
    ),
    "note_answers_archived": QT_TRANSLATE_NOOP("messages", "{count} answers go into the archive."),
    "refused_started_since": QT_TRANSLATE_NOOP(
        "messages", "He has started on set {letter} since; session {session} is left as it is and will be stuck."
    ),
    "refused_sat_since": QT_TRANSLATE_NOOP(
        "messages",
        "He has sat and submitted set {letter} since; session {session} is left as it is. If it must not count, reopen the paper.",
    ),
    "note_logged_in_since": QT_TRANSLATE_NOOP(
        "messages", "He has logged in again since, so his old login stays ended."
    ),
    "note_logins_gone": QT_TRANSLATE_NOOP(
        "messages", "His login is no longer kept, so he logs in again: the same questions with full time."
    ),
    "backup_not_recorded": QT_TRANSLATE_NOOP(
        "messages", "The back-up is made ({path}), but it could not be recorded in the log: {why}"
    ),
    "output_not_written": QT_TRANSLATE_NOOP(
        "messages", "The result could not be written ({why}). What was applied stands in the history."
    ),
}
