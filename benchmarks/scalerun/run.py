"""A run: deployments filled one after the other, and asked by one client and by several."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

from harness.child import FOLDER, ChildError, command_of
from scalerun.ask import READY
from scalerun.deployment import Deployment


def fill(
    deployment: Deployment, corpus: Path, articles: int, node: int | None = None
) -> dict[str, float]:
    """Fill a deployment in a process of its own; see `scalerun.fill.fill`.

    Raises:
        ChildError: It failed; why is on standard error.
    """
    given = {
        "deployment": asdict(deployment),
        "corpus": str(corpus.absolute()),
        "articles": articles,
        "node": node,
    }
    command = command_of("scalerun.fill")
    done = subprocess.run(
        command, cwd=FOLDER, input=json.dumps(given), stdout=subprocess.PIPE, text=True
    )
    if done.returncode:
        raise ChildError(f"{deployment.engine} could not be filled")
    facts: dict[str, float] = json.loads(done.stdout)
    return facts


def ask(
    deployment: Deployment, queries: Sequence[str], warm: Sequence[str], clients: int
) -> dict[str, Any]:
    """Ask every query once from each of several processes, which begin at different ones.

    Args:
        deployment: What is asked.
        queries: What is measured.
        warm: What each client asks before.
        clients: How many clients.

    Returns:
        Milliseconds of each client's searches, the first one's numbers of hits, the bytes of memory
        of each, and the seconds in all.

    Raises:
        ChildError: A client failed; why is on standard error.
    """
    with ExitStack() as stack:
        asking = []
        for client in range(clients):
            first = client * len(queries) // clients
            own = {"queries": [*queries[first:], *queries[:first]], "warm": list(warm)}
            process = stack.enter_context(_client({"deployment": asdict(deployment), **own}))
            stack.callback(process.kill)
            asking.append(process)
        for process in asking:
            if _line(process) != READY:
                raise ChildError(f"{deployment.engine} could not be asked")
        start = time.perf_counter()
        for process in asking:
            assert process.stdin
            process.stdin.write("\n")
            process.stdin.flush()
        answers = [_line(process) for process in asking]
        seconds = time.perf_counter() - start
        if not all(answers):
            raise ChildError(f"{deployment.engine} could not be asked")
    facts = [json.loads(answer) for answer in answers]
    return {
        "times": [fact["times"] for fact in facts],
        "hits": facts[0]["hits"],
        "memory": [fact["memory"] for fact in facts],
        "seconds": seconds,
    }


def _client(given: dict[str, Any]) -> subprocess.Popen[str]:
    command = command_of("scalerun.ask")
    process = subprocess.Popen(
        command, cwd=FOLDER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin
    process.stdin.write(json.dumps(given) + "\n")
    process.stdin.flush()
    return process


def _line(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().strip()
