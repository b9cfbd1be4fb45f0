"""Whatever a person can type or set is written down."""

from __future__ import annotations

from dataclasses import fields
from importlib.metadata import entry_points
from pathlib import Path

import pytest

import indexer
from indexer.settings import Settings

ROOT = Path(__file__).parents[2]
COMMANDS = sorted(point.name for point in entry_points(group="xiaosou.commands"))
SETTINGS = [field.name for field in fields(Settings)]


@pytest.fixture(scope="module")
def documentation() -> str:
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    return "\n".join(page.read_text(encoding="utf-8") for page in pages)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_documented(command: str, documentation: str) -> None:
    assert f"xiaosou {command}" in documentation, "README.md and docs/ do not name this command"


@pytest.mark.parametrize("setting", SETTINGS)
def test_every_setting_is_documented(setting: str, documentation: str) -> None:
    assert f"`{setting}`" in documentation, "README.md and docs/ do not name this setting"
    assert f"XIAOSOU_{setting.upper()}" in documentation, "nor its environment variable"


def test_the_public_names_are_these() -> None:
    assert indexer.__all__ == ["Article", "Hit", "Index", "Notice", "Results", "__version__"]
    assert all(hasattr(indexer, name) for name in indexer.__all__)


def test_the_changelog_has_this_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"\n## {indexer.__version__} - " in changelog
