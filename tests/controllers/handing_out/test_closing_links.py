"""Closing a day over a link that breaks at any of its steps: nothing half-done, said in words, and closed again."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from desktop_admin.controllers.day import closings
from desktop_admin.controllers.handing_out import closing
from desktop_admin.controllers.handing_out.closing import CloseWanted, DayReport
from desktop_admin.controllers.operations.deeds.closing import Made
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.engine import Database
from desktop_admin.database.session import server_now
from desktop_admin.errors import AdminError, DoneAllTheSame
from desktop_admin.messages import Message
from tests.proxy import CuttingProxy

pytestmark = pytest.mark.parametrize("engine_name", ["postgresql", "mariadb"], indirect=True, scope="session")
ZONE = ZoneInfo("Asia/Kolkata")
PHRASE = "three words here"
COMMIT = {"COMMIT lost": False, "COMMIT arrived": True}
MADE = ("closing.pages", "closing.sealing", "closing.writing", "closing.checking", *COMMIT)
"""Where the file does not need the database any more; it is made whole, and said to be."""


@pytest.fixture
def proxy(any_target: str) -> Iterator[CuttingProxy]:
    made = CuttingProxy(any_target)
    yield made
    made.close()


def close(desk: Database, actor: Actor, file: Path, *, cut_at: str, proxy: CuttingProxy, reason: str | None) -> Made:
    def cut(stage: Message) -> None:
        if stage.code == cut_at:
            proxy.go_down()

    def pages(_report: DayReport) -> bytes:
        return b"%PDF"

    day = desk.read(server_now).astimezone(ZONE).date()
    wanted = CloseWanted(day, file, PHRASE, reason)
    return closing.close(desk, wanted, zone=ZONE, actor=actor, pages=pages, told=cut)


@pytest.mark.parametrize("cut_at", ["closing.reading", *MADE])
def test_a_link_that_breaks_leaves_nothing_half_done_and_the_day_is_closed_again(
    proxy: CuttingProxy, actor: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cut_at: str
) -> None:
    monkeypatch.setattr("desktop_admin.database.attempts.TRIES", 2)
    desk = Database.open(proxy.target)
    tell = partial(close, desk, actor, proxy=proxy)
    if cut_at in COMMIT:
        proxy.deliver, proxy.cuts, proxy.goes_down = COMMIT[cut_at], 1, True
    with pytest.raises(AdminError) as told:
        tell(tmp_path / "day.zip.age", cut_at=cut_at, reason=None)
    made = cut_at in MADE
    assert [one.name for one in tmp_path.iterdir()] == (["day.zip.age"] if made else [])
    assert isinstance(told.value, DoneAllTheSame) is made
    said = str(told.value)
    assert ("day.zip.age" in said) is made
    assert ("not known" in said) is (cut_at in COMMIT)
    if made:
        assert closing.opened(tmp_path / "day.zip.age", PHRASE).about["database"] == desk.description.name

    proxy.down = False
    recorded = desk.read(partial(closings.listed, zone=ZONE))
    assert [one.file for one in recorded] == (["day.zip.age"] if cut_at == "COMMIT arrived" else [])
    # A day that was recorded after all is closed once more as any other, with a reason.
    tell(tmp_path / "again.zip.age", cut_at="", reason="The link was lost." if recorded else None)
    assert desk.read(partial(closings.listed, zone=ZONE))[-1].is_current
    assert {one.name for one in tmp_path.iterdir()} == {"again.zip.age", *(["day.zip.age"] if made else [])}
    desk.close()
