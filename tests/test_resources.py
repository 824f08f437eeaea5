"""The files that come with the program, and that they are found in every kind of installation."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from xml.etree import ElementTree

import pytest

from desktop_admin import resources
from desktop_admin.errors import AdminError

ROOT = Path(__file__).resolve().parents[1]
SVG = "{http://www.w3.org/2000/svg}svg"


def test_a_file_is_found() -> None:
    assert resources.path("fonts/OFL.txt").read_text(encoding="utf-8").count("SIL OPEN FONT LICENSE") == 1


def test_a_missing_file_is_an_error_that_names_it() -> None:
    with pytest.raises(AdminError, match=r"no-such\.svg is missing") as missing:
        resources.path("icons/no-such.svg")
    assert missing.value.code == "resource_missing"


def _asked(folder: Path, question: str) -> str:
    """What the copy of the program in this folder answers."""
    program = f"from desktop_admin import resources; print(resources.{question})"
    asked = subprocess.run([sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, check=True)
    return asked.stdout.strip()


def test_inside_the_package_wins_as_in_a_wheel_and_a_bundle(tmp_path: Path) -> None:
    package = tmp_path / "desktop_admin"
    shutil.copytree(ROOT / "desktop_admin", package, ignore=shutil.ignore_patterns("__pycache__"))
    for folder in (package / "resources_data", tmp_path / "resources"):
        folder.mkdir()
        (folder / "where").touch()
    assert _asked(tmp_path, "path('where')") == str(package / "resources_data" / "where")


CHANGES = """# Changelog

The `form`.

## [Unreleased]

## [0.2.0] - 2026-05-01

### Added

- *Undo* with
  `Ctrl+Z`, always.
- Second.

### Fixed

- Third.

## [0.1.0] - 2026-04-01

- Old.
"""


@pytest.mark.parametrize("place", ["CHANGELOG.md", "desktop_admin/resources_data/CHANGELOG.md"])
def test_what_is_new_is_the_first_section_of_the_changelog_that_says_anything(tmp_path: Path, place: str) -> None:
    shutil.copytree(ROOT / "desktop_admin", tmp_path / "desktop_admin", ignore=shutil.ignore_patterns("__pycache__"))
    file = tmp_path / place
    file.parent.mkdir(exist_ok=True)
    file.write_text(CHANGES, encoding="utf-8")
    told = _asked(tmp_path, "newest_changes()")
    assert told == "Added\n\n• Undo with Ctrl+Z, always.\n• Second.\n\nFixed\n\n• Third."


def test_this_version_has_changes_to_tell() -> None:
    assert resources.newest_changes().startswith("Added\n\n• Opens a portal's SQLite database")


def test_a_changelog_that_is_missing_is_an_error_that_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "resources_folder", lambda: tmp_path / "resources")
    with pytest.raises(AdminError, match=r"CHANGELOG\.md is missing"):
        resources.newest_changes()


def test_the_changelog_goes_to_the_resources_in_wheel_and_bundle() -> None:
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    included = wheel["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert included["CHANGELOG.md"] == "desktop_admin/resources_data/CHANGELOG.md"
    bundle = (ROOT / "build.spec").read_text(encoding="utf-8")
    assert '(str(ROOT / "CHANGELOG.md"), "desktop_admin/resources_data")' in bundle


@pytest.mark.parametrize("style", ["Regular", "Bold"])
@pytest.mark.parametrize("family", ["NotoSans", "NotoSansDevanagari"])
def test_the_fonts_come_with_their_licence(family: str, style: str) -> None:
    font = resources.path(f"fonts/{family}-{style}.ttf").read_bytes()
    assert font[:4] == b"\0\1\0\0"


def test_every_icon_is_a_picture_of_24_by_24() -> None:
    icons = sorted(resources.path("icons").glob("*.svg"))
    assert icons
    for icon in icons:
        root = ElementTree.parse(icon).getroot()
        assert root.tag == SVG, icon.name
        size = "0 0 256 256" if icon.stem == "desktop-admin" else "0 0 24 24"
        assert root.get("viewBox") == size, icon.name


def test_the_names_of_the_demo_are_many_and_each_stands_once() -> None:
    lines = resources.path("demo/names.txt").read_text(encoding="utf-8").splitlines()
    sections: dict[str, list[str]] = {}
    for line in lines:
        if line.startswith("["):
            names = sections.setdefault(line, [])
        elif line and not line.startswith("#"):
            names.append(line)
    assert sorted(sections) == ["[first names]", "[surnames]"]
    for names in sections.values():
        assert len(names) >= 35
        assert len(set(names)) == len(names)
