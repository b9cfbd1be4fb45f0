from __future__ import annotations

from pathlib import Path

import pytest

from indexer import Index
from indexer.errors import SettingsError
from indexer.settings import Settings, default_index_path


def test_an_option_comes_before_the_environment_before_the_file_before_the_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Settings.load(tmp_path).port == 8090
    (tmp_path / "settings.toml").write_text('port = 1\nhost = "h"\n', encoding="utf-8")
    assert Settings.load(tmp_path).port == 1
    monkeypatch.setenv("XIAOSOU_PORT", "2")
    assert Settings.load(tmp_path, port=None).port == 2
    assert Settings.load(tmp_path, port=3).port == 3
    assert Settings.load(tmp_path).host == "h"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("colour = 1", "unknown setting 'colour'"),
        ("port = true", "port in .* is True, not a int"),
        ('port = "x"', "not a int"),
        ("rate = -1", "rate in .* is -1, not 0 or more"),
        ("engine = 1", "not a str"),
        ("engine", "is not TOML"),
    ],
)
def test_a_bad_file_is_one_clear_line(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "settings.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=message) as caught:
        Settings.load(tmp_path)
    assert "\n" not in str(caught.value)


def test_an_unknown_variable_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XIAOSOU_COLOUR", "red")
    with pytest.raises(SettingsError, match="unknown setting 'colour' in the environment"):
        Settings.load(tmp_path)


def test_the_index_is_where_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XIAOSOU_INDEX", raising=False)
    assert default_index_path() == Path("index")
    monkeypatch.setenv("XIAOSOU_INDEX", "elsewhere")
    assert default_index_path() == Path("elsewhere")


def test_there_is_no_other_engine(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="there is no engine 'lucene'"):
        Index.open(tmp_path, engine="lucene")
