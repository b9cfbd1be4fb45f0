"""Opens an index in a fresh process, and tells in one line of JSON what that took.

    python -m speedrun.fresh WORKSPACE ENGINE open|whole|memory < parameters.json

The parameters are ``queries`` (of `speedrun.queries`), ``texts`` (whole queries), ``modules`` to
import beforehand, so that only opening is timed, and ``blocked`` modules that are not to be found.
"""

from __future__ import annotations

import json
import sys
import time
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from harness.clock import process_seconds
from harness.memory import resident
from speedrun.workspace import Workspace


def main() -> None:
    """Open what the arguments say."""
    folder, engine, task = sys.argv[1:]
    parameters = json.load(sys.stdin)
    for name in parameters["blocked"]:
        sys.modules[name] = None  # type: ignore[assignment]
    for name in parameters["modules"]:
        # Some are only found once their package was set up.
        with suppress(ImportError):
            import_module(name)
    imported = process_seconds(), resident()
    start = time.perf_counter()
    measure = _whole if task == "whole" else _queries
    rss = measure(Workspace(Path(folder)), engine, parameters)
    # The time of an engine's own process counts, too: it has ended by now.
    answer = {
        "wall": time.perf_counter() - start,
        "cpu": process_seconds() - imported[0],
        "import_cpu": imported[0],
        "import_rss": imported[1],
        "rss": rss,
        "modules": [name for name, module in sys.modules.items() if module is not None],
    }
    print(json.dumps(answer))


def _queries(workspace: Workspace, engine: str, parameters: dict[str, Any]) -> int:
    from peers.all import load_peer
    from speedrun.queries import Query

    searcher = load_peer(engine).open(workspace.engine(engine))
    for row in parameters["queries"]:
        query = Query(**{**row, "tokens": tuple(row["tokens"]), "marks": tuple(row["marks"])})
        prepared = searcher.prepare(query)
        if prepared is not None:
            searcher.named(searcher.ids(prepared))
    rss = searcher.resident()
    searcher.close()
    return rss


def _whole(workspace: Workspace, engine: str, parameters: dict[str, Any]) -> int:
    from speedrun.whole import load_whole

    search = load_whole(engine, workspace)
    for text in parameters["texts"]:
        search.ids(search.search(text))
    return resident()


if __name__ == "__main__":
    main()
