"""The record of a run: all that was measured, enough to work every number out again."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from harness.corpus import Corpus

Record = dict[str, Any]
"""A record as JSON has it."""


def begin_record(
    benchmark: str, corpus: Corpus, libraries: Iterable[str], options: dict[str, Any]
) -> Record:
    """The beginning of a record: what was run on what, where, and when.

    Args:
        benchmark: The name of the benchmark, as in goals.
        corpus: What is measured with.
        libraries: The distributions whose versions matter.
        options: The run's other parameters.
    """
    return {
        "benchmark": benchmark,
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "corpus": {
            "name": corpus.path.name,
            "sha256": corpus.sha256,
            "articles": len(corpus.articles),
        },
        "options": options,
        "machine": {
            "system": platform.platform(),
            "processor": _processor(),
            "cores": os.cpu_count(),
            "python": platform.python_version(),
        },
        "versions": {name: _version(name) for name in libraries},
    }


def write_record(record: Record, path: Path) -> None:
    """Write a record as JSON.

    Raises:
        OSError: The file cannot be written.
    """
    path.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")


def _version(library: str) -> str | None:
    try:
        return version(library)
    except PackageNotFoundError:
        return None


def _processor() -> str:
    facts = Path("/proc/cpuinfo")  # elsewhere than on Linux the platform tells
    if facts.exists():
        for line in facts.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor()
