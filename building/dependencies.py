"""What the program depends on, as the metadata of what is installed says: name, version and licence of each.

And which versions of it are known to be bad, as ``vulnerabilities.toml`` lists them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from importlib.metadata import Distribution, PackageNotFoundError, PackagePath, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

_KNOWN = Path(__file__).with_name("vulnerabilities.toml")
_LOCK = Path(__file__).parents[1] / "uv.lock"


def installed(name: str, *, extras: frozenset[str] = frozenset()) -> list[Distribution]:
    """The distribution of this name and all that it needs, directly or not, as far as they are installed; by name."""
    found: dict[str, Distribution] = {}
    _collect(name, extras, found)
    return [found[key] for key in sorted(found)]


def _collect(name: str, extras: frozenset[str], found: dict[str, Distribution]) -> None:
    key = canonicalize_name(name)
    if key in found:
        return
    try:
        found[key] = distribution(name)
    except PackageNotFoundError:
        return
    for needed in _needed(found[key], extras):
        _collect(needed.name, frozenset(needed.extras), found)


def _needed(of: Distribution, extras: frozenset[str]) -> Iterator[Requirement]:
    for line in of.requires or ():
        needed = Requirement(line)
        if needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in ("", *extras)):
            yield needed


@dataclass(frozen=True, slots=True)
class Advisory:
    """A range of versions that must not be handed over.

    Attributes:
        package: its name, as its index spells it.
        versions: a specifier of versions, for example ``<1.2``.
        number: how the advisory is called.
        what: what is wrong with them.
        only_tools: whether only what makes or tests the program depends on it.
    """

    package: str
    versions: str
    number: str
    what: str
    only_tools: bool = False

    def meets(self, versions: Iterable[str]) -> set[str]:
        """Which of these versions of the package it is about; those before a release count as any other."""
        return set(SpecifierSet(self.versions).filter(versions, prereleases=True))


def advisories(file: Path = _KNOWN) -> tuple[date, tuple[Advisory, ...]]:
    """When somebody last looked through what is known, and the list of it."""
    written = tomllib.loads(file.read_text(encoding="utf-8"))
    listed = (
        Advisory(one["package"], one["versions"], one["id"], one["what"], only_tools=one.get("only-tools", False))
        for one in written["known"]
    )
    return written["looked-through"], tuple(listed)


def versions_of(package: str, *, lock: Path = _LOCK) -> set[str]:
    """The versions of a package that are locked, and that the program which is installed depends on."""
    key = canonicalize_name(package)
    locked = {
        one["version"]
        for one in tomllib.loads(lock.read_text(encoding="utf-8"))["package"]
        if canonicalize_name(one["name"]) == key and "version" in one
    }
    # What only makes or tests the program belongs to whoever does that.
    return locked | {one.version for one in installed("desktop-admin") if canonicalize_name(one.name) == key}


def licence(of: Distribution) -> str:
    """Its licence: the expression of SPDX, else the free text, the text itself, the classifiers, or an empty text."""
    text = _said(of, "License-Expression") or _said(of, "License")
    if text and text != "UNKNOWN":
        return text
    if any(_is_mit(file) for file in of.files or ()):
        return "MIT"
    classes = [line for line in of.metadata.get_all("Classifier") or () if line.startswith("License ::")]
    return " AND ".join(re.sub(r".*:: ", "", line) for line in classes)


def _said(of: Distribution, key: str) -> str:
    return of.metadata[key].strip().partition("\n")[0] if key in of.metadata else ""


def _is_mit(file: PackagePath) -> bool:
    """Whether it is the text of the MIT licence, which some packages have without saying so."""
    return file.name == "LICENSE" and Path(str(file.locate())).is_file() and "MIT License" in file.read_text()[:80]
