"""The examples of README.md and docs/ run as they stand there, in order, in an empty folder.

Blocks marked ``python`` run in one namespace. Of blocks marked ``console`` the lines that begin
with ``$ xiaosou`` run and must succeed. A block marked ``no-test`` as well is left out.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
PROMPT = "$ "
SECONDS = 120  # no example takes nearly as long; one that waits for ever should fail


def examples(page: Path) -> list[Token]:
    tokens = MarkdownIt().parse(page.read_text(encoding="utf-8"))
    fences = [token for token in tokens if token.type == "fence"]
    return [
        fence
        for fence in fences
        if fence.info.split()[:1] in (["python"], ["console"])
        and "no-test" not in fence.info.split()
    ]


PAGES = [page for page in [README, *sorted((ROOT / "docs").glob("*.md"))] if examples(page)]


def commands(console: str) -> list[str]:
    lines = console.replace("\\\n", " ").splitlines()
    return [line.removeprefix(PROMPT) for line in lines if line.startswith(f"{PROMPT}xiaosou ")]


def run_python(page: Path, example: Token, namespace: dict[str, object]) -> None:
    assert example.map is not None
    above = "\n" * (example.map[0] + 1)  # so that a traceback names the line of the page
    exec(compile(above + example.content, page, "exec"), namespace)


def run_command(line: str, folder: Path) -> None:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    ended = subprocess.run(
        line,
        shell=True,
        cwd=folder,
        env=os.environ | {"PATH": path},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    assert ended.returncode == 0, f"$ {line}\n{ended.stdout}{ended.stderr}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_examples_of_a_page_run(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, object] = {"__name__": page.stem}
    for example in examples(page):
        if example.info.split()[0] == "python":
            run_python(page, example, namespace)
        else:
            for line in commands(example.content):
                run_command(line, tmp_path)


def test_the_readme_has_examples_of_both_kinds() -> None:
    kinds = {example.info.split()[0] for example in examples(README)}
    assert kinds == {"python", "console"}


def test_commands_are_found_behind_the_prompt() -> None:
    console = "$ xiaosou search 催收 \\\n    --limit 3\n1. a result\n$ ls\n$ xiaosou stats\n"
    assert commands(console) == ["xiaosou search 催收      --limit 3", "xiaosou stats"]
