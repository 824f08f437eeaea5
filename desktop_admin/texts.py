"""The English sentences by code; the source text of the translations.

Each error says what happened and what to do. Placeholders in braces are filled by ``messages.sentence``.
"""

from __future__ import annotations


def QT_TRANSLATE_NOOP(_context: str, text: str) -> str:  # noqa: N802 - the translators' tool looks for this name.
    """Mark a text for the translators' tool and give it back unchanged."""
    return text


TEXTS: dict[str, str] = {
    "plan_changed": QT_TRANSLATE_NOOP(
        "messages",
        "Something changed since the plan was shown, so nothing was written. Look at the new plan and confirm again.",
    ),
    "cancelled": QT_TRANSLATE_NOOP("messages", "Cancelled. Nothing was written."),
    "own_tables_missing": QT_TRANSLATE_NOOP(
        "messages",
        "This database has no desktop_admin tables yet. They are created, after a back-up, with the first change: "
        "confirm it in the window, or give --yes on the command line.",
    ),
    "resource_missing": QT_TRANSLATE_NOOP(
        "messages",
        "The program's own file {path} is missing: the installation is incomplete. Install the program again.",
    ),
    "settings_unreadable": QT_TRANSLATE_NOOP(
        "messages", "The settings file {path} cannot be read ({problem}). Put that right and start again."
    ),
    "settings_damaged": QT_TRANSLATE_NOOP(
        "messages",
        "The settings file {path} is damaged: {problem}. Nothing was changed in it. Correct it, or move it away to "
        "start with the default settings.",
    ),
    "settings_value": QT_TRANSLATE_NOOP(
        "messages",
        "The settings in {path} cannot have the value {value} for {key}. Correct it, or remove it to get the default.",
    ),
    "settings_no_connection": QT_TRANSLATE_NOOP(
        "messages",
        "The settings in {path} name the default connection {name}, but there is no connection of that name. Add it "
        "under [connections], or choose another default.",
    ),
    "settings_unwritable": QT_TRANSLATE_NOOP(
        "messages", "The settings file {path} cannot be written ({problem}). The settings are as they were."
    ),
    "no_such_file": QT_TRANSLATE_NOOP(
        "messages",
        "There is no file {path}. Check the path; a new database is made with “create”, never by opening one.",
    ),
    "not_a_file": QT_TRANSLATE_NOOP("messages", "{path} is not a file. Give the path of the portal's SQLite database."),
    "file_unreadable": QT_TRANSLATE_NOOP(
        "messages", "The file {path} may not be read by this account. Ask the administrator for access to it."
    ),
    "file_empty": QT_TRANSLATE_NOOP(
        "messages",
        "The file {path} is empty: it is no database. Restore it from a back-up, or make a new one with “create”.",
    ),
    "not_sqlite": QT_TRANSLATE_NOOP(
        "messages", "{path} is not a SQLite database. Give the path of the portal's database file."
    ),
    "file_truncated": QT_TRANSLATE_NOOP(
        "messages",
        "The database {path} is cut off: it is shorter than its own header says. Restore it from a back-up; nothing was changed in it.",
    ),
    "file_damaged": QT_TRANSLATE_NOOP(
        "messages",
        "The database {path} is damaged. Nothing was changed in it. Stop the portal and restore the last back-up.",
    ),
    "not_a_portal": QT_TRANSLATE_NOOP(
        "messages",
        "{path} is not an exam portal database: the portal's tables are not in it. Open the database that the portal uses.",
    ),
    "portal_too_old": QT_TRANSLATE_NOOP(
        "messages",
        "This portal is older than this program needs: {what} is missing. Update the portal (migration {migration}) and open its database again.",
    ),
    "portal_newer": QT_TRANSLATE_NOOP(
        "messages",
        "This portal is newer than this program: it does not know the required column {what}, so it must not add rows there. Update this program.",
    ),
    "portal_refers": QT_TRANSLATE_NOOP(
        "messages",
        "This portal is newer than this program: its {what} refers to rows that would be removed, and this program does not know it, so nothing was changed. Update this program.",
    ),
    "view_only": QT_TRANSLATE_NOOP(
        "messages", "The database is open for viewing only, so nothing can be changed. {why}"
    ),
    "on_network_share": QT_TRANSLATE_NOOP(
        "messages",
        "The file {path} lies on a network share ({kind}), where two writers can damage it. Work on the computer that holds the file, or connect to the portal's database server.",
    ),
    "read_only": QT_TRANSLATE_NOOP(
        "messages", "{path} is read-only. Make it writable for this account, then open the database again."
    ),
    "became_read_only": QT_TRANSLATE_NOOP(
        "messages",
        "The database {path} cannot be written: the file or its folder is read-only. Nothing was changed. Make both writable and try again.",
    ),
    "own_tables_newer": QT_TRANSLATE_NOOP(
        "messages",
        "The desktop_admin tables in it were made by a newer version of this program. Update this program on this desk.",
    ),
    "synchronised_folder": QT_TRANSLATE_NOOP(
        "messages",
        "The database lies in the synchronised folder {path}. A copy made in the middle of a change can damage it: move it to a folder that is not synchronised.",
    ),
    "old_sqlite_with_wal": QT_TRANSLATE_NOOP(
        "messages",
        "The database is in WAL mode, and SQLite {version} has a fault there that can damage it. Update this program, or let the portal use the DELETE journal mode.",
    ),
    "disk_full": QT_TRANSLATE_NOOP(
        "messages", "The disk is full, so nothing was changed in {path}. Free some space and try again."
    ),
    "no_room": QT_TRANSLATE_NOOP(
        "messages",
        "There is not enough room on the disk of {path} for the archive, so nothing was changed. Free at least {megabytes} MB and try again.",
    ),
    "no_room_for_backup": QT_TRANSLATE_NOOP(
        "messages",
        "There is not enough room in {path} for a back-up, so nothing was changed. Free at least {megabytes} MB and try again.",
    ),
    "disk_error": QT_TRANSLATE_NOOP(
        "messages",
        "The database {path} could not be read or written: the disk or its folder does not answer properly. Nothing was changed. Check the disk, then try again.",
    ),
    "database_busy": QT_TRANSLATE_NOOP(
        "messages",
        "The database {path} is kept busy by another program, so nothing was changed. Wait a moment and try again.",
    ),
    "bad_url": QT_TRANSLATE_NOOP(
        "messages", "“{url}” is neither a path nor a database URL. A file is given by its path, or as sqlite:///path."
    ),
    "bad_port": QT_TRANSLATE_NOOP(
        "messages",
        "The database URL cannot have the port {port}: ports are numbers from 1 to 65535. Leave it out for the usual one.",
    ),
    "option_unknown": QT_TRANSLATE_NOOP(
        "messages",
        "The database URL cannot have the option {options}. PostgreSQL takes sslmode and sslrootcert, MariaDB and MySQL take ssl_ca.",
    ),
    "option_empty": QT_TRANSLATE_NOOP(
        "messages", "The option {options} in the database URL has no value. Give it one, or leave it out."
    ),
    "sslmode_unknown": QT_TRANSLATE_NOOP(
        "messages",
        "There is no sslmode “{mode}”. Leave it out to let the server decide, or give sslmode=verify-full and sslrootcert=FILE for an encrypted connection to this server only.",
    ),
    "server_not_checked": QT_TRANSLATE_NOOP(
        "messages",
        "With sslmode={mode} the file in sslrootcert would not protect the connection: another server could take the place of this one. Give sslmode=verify-full and sslrootcert=FILE, or neither.",
    ),
    "no_authority_given": QT_TRANSLATE_NOOP(
        "messages",
        "sslmode=verify-full needs the certificate of the authority (CA) that signed the server's. Add sslrootcert=FILE.",
    ),
    "no_host_to_check": QT_TRANSLATE_NOOP(
        "messages",
        "The database URL names no host whose certificate could be checked. Give the server's name, or leave sslmode and sslrootcert out.",
    ),
    "password_in_url": QT_TRANSLATE_NOOP("messages", "A password must not stand in the database URL. Leave it out."),
    "server_not_supported": QT_TRANSLATE_NOOP(
        "messages",
        "This program works on SQLite files and on PostgreSQL, MariaDB and MySQL servers; it cannot open {engine}.",
    ),
    "no_database_given": QT_TRANSLATE_NOOP(
        "messages", "No database was named. Give one with --db PATH, or set a default connection in the settings."
    ),
    "file_exists": QT_TRANSLATE_NOOP(
        "messages", "There is a file {path} already; it was left as it is. Choose another name, or open it instead."
    ),
    "cannot_create": QT_TRANSLATE_NOOP("messages", "{path} cannot be created: {why}. Choose another folder."),
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
    "no_display": QT_TRANSLATE_NOOP(
        "messages",
        "There is no screen to open the window on ({why}). Use the commands (desktop-admin --help), or start it in a desktop.",
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
    "reason_other_empty": QT_TRANSLATE_NOOP("messages", "The reason “other” needs a few words."),
    "not_permitted": QT_TRANSLATE_NOOP("messages", "The role {role} may not do this ({operation}). Ask a supervisor."),
    "not_permitted_many": QT_TRANSLATE_NOOP(
        "messages",
        "The role {role} may do this for {most} candidates at once, not for {candidates}. Ask a supervisor to release it (--released-by).",
    ),
    "not_permitted_alone": QT_TRANSLATE_NOOP(
        "messages",
        "The role {role} may not do this alone ({operation}). Ask a supervisor to release it (--released-by).",
    ),
    "no_release": QT_TRANSLATE_NOOP(
        "messages",
        "{name} cannot release this: a release is the password of another person, who is a supervisor. Nothing was changed.",
    ),
    "declined": QT_TRANSLATE_NOOP("messages", "Declined. Nothing was changed."),
    "no_terminal": QT_TRANSLATE_NOOP(
        "messages", "There is no terminal to ask at. Give --yes to go ahead, or --dry-run to look only."
    ),
    "already_applied": QT_TRANSLATE_NOOP(
        "messages", "This operation had already been applied; it was not applied twice."
    ),
    "start_not_here": QT_TRANSLATE_NOOP("messages", "Sessions are started by the portal here, never by this program."),
    "start_refused": QT_TRANSLATE_NOOP("messages", "The candidate cannot start now. {why}"),
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
    "screen_assign": QT_TRANSLATE_NOOP(
        "messages",
        "On the candidate's screen: nothing changes until the dashboard is reloaded or the candidate logs in.",
    ),
    "screen_reset": QT_TRANSLATE_NOOP(
        "messages",
        "On the candidate's screen: the page looks normal, but whatever is pressed leads to the login (“no exam slot”). What was typed is lost then.",
    ),
    "screen_restart": QT_TRANSLATE_NOOP(
        "messages",
        "On the candidate's screen: the next click leads to the login; then new questions, a blank page and full time.",
    ),
    "screen_sign_out": QT_TRANSLATE_NOOP(
        "messages",
        "On the candidate's screen: a login elsewhere leads to the same questions, a blank page and full time.",
    ),
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
    "cure_late_submission": QT_TRANSLATE_NOOP(
        "messages", "A supervisor reopens the paper (“reopen-paper” on the command line)."
    ),
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
    "stage_reading": QT_TRANSLATE_NOOP("messages", "Reading"),
    "no_terminal_for_guide": QT_TRANSLATE_NOOP(
        "messages", "There is no terminal to ask at. Give --army-no, --trade, --all or --statistics."
    ),
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
    "qt_missing": QT_TRANSLATE_NOOP(
        "messages",
        "The window cannot be opened: {what}. Install Qt's system libraries (the README lists them), or use the commands.",
    ),
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
    "not_a_checkpoint": QT_TRANSLATE_NOOP("messages", "{path} is no checkpoint. Give a file that “checkpoint” wrote."),
    "sign_in_refused": QT_TRANSLATE_NOOP("messages", "The user name or the password is wrong. Try again."),
    "sign_in_wait": QT_TRANSLATE_NOOP(
        "messages", "Too many wrong passwords: the next try is possible in {seconds} seconds."
    ),
    "sign_in_needed": QT_TRANSLATE_NOOP(
        "messages",
        "Sign in to work on this database: give --as USER, and the password at the question or with --password-stdin.",
    ),
    "bad_first_supervisor": QT_TRANSLATE_NOOP(
        "messages", "Choose a user name that is not taken, of at most 150 characters, and a password."
    ),
    "account_inactive": QT_TRANSLATE_NOOP(
        "messages", "The account {username} is switched off in the portal. Ask a supervisor."
    ),
    "account_no_staff": QT_TRANSLATE_NOOP(
        "messages", "The account {username} is no staff account: candidates cannot sign in here."
    ),
    "account_no_role": QT_TRANSLATE_NOOP(
        "messages", "The account {username} has no role at the desk yet. A supervisor can give it one."
    ),
    "account_changed": QT_TRANSLATE_NOOP(
        "messages", "The account of {name} was changed in the meantime, so nothing was written. Sign in again."
    ),
    "clock_differs": QT_TRANSLATE_NOOP(
        "messages",
        "This desk's clock differs by {seconds} seconds from the server's ({now}), so its times in the log mislead. Set the clock of this computer.",
    ),
    "clock_backwards": QT_TRANSLATE_NOOP(
        "messages",
        "This desk's clock ran backwards: it said {at} at the last operation, and says {desk_now} now. Set the clock of this computer.",
    ),
    "choose_role": QT_TRANSLATE_NOOP(
        "messages", "Say which role: staff, invigilator or supervisor, or --portal for that of the portal, not both."
    ),
    "no_such_account": QT_TRANSLATE_NOOP(
        "messages", "There is no staff account {username} in the portal. Check the user name."
    ),
    "log_rows_missing": QT_TRANSLATE_NOOP(
        "messages", "Row {seq} follows row {before}: rows in between were removed, or their order was changed."
    ),
    "log_chain_broken": QT_TRANSLATE_NOOP(
        "messages", "Row {seq} does not continue the row before it: one of the two was replaced."
    ),
    "log_row_changed": QT_TRANSLATE_NOOP("messages", "Row {seq} was changed after it was written."),
    "log_other_key": QT_TRANSLATE_NOOP("messages", "Row {seq} is sealed with a key that is not this log's."),
    "log_cut": QT_TRANSLATE_NOOP(
        "messages", "The log's end was cut off: the checkpoint of {at} knows row {seq}, and it is gone."
    ),
    "log_not_as_checkpoint": QT_TRANSLATE_NOOP(
        "messages", "Row {seq} is not the one that the checkpoint of {at} knows: the log was rewritten."
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
    "log_archive_gone": QT_TRANSLATE_NOOP("messages", "The archived sessions of row {seq} were removed."),
    "screen_restore": QT_TRANSLATE_NOOP(
        "messages",
        "On the candidate's screen: the same questions with full time again; what was typed is there only if the old page is still open.",
    ),
    "screen_undo": QT_TRANSLATE_NOOP(
        "messages", "On the candidate's screen: whoever pressed nothing since writes on as if nothing had happened."
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
    "already_undone": QT_TRANSLATE_NOOP("messages", "This operation has been undone already."),
    "not_undoable": QT_TRANSLATE_NOOP("messages", "This operation ({operation}) cannot be undone."),
    "not_ones_own": QT_TRANSLATE_NOOP(
        "messages", "The role {role} may undo its own operations; this one is of {person}. Ask a supervisor."
    ),
    "refused_already_restored": QT_TRANSLATE_NOOP("messages", "Session {session} has been put back already."),
    "refused_archive_damaged": QT_TRANSLATE_NOOP(
        "messages", "The archive of session {session} is damaged, so it must not be put back. Look into a back-up."
    ),
    "refused_candidate_gone": QT_TRANSLATE_NOOP(
        "messages", "The candidate of session {session} is no longer in the portal."
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
        "messages", "He has no slot, so session {session} would be stuck. Assign a slot first."
    ),
    "refused_question_gone": QT_TRANSLATE_NOOP(
        "messages", "A question of session {session} was deleted or switched off since."
    ),
    "refused_set_not_active": QT_TRANSLATE_NOOP(
        "messages",
        "Session {session} is not of the set that is active now, so it would be stuck. A supervisor may override.",
    ),
    "refused_archive_old": QT_TRANSLATE_NOOP(
        "messages", "Session {session} was cleared long ago, at {at}. A supervisor may override."
    ),
    "refused_slot_newer": QT_TRANSLATE_NOOP(
        "messages", "He got a new slot after session {session} was cleared. A supervisor may override."
    ),
    "refused_changed_since": QT_TRANSLATE_NOOP(
        "messages", "His slot has changed since (started, assigned, reset or submitted): it is left as it is."
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
    "screen_reopen": QT_TRANSLATE_NOOP(
        "messages",
        "On his screen: his next click leads to login. Once he has a slot, he can sit {paper} again: new questions, blank, full time.",
    ),
    "refused_started_since": QT_TRANSLATE_NOOP(
        "messages", "He has started on set {letter} since; session {session} is left as it is and will be stuck."
    ),
    "note_logged_in_since": QT_TRANSLATE_NOOP(
        "messages", "He has logged in again since, so his old login stays ended."
    ),
    "note_logins_gone": QT_TRANSLATE_NOOP(
        "messages", "His login is no longer kept, so he logs in again: the same questions with full time."
    ),
    "note_wish_changed": QT_TRANSLATE_NOOP(
        "messages", "The portal's universal set has been changed since; it is left as it is."
    ),
    "not_utf8": QT_TRANSLATE_NOOP(
        "messages", "What was typed is not UTF-8 text. Type it again in a terminal that uses UTF-8."
    ),
    "somebody_faster": QT_TRANSLATE_NOOP(
        "messages", "Somebody else changed the same rows at the same moment, so nothing was written. Try again."
    ),
    "statement_too_long": QT_TRANSLATE_NOOP(
        "messages",
        "The database {path} took too long to answer, so nothing was changed. Try again, for fewer candidates if it happens again.",
    ),
    "server_read_only": QT_TRANSLATE_NOOP(
        "messages", "The database {path} takes no changes now: the server is read-only. Ask its administrator."
    ),
    "login_refused": QT_TRANSLATE_NOOP(
        "messages", "The database server refused the login for {path}. Check the database user and the password."
    ),
    "not_granted": QT_TRANSLATE_NOOP(
        "messages",
        "The database user may not do this in {path}. Do it at a supervisor's desk; if it fails there too, the server's administrator runs “desktop-admin prepare” and the script with this desk's rights again.",
    ),
    "not_prepared": QT_TRANSLATE_NOOP(
        "messages",
        "The desktop_admin tables in {path} are missing or of an older version, and this database user may not make them, so nothing was changed. The server's administrator runs “desktop-admin --db … prepare” and the script with this desk's rights.",
    ),
    "no_such_database": QT_TRANSLATE_NOOP("messages", "There is no database {path}. Check its name."),
    "server_disk_full": QT_TRANSLATE_NOOP(
        "messages",
        "The disk of the database server is full, so nothing was changed in {path}. Its administrator must free space.",
    ),
    "server_not_reached": QT_TRANSLATE_NOOP(
        "messages",
        "The database server of {path} does not answer. Check the host name, the port and the network cable.",
    ),
    "authority_unreadable": QT_TRANSLATE_NOOP(
        "messages",
        "The CA file {path} cannot be read. Check where it is, and that this account may read it.",
    ),
    "authority_no_certificate": QT_TRANSLATE_NOOP(
        "messages",
        "There is no certificate in the CA file {path}. Ask the server's administrator for the CA's certificate in PEM form: it begins with BEGIN CERTIFICATE.",
    ),
    "authority_gone": QT_TRANSLATE_NOOP(
        "messages",
        "The CA file for {path} is no longer there, or cannot be read any more. Put it back, or choose another one for this connection.",
    ),
    "certificate_untrusted": QT_TRANSLATE_NOOP(
        "messages",
        "The certificate of the server of {path} is not signed by this CA: it may be another server, so no password was sent. Choose the right CA file, or ask the server's administrator.",
    ),
    "certificate_of_another": QT_TRANSLATE_NOOP(
        "messages",
        "The certificate of the server of {path} names another host, so no password was sent. Give the host as the certificate names it, or ask the server's administrator.",
    ),
    "certificate_not_valid_today": QT_TRANSLATE_NOOP(
        "messages",
        "The certificate of the server of {path} is not valid today. Check the date of this computer; if it is right, the server's administrator must renew the certificate.",
    ),
    "no_encryption": QT_TRANSLATE_NOOP(
        "messages",
        "The server of {path} does not offer encryption, so no password was sent. Its administrator must turn TLS on. In a network that you trust, let the server decide.",
    ),
    "encryption_not_agreed": QT_TRANSLATE_NOOP(
        "messages",
        "The server of {path} and this computer have no way to encrypt in common. The server's administrator must allow TLS 1.2 or newer.",
    ),
    "link_lost": QT_TRANSLATE_NOOP(
        "messages", "The link to {path} was lost. Nothing was changed. Try again once the database is back."
    ),
    "result_unknown": QT_TRANSLATE_NOOP(
        "messages",
        "The link to {path} was lost while the change was being written, and the result is not known yet: it is applied as a whole or not at all. Look at the history once the database is back.",
    ),
    "stage_waiting": QT_TRANSLATE_NOOP("messages", "Waiting for the database, attempt {attempt} of {most}"),
    "stage_safety_copy": QT_TRANSLATE_NOOP("messages", "Making a safety copy of the database"),
    "stage_connecting": QT_TRANSLATE_NOOP(
        "messages", "The link was lost: connecting again, attempt {attempt} of {most}"
    ),
    "stage_checking": QT_TRANSLATE_NOOP(
        "messages", "The result is not known yet, checking: attempt {attempt} of {most}"
    ),
    "output_not_written": QT_TRANSLATE_NOOP(
        "messages", "The result could not be written ({why}). What was applied stands in the history."
    ),
    "file_in_use": QT_TRANSLATE_NOOP(
        "messages",
        "Another program has {path} open, so nothing was changed. Stop the portal and close every other desk, then try again.",
    ),
    "backup_on_server": QT_TRANSLATE_NOOP(
        "messages",
        "{path} is on a server, whose administrator makes and restores back-ups: with pg_dump or mariadb-dump, as docs/servers.md says. Nothing was changed.",
    ),
    "same_file": QT_TRANSLATE_NOOP(
        "messages", "{path} is the database itself, so nothing was changed. Choose a back-up."
    ),
    "no_backup": QT_TRANSLATE_NOOP(
        "messages",
        "No back-up could be made in {path} ({why}), so nothing was changed. Make that folder writable and try again.",
    ),
    "server_full": QT_TRANSLATE_NOOP(
        "messages",
        "The database server of {path} has no connection left to give. Wait a moment and try again, or ask its administrator to allow more connections.",
    ),
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
