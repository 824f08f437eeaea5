"""The guides: their words are the window's, their keys exist, their commands run, and both languages say the same."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner
from PySide6.QtGui import QPdfWriter
from PySide6.QtWidgets import QApplication, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from building import guides as handed_out
from desktop_admin import __version__, language, resources
from desktop_admin.cli import cli
from desktop_admin.controllers.values.sessions import FindingKind
from desktop_admin.gui.core.words import finding_cure, finding_meaning
from desktop_admin.gui.kit import looks
from desktop_admin.gui.kit.actions import without_access_key
from desktop_admin.gui.menus.help import key_groups
from desktop_admin.gui.paper import guides, pages
from desktop_admin.gui.paper.guide_dialog import GuideDialog
from desktop_admin.gui.paper.guides import GUIDES
from desktop_admin.gui.paper.preview_dialog import PreviewDialog
from desktop_admin.gui.window.main_window import MainWindow
from desktop_admin.installation import INSTALL_LINE
from desktop_admin.language import LANGUAGES, Language
from desktop_admin.messages import phrase
from desktop_admin.settings import Settings, save
from tests import portal, raw
from tests.catalogues import speaking
from tests.cli.runs import without_own_tables
from tests.gui.driving import click, open_dialog
from tests.keyrings import MemoryKeyring
from tests.test_glossary import PROGRESSIVE
from tests.test_language import PRONOUN

ROOT = Path(__file__).parents[3]
in_each_language = pytest.mark.parametrize("spoken", LANGUAGES)
each = pytest.mark.parametrize("name", GUIDES)
QUOTED = re.compile(r"(?<!\*)\*([^*]+)\*(?!\*)")
KEY = re.compile(r"\*\*((?:Ctrl\+|Shift\+|Alt\+)?F?[A-Z0-9]+)\*\*")
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def source(name: str, spoken: Language) -> str:
    return resources.path(f"guides/{spoken}/{name}.md").read_text(encoding="utf-8")


def lines(name: str, *, kind: str) -> list[str]:
    return [line for of, block in BLOCK.findall(source(name, "en")) if of == kind for line in block.splitlines()]


@each
@in_each_language
def test_whatever_a_guide_quotes_is_said_by_the_window(name: str, spoken: Language) -> None:
    text = source(name, spoken)
    quoted = QUOTED.findall(text)
    assert quoted
    assert [one for one in quoted if not re.fullmatch(r"{[\w.-]+}", one)] == []
    with speaking(spoken):
        made = guides.html(name, picture=str)
        assert "{" not in made
        assert f"<h1>{guides.title(name)}</h1>" in made
    pictures = re.findall(r'src="([^"]+)" alt="([^"]+)"', made)
    assert len(pictures) == text.count("![")
    assert all(Path(path).is_file() for path, _about in pictures)


@each
def test_both_languages_say_the_same(name: str) -> None:
    parts = [re.compile(r"{[\w.-]+}"), KEY, BLOCK, re.compile(r"\]\((\w+)"), re.compile(r"^(#+|\d\.|-|\|)", re.M)]
    english, hindi = ([Counter(part.findall(source(name, one))) for part in parts] for one in LANGUAGES)
    assert english == hindi


@each
def test_no_guide_gives_a_person_a_sex(name: str) -> None:
    english, hindi = (BLOCK.sub("", source(name, one)) for one in LANGUAGES)
    assert PRONOUN.findall(english) == []
    assert PROGRESSIVE.findall(hindi) == []


@in_each_language
def test_every_key_of_a_guide_does_in_the_window_what_is_said(
    spoken: Language, qtbot: QtBot, request: pytest.FixtureRequest
) -> None:
    with speaking(spoken):
        window: MainWindow = request.getfixturevalue("window")
        groups = key_groups(window.menus, window=window)
        keys = {key: does for _title, lines in groups for some, does in lines for key in some.split(", ")}
        made = guides.html("desk", picture=str)
    told = re.findall(r"<td><strong>([^<]+)</strong></td>\n<td>([^<]+)</td>", made.partition("</table>")[2])
    assert len(told) == 12
    assert [(key, does) for key, does in told if keys[key] != does] == []
    assert {key for name in GUIDES for key in KEY.findall(source(name, spoken))} <= set(keys)


@in_each_language
def test_the_desks_guide_is_one_page(qapp: QApplication, spoken: Language, tmp_path: Path) -> None:
    looks.prepare(qapp)
    with speaking(spoken):
        paper = guides.printout("desk")
    writer = QPdfWriter(str(tmp_path / "desk.pdf"))
    writer.setPageLayout(pages.PAGE)
    assert pages.laid_out(paper, writer).pageCount() == 1


@in_each_language
def test_the_supervisors_guide_tells_of_every_finding(spoken: Language) -> None:
    with speaking(spoken):
        made = guides.html("supervisor", picture=str)
        told = [text for kind in FindingKind for text in (finding_meaning(kind), finding_cure(kind))]
    assert [text for text in told if text not in made] == []


@pytest.mark.parametrize("name", ["supervisor", "administrator"])
def test_every_command_of_a_guide_runs(
    name: str, portal_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ring: MemoryKeyring
) -> None:
    without_own_tables(portal_file)
    raw.change(portal_file, "UPDATE accounts_user SET is_staff = 1, username = 'clerk' WHERE username = 'T-NONE'")
    save(Settings(connections={"portal": str(portal_file)}))
    monkeypatch.chdir(tmp_path)
    commands = [line for line in lines(name, kind="sh") if line.startswith("desktop-admin")]
    assert commands
    for line in ("desktop-admin --db portal --as USER prepare", *commands):
        here = line.replace("postgresql://portal_owner@10.0.0.5/portal", "portal")
        words = shlex.split(here.replace("--as USER", f"--as {portal.SUPERVISOR} --password-stdin"))[1:]
        done = CliRunner().invoke(cli, words, input=f"{portal.SUPERVISOR}\n", catch_exceptions=False)
        assert done.exit_code == 0, (line, done.output)


def test_what_is_typed_at_a_server_stands_in_the_page_of_servers_which_is_tried() -> None:
    page = (ROOT / "docs" / "servers.md").read_text(encoding="utf-8").splitlines()
    typed = lines("administrator", kind="")
    assert len(typed) == 13
    assert [line for line in typed if line not in page] == []


def test_a_guide_is_read_in_the_window_without_a_database_and_its_pages_are_shown(
    qtbot: QtBot, empty_window: MainWindow
) -> None:
    help_menu = empty_window.menus[-1]
    (readers,) = help_menu.findChildren(QMenu)
    assert len(readers.actions()) == len(GUIDES)
    for action in readers.actions():
        action.trigger()
        dialog = open_dialog(qtbot, GuideDialog)
        assert action.text().replace("&", "") == dialog.windowTitle()
        assert len(dialog.text.toPlainText()) > 1000
        click(qtbot, next(one for one in dialog.findChildren(QPushButton) if one.text() == "Pages…"))
        open_dialog(qtbot, PreviewDialog).reject()


def test_the_folder_gets_each_guide_as_a_page_and_as_pdf_in_each_language(qapp: QApplication, tmp_path: Path) -> None:
    before = language.used()
    handed_out.write(tmp_path / "guides", at=1_700_000_000)
    assert language.used() == before
    for spoken in LANGUAGES:
        folder = tmp_path / "guides" / spoken
        assert {path.stem for path in folder.glob("*.pdf")} == set(GUIDES)
        for name in GUIDES:
            page = (folder / f"{name}.html").read_text(encoding="utf-8")
            assert f'<html lang="{spoken}">' in page
            pictures = re.findall('src="([^"]+)"', page)
            assert pictures
            assert all((folder / one).is_file() for one in pictures)
            pdf = (folder / f"{name}.pdf").read_bytes()
            assert set(re.findall(rb"D:\d{8}|Date=\"[\d-]{10}", pdf)) == {b"D:20231114", b'Date="2023-11-14'}


def test_what_is_read_first_says_in_each_language_what_to_start_with_the_words_of_the_window(tmp_path: Path) -> None:
    handed_out.write_read_me(tmp_path / "read-me.txt")
    content = (tmp_path / "read-me.txt").read_bytes()
    # As old editors of Windows need it.
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\r\n") == content.count(b"\n")
    text = content.decode("utf-8-sig")
    assert "{" not in text
    for spoken in LANGUAGES:
        with speaking(spoken):
            for key in ("window.demo", "window.connect", "window.open_file", "window.view", "window.help"):
                assert f'"{without_access_key(phrase(key))}"' in text, (spoken, key)
        assert f"guides/{spoken}" in text
    for said in (f"desktop_admin {__version__}", INSTALL_LINE, "desktop-admin-window", "desktop-admin self-check"):
        assert text.count(said) == len(LANGUAGES)
