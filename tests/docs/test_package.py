"""What is installed is complete: templates, sources, demo articles and migrations come along."""

from __future__ import annotations

from configparser import ConfigParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SETUP = ConfigParser(interpolation=None)
SETUP.read(ROOT / "setup.cfg", encoding="utf-8")
PACKAGED = SETUP["options.package_data"]
# Python takes care of its own, setup.py of what is compiled.
PROGRAMS = {".py", ".pyc", ".c", ".h", ".so"}


@pytest.mark.parametrize("package", PACKAGED)
def test_every_data_file_is_packaged(package: str) -> None:
    folder = ROOT / package
    patterns = [pattern.strip() for pattern in PACKAGED[package].split(",")]
    packaged = {file for pattern in patterns for file in folder.glob(pattern)}
    data = {
        file
        for file in folder.rglob("*")
        if file.is_file() and file.suffix not in PROGRAMS and file.name[0] != "."
    }
    left_out = sorted(str(file.relative_to(folder)) for file in data - packaged)
    assert not left_out, "setup.cfg does not package these"


def test_every_package_is_found() -> None:
    folders = {file.parent for room in PACKAGED for file in (ROOT / room).rglob("*.py")}
    without = [folder for folder in folders if not (folder / "__init__.py").exists()]
    assert not without, "these folders are no packages, so that they are not installed"
