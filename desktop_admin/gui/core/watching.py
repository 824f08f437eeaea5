"""Keys, mouse, focus and what is shown, anywhere in the application, told to whoever watches for it.

Qt shows a filter in Python each event of each widget, which takes longer than most events. So there is one filter for
everybody, and none while the program itself sends thousands of them: to make or to style all widgets anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from weakref import WeakMethod

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtGui import QFocusEvent, QInputEvent, QShowEvent
from shiboken6 import isValid

Heed = Callable[[QObject, QEvent], bool]
_WATCHED = (QInputEvent, QFocusEvent, QShowEvent)


class Watch(QObject):
    """The one filter of the application.

    Attributes:
        away: how many want nobody to be told just now.
    """

    def __init__(self, app: QCoreApplication) -> None:
        super().__init__(app)
        self.away = 0
        self._heeding: list[WeakMethod[Heed]] = []
        app.installEventFilter(self)

    def add(self, heed: Heed) -> None:
        """Show each event to this method of an object, for as long as there is the object; before all others.

        It gives back whether the event goes no further.
        """
        self._heeding = [WeakMethod(heed), *(one for one in self._heeding if one() is not None)]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # The class is looked at first: every event passes here, and its type takes longer to tell.
        if not isinstance(event, _WATCHED):
            return False
        for one in self._heeding:
            heed = one()
            if heed is not None and isValid(heed.__self__) and heed(watched, event):  # type: ignore[attr-defined]
                return True
        return False


def watch() -> Watch:
    """The watch that is kept in this application."""
    app = QCoreApplication.instance()
    assert app is not None
    return app.findChild(Watch) or Watch(app)


@contextmanager
def looking_away() -> Iterator[None]:
    """Meanwhile no person can do anything, and what widgets do is told to nobody; none may be shown."""
    app, kept = QCoreApplication.instance(), watch()
    assert app is not None
    kept.away += 1
    app.removeEventFilter(kept)
    try:
        yield
    finally:
        kept.away -= 1
        if not kept.away:
            app.installEventFilter(kept)
