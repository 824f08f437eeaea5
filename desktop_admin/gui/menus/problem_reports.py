"""The problem report: shown part by part before it is saved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from functools import partial
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QObject, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QPixmap, QResizeEvent
from PySide6.QtWidgets import QApplication, QCheckBox, QListWidget, QStackedWidget, QWidget

from desktop_admin import problem_report
from desktop_admin.gui.core.sentences import OVERDUE
from desktop_admin.gui.core.tasks import TaskRunner
from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.kit.actions import entry
from desktop_admin.gui.kit.bars import MessageBar
from desktop_admin.gui.kit.dialogs import Dialog, read_only
from desktop_admin.gui.kit.new_file import ask_new_file
from desktop_admin.gui.kit.parts import fill, in_row, named
from desktop_admin.gui.kit.widgets import PlainLabel, ToneLabel
from desktop_admin.messages import phrase
from desktop_admin.problem_report import Part
from desktop_admin.settings import Settings


class ProblemReportDialog(Dialog):
    """Every part of the report to read, and the picture of the window to be put in or left out.

    Attributes:
        parts: the names of the parts; the one that is chosen is shown.
        with_picture: whether the picture is put in; not before somebody has said so, because it may show candidates.

    Signals:
        wanted: the parts that are to be saved.
    """

    wanted = Signal(object)

    def __init__(self, parts: list[Part], picture: QPixmap, *, parent: QWidget | None) -> None:
        super().__init__(title=phrase("problem.title"), parent=parent)
        self._texts = parts
        self._picture = picture
        self.parts = named(QListWidget(), phrase("problem.parts"))
        names = [part.title for part in parts]
        self.parts.addItems([*names, phrase("problem.picture")])
        self.parts.setSpacing(2)
        self.parts.setFixedWidth(self.parts.sizeHintForColumn(0) + 6 * self.fontMetrics().averageCharWidth())
        self._text = read_only("", name=phrase("problem.part"))
        self._shown = QStackedWidget()
        self._shown.addWidget(self._text)
        self._shown.addWidget(_Seen(picture))
        self.with_picture = QCheckBox(phrase("problem.with_picture"))
        self.with_picture.setAccessibleName(self.with_picture.text())
        warning = ToneLabel(f"{OVERDUE} {phrase('problem.picture_warning')}", tone=Tone.OVERDUE)
        about = ToneLabel(phrase("problem.told"), tone=Tone.MUTED)
        fill(self.column, about, (in_row(self.parts, (self._shown, 1)), 1), self.with_picture, warning)
        self.parts.currentRowChanged.connect(self._show)
        self.parts.setCurrentRow(0)
        self.add_buttons(phrase("problem.deed"))
        self.fit(characters=110, lines=28)

    @Slot(int)
    def _show(self, row: int) -> None:
        is_picture = row == len(self._texts)
        self._shown.setCurrentIndex(int(is_picture))
        if not is_picture:
            self._text.setPlainText(self._texts[row].content.decode(errors="replace"))

    def accept(self) -> None:
        """Save what is to be in it."""
        pictures = [problem_report.picture(_png(self._picture))] if self.with_picture.isChecked() else []
        super().accept()
        self.wanted.emit([*self._texts, *pictures])


class _Seen(PlainLabel):
    """The picture, as large as there is room and never cut."""

    def __init__(self, picture: QPixmap) -> None:
        super().__init__()
        self._picture = picture
        self.setAccessibleName(phrase("problem.picture"))
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setMinimumSize(1, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        whole, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        self.setPixmap(self._picture.scaled(event.size(), whole, smooth))


class ProblemReports(QObject):
    """The entry that makes a problem report, from the parts to the file.

    Attributes:
        make: the entry.
    """

    def __init__(
        self,
        *,
        tasks: TaskRunner,
        bar: MessageBar,
        settings: Callable[[], Settings],
        zone: tzinfo,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._tasks = tasks
        self._bar = bar
        self._settings = settings
        self._zone = zone
        self._window = window
        self.make = entry(phrase("problem.entry"), self, self._begin)

    @Slot()
    def _begin(self) -> None:
        # As it is now, before any dialog covers it.
        picture = self._window.window().grab()
        job = partial(problem_report.parts, self._settings(), more=_screen_lines())
        self._tasks.call(job, partial(self._show, picture))

    def _show(self, picture: QPixmap, parts: list[Part]) -> None:
        dialog = ProblemReportDialog(parts, picture, parent=self._window)
        dialog.wanted.connect(self._ask_file)
        dialog.open()

    @Slot(object)
    def _ask_file(self, parts: list[Part]) -> None:
        save = partial(self._save, parts)
        ask_new_file("problem-report", ".zip", phrase("problem.kind"), save, zone=self._zone, window=self._window)

    def _save(self, parts: list[Part], name: str) -> None:
        path = Path(name)
        self._tasks.call(partial(problem_report.save, path, parts), partial(self._saved, path))

    def _saved(self, path: Path, _nothing: None) -> None:
        self._bar.show_saved(phrase("problem.saved", path=path), path)


def _png(picture: QPixmap) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")
    return bytes(buffer.data().data())


def _screen_lines() -> list[str]:
    """Of screen and window what may have to do with a problem."""
    screens = [
        f"screen {screen.size().width()}x{screen.size().height()} at {screen.devicePixelRatio():g}"
        for screen in QGuiApplication.screens()
    ]
    return [f"platform {QGuiApplication.platformName()}", f"style {QApplication.style().objectName()}", *screens]
