"""Only the Whoosh engine knows Whoosh's index; everyone else shares its query trees at most."""

from __future__ import annotations

import ast
from pathlib import Path

import indexer

ROOT = Path(indexer.__file__).parent
SHARED = {"whoosh.query", "whoosh.qparser"}


def imported(file: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module == "whoosh":
            names |= {f"whoosh.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return {name for name in names if name.split(".")[0] == "whoosh"}


def test_outside_the_engine_only_queries_are_used() -> None:
    users = {
        file.relative_to(ROOT).as_posix(): imported(file)
        for file in ROOT.rglob("*.py")
        if imported(file) and "engines/whoosh" not in file.as_posix()
    }
    assert users
    for file, names in users.items():
        allowed = {name for name in names if ".".join(name.split(".")[:2]) in SHARED}
        assert names == allowed, file
