"""What the program depends on: licences that may be handed on, and no version that is known to be bad."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from importlib.metadata import Distribution, version
from pathlib import Path
from typing import Any

import pytest
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from building import dependencies
from desktop_admin import __version__

ROOT = Path(__file__).parents[1]
ALLOWED = {
    *("MIT", "MIT-0", "MIT License", "BSD", "BSD License", "BSD-2-Clause", "BSD-3-Clause", "BSD 2-Clause License"),
    *("Apache-2.0", "Apache 2.0", "Apache License 2.0", "Apache Software License", "Apache Software License 2.0"),
    *("PSF-2.0", "Python Software Foundation License", "Zlib", "ISC"),
    *("LGPL-3.0-only", "LGPL-3.0-or-later"),
}
"""Licences under which a part may be bundled with a program under the MIT licence."""
KNOWN: dict[str, Any] = tomllib.loads((ROOT / "building" / "vulnerabilities.toml").read_text(encoding="utf-8"))
LOCKED = {
    canonicalize_name(one["name"]): one["version"]
    for one in tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))["package"]
    if "version" in one
}


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


@pytest.mark.parametrize("bad", KNOWN["known"], ids=lambda bad: f"{bad['package']} {bad['id']}")
def test_no_version_that_is_known_to_be_bad_is_locked_or_installed(bad: dict[str, Any]) -> None:
    versions = SpecifierSet(bad["versions"])
    name = canonicalize_name(bad["package"])
    here = {canonicalize_name(one.name) for one in dependencies.installed("desktop-admin")}
    # What only makes or tests the program belongs to whoever does that.
    found = {LOCKED.get(name), version(name) if name in here else None} - {None}
    assert {one for one in found if one is not None and versions.contains(one, prereleases=True)} == set()
    assert found or bad.get("only-tools"), "it is no dependency any more"


def test_somebody_has_looked_through_the_advisories_since_this_version_was_begun() -> None:
    released = re.findall(r"^## \[([\d.]+)\] - (\d{4}-\d{2}-\d{2})$", _changelog(), re.MULTILINE)
    assert released[0][0] == __version__
    assert KNOWN["looked-through"] >= date.fromisoformat(released[0][1])
    about = (ROOT / "resources" / "linux" / "desktop-admin.metainfo.xml").read_text(encoding="utf-8")
    assert f'<release version="{__version__}" date="{released[0][1]}"/>' in about


def _changelog() -> str:
    return (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
