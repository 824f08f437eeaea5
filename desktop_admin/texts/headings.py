"""Headings of the columns in the window and on paper, by ``heading_`` and the column's name."""

from __future__ import annotations

from desktop_admin.texts.marking import QT_TRANSLATE_NOOP

HEADINGS: dict[str, str] = {
    "heading_applied": QT_TRANSLATE_NOOP("messages", "Applied"),
    "heading_army_no": QT_TRANSLATE_NOOP("messages", "Army no"),
    "heading_asked_by": QT_TRANSLATE_NOOP("messages", "Asked by"),
    "heading_candidate": QT_TRANSLATE_NOOP("messages", "Candidate"),
    "heading_candidate_or_trade": QT_TRANSLATE_NOOP("messages", "Candidate or trade"),
    "heading_completed": QT_TRANSLATE_NOOP("messages", "Completed"),
    "heading_desk": QT_TRANSLATE_NOOP("messages", "Desk"),
    "heading_finding": QT_TRANSLATE_NOOP("messages", "What is wrong"),
    "heading_kind": QT_TRANSLATE_NOOP("messages", "Finding"),
    "heading_minutes_left": QT_TRANSLATE_NOOP("messages", "Time left"),
    "heading_name": QT_TRANSLATE_NOOP("messages", "Name"),
    "heading_open": QT_TRANSLATE_NOOP("messages", "Open"),
    "heading_operation": QT_TRANSLATE_NOOP("messages", "What"),
    "heading_operations": QT_TRANSLATE_NOOP("messages", "Operations"),
    "heading_outcome": QT_TRANSLATE_NOOP("messages", "Outcome"),
    "heading_paper": QT_TRANSLATE_NOOP("messages", "Paper"),
    "heading_person": QT_TRANSLATE_NOOP("messages", "Who"),
    "heading_put_back": QT_TRANSLATE_NOOP("messages", "Put back"),
    "heading_questions": QT_TRANSLATE_NOOP("messages", "Questions"),
    "heading_reason": QT_TRANSLATE_NOOP("messages", "Reason"),
    "heading_refused": QT_TRANSLATE_NOOP("messages", "Refused"),
    "heading_released_by": QT_TRANSLATE_NOOP("messages", "Released by"),
    "heading_releases": QT_TRANSLATE_NOOP("messages", "Releases"),
    "heading_row": QT_TRANSLATE_NOOP("messages", "No."),
    "heading_session": QT_TRANSLATE_NOOP("messages", "Session"),
    "heading_sessions": QT_TRANSLATE_NOOP("messages", "Cleared"),
    "heading_set": QT_TRANSLATE_NOOP("messages", "Set"),
    "heading_sets": QT_TRANSLATE_NOOP("messages", "Set"),
    "heading_started": QT_TRANSLATE_NOOP("messages", "Started"),
    "heading_status": QT_TRANSLATE_NOOP("messages", "Status"),
    "heading_to_whom": QT_TRANSLATE_NOOP("messages", "To whom"),
    "heading_trade": QT_TRANSLATE_NOOP("messages", "Trade"),
    "heading_when": QT_TRANSLATE_NOOP("messages", "When"),
    "heading_will": QT_TRANSLATE_NOOP("messages", "Will"),
}
