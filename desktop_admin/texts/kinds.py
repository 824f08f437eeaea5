"""What operations are called and what they do, in words: a section for each, named as the log names the operation.

``name`` heads columns and lists; ``one`` and ``many`` stand on buttons, ``short`` on a narrow one; ``will`` and ``done``
say what happens to a candidate or a trade; ``screen`` what happens on the candidate's screen, ``undone_screen`` when it
is taken back; ``help`` and ``more`` explain the command; ``told`` is what is said in the end, where ``done`` is not
enough, and what the history says of something that is done to the database itself. What a section does not have is taken from the section ``operation``.
"""

from __future__ import annotations

from desktop_admin.texts.marking import QT_TRANSLATE_NOOP as MARK

_SECTIONS: dict[str, dict[str, str]] = {
    "operation": {
        "name": MARK("messages", "An operation that this version does not know"),
        "will": MARK("messages", "Will be applied"),
        "done": MARK("messages", "Applied"),
        "and_clear": MARK("messages", "{deed} and clear {sessions}"),
        "short_and_clear": MARK("messages", "{deed}, clear {n}"),
        "of_many": MARK("messages", "{deed} of {n} candidates"),
        "cleared_will": MARK("messages", "{sessions} will be cleared"),
        "cleared_done": MARK("messages", "{sessions} cleared"),
        "restored_will": MARK("messages", "{sessions} will be put back"),
        "restored_done": MARK("messages", "{sessions} put back"),
        "clears": MARK("messages", "{sessions} will be cleared and kept in the archive; {logins} will end."),
        "restores": MARK("messages", "{sessions} will be put back as before; {logins} will be valid again."),
        "undone_screen": MARK(
            "messages", "On the candidate's screen: whoever pressed nothing since writes on as if nothing had happened."
        ),
    },
    "assign-slots": {
        "name": MARK("messages", "Assign slot"),
        "one": MARK("messages", "Assign slot"),
        "many": MARK("messages", "Assign {n} slots"),
        "short": MARK("messages", "Assign"),
        "will": MARK("messages", "Slot will be assigned"),
        "done": MARK("messages", "Slot assigned"),
        "screen": MARK(
            "messages",
            "On the candidate's screen: nothing changes until the dashboard is reloaded or the candidate logs in.",
        ),
        "help": MARK("messages", "Give slots."),
        "more": MARK("messages", "Clears the candidates' incomplete sessions."),
    },
    "reset-slots": {
        "name": MARK("messages", "Reset slot"),
        "one": MARK("messages", "Reset slot"),
        "many": MARK("messages", "Reset {n} candidates"),
        "short": MARK("messages", "Reset"),
        "will": MARK("messages", "Slot will be reset"),
        "done": MARK("messages", "Slot reset"),
        "screen": MARK(
            "messages",
            "On the candidate's screen: the page looks normal, but whatever is pressed leads to the login (“no exam slot”). What was typed is lost then.",
        ),
        "help": MARK("messages", "Empty slots."),
        "more": MARK("messages", "Clears the candidates' incomplete sessions."),
    },
    "reassign-slots": {
        "name": MARK("messages", "Reassign slot"),
        "one": MARK("messages", "Reassign slot"),
        "many": MARK("messages", "Reassign {n} candidates"),
        "short": MARK("messages", "Reassign"),
        "will": MARK("messages", "Slot will be reassigned"),
        "done": MARK("messages", "Slot reassigned"),
        "screen": MARK(
            "messages",
            "On the candidate's screen: the next click leads to the login; then new questions, a blank page and full time.",
        ),
        "help": MARK("messages", "Reset and assign in one step."),
        "more": MARK("messages", "The candidates start afresh at once."),
    },
    "clear-sessions": {
        "name": MARK("messages", "Clear sessions"),
        "one": MARK("messages", "Clear {sessions}"),
        "many": MARK("messages", "Clear {sessions} of {n} candidates"),
        # What happens to each candidate is the clearing, which is counted.
        "will": "",
        "done": "",
        "told": MARK("messages", "Cleared"),
        "screen": MARK(
            "messages",
            "On the candidate's screen: the next click leads to the login; then new questions, a blank page and full time.",
        ),
    },
    "sign-out": {
        "name": MARK("messages", "Sign out"),
        "one": MARK("messages", "Sign out, continue on another PC"),
        "many": MARK("messages", "Sign out {n} candidates"),
        "will": MARK("messages", "Will be signed out"),
        "done": MARK("messages", "Signed out"),
        "screen": MARK(
            "messages",
            "On the candidate's screen: a login elsewhere leads to the same questions, a blank page and full time.",
        ),
        "help": MARK("messages", "End portal logins (PC failure)."),
        "more": MARK("messages", "Sessions and slots stay."),
    },
    "activate-set": {
        "name": MARK("messages", "Activate sets"),
        "one": MARK("messages", "Activate 1 set"),
        "many": MARK("messages", "Activate {n} sets"),
        "will": MARK("messages", "Will be activated"),
        "done": MARK("messages", "Activated"),
        "screen": MARK(
            "messages",
            "On the candidate's screen: the next click leads to the login; then new questions, a blank page and full time.",
        ),
        "help": MARK("messages", "Switch active question sets."),
        "more": MARK(
            "messages", "Makes a question set active and clears the incomplete sessions of that paper on any other set."
        ),
    },
    "reopen-paper": {
        "name": MARK("messages", "Reopen paper"),
        "one": MARK("messages", "Reopen {paper}"),
        "many": MARK("messages", "Reopen {paper} of {n} candidates"),
        "offer": MARK("messages", "Reopen {paper}…"),
        "offer_tip": MARK(
            "messages", "Lets the candidate sit {paper} again; what was handed in goes into the archive."
        ),
        "will": MARK("messages", "Paper will be reopened"),
        "done": MARK("messages", "Paper reopened"),
        "clears": MARK(
            "messages", "{sessions} of {paper} will go into the archive with its answers; {logins} will end."
        ),
        "cleared_will": MARK("messages", "{sessions} to the archive"),
        "cleared_done": MARK("messages", "{sessions} archived"),
        "screen": MARK(
            "messages",
            "On the candidate's screen: the next click leads to the login. Once a slot is there, {paper} can be sat again: new questions, blank, full time.",
        ),
        "undone_screen": MARK(
            "messages",
            "On the candidate's screen: the paper counts as submitted again, with the answers that were given, and cannot be sat.",
        ),
        "help": MARK("messages", "Let a submitted paper be sat again."),
        "more": MARK("messages", "Its session and answers go into the archive. Supervisors only."),
    },
    "restore": {
        "name": MARK("messages", "Restore session"),
        "one": MARK("messages", "Restore 1 session"),
        "many": MARK("messages", "Restore {n} sessions"),
        "will": MARK("messages", "Will be restored"),
        "done": MARK("messages", "Restored"),
        "screen": MARK(
            "messages",
            "On the candidate's screen: the same questions with full time again; what was typed is there only if the old page is still open.",
        ),
        "undone_screen": MARK(
            "messages",
            "On the candidate's screen: the next click leads to the login; then new questions, a blank page and full time.",
        ),
        "help": MARK("messages", "Put a cleared session back."),
        "more": MARK("messages", "It is refused, with the reason, where that has become impossible."),
    },
    "undo": {
        "name": MARK("messages", "Undo"),
        "one": MARK("messages", "Undo “{operation}”"),
        "many": MARK("messages", "Undo “{operation}” of {candidates} candidates"),
        "will": MARK("messages", "Will be undone"),
        "done": MARK("messages", "Undone"),
        "help": MARK("messages", "Take an operation back."),
        "more": MARK(
            "messages", "One's own last one where none is named; who was touched since is named and left alone."
        ),
    },
    "prepare": {
        "name": MARK("messages", "Prepare"),
        "done": MARK("messages", "Prepared"),
        "told": MARK("messages", "This program's own tables were made, or brought to this version."),
        "told_with_copy": MARK(
            "messages",
            "This program's own tables were made, or brought to this version; the back-up from before is {path}.",
        ),
    },
    "set-role": {
        "name": MARK("messages", "Give role"),
        "done": MARK("messages", "Role given"),
        "told": MARK("messages", "{username}: {before} → {after}."),
    },
    "set-policy": {
        "name": MARK("messages", "Set rule"),
        "done": MARK("messages", "Rule set"),
        "told": MARK("messages", "{name}: {before} → {after} {unit}."),
    },
    "verify-log": {
        "name": MARK("messages", "Check the log"),
        "done": MARK("messages", "Log checked"),
    },
    "export-key": {
        "name": MARK("messages", "Export the log's key"),
        "done": MARK("messages", "Key exported"),
        "told": MARK("messages", "The log's key {key} was written to a file."),
    },
    "import-key": {
        "name": MARK("messages", "Import the log's key"),
        "done": MARK("messages", "Key imported"),
        "told": MARK("messages", "The log's key {key} was brought to this desk."),
    },
    "backup": {
        "name": MARK("messages", "Back up"),
        "done": MARK("messages", "Backed up"),
        "told": MARK("messages", "A back-up was made: {path}."),
    },
    "restore-backup": {
        "name": MARK("messages", "Restore back-up"),
        "done": MARK("messages", "Back-up put in the file's place"),
        "told": MARK("messages", "{backup} was put back; what was there before is in {replaced}."),
    },
    "guard-install": {
        "name": MARK("messages", "Install guard"),
        "done": MARK("messages", "Guard installed"),
        "told": MARK("messages", "The guard's triggers were made."),
    },
    "guard-remove": {
        "name": MARK("messages", "Remove guard"),
        "done": MARK("messages", "Guard removed"),
        "told": MARK("messages", "The guard's triggers were removed."),
    },
    "guard-clearing": {"name": MARK("messages", "Cleared by guard"), "done": MARK("messages", "Cleared by guard")},
    "sign-in-blocked": {
        "name": MARK("messages", "Sign-in blocked"),
        "done": MARK("messages", "Sign-in blocked"),
    },
}
KINDS: dict[str, str] = {
    f"{section}.{what}": text for section, sentences in _SECTIONS.items() for what, text in sentences.items()
}
