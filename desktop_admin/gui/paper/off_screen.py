"""Papers without a window, for the command line."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QApplication

from desktop_admin.controllers.values.lines import Actor
from desktop_admin.gui.core.words import Words
from desktop_admin.gui.kit import looks
from desktop_admin.gui.paper import closing_paper, day_words, pages
from desktop_admin.gui.paper.pages import Printout
from desktop_admin.gui.paper.paper_words import PaperWords
from desktop_admin.settings import Settings

if TYPE_CHECKING:
    from desktop_admin.controllers.handing_out.closing import DayReport
    from desktop_admin.database.backends.backend import Description


def save(report: Any, paper: str, path: Path, *, about: Description, actor: Actor, settings: Settings) -> bool:
    """Save a report as PDF, and tell whether its words can be searched there.

    Args:
        report: what ``controllers.reports`` read, for this ``paper``: ``slip``, ``candidate``, ``shift``, ``logins``
            or one of ``day_words.PAPERS``.
        path: the new file.
        about: the database that it was read from.
        actor: who asked for it.
        settings: the zone of all times, and the centre's name.

    Raises:
        UsageProblem: there is such a file already.
        AdminError: it cannot be written.
    """
    words = _words(about, actor, settings)
    makers: dict[str, Callable[[Any], Printout]]
    makers = {"slip": words.slip, "candidate": words.candidate, "shift": words.shift, "logins": words.logins}
    makers |= {name: partial(make, words) for name, make in day_words.PAPERS.items()}
    makers |= {"checklist": partial(day_words.checklist, words), "incidents": partial(day_words.incidents, words)}
    printout = makers[paper](report)
    pages.save_pdf(printout, path)
    return printout.searchable


def closing_pages(*, about: Description, actor: Actor, settings: Settings) -> Callable[[DayReport], bytes]:
    """What makes the paper of a closed day, as PDF; ``save`` says of what."""
    return partial(closing_paper.as_pdf, _words(about, actor, settings))


def _words(about: Description, actor: Actor, settings: Settings) -> PaperWords:
    app = QApplication.instance() or QApplication(["desktop-admin", "-platform", "offscreen"])
    assert isinstance(app, QApplication)
    looks.prepare(app)
    return PaperWords.of(about, words=Words(zone=settings.zone()), actor=actor, centre=settings.centre)
