"""What every index does, over a store in PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from click.testing import CliRunner

from indexer import Index
from indexer.cli import main

_spec = spec_from_file_location("index_contract", Path(__file__).with_name("test_index.py"))
assert _spec
assert _spec.loader
_contract = module_from_spec(_spec)
_spec.loader.exec_module(_contract)
globals().update(
    {
        name: value
        for name, value in vars(_contract).items()
        if name == "collection" or name.startswith("test_")
    }
)


@pytest.fixture
def engine_name() -> str:
    """An engine that is quick to begin with."""
    return "whoosh"


@pytest.fixture
def open_index(postgresql_url: str, tmp_path: Path) -> Iterator[Callable[[], Index]]:
    """Opens the collection of this test, as often as it is called."""
    opened: list[Index] = []

    def open_again() -> Index:
        opened.append(Index.open(tmp_path / "index", store=postgresql_url))
        return opened[-1]

    yield open_again
    for index in opened:
        index.close()


def test_the_shell_uses_the_store_of_the_settings(
    postgresql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XIAOSOU_STORE", postgresql_url)
    monkeypatch.setenv("XIAOSOU_INDEX", str(tmp_path / "index"))
    rows = tmp_path / "rows.jsonl"
    rows.write_text('{"url": "http://x/1", "title": "催收", "body": "电话"}\n')

    def run(*arguments: str) -> str:
        result = CliRunner().invoke(main, arguments)
        assert result.exit_code == 0, result.output
        return result.output

    run("import", str(rows))
    assert "http://x/1" in run("search", "催收")
    assert run("check") == "all is well\n"
    run("export", str(tmp_path / "all.jsonl"))
    assert '"url": "http://x/1"' in (tmp_path / "all.jsonl").read_text()
    assert run("delete", "--purge", "http://x/1") == "1 deleted\n"
    assert "articles    0" in run("stats")
    assert not (tmp_path / "index" / "xiaosou.db").exists()
