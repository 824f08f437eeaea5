"""The files that come with the program, and that they are found in every kind of installation."""

from __future__ import annotations

import shutil
import subprocess
import sys
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
