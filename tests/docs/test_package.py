"""What is installed is complete: templates, sources, demo articles and migrations come along."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path
from zipfile import ZipFile

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


def test_the_wheel_has_the_data_files_and_says_that_it_is_typed(tmp_path: Path) -> None:
    source = tmp_path / "source"
    for room in PACKAGED:
        shutil.copytree(ROOT / room, source / room, ignore=shutil.ignore_patterns("*.so"))
    for name in ("setup.cfg", "setup.py", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    build = "from setuptools.build_meta import build_wheel; import sys; build_wheel(sys.argv[1])"
    built = subprocess.run(
        [sys.executable, "-c", build, str(tmp_path)],
        cwd=source,
        # What is compiled may be left out, which is quicker.
        env=os.environ | {"CC": "false"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    [wheel] = tmp_path.glob("*.whl")
    with ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert {"crawler/py.typed", "indexer/py.typed", "web/py.typed"} <= names
    assert {"web/templates/search.html", "web/static/style.css"} <= names
    assert not [name for name in names if name.startswith(("tests", "benchmarks", "build"))]
