"""Asking for the name of a new file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop_admin.files.new_files import free_name
from desktop_admin.messages import phrase


def ask_new_file(
    stem: str, suffix: str, kinds: str, use: Callable[[str], object], *, zone: tzinfo, window: QWidget
) -> None:
    """Ask for the name of a new file, beginning with a dated one that is free.

    Args:
        stem: how the name begins.
        suffix: how it ends, with its dot.
        kinds: what the dialog says of such files.
        use: takes the name; a file that exists is refused when it is written, never replaced.
        zone: of the date.
        window: what the dialog stands before.
    """
    folder = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
    dialog = QFileDialog(window, phrase("paper.save_as"), str(folder), kinds)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
    dialog.setDefaultSuffix(suffix[1:])
    dialog.selectFile(free_name(folder, f"{stem}-{datetime.now(zone):%Y-%m-%d}", suffix))
    dialog.fileSelected.connect(use)
    dialog.open()
