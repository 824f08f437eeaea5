"""The pytest plugin that loads pytest-qt, or skips the tests of the window by name where Qt cannot be loaded.

pytest-qt stops the whole run on a machine without Qt's system libraries; pyproject.toml keeps it from loading by
itself, and ``tests/conftest.py`` names this module in ``pytest_plugins``.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

# No window appears while the tests run, unless somebody asks for one to watch.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

try:
    from PySide6 import QtTest, QtWidgets  # noqa: F401
except ImportError as error:
    NO_QT = str(error)
else:
    NO_QT = ""
    pytest_plugins = ("pytestqt.plugin",)

WINDOW_TESTS = Path(__file__).parent / "gui"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Know the settings of pytest-qt where it is not loaded."""
    if NO_QT:
        for name in ("qt_api", "qt_log_level_fail", "qt_log_ignore"):
            parser.addini(name, "of pytest-qt, which is not loaded")


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    """Skip the tests of the window where there is no Qt."""
    if NO_QT and WINDOW_TESTS in module_path.parents:
        return SkippedModule.from_parent(parent, path=module_path)
    return None


class SkippedModule(pytest.Module):
    """A module that is skipped without being imported."""

    def collect(self) -> list[pytest.Item | pytest.Collector]:
        pytest.skip(f"the window needs Qt, which cannot be loaded: {NO_QT}", allow_module_level=True)
