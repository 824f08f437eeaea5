"""What the program depends on, as the metadata of what is installed says: name, version and licence of each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, PackagePath, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


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
