"""Telling a person who started the program from an icon, and so sees no terminal, why there is no window."""

from __future__ import annotations

import os
import shutil
import sys

_TITLE = "desktop-admin"
_SECONDS = 10
_ICON_ERROR = 0x10
"""Of ``MessageBoxW`` of Windows (MB_ICONERROR)."""


def show_unless_terminal(text: str) -> None:
    """Show the text on the screen, unless one of the program's streams is a terminal."""
    # On Windows a program without a terminal has no streams.
    if not any(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        _show(text)


def _show(text: str) -> None:
    """Show the text by the desktop's own means: a notification that stays, else the first dialog that there is."""
    # Not above, because a start that goes well needs none of it.
    import html
    import subprocess

    if sys.platform == "win32":
        import ctypes

        ctypes.windll.user32.MessageBoxW(None, text, _TITLE, _ICON_ERROR)
        return
    # The body of a notification may have marks of HTML in it.
    notification = ("notify-send", "--urgency=critical", _TITLE, html.escape(text))
    if _found(notification) and subprocess.run(notification, check=False, timeout=_SECONDS).returncode == 0:
        return
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return
    dialogs = (
        ("zenity", "--error", "--no-markup", f"--title={_TITLE}", f"--text={text}"),
        ("kdialog", f"--title={_TITLE}", "--error", text),
        ("xmessage", "-center", text),
    )
    for dialog in filter(_found, dialogs):
        # Nobody waits for it to be closed.
        subprocess.Popen(dialog, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return


def _found(command: tuple[str, ...]) -> bool:
    return shutil.which(command[0]) is not None
