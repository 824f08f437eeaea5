"""The catalogues of sentences: whole, used, about everybody, and told in words where one is damaged."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import threading
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
from desktop_admin.language import LANGUAGES, CatalogueUnusable, Language
from desktop_admin.messages import phrase
from tests import catalogues
from tests.catalogues import ENGLISH, FORMS, HINDI_FORMS, PATHS, SENTENCES, TEXTS, placeholders, speaking
from tests.qt import NO_QT

PACKAGE = Path(errors.__file__).parent
COMPILED = ENGLISH.with_suffix(".mo")
PRONOUN = re.compile(r"\b(s?he|his|hers?|him|(him|her)self)\b", re.IGNORECASE)
OWN_WORDS = re.compile(r"\.tr\(|Application\.translate\(|\bdef _\(")
REFUSAL = re.compile(r"The catalogue of sentences .*\.mo is missing or damaged: install the program again\.")


in_each_language = pytest.mark.parametrize("spoken", LANGUAGES)


@in_each_language
def test_babel_writes_the_catalogue_back_as_it_reads_it(spoken: Language) -> None:
    written = BytesIO()
    write_po(written, catalogues.read(PATHS[spoken]))
    # Each version of Babel names itself.
    version = re.compile(r"Generated-By: Babel [\d.]+")
    assert version.sub("", written.getvalue().decode()) == version.sub("", PATHS[spoken].read_text(encoding="utf-8"))


@in_each_language
def test_each_key_stands_once_and_has_a_sentence(spoken: Language) -> None:
    keys = re.findall(r'^msgid "(.+)"$', PATHS[spoken].read_text(encoding="utf-8"), re.MULTILINE)
    assert keys == list(SENTENCES[spoken])
    assert [key for key, texts in SENTENCES[spoken].items() if not all(texts)] == []
    assert [message.id for message in catalogues.read(PATHS[spoken]) if message.fuzzy] == []


@in_each_language
def test_the_program_says_what_the_catalogue_says(spoken: Language) -> None:
    for n, form in ((0, -1), (1, 0), (2, -1), (1000, -1)):
        said = {key: language.template(key, n=n, language=spoken) for key in TEXTS}
        assert said == {key: texts[form] for key, texts in SENTENCES[spoken].items()}


def test_no_key_is_missing_in_a_language_or_stands_in_one_alone() -> None:
    assert HINDI_FORMS.keys() ^ FORMS.keys() == set()
    assert list(HINDI_FORMS) == list(FORMS), "translators find a sentence at the same place"


def test_each_form_of_a_sentence_has_the_same_placeholders_in_every_language() -> None:
    english = {key: [placeholders(text) for text in texts] for key, texts in FORMS.items()}
    assert {key: [placeholders(text) for text in texts] for key, texts in HINDI_FORMS.items()} == english


NOUNS = (
    r"(sessions|candidates|logins|questions|answers|rows|trades|papers|sets|desks|days|hours|minutes|seconds|operations"
    r"|checkpoints|files|times|persons|people)\b"
)


def test_what_counts_by_n_has_a_form_for_one_and_a_form_for_many() -> None:
    # Buttons for several candidates are never for one.
    of_several = re.compile(r".*\.(many|short_many|short_and_clear)")
    single = {key for key, texts in FORMS.items() if len(texts) == 1 and re.search(rf"{{n}} {NOUNS}", texts[0])}
    assert {key for key in single if not of_several.fullmatch(key)} == set()
    both = {key: texts for key, texts in FORMS.items() if len(texts) == 2}
    assert len(both) > 10
    assert {key for key, (one, many) in both.items() if one == many} == set()


def test_nothing_but_n_counts_before_a_noun() -> None:
    counts = re.compile(rf"{{(?!n}})(\w+)}} {NOUNS}")
    no_count = {("not_permitted_many", "most"), ("note_set_too_small", "required"), ("sets.no_questions", "paper")}
    found = {(key, match[1]) for key, texts in FORMS.items() for text in texts for match in counts.finditer(text)}
    assert found == no_count


@pytest.mark.parametrize("bare", [r"(?<!{)\bid\b", r"op_id", r"\bNone\b", r"\bTrue\b", r"\bFalse\b", r"<\w+"])
def test_no_sentence_has_a_value_of_the_program_in_it(bare: str) -> None:
    found = {key for key, texts in FORMS.items() for text in texts if re.search(bare, text.replace("{op_id}", "op_id"))}
    # What a person types on the command line, and a row of the log that nothing else names.
    typed = {
        "no_such_operation",
        "operation_unclear",
        "log_archive_unknown",
        "log_rows_unknown",
        *(key for key in TEXTS if key.startswith("cli.")),
    }
    assert found - typed == set()


def test_no_english_sentence_gives_a_person_a_sex() -> None:
    assert {key: texts for key, texts in FORMS.items() if any(map(PRONOUN.search, texts))} == {}


def test_the_window_has_no_words_of_its_own() -> None:
    files = sorted((PACKAGE / "gui").rglob("*.py"))
    assert files
    assert [path.name for path in files if OWN_WORDS.search(path.read_text(encoding="utf-8"))] == []


def test_no_text_of_window_and_command_line_gives_a_person_a_sex() -> None:
    texts = {text for folder in ("gui", "cli") for path in (PACKAGE / folder).rglob("*.py") for text in _shown(path)}
    assert len(texts) > 500
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


def _put(folder: Path, data: bytes, *, spoken: Language = "en") -> None:
    mo = folder / PATHS[spoken].with_suffix(".mo").relative_to(hatch_build.ROOT / "resources")
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


@pytest.mark.parametrize("damaged", [None, b"", COMPILED.read_bytes()[:500], b"no catalogue at all" * 50])
def test_a_language_whose_catalogue_is_missing_or_damaged_is_told_and_not_spoken(
    damaged: bytes | None, resources: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _put(resources, COMPILED.read_bytes())
    if damaged is not None:
        _put(resources, damaged, spoken="hi")
    before = language.used(), phrase("cancelled")
    with monkeypatch.context() as patch:
        patch.setattr(language, "_catalogue", language._catalogue.__wrapped__)
        with pytest.raises(CatalogueUnusable, match=REFUSAL) as told:
            language.use("hi")
    assert str(resources / "catalogues" / "hi") in str(told.value)
    assert (language.used(), phrase("cancelled")) == before


def test_the_language_that_is_chosen_is_spoken_until_another_is() -> None:
    in_english = phrase("count.hours", n=1)
    with speaking("hi"):
        assert (language.used(), phrase("count.hours", n=1), phrase("count.hours", n=2)) == ("hi", "1 घंटा", "2 घंटे")
    assert (language.used(), phrase("count.hours", n=1)) == ("en", in_english)


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


def test_a_language_that_is_spoken_meanwhile_is_spoken_in_that_thread_alone() -> None:
    heard: list[str] = []
    with language.speaking("hi"):
        assert (language.used(), phrase("paper.supervisor")) == ("hi", "पर्यवेक्षक")
        listener = threading.Thread(target=lambda: heard.append(phrase("paper.supervisor")))
        listener.start()
        listener.join()
        with language.speaking("en"):
            assert language.used() == "en"
        assert language.used() == "hi"
    assert (heard, language.used()) == (["Supervisor"], "en")
