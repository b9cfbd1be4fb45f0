"""What is slow to import is imported only by what needs it."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {"bs4", "flask", "jieba", "lxml", "playwright", "scrapy", "trafilatura", "twisted"}
PRINT_MODULES = "print(*sorted({name.partition('.')[0] for name in sys.modules}))"


def modules_after(statements: str) -> set[str]:
    ended = subprocess.run(
        [sys.executable, "-c", f"import sys\n{statements}\n{PRINT_MODULES}"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(ended.stdout.splitlines()[-1].split())


def test_importing_the_indexer_is_light() -> None:
    loaded = modules_after("import indexer; indexer.Index")
    assert "indexer" in loaded
    assert not loaded & HEAVY


def test_the_help_of_the_command_is_light() -> None:
    loaded = modules_after("from indexer.cli import main\nmain(['--help'], standalone_mode=False)")
    assert {"indexer", "crawler", "web"} <= loaded, "the commands of all rooms are listed"
    assert not loaded & HEAVY


@pytest.mark.parametrize("room", ["crawler", "web"])
def test_importing_a_room_is_light(room: str) -> None:
    loaded = modules_after(f"import {room}.cli")
    assert room in loaded
    assert not loaded & HEAVY
