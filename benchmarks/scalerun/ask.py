"""A client: ``python -m scalerun.ask``, its parameters as a line of JSON on stdin.

They are a `Deployment`, ``queries``, and others to ``warm`` up with. It says that it is ready, and
begins with the next line that it reads.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from harness.clock import timed
from harness.memory import resident
from scalerun.deployment import Deployment

READY = "ready"


def main() -> None:
    """Ask, and print milliseconds and numbers of hits as a line of JSON."""
    given: dict[str, Any] = json.loads(sys.stdin.readline())
    with Deployment(**given["deployment"]).open() as index:
        for query in given["warm"]:
            index.search(query)
        print(READY, flush=True)
        sys.stdin.readline()
        times, hits = [], []
        for query in given["queries"]:
            timing, results = timed(lambda text=query: index.search(text))  # type: ignore[misc]
            times.append(timing.wall / 1e6)
            hits.append(results.total)
        print(json.dumps({"times": times, "hits": hits, "memory": resident()}))


if __name__ == "__main__":
    main()
