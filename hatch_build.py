"""Compiles the catalogues of sentences for the wheel and the editable install; by hand: python hatch_build.py."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent


def compile_catalogues(root: Path = ROOT) -> list[Path]:
    """Make the .mo of every .po under ``resources/catalogues`` that has none, or an older one; gives those made."""
    made = []
    for po in sorted((root / "resources" / "catalogues").glob("*/LC_MESSAGES/*.po")):
        mo = po.with_suffix(".mo")
        if not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime:
            _compile(po, mo)
            made.append(mo)
    return made


def _compile(po: Path, mo: Path) -> None:
    """Beside its place first, because tests that run side by side may all find it old."""
    new = mo.with_suffix(f".{os.getpid()}.mo")
    with po.open("rb") as source, new.open("wb") as target:
        write_mo(target, read_po(source, abort_invalid=True))
    new.replace(mo)


def get_build_hook() -> type[Any]:
    """What hatchling asks this file for; only there hatchling is installed."""
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface

    class Catalogues(BuildHookInterface):
        def initialize(self, version: str, build_data: dict[str, Any]) -> None:
            compile_catalogues(Path(self.root))

    return Catalogues


if __name__ == "__main__":
    for path in compile_catalogues():
        sys.stdout.write(f"{path.relative_to(ROOT)}\n")
