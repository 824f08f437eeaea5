"""A version of the program to come, whose own tables have one revision more: what it meets is older, and is updated."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config

from desktop_admin.database import migrations
from desktop_admin.database.engine import Database
from tests import second_revision


@contextmanager
def newer_program() -> Iterator[None]:
    """Let the program be the newer version for a while."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        scripts = Path(shutil.copytree(migrations.FOLDER, Path(folder) / "migrations"))
        shutil.copy(second_revision.__file__, scripts / "versions" / "0002_note.py")
        patch.setattr(migrations, "FOLDER", scripts)
        patch.setattr("desktop_admin.database.compat.REVISION", second_revision.revision)
        yield


def step_back(database: Database, to: str = second_revision.down_revision) -> None:
    """Leave our tables as an older version of the program made them; to ``base``, as none made them."""
    config = Config()
    config.set_main_option("script_location", str(migrations.FOLDER))
    with database.backend.writer.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, to)
