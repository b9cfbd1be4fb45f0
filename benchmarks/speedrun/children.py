"""Measurements in processes of their own: building, opening, memory."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from harness.child import FOLDER, ChildError, command_of
from speedrun.queries import Query
from speedrun.workspace import Workspace


def build(workspace: Workspace, engine: str, source: str, form: str = "plain") -> dict[str, Any]:
    """Build an engine's index; see `speedrun.build`.

    Args:
        workspace: Where everything is.
        engine: The engine's name.
        source: ``tokens`` or ``text``.
        form: ``plain`` or ``stored``.

    Raises:
        ChildError: It failed.
    """
    facts = _run("speedrun.build", [str(workspace.folder), engine, source, form])
    return {"engine": engine, "source": source, "form": form, **facts}


def open_fresh(
    workspace: Workspace,
    engine: str,
    task: str,
    *,
    queries: Sequence[Query] = (),
    texts: Sequence[str] = (),
    blocked: Sequence[str] = (),
    modules: Sequence[str] = (),
) -> dict[str, Any]:
    """Open an index in a fresh process and ask it; see `speedrun.fresh`.

    Raises:
        ChildError: It failed.
    """
    parameters = {
        "queries": [asdict(query) for query in queries],
        "texts": list(texts),
        "blocked": list(blocked),
        "modules": list(modules),
    }
    facts = _run("speedrun.fresh", [str(workspace.folder), engine, task], json.dumps(parameters))
    return {"engine": engine, "task": task, "blocked": list(blocked), **facts}


def _run(module: str, arguments: list[str], given: str = "") -> dict[str, Any]:
    command = command_of(module, *arguments)
    done = subprocess.run(command, cwd=FOLDER, input=given, capture_output=True, text=True)
    if done.returncode:
        reason = done.stderr.strip().splitlines() or ["no reason given"]
        raise ChildError(f"{' '.join(command[1:])} failed: {reason[-1]}")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer
