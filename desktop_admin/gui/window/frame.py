"""What is seen around the panes: bands, search field, navigation and messages, and the cover over all of it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop_admin import passwords
from desktop_admin.gui.connection.link import DatabaseLink
from desktop_admin.gui.core.sentences import Sentences
from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.kit.bars import PRACTICE_COLOUR, Foot, MessageBar, ProblemBand, StageStrip, StripedBand
from desktop_admin.gui.kit.room import Reachable
from desktop_admin.gui.kit.widgets import ToneLabel
from desktop_admin.gui.window.navigation import Navigation
from desktop_admin.gui.window.search_field import SearchField
from desktop_admin.messages import has_sentence, phrase

EDGE = 8
"""Pixels of the frame around a rehearsal."""


class Frame(QWidget):
    """Everything around the panes, and in front of it the cover while nobody has signed in."""

    def __init__(self, stack: QWidget, *, words: Sentences) -> None:
        super().__init__()
        self._words = words
        self.kind_band = StripedBand()
        self.view_band, self.problem_band = ProblemBand(), ProblemBand()
        self.search = SearchField()
        self.stage = StageStrip()
        self.messages = MessageBar()
        self.navigation = Navigation()
        self.cover = Cover()
        inner = QVBoxLayout()
        inner.setContentsMargins(14, 10, 14, 8)
        inner.setSpacing(8)
        panes = Reachable(stack)
        # What holds from the beginning has a place of its own; what comes and goes moves nothing, and what has buttons
        # lies lowest, so that they stay under the mouse.
        comes_and_goes = (self.messages, self.stage, self.problem_band)
        for widget in (self.view_band, self.search, panes, Foot(*comes_and_goes)):
            inner.addWidget(widget, 1 if widget is panes else 0)
        beside = QHBoxLayout()
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(0)
        beside.addWidget(self.navigation)
        beside.addLayout(inner, 1)
        self._contents = QWidget()
        self._contents.setLayout(beside)
        for strip in comes_and_goes:
            strip.setParent(self._contents)
        self._covered = QStackedWidget()
        self._covered.addWidget(self._contents)
        self._covered.addWidget(self.cover)
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.setSpacing(0)
        self._whole.addWidget(self.kind_band)
        self._whole.addWidget(self._covered, 1)

    def show_link(self, link: DatabaseLink, *, inside: bool) -> None:
        """Show which kind of database is open, and what is wrong with it; what nobody ``inside`` may see is covered."""
        description = link.description
        self._covered.setCurrentWidget(self._contents if inside or description is None else self.cover)
        self.search.setEnabled(inside)
        self.navigation.setEnabled(inside)
        self.cover.name.show_text(description.name if description else "")
        kind = description.kind if description else ""
        band = f"window.band_{kind}"
        self.kind_band.show_text(phrase(band, password=passwords.REHEARSAL) if has_sentence(band) else "")
        # A rehearsal looks like the exam in everything else, so that it is framed on all sides.
        edge = EDGE if description is not None and description.is_rehearsal else 0
        self._whole.setContentsMargins(edge, 0, edge, edge)
        why = description.view_only if description else None
        self.view_band.show_text(phrase("window.view_only", reason=self._words.say(why)) if why else "")
        self.problem_band.show_text(self._lost(link) if description else "")

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._whole.contentsMargins().isNull():
            return
        painter = QPainter(self)
        painter.fillRect(self.rect(), PRACTICE_COLOUR)
        painter.fillRect(self.contentsRect().marginsRemoved(self._whole.contentsMargins()), self.palette().window())
        painter.end()

    def _lost(self, link: DatabaseLink) -> str:
        if link.lost_since is None:
            return ""
        time, reason = self._words.full_moment(link.lost_since)[11:], link.lost_because
        return phrase("window.lost", time=time, reason=self._words.say(reason) if reason else "")


class Cover(QFrame):
    """Says which database waits for somebody to sign in, and shows nothing of it."""

    def __init__(self) -> None:
        super().__init__()
        self.name = ToneLabel(bold=True, scale=1.5)
        told = ToneLabel(phrase("window.nobody_signed_in"), tone=Tone.MUTED)
        column = QVBoxLayout(self)
        column.addStretch(1)
        for label in (self.name, told):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        column.addStretch(1)
