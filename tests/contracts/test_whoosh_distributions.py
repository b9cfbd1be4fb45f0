"""The engine contract under each distribution of Whoosh, and one index under all of them.

The distributions have one import name, so each runs in a process of its own, with its folder
first on the path.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
INSTALLED = ROOT / "build" / "whoosh"
LINES = (HERE / "distributions.txt").read_text(encoding="utf-8").splitlines()
VERSIONS = dict(line.split("==") for line in LINES if not line.startswith("#"))


def _is_installed(distribution: str) -> bool:
    try:
        return metadata.version(distribution) == VERSIONS[distribution]
    except metadata.PackageNotFoundError:
        return False


# All other tests run under the one that is installed.
OTHERS = [distribution for distribution in VERSIONS if not _is_installed(distribution)]
# Only the Whoosh engine, as it is used: the others run under the distribution that is installed.
ENGINE = "whoosh and not without and not memory"
SUITES = ["tests/contracts/test_engine.py", "tests/contracts/test_index.py", "-k", ENGINE]
RUN_SUITES = """
import sys
import pytest, whoosh
folder, version, *arguments = sys.argv[1:]
assert whoosh.__file__.startswith(folder), f"whoosh is {whoosh.__file__}"
assert whoosh.versionstring() == version, f"whoosh is {whoosh.versionstring()}"
sys.exit(pytest.main(arguments))
"""

TURNS: list[dict[str, Any]] = [
    {
        "add": [
            {"url": f"http://x/{n}", "title": title, "body": body, "site": site, "language": lang}
            for n, (title, body, site, lang) in enumerate(
                [
                    ("催收上门怎么办", "催收人员上门，先看证件。", "公益", "zh"),
                    ("電話催收", "他們打電話來催收，錄音。", "公益", "zh"),
                    ("A debt collector", "He was knocking at the door, twice.", "Advice", "en"),
                    ("Scam 电话 calls", "Hang up on scam 电话 calls.", "Advice", "en"),
                    ("冷笑话", "从前有一个电话，它很冷。", "笑话", "zh"),
                ]
            )
        ],
    },
    {
        "add": [
            {"url": "http://x/0", "title": "上门", "body": "没有人上门。", "language": "zh"},
            {"url": "http://x/5", "title": "再催收", "body": "又是催收。", "language": "zh"},
        ],
        "delete": ["http://x/3"],
    },
    {
        "add": [
            {"url": "http://x/3", "title": "Back", "body": "催收 and scam calls are back."},
        ],
        "delete": ["http://x/1"],
    },
]
FOUND_ALONE = [  # by Whoosh alone, after each turn
    ["http://x/0", "http://x/1"],
    ["http://x/1", "http://x/5"],
    ["http://x/3", "http://x/5"],
]
QUESTIONS = {
    "queries": ["催收", "电话", '"上门"', "knock door", "scam 电话", "话", "nothing like this"],
    "term": "催收",
}


def folder_of(distribution: str) -> Path:
    folder = INSTALLED / distribution
    if not (folder / "whoosh").is_dir():
        pytest.fail(f"{distribution} is not in {folder.relative_to(ROOT)}: run make test-setup")
    return folder


def run_under(distribution: str, *arguments: str, stdin: str = "") -> str:
    ended = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(folder_of(distribution))},
        input=stdin,
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, f"under {distribution}:\n{ended.stdout}{ended.stderr}"
    return ended.stdout


def take_turn(distribution: str, collection: Path, turn: dict[str, Any]) -> dict[str, Any]:
    program = str(HERE / "collection_program.py")
    arguments = [program, str(folder_of(distribution)), str(collection)]
    answers: dict[str, Any] = json.loads(
        run_under(distribution, *arguments, stdin=json.dumps(turn | QUESTIONS))
    )
    return answers


@pytest.mark.parametrize("distribution", OTHERS)
def test_the_engine_contract_holds(distribution: str) -> None:
    arguments = [str(folder_of(distribution)), VERSIONS[distribution]]
    printed = run_under(
        distribution, "-c", RUN_SUITES, *arguments, "-q", "-p", "no:cacheprovider", *SUITES
    )
    assert " passed" in printed.splitlines()[-1]


@pytest.mark.parametrize("writer", VERSIONS)
def test_what_one_writes_all_read_alike(writer: str, tmp_path: Path) -> None:
    written = take_turn(writer, tmp_path, TURNS[0])
    assert written["problems"] == []
    assert written["alone"] == FOUND_ALONE[0]
    assert {hit[0] for hit in written["answers"]["电话"]["hits"]} == {
        "http://x/1",
        "http://x/3",
        "http://x/4",
    }
    for reader in VERSIONS.keys() - {writer}:
        assert take_turn(reader, tmp_path, {}) == written, f"read by {reader}"


def test_they_take_turns_at_one_collection(tmp_path: Path) -> None:
    for writer, turn, expected in zip(VERSIONS, TURNS, FOUND_ALONE, strict=True):
        answers = take_turn(writer, tmp_path, turn)
        assert answers["problems"] == [], f"written by {writer}"
        assert answers["alone"] == expected, f"written by {writer}"
    for reader in VERSIONS:
        assert take_turn(reader, tmp_path, {}) == answers, f"read by {reader}"
