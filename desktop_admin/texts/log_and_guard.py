"""Sentences about the operation log and the guard."""

from __future__ import annotations

from desktop_admin.texts.marking import QT_TRANSLATE_NOOP

LOG_AND_GUARD: dict[str, str] = {
    "log_key_missing": QT_TRANSLATE_NOOP(
        "messages",
        "The operation log cannot be checked here: this desk does not have its key ({key}). Check it at the supervisor's desk, or bring the key from there with “log-key export” and “log-key import”.",
    ),
    "no_log_key_here": QT_TRANSLATE_NOOP(
        "messages", "This desk does not have the key of the operation log. Export it at the supervisor's desk."
    ),
    "not_a_log_key": QT_TRANSLATE_NOOP("messages", "{path} holds no key. Give the file that “log-key export” wrote."),
    "another_logs_key": QT_TRANSLATE_NOOP(
        "messages", "The key in {path} is not this log's ({key}). Export it at a desk that works on this database."
    ),
    "clock_differed": QT_TRANSLATE_NOOP(
        "messages",
        "The desk's clock differed by {seconds} seconds from the server's ({now}), so the desk's own time of this operation misleads.",
    ),
    "clock_ran_back": QT_TRANSLATE_NOOP(
        "messages",
        "The desk's clock had run backwards: it said {at} at the operation before, and {desk_now} at this one.",
    ),
    "checkpoint_not_kept": QT_TRANSLATE_NOOP(
        "messages",
        "Today's checkpoint of the operation log could not be kept in {path}. What you did is not touched by it; see that this folder can be written, so that a cut end of the log can be noticed at this desk.",
    ),
    "kept_checkpoint_damaged": QT_TRANSLATE_NOOP(
        "messages",
        "The checkpoint {path}, kept at this desk, cannot be read, so it was not compared. If nobody knows why, suspect that somebody changed it.",
    ),
    "not_a_checkpoint": QT_TRANSLATE_NOOP("messages", "{path} is no checkpoint. Give a file that “checkpoint” wrote."),
    "log_rows_missing": QT_TRANSLATE_NOOP(
        "messages", "Row {seq} follows row {before}: rows in between were removed, or their order was changed."
    ),
    "log_chain_broken": QT_TRANSLATE_NOOP(
        "messages", "Row {seq} does not continue the row before it: one of the two was replaced."
    ),
    "log_key_gone": QT_TRANSLATE_NOOP(
        "messages",
        "This desk has kept checkpoints of a log in this database with the key {key}, and the log that is here now has another key, or none: it was replaced. If another database was put here on purpose, remove {path}, and this is not told again.",
    ),
    "log_key_unnamed": QT_TRANSLATE_NOOP(
        "messages",
        "The database no longer names the key {key}, with which its log is sealed: somebody removed or replaced that name.",
    ),
    "log_row_changed": QT_TRANSLATE_NOOP("messages", "Row {seq} was changed after it was written."),
    "log_other_key": QT_TRANSLATE_NOOP("messages", "Row {seq} is sealed with a key that is not this log's."),
    "log_cut": QT_TRANSLATE_NOOP(
        "messages", "The log's end was cut off: the checkpoint of {at} knows row {seq}, and it is gone."
    ),
    "log_not_as_checkpoint": QT_TRANSLATE_NOOP(
        "messages", "Row {seq} is not the one that the checkpoint of {at} knows: the log was rewritten."
    ),
    "record_damaged": QT_TRANSLATE_NOOP(
        "messages",
        "Row {seq} of the log is damaged, so it does not say to whom this was done. Let a supervisor check the log.",
    ),
    "log_archive_damaged": QT_TRANSLATE_NOOP(
        "messages", "The archived session {session} (row {seq}) is damaged: it does not fit its own checksum."
    ),
    "log_archive_changed": QT_TRANSLATE_NOOP(
        "messages", "The archived sessions of row {seq} are not the ones that were cleared then."
    ),
    "log_answers_changed": QT_TRANSLATE_NOOP(
        "messages", "The archived answers of row {seq} are not the ones that were removed then."
    ),
    "log_archive_unknown": QT_TRANSLATE_NOOP(
        "messages",
        "The archive holds sessions of an operation that no row of the log records ({op_id}): its row was removed, or the sessions were added.",
    ),
    "log_put_back": QT_TRANSLATE_NOOP(
        "messages",
        "A back-up was put back, which the log records. Checkpoints from before that: {n}; their rows are in the file that was replaced, so they were not compared.",
    ),
    "log_archive_gone": QT_TRANSLATE_NOOP("messages", "The archived sessions of row {seq} were removed."),
    "guard_refused": QT_TRANSLATE_NOOP(
        "messages",
        "The guard in {path} refused this change, so nothing was written: it would have left a session or an answer that does not belong to the active set. Read everything again; if it happens again, a supervisor looks at the guard.",
    ),
    "guard_not_on_file": QT_TRANSLATE_NOOP(
        "messages",
        "There is no guard for a database file: triggers in it would break the portal's own migrations. Nothing was changed.",
    ),
    "guard_not_granted": QT_TRANSLATE_NOOP(
        "messages",
        "The database user may not make or remove triggers in {path}. Connect with the account that owns the portal's tables, and do it again.",
    ),
    "guard_needs_trust": QT_TRANSLATE_NOOP(
        "messages",
        "The server of {path} writes a binary log and lets only its administrator make triggers. Its administrator must set log_bin_trust_function_creators to 1, or install the guard with an account that has the privilege SUPER.",
    ),
    "guard_not_here": QT_TRANSLATE_NOOP(
        "messages", "There is no guard for a database file: triggers in it would break the portal's own migrations."
    ),
    "guard_unseen": QT_TRANSLATE_NOOP(
        "messages",
        "This database account may not look at triggers, so it cannot be said here whether the guard is installed. Connect with the account that owns the portal's tables.",
    ),
    "guard_absent": QT_TRANSLATE_NOOP("messages", "The guard is not installed."),
    "guard_gone": QT_TRANSLATE_NOOP(
        "messages",
        "The guard was installed by {person} ({at}), but is no longer there. Install it again, or remove it here so that the log agrees.",
    ),
    "guard_incomplete": QT_TRANSLATE_NOOP(
        "messages",
        "The guard is incomplete, altered or of another version: {parts}. Install it again, or remove it.",
    ),
    "guard_installed": QT_TRANSLATE_NOOP(
        "messages", "The guard is installed, as this version of the program makes it."
    ),
    "guard_names_only": QT_TRANSLATE_NOOP(
        "messages",
        "The guard's triggers are there. This database account may not look at what they do, so it cannot be said whether somebody altered them.",
    ),
    "guard_clears": QT_TRANSLATE_NOOP(
        "messages",
        "Whoever switches a set, by the portal or by hand, sessions on the old set go into the archive at that moment. The history shows them.",
    ),
    "guard_questions": QT_TRANSLATE_NOOP(
        "messages",
        "A session gets questions of the active set only. A switch waits for whoever is starting, and a start for a switch.",
    ),
    "guard_sessions": QT_TRANSLATE_NOOP(
        "messages",
        "No session is made for a candidate without a slot, whose paper is submitted, or who is writing it already.",
    ),
    "guard_answers": QT_TRANSLATE_NOOP(
        "messages",
        "An answer is taken only to a question of the candidate's incomplete session: a page whose session was cleared cannot be submitted.",
    ),
    "guard_costs": QT_TRANSLATE_NOOP(
        "messages",
        "What is refused shows as an error page in the portal, and nothing of that request is kept. The triggers act with the rights of the database account that installs them: remove the guard before that account is removed.",
    ),
}
