"""The desk's settings file, written and read for real."""

from __future__ import annotations

import platform
import stat
import tomllib
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from desktop_admin import settings
from desktop_admin.errors import AdminError
from desktop_admin.settings import Settings


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A settings file that does not exist yet, named by the environment."""
    path = tmp_path / "not yet" / "desk.toml"
    monkeypatch.setenv(settings.FILE_VARIABLE, str(path))
    return path


def written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


FULL = Settings(
    connections={"Hall 1": "/srv/portal.sqlite3", 'the "other" hall': "postgresql://exam@10.1.2.3/portal"},
    default_connection="Hall 1",
    desk_name="डेस्क 4",
    language="hi",
    theme="dark",
    time_zone="Europe/Berlin",
    zoom=1.25,
    centre="Centre 12, पुणे",
    media_folder="/srv/portal/media",
)


def test_the_environment_names_the_file(desk: Path) -> None:
    assert settings.file() == desk


def test_without_the_variable_the_file_is_in_the_users_configuration_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(settings.FILE_VARIABLE, raising=False)
    monkeypatch.setattr("platformdirs.user_config_dir", lambda name, appauthor: str(tmp_path / name))
    assert settings.file() == tmp_path / "desktop-admin" / "desk.toml"


def test_a_missing_file_means_the_defaults_and_is_not_made(desk: Path) -> None:
    loaded = settings.load()
    assert loaded == Settings()
    assert (loaded.desk_name, loaded.language, loaded.theme) == (platform.node(), "en", "system")
    assert (loaded.time_zone, loaded.zoom, loaded.default_database()) == ("Asia/Kolkata", 1.0, None)
    assert not desk.parent.exists()


def test_what_is_saved_is_loaded(desk: Path) -> None:
    settings.save(FULL)
    loaded = settings.load()
    assert loaded == FULL
    assert loaded.default_database() == "/srv/portal.sqlite3"
    assert loaded.zone().key == "Europe/Berlin"


def test_a_mark_before_the_text_is_no_damage(desk: Path) -> None:
    written(desk, '\ufefftheme = "dark"\n')
    assert settings.load() == Settings(theme="dark")


@pytest.mark.parametrize("name", [r"hall\u0000", r"hall\n1"])
def test_a_desk_has_no_name_that_a_database_would_not_take(desk: Path, name: str) -> None:
    written(desk, f'desk_name = "{name}"\n')
    with pytest.raises(AdminError) as refused:
        settings.load()
    assert refused.value.code == "settings_value"


def test_a_default_is_not_written_so_that_it_may_follow_the_computer(desk: Path) -> None:
    settings.save(Settings(theme="dark"))
    assert tomllib.loads(desk.read_text()) == {"theme": "dark"}
    settings.save(Settings())
    assert tomllib.loads(desk.read_text()) == {}


def test_a_setting_of_a_newer_version_survives_saving(desk: Path) -> None:
    written(desk, 'theme = "dark"\nsound = "off"\n[printer]\nname = "slips"\n')
    settings.save(Settings(theme="light"))
    assert tomllib.loads(desk.read_text()) == {"theme": "light", "sound": "off", "printer": {"name": "slips"}}


def test_the_file_is_for_the_person_alone_and_nothing_lies_beside_it(desk: Path) -> None:
    settings.save(FULL)
    settings.save(Settings())
    assert stat.S_IMODE(desk.stat().st_mode) == 0o600
    assert list(desk.parent.iterdir()) == [desk]


def test_a_link_to_the_file_stays_a_link(desk: Path, tmp_path: Path) -> None:
    real = written(tmp_path / "kept elsewhere.toml", "")
    desk.parent.mkdir()
    desk.symlink_to(real)
    settings.save(Settings(theme="dark"))
    assert desk.is_symlink()
    assert tomllib.loads(real.read_text()) == {"theme": "dark"}


@pytest.mark.parametrize("content", [b'theme = "dark', b"\xff\xfe\x00", b"\x00" * 100])
def test_a_damaged_file_is_an_error_and_stays_as_it_is(desk: Path, content: bytes) -> None:
    desk.parent.mkdir()
    desk.write_bytes(content)
    with pytest.raises(AdminError, match="is damaged") as loading:
        settings.load()
    assert loading.value.code == "settings_damaged"
    assert str(desk) in str(loading.value)
    with pytest.raises(AdminError, match="is damaged"):
        settings.save(Settings())
    assert desk.read_bytes() == content


def test_an_unreadable_file_is_an_error(desk: Path) -> None:
    desk.mkdir(parents=True)
    with pytest.raises(AdminError, match="cannot be read") as loading:
        settings.load()
    assert loading.value.code == "settings_unreadable"


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ('theme = "pink"', "theme"),
        ("theme = []", "theme"),
        ('language = "de"', "language"),
        ('time_zone = "Asia/Nowhere"', "time_zone"),
        ('time_zone = "../../etc/passwd"', "time_zone"),
        ('time_zone = "Asia"', "time_zone"),
        ('time_zone = ""', "time_zone"),
        ("time_zone = 5.5", "time_zone"),
        ("zoom = 0", "zoom"),
        ("zoom = 0.49", "zoom"),
        ("zoom = 3.01", "zoom"),
        ("zoom = nan", "zoom"),
        ("zoom = true", "zoom"),
        ('zoom = "1"', "zoom"),
        ('desk_name = " "', "desk_name"),
        ("default_connection = 1", "default_connection"),
        ('connections = "x.sqlite3"', "connections"),
        ("[connections]\nhall = 1", "connections"),
        ('[connections]\nhall = ""', "connections"),
    ],
)
def test_a_value_that_makes_no_sense_is_an_error_that_names_it(desk: Path, line: str, key: str) -> None:
    written(desk, line)
    with pytest.raises(AdminError, match=f"for {key}") as loading:
        settings.load()
    assert loading.value.code == "settings_value"


@pytest.mark.parametrize("zoom", [0.5, 1, 3.0])
def test_a_text_is_half_to_three_times_its_size(desk: Path, zoom: float) -> None:
    written(desk, f"zoom = {zoom}")
    assert settings.load().zoom == zoom


def test_a_default_connection_must_be_one_of_the_connections(desk: Path) -> None:
    written(desk, 'default_connection = "Hall 2"\n[connections]\n"Hall 1" = "x.sqlite3"\n')
    with pytest.raises(AdminError, match="Hall 2") as loading:
        settings.load()
    assert loading.value.code == "settings_no_connection"


def test_settings_that_could_not_be_loaded_again_are_not_saved(desk: Path) -> None:
    settings.save(FULL)
    before = desk.read_bytes()
    with pytest.raises(AdminError, match="for zoom"):
        settings.save(Settings(zoom=30))
    assert desk.read_bytes() == before


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocker = written(tmp_path / "a file", "")
    monkeypatch.setenv(settings.FILE_VARIABLE, str(blocker / "desk.toml"))
    with pytest.raises(AdminError) as saving:
        settings.save(Settings())
    assert saving.value.code in {"settings_unreadable", "settings_unwritable"}


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.save(FULL)

    def full_disk(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full_disk)
    with pytest.raises(AdminError, match="No space left") as saving:
        settings.save(Settings())
    assert saving.value.code == "settings_unwritable"
    assert settings.load() == FULL
    assert list(desk.parent.iterdir()) == [desk]


def test_the_person_is_the_operating_systems_user(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(variable, "havildar")
    assert settings.person() == "havildar"


def test_a_person_whom_the_operating_system_does_not_know_has_an_empty_name(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr("os.getuid", lambda: 4_000_000_000)
    assert settings.person() == ""


def test_the_data_folder_is_the_users_and_is_not_made_by_asking(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platformdirs.user_data_dir", lambda name, appauthor: str(tmp_path / name))
    assert settings.data_folder() == tmp_path / "desktop-admin"
    assert not settings.data_folder().exists()


def test_two_windows_do_not_take_back_what_the_other_has_set(desk: Path) -> None:
    settings.change(partial(replace, theme="dark"))
    here, there = settings.load(), settings.load()
    settings.change(partial(replace, zoom=1.5))
    assert (here.zoom, there.zoom) == (1.0, 1.0)
    now = settings.change(lambda known: replace(known, connections={**known.connections, "Hall 2": "/srv/hall2"}))
    assert (now.theme, now.zoom, dict(now.connections)) == ("dark", 1.5, {"Hall 2": "/srv/hall2"})
    assert settings.load() == now
