"""What the program depends on: licences that may be handed on, and no version that is known to be bad."""

from __future__ import annotations

import re
from datetime import date
from importlib.metadata import Distribution, version
from pathlib import Path

import pytest
from packaging.specifiers import InvalidSpecifier

from building import dependencies, licensing
from building.dependencies import Advisory
from desktop_admin import __version__

ROOT = Path(__file__).parents[1]
ALLOWED = {
    *("MIT", "MIT-0", "MIT License", "BSD", "BSD License", "BSD-2-Clause", "BSD-3-Clause", "BSD 2-Clause License"),
    *("Apache-2.0", "Apache 2.0", "Apache License 2.0", "Apache Software License", "Apache Software License 2.0"),
    *("PSF-2.0", "Python Software Foundation License", "Zlib", "ISC"),
    *("LGPL-3.0-only", "LGPL-3.0-or-later"),
}
"""Licences under which a part may be bundled with a program under the MIT licence."""
LOOKED_THROUGH, KNOWN = dependencies.advisories()


def is_allowed(expression: str) -> bool:
    """Whether of an expression of SPDX one alternative is allowed as a whole."""
    return any(
        all(part.strip(" ()") in ALLOWED for part in re.split(r" AND ", alternative))
        for alternative in re.split(r" OR ", expression)
    )


@pytest.mark.parametrize("one", dependencies.installed("desktop-admin"), ids=lambda one: one.name)
def test_every_part_that_is_handed_over_has_a_licence_that_allows_it(one: Distribution) -> None:
    assert is_allowed(dependencies.licence(one)), dependencies.licence(one)


@pytest.mark.parametrize(
    ("expression", "allowed"),
    [
        ("MIT", True),
        ("LGPL-3.0-only OR GPL-2.0-only", True),
        ("GPL-3.0-only", False),
        ("MIT AND GPL-3.0-only", False),
        ("(MIT AND BSD-3-Clause) OR GPL-3.0-only", True),
        ("", False),
    ],
)
def test_a_licence_is_allowed_where_one_alternative_is_as_a_whole(expression: str, allowed: bool) -> None:
    assert is_allowed(expression) is allowed


@pytest.mark.parametrize("bad", KNOWN, ids=lambda bad: f"{bad.package} {bad.number}")
def test_no_version_that_is_known_to_be_bad_is_locked_or_installed(bad: Advisory) -> None:
    found = dependencies.versions_of(bad.package)
    assert bad.meets(found) == set(), bad.what
    assert found or bad.only_tools, "it is no dependency any more"


def test_a_bad_version_is_found_in_the_lock_and_in_what_is_installed(tmp_path: Path) -> None:
    lock = tmp_path / "uv.lock"
    lock.write_text('[[package]]\nname = "pymysql"\nversion = "1.1.0"\n[[package]]\nname = "x"\n', encoding="utf-8")
    found = dependencies.versions_of("PyMySQL", lock=lock)
    assert found == {"1.1.0", version("pymysql")}
    bad = Advisory("pymysql", "<1.2", "x", "")
    assert bad.meets(found) == {"1.1.0"}
    assert bad.meets({"1.1rc1", "1.2", "1.10"}) == {"1.1rc1"}
    assert Advisory("pymysql", f"=={version('pymysql')}", "x", "").meets(found) == {version("pymysql")}


def test_a_range_that_cannot_be_read_is_no_silence(tmp_path: Path) -> None:
    listed = tmp_path / "list.toml"
    entry = '[[known]]\npackage = "x"\nid = "y"\nwhat = "z"\n'
    listed.write_text(f"looked-through = 2026-01-01\n{entry}", encoding="utf-8")
    with pytest.raises(KeyError):
        dependencies.advisories(listed)
    listed.write_text(f'looked-through = 2026-01-01\n{entry}versions = "below 1"\n', encoding="utf-8")
    when, (one,) = dependencies.advisories(listed)
    assert when == date(2026, 1, 1)
    with pytest.raises(InvalidSpecifier):
        one.meets({"0.9"})


def test_a_library_inside_of_a_package_brings_its_text_and_one_that_nobody_knows_stops_the_build(
    tmp_path: Path,
) -> None:
    names = [
        "psycopg_binary.libs/libpq-e9b5c9ac.so.5.18",
        r"PySide6\Qt\lib\libicuuc.so.73",
        "PySide6/Qt/lib/libQt6Core.so",
    ]
    lines = licensing._in_wheels(names, tmp_path / "texts")
    assert [line.split(":")[0] for line in lines] == ["libicuuc", "libpq"]
    assert {path.name for path in (tmp_path / "texts").iterdir()} == {"icu.txt", "postgresql.txt"}
    for licence, text, _source in licensing._IN_WHEELS.values():
        assert licence
        assert (ROOT / "building" / "licences" / "libraries" / f"{text}.txt").stat().st_size > 1_000
    with pytest.raises(RuntimeError, match="libnew"):
        licensing._in_wheels(["psycopg_binary.libs/libnew-0.so.1"], tmp_path)


def test_somebody_has_looked_through_the_advisories_since_this_version_was_begun() -> None:
    released = re.findall(r"^## \[([\d.]+)\] - (\d{4}-\d{2}-\d{2})$", _changelog(), re.MULTILINE)
    assert released[0][0] == __version__
    assert date.today() >= LOOKED_THROUGH >= date.fromisoformat(released[0][1])
    about = (ROOT / "resources" / "linux" / "desktop-admin.metainfo.xml").read_text(encoding="utf-8")
    assert f'<release version="{__version__}" date="{released[0][1]}"/>' in about


def _changelog() -> str:
    return (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
