"""Pages of which one is seen, and most of which are made only when they are first shown."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker, Slot
from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop_admin.gui.core.watching import looking_away


class PageStack(QStackedWidget):
    """Shows one page; one that nobody has needed yet costs nothing.

    A start and another language would else take as long as all pages take, and most people need one.
    """

    def __init__(self) -> None:
        super().__init__()
        self._makers: dict[int, Callable[[], object]] = {}

    def add(self, page: QWidget) -> None:
        """Give a page the next number, from 0."""
        self.addWidget(page)

    def add_later(self, make: Callable[[], object]) -> None:
        """Give a page the next number; ``make`` is called when it is first shown, and ends in ``place``."""
        self._makers[self.addWidget(QWidget())] = make

    def place(self, number: int, page: QWidget) -> None:
        """Put a page where its number was given to nobody yet."""
        del self._makers[number]
        with QSignalBlocker(self):
            self.insertWidget(number, page)
            nobody = self.widget(number + 1)
            assert nobody is not None, "its place was kept"
            self.removeWidget(nobody)
            nobody.deleteLater()

    @property
    def made(self) -> list[QWidget]:
        """The pages that have been made, in order."""
        pages = ((number, self.widget(number)) for number in range(self.count()))
        return [page for number, page in pages if page is not None and self.is_made(number)]

    @Slot()
    def make_next(self) -> None:
        """Make the next page that nobody has needed yet, if there is one."""
        if self._makers:
            self._make(min(self._makers))

    def _make(self, number: int) -> None:
        with looking_away():
            self._makers[number]()

    @property
    def all_made(self) -> bool:
        """Whether there is none that is still to be made."""
        return not self._makers

    def is_made(self, number: int) -> bool:
        """Whether the page with this number has been made."""
        return number not in self._makers

    def setCurrentIndex(self, number: int) -> None:
        """Show the page with this number, which is made where it has not been needed yet."""
        if not self.is_made(number):
            self._make(number)
        super().setCurrentIndex(number)
