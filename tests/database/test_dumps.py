"""The commands with which a server's administrator copies a database and puts a copy back, as docs/servers.md has them.

The portal's tables, the program's own and the guard are all in the copy, and all come back.
"""

from __future__ import annotations

import re
import shlex
import subprocess
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import URL

from desktop_admin.controllers.log import chain
from desktop_admin.controllers.operations.slots import ASSIGN, RESET
from desktop_admin.controllers.upkeep import guard as guarding
from desktop_admin.controllers.values.guard_state import GuardState
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.engine import Database
from tests import guard, planning, raw, servers
from tests.controllers import doing

DOCUMENT = Path(__file__).parents[2] / "docs" / "servers.md"
TOOLS = {"postgresql": ("pg_dump", "pg_restore"), "mariadb": ("mariadb-dump", "mariadb")}


def command(tool: str, url: URL) -> str:
    """The document's line that begins with this tool, for this database instead of the one in the document."""
    line: str
    (line,) = re.findall(rf"^{tool} .*--.*portal.*$", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    secret = f":{url.password}" if url.password else ""
    for documented, here in (
        (r"portal-(\$\(date \+%F\)|[\d-]+)\.(dump|sql)", "copy"),
        (r"portal_owner@10\.0\.0\.5/portal", f"{url.username}{secret}@{url.host}:{url.port}/{url.database}"),
        (r"--host=\S+ --user=\S+", f"--host={url.host} --port={url.port} --user={url.username}"),
        (r"--password portal", f"{f'--password={url.password}' if url.password else ''} {url.database}"),
    ):
        line = re.sub(documented, here, line)
    kind = "postgresql" if url.get_backend_name() == "postgresql" else "mariadb"
    return shlex.quote(servers.client(tool, engine=kind)) + line.removeprefix(tool)


@pytest.mark.parametrize("kind", TOOLS)
def test_a_copy_that_is_put_back_is_all_there_and_can_be_worked_with(kind: str, actor: Actor, tmp_path: Path) -> None:
    with servers.small_portal(kind) as url:
        copy, put_back = (command(tool, url) for tool in TOOLS[kind])
        database = Database.open(servers.target(url))
        whole = raw.content(database)
        with guard.installed(database):
            done = doing.slot(database, actor, RESET, "T-FINE", "T-STUCK")
            before, numbered = raw.content(database), raw.numbering(database)
            subprocess.run(copy, shell=True, check=True, cwd=tmp_path)
            doing.slot(database, actor, ASSIGN, "T-FINE")
            doing.activate(database, actor, ("TTC", "A"))
            doing.start(database, "T-SLOT", trade_name="TTC", letter="A")
            database.close()
            subprocess.run(put_back, shell=True, check=True, cwd=tmp_path)
            database = Database.open(servers.target(url))
            assert raw.differences(before, raw.content(database), own=True) == {}
            assert raw.numbering(database) == numbered
            assert database.read(guarding.check).state is GuardState.INSTALLED
            assert database.read(chain.verify).intact
            doing.apply_now(database, actor, partial(planning.plan_undo, undoes=done.op_id or ""))
            assert raw.differences(whole, raw.content(database)) == {}
        database.close()
