"""Keys: made, known again, revoked; only their hashes are kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from indexer import Index
from indexer.store import Store
from web.cli import key
from web.keys import READ, WRITE, KeyNameError, Keys


@pytest.fixture
def keys(tmp_path: Path) -> Iterator[Keys]:
    with Store.open(tmp_path / "keys.db") as store:
        yield Keys(store)


def test_a_key_is_known_by_its_secret(keys: Keys) -> None:
    secret = keys.add("robot", {WRITE})
    other = keys.add("reader", {READ, WRITE})
    found = keys.find(secret)
    assert found is not None
    assert (found.name, found.scopes) == ("robot", {WRITE})
    assert secret != other
    for wrong in ("", "xs_", secret[:-1], secret + "x", secret.swapcase(), "\ud800"):
        assert keys.find(wrong) is None


def test_no_secret_is_kept(keys: Keys, tmp_path: Path) -> None:
    secret = keys.add("robot", {WRITE})
    written = b"".join(file.read_bytes() for file in tmp_path.glob("keys.db*"))
    assert b"robot" in written
    assert secret.encode() not in written
    assert secret.removeprefix("xs_").encode() not in written


def test_a_revoked_key_is_worthless(keys: Keys) -> None:
    secret = keys.add("robot", {WRITE})
    keys.revoke("robot")
    assert keys.find(secret) is None
    assert keys.list() == []
    with pytest.raises(KeyNameError, match="no key 'robot'"):
        keys.revoke("robot")


@pytest.mark.parametrize("name", ["", "a b", "-x", "名", "x" * 65])
def test_a_name_that_cannot_be_is_refused(keys: Keys, name: str) -> None:
    with pytest.raises(KeyNameError, match="is no name for a key"):
        keys.add(name, {READ})


def test_a_name_is_given_once(keys: Keys) -> None:
    keys.add("robot", {READ})
    with pytest.raises(KeyNameError, match="already"):
        keys.add("robot", {WRITE})


def test_the_shell_makes_lists_and_revokes_them(tmp_path: Path) -> None:
    def run(*arguments: str) -> str:
        result = CliRunner().invoke(key, [*arguments, "--index", str(tmp_path)])
        assert result.exit_code == 0, result.output
        return result.stdout

    with Index.open(tmp_path, engine="memory") as index:
        secret = run("add", "robot", "--scope", "read", "--scope", "write").strip()
        found = Keys(index.store).find(secret)
        assert found is not None
        assert found.scopes == {READ, WRITE}
        assert run("list").startswith("robot  read,write  ")
        run("revoke", "robot")
        assert run("list") == ""
