"""Sentences about the people at the desk: signing in, roles, releases, the desk's clock."""

from __future__ import annotations

from desktop_admin.texts.marking import QT_TRANSLATE_NOOP

PEOPLE: dict[str, str] = {
    "not_permitted": QT_TRANSLATE_NOOP("messages", "The role {role} may not do this ({operation}). Ask a supervisor."),
    "not_permitted_many": QT_TRANSLATE_NOOP(
        "messages",
        "The role {role} may do this for {most} candidates at once, not for {candidates}. Ask a supervisor to release it (--released-by).",
    ),
    "not_permitted_alone": QT_TRANSLATE_NOOP(
        "messages",
        "The role {role} may not do this alone ({operation}). Ask a supervisor to release it (--released-by).",
    ),
    "not_permitted_override": QT_TRANSLATE_NOOP(
        "messages", "The role {role} may not override what is refused, whatever is released. Ask a supervisor."
    ),
    "no_release": QT_TRANSLATE_NOOP(
        "messages",
        "{name} cannot release this: a release is the password of another person, who is a supervisor. Nothing was changed.",
    ),
    "sign_in_refused": QT_TRANSLATE_NOOP("messages", "The user name or the password is wrong. Try again."),
    "sign_in_wait": QT_TRANSLATE_NOOP("messages", "Too many wrong passwords: the next try is possible in {seconds} s."),
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
    "last_supervisor": QT_TRANSLATE_NOOP(
        "messages",
        "{username} is the only supervisor, so the role stays. Make somebody else a supervisor first.",
    ),
    "no_such_account": QT_TRANSLATE_NOOP(
        "messages", "There is no staff account {username} in the portal. Check the user name."
    ),
    "policy_idle_lock": QT_TRANSLATE_NOOP("messages", "The window is locked when it was not used for so long"),
    "policy_supervisor_lock": QT_TRANSLATE_NOOP("messages", "The same, while a supervisor is signed in"),
    "policy_restore_age": QT_TRANSLATE_NOOP(
        "messages", "A session that was cleared longer ago is restored only if a supervisor insists"
    ),
    "policy_needs_value": QT_TRANSLATE_NOOP(
        "messages", "Give the rule's name and its new value, or neither to list the rules."
    ),
    "no_such_policy": QT_TRANSLATE_NOOP("messages", "There is no rule {name}. The rules are: {names}."),
    "policy_out_of_range": QT_TRANSLATE_NOOP(
        "messages",
        "The rule {name} cannot be “{value}”: give a whole number of {unit} from {least} to {most}. Nothing was changed.",
    ),
    "policy_damaged": QT_TRANSLATE_NOOP(
        "messages",
        "The rule {name} is stored as “{value}”, which makes no sense, so {default} {unit} are used. Let a supervisor set it again ({least} to {most}).",
    ),
    "not_ones_own": QT_TRANSLATE_NOOP(
        "messages", "The role {role} may undo its own operations; this one is of {person}. Ask a supervisor."
    ),
}
