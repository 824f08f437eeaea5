"""Why there is no window is told where a person sees it, when the program was started from an icon."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture
def desktop(tmp_path: Path) -> Path:
    """A folder of programs with a desktop's means to show something, which write down what they were given."""
    for name, code in (("notify-send", 1), ("xmessage", 0)):
        program = tmp_path / name
        program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > "{tmp_path}/{name}.said"\nexit {code}\n')
        program.chmod(0o755)
    (tmp_path / "PySide6.py").write_text("raise ImportError('no Qt <here>')\n", encoding="utf-8")
    return tmp_path


def start(desktop: Path, **environment: str) -> str:
    """Start the program as an icon does; gives back what it wrote to nobody."""
    unset = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    here = {name: value for name, value in os.environ.items() if name not in unset}
    # Nothing else of this computer is found that could show something.
    here |= {"PATH": str(desktop), "PYTHONPATH": str(desktop)}
    done = subprocess.run(
        [sys.executable, "-m", "desktop_admin"],
        env=here | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 1
    return done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="a desktop of Linux")
def test_whoever_starts_from_an_icon_sees_why_there_is_no_window(desktop: Path) -> None:
    told = start(desktop)
    assert "There is no screen to open the window on" in told
    assert "There is no screen to open the window on" in (desktop / "notify-send.said").read_text()
    assert not (desktop / "xmessage.said").exists(), "there is no screen for a dialog either"
    # Where nobody takes notifications, a dialog is shown. The platform is named, so that no display is tried.
    told = start(desktop, QT_QPA_PLATFORM="offscreen", DISPLAY=":none")
    assert "The window cannot be opened: no Qt <here>." in told
    assert "no Qt &lt;here&gt;" in (desktop / "notify-send.said").read_text()
    said = desktop / "xmessage.said"
    # Nobody waits for the dialog, so it may come a moment later.
    subprocess.run(["/bin/sh", "-c", f"until [ -s '{said}' ]; do sleep 0.05; done"], check=True, timeout=60)
    assert "no Qt <here>" in said.read_text()
