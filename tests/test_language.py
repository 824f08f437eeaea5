"""The catalogue of sentences: whole, used, about everybody, and told in words where it is damaged."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.pofile import write_po
from hypothesis import given
from hypothesis import strategies as st

import hatch_build
from desktop_admin import errors, language
from desktop_admin.controllers.operations.table import KINDS, OPERATIONS
from desktop_admin.language import CatalogueUnusable
from tests import catalogues
from tests.catalogues import ENGLISH, FORMS, TEXTS
from tests.qt import NO_QT

PACKAGE = Path(errors.__file__).parent
COMPILED = ENGLISH.with_suffix(".mo")
PRONOUN = re.compile(r"\b(s?he|his|hers?|him|(him|her)self)\b", re.IGNORECASE)
REFUSAL = re.compile(r"The catalogue of sentences .*\.mo is missing or damaged: install the program again\.")


def test_babel_writes_the_catalogue_back_as_it_reads_it() -> None:
    written = BytesIO()
    write_po(written, catalogues.read(ENGLISH))
    # Each version of Babel names itself.
    version = re.compile(r"Generated-By: Babel [\d.]+")
    assert version.sub("", written.getvalue().decode()) == version.sub("", ENGLISH.read_text(encoding="utf-8"))


def test_each_key_stands_once_and_has_a_sentence() -> None:
    keys = re.findall(r'^msgid "(.+)"$', ENGLISH.read_text(encoding="utf-8"), re.MULTILINE)
    assert keys == list(FORMS)
    assert [key for key, texts in FORMS.items() if not all(texts)] == []
    assert [message.id for message in catalogues.read(ENGLISH) if message.fuzzy] == []


def test_the_program_says_what_the_catalogue_says() -> None:
    assert {key: language.template(key, n=2) for key in TEXTS} == TEXTS


def test_no_sentence_gives_a_person_a_sex() -> None:
    assert {key: text for key, text in TEXTS.items() if PRONOUN.search(text)} == {}


def test_no_text_of_window_and_command_line_gives_a_person_a_sex() -> None:
    texts = {text for folder in ("gui", "cli") for path in (PACKAGE / folder).rglob("*.py") for text in _shown(path)}
    assert len(texts) > 1000
    assert {text for text in texts if PRONOUN.search(text)} == set()


def _shown(path: Path) -> Iterator[str]:
    """Every text that a file gives to a function, and the help of its commands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.decorator_list:
            yield ast.get_docstring(node) or ""
        if isinstance(node, ast.Call | ast.Dict):
            yield from (
                one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)
            )


def test_no_sentence_is_left_over() -> None:
    literal, built = _named()
    assert len(literal) > 1000
    parts = {part for key in TEXTS if not (key in literal or built.fullmatch(key)) for part in key.split(".")}
    assert {part for part in parts if not (part in literal or built.fullmatch(part))} == set()


def test_what_is_done_to_the_database_itself_has_the_sentences_that_are_said_of_it() -> None:
    others = {kind.name for kind in KINDS} - {kind.name for kind in OPERATIONS}
    assert {key.split(".")[1] for key in TEXTS if key.split(".")[0] in others} == {"name", "told", "told_with_copy"}
    assert {f"{kind.name}.name" for kind in KINDS} <= TEXTS.keys()


def _named() -> tuple[set[str], re.Pattern[str]]:
    """Every text that stands in the program, and what is put together from a beginning and a value."""
    literal, begun = set(), set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Constant(value=str(text)):
                    literal.add(text)
                case ast.JoinedStr(values=[ast.Constant(value=str(text)), ast.FormattedValue()]) if text[-1:] == "_":
                    begun.add(text)
    return literal, re.compile(f"({'|'.join(begun)})[a-z_]+")


def test_an_edited_catalogue_is_compiled_again_and_another_left_alone(tmp_path: Path) -> None:
    po = tmp_path / ENGLISH.relative_to(hatch_build.ROOT)
    po.parent.mkdir(parents=True)
    po.write_text('msgid "undo"\nmsgstr "Rückgängig"\n', encoding="utf-8")
    [made] = hatch_build.compile_catalogues(tmp_path)
    assert (made, sorted(po.parent.iterdir())) == (po.with_suffix(".mo"), [made, po])
    assert hatch_build.compile_catalogues(tmp_path) == []
    first = made.read_bytes()
    po.write_text('msgid "undo"\nmsgstr "Zurück"\n', encoding="utf-8")
    assert hatch_build.compile_catalogues(tmp_path) == [made]
    assert (b"R\xc3\xbcckg" in first, b"Zur\xc3\xbcck" in made.read_bytes()) == (True, True)


def _put(folder: Path, data: bytes) -> None:
    mo = folder / COMPILED.relative_to(hatch_build.ROOT / "resources")
    mo.parent.mkdir(parents=True, exist_ok=True)
    mo.write_bytes(data)


@pytest.fixture
def resources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of resources, where the program looks for its catalogue."""
    monkeypatch.setattr(language, "resources_folder", lambda: tmp_path)
    return tmp_path


def _says() -> str:
    """A sentence of a catalogue that is read now; what was read before is kept for the other tests."""
    return language._catalogue.__wrapped__("en").gettext("cancelled")


def test_a_missing_catalogue_is_told_in_a_sentence(resources: Path) -> None:
    with pytest.raises(CatalogueUnusable, match=REFUSAL) as missing:
        _says()
    assert str(resources) in str(missing.value)


@pytest.mark.parametrize("of", [0, 1, 10, 28, 500, 10_000, -1])
def test_a_cut_catalogue_is_told_in_a_sentence(resources: Path, of: int) -> None:
    _put(resources, COMPILED.read_bytes()[:of])
    with pytest.raises(CatalogueUnusable, match=REFUSAL):
        _says()


@pytest.mark.parametrize("data", [b"no catalogue at all" * 50, b"\xff" * 5000, b"\0" * 5000])
def test_what_is_no_catalogue_is_told_in_a_sentence(resources: Path, data: bytes) -> None:
    _put(resources, data)
    with pytest.raises(CatalogueUnusable, match=REFUSAL):
        _says()


@pytest.mark.parametrize(("sound", "damaged"), [(b"charset=utf-8", b"charset=utf-9"), (b"plural=(n", b"plural=(#")])
def test_a_damaged_head_is_told_in_a_sentence(resources: Path, sound: bytes, damaged: bytes) -> None:
    data = COMPILED.read_bytes()
    assert data.count(sound) == 1
    _put(resources, data.replace(sound, damaged))
    with pytest.raises(CatalogueUnusable, match=REFUSAL):
        _says()


@given(at=st.integers(0, COMPILED.stat().st_size - 1), bits=st.integers(1, 255))
def test_a_damaged_byte_is_read_over_or_told_and_nothing_else(
    at: int, bits: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    data = bytearray(COMPILED.read_bytes())
    data[at] ^= bits
    folder = tmp_path_factory.getbasetemp() / "damaged"
    _put(folder, bytes(data))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(language, "resources_folder", lambda: folder)
        # Anything else that is raised would be a traceback.
        with suppress(CatalogueUnusable):
            _says()


@pytest.fixture
def copy_without(tmp_path: Path) -> Path:
    """A copy of the program that has no catalogue."""
    without = shutil.ignore_patterns("__pycache__", "*.mo")
    for part in ("desktop_admin", "resources"):
        shutil.copytree(hatch_build.ROOT / part, tmp_path / part, ignore=without)
    return tmp_path


@pytest.mark.parametrize(
    "command",
    [
        ["--help"],
        ["sets"],
        ["--db", "nowhere.sqlite3", "sets"],
        pytest.param([], marks=pytest.mark.skipif(bool(NO_QT), reason=f"Qt cannot be loaded: {NO_QT}")),
    ],
)
def test_without_a_catalogue_every_command_and_the_window_say_so_and_end(
    copy_without: Path, command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    told = _run(copy_without, *command)
    assert REFUSAL.fullmatch(told.stderr.strip()), told.stderr
    assert (told.returncode, told.stdout) == (1, "")


def test_the_version_is_said_without_a_catalogue(copy_without: Path) -> None:
    told = _run(copy_without, "--version")
    assert (told.returncode, told.stderr) == (0, "")


def _run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """The copy of the program in this folder, run to its end."""
    line = [sys.executable, "-m", "desktop_admin", *command]
    return subprocess.run(line, cwd=folder, capture_output=True, encoding="utf-8", timeout=60, check=False)
