"""Runs before anything else in the one folder: what it lacks is told before it is needed, and in both languages.

Without a library the program would end in the middle of something, Qt without a word. Here nothing is imported that
may itself be missing; of the folder only ``_internal`` is looked at, because guides and licences stop nobody. What
Python cannot even begin without is told by PyInstaller's own programs, and whether files are as they were, which takes
longer, by ``self-check``.
"""

import os
import sys

_NAMES = 3
"""So many files are named; the others are counted."""


def _lacking(folder: str) -> list[str]:
    """The files of ``_internal`` that are on the folder's list, and not there."""
    try:
        with open(os.path.join(folder, "contents.sha256"), encoding="utf-8") as stream:  # noqa: PTH118, PTH123
            names = [line[66:].rstrip("\n") for line in stream]
    except OSError:
        return []
    inside = [name for name in names if name.startswith("_internal/")]
    return [name for name in inside if not os.path.exists(os.path.join(folder, name))]  # noqa: PTH110, PTH118


def _told(folder: str, lacking: list[str]) -> str:
    named, more = ", ".join(lacking[:_NAMES]), len(lacking) - _NAMES
    others, in_hindi = (f" (and {more} more)", f" (और {more} अन्य)") if more > 0 else ("", "")
    return (
        f"The program's folder {folder} is not whole. Missing: {named}{others}. "
        "Copy the whole folder again.\n"
        f"प्रोग्राम का फ़ोल्डर {folder} पूरा नहीं है। ये फ़ाइलें नहीं हैं: {named}{in_hindi}। "
        "पूरा फ़ोल्डर फिर से कॉपी करें।"
    )


def _stop_unless_whole() -> None:
    folder = os.path.dirname(os.path.realpath(sys.executable))  # noqa: PTH120
    lacking = _lacking(folder)
    if not lacking:
        return
    text = _told(folder, lacking)
    if sys.stderr is not None:
        if hasattr(sys.stderr, "reconfigure"):
            sys.stderr.reconfigure(errors="replace")
        sys.stderr.write(f"{text}\n")
    try:
        # What shows it on the screen may lack something as well.
        from desktop_admin import on_screen

        on_screen.show_unless_terminal(text)
    except ImportError:
        pass
    sys.exit(1)


_stop_unless_whole()
