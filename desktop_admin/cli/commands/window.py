"""Opening the window from the command line, or saying why there is none."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from desktop_admin import on_screen
from desktop_admin.cli import words
from desktop_admin.cli.context import Workstation
from desktop_admin.cli.words import worded
from desktop_admin.errors import AdminError
from desktop_admin.installation import INSTALL_LINE
from desktop_admin.messages import Message


def no_screen() -> Message | None:
    """Why no window can be shown, or None where one can."""
    platform = os.environ.get("QT_QPA_PLATFORM", "")
    if platform in ("offscreen", "minimal"):
        return Message.of("cli.no_screen.off_screen", platform=platform)
    has_screen = sys.platform in ("win32", "darwin") or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY")))
    if not has_screen and not platform:
        return Message.of("cli.no_screen.no_display")
    if not sys.platform.startswith("linux") or platform not in ("", "xcb", "wayland"):
        return None
    return _display_problem(platform)


def _display_problem(platform: str) -> Message | None:
    """Why no display that Qt would try answers, or None; Qt would end the process without a word about it."""
    wayland, x11 = (
        os.environ.get(name) if platform in ("", plugin) else None
        for name, plugin in (("WAYLAND_DISPLAY", "wayland"), ("DISPLAY", "xcb"))
    )
    if wayland and _wayland_answers(wayland):
        return None
    if x11:
        return _x11_problem(x11)
    return Message.of("cli.no_screen.no_answer", display=wayland) if wayland else None


def _wayland_answers(display: str) -> bool:
    import socket

    with socket.socket(socket.AF_UNIX) as link:
        try:
            link.connect(str(Path(os.environ.get("XDG_RUNTIME_DIR", "/")) / display))
        except OSError:
            return False
    return True


def _x11_problem(display: str) -> Message | None:
    import ctypes

    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        # The window's own check names the library.
        return None
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connection_has_error.argtypes = xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(None, None)
    broken = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return Message.of("cli.no_screen.no_answer", display=display) if broken else None


def open_window(here: Workstation) -> None:
    """Open the window on the named database, or on the first-run choices; ends the process with its exit code.

    Raises:
        AdminError: there is no screen, or no Qt.
    """
    try:
        why = no_screen()
        if why is not None and why.code != "cli.no_screen.off_screen":
            raise AdminError("no_display", why=why)
        exit_with_window(here.target)
    except AdminError as failure:
        on_screen.show_unless_terminal(worded(failure.message))
        raise


def exit_with_window(target: str | None) -> None:
    """Open the window on the database of this path or URL; ends the process with its exit code.

    Raises:
        AdminError: there is no Qt.
    """
    try:
        from desktop_admin.gui.app import run
    except ImportError as missing:
        raise AdminError("qt_missing", what=missing, line=INSTALL_LINE) from missing
    context = click.get_current_context()
    # The window shows every language, also where the terminal does not.
    context.exit(run(target, spoken=context.meta[words.WANTED]))
