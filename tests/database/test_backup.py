"""A back-up is made whole or refused in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop_admin.database import backup
from desktop_admin.errors import DatabaseUnusable


def test_a_folder_that_cannot_be_made_is_told_in_words(
    portal_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "file"))
    with pytest.raises(DatabaseUnusable) as told:
        backup.make(portal_file)
    assert told.value.code == "no_backup"
    assert "nothing was changed" in str(told.value)
