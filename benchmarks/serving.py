"""What the page and its JSON cost beyond the search, and how fast they are served.

    python benchmarks/serving.py DIR [--queries 1000] [--clients 32] [--seed 1] [--json FILE]

DIR is a collection made before. First the processor time of a search, of its page and of its JSON
is measured in one thread, without a server. Then `xiaosou serve` answers the same queries to
several clients at once, each query once and none from a cache, and after it a bare Flask view that
returns the bytes of one page, on the same server. Rates are not limited meanwhile.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from werkzeug.test import EnvironBuilder, run_wsgi_app

from indexer import Index
from latency import make_queries
from web import create_app
from web.parameters import PAGE_FILTERS

ROUNDS = 3  # the fastest counts
BARE = """
import logging, sys
from flask import Flask
from waitress import serve
app = Flask("bare")
logging.getLogger("waitress.queue").setLevel(logging.ERROR)
page = sys.stdin.buffer.read()
app.add_url_rule("/<path:path>", view_func=lambda path: page)
serve(app, listen="127.0.0.1:" + sys.argv[1], threads=8)
"""
WARM = "/search?q=colector"  # misspelt, so that the words of the collection are gathered, too

Row = dict[str, float]


def measure_cost(index: Index, queries: list[str]) -> tuple[dict[str, Row], bytes]:
    """Milliseconds of processor time for each way to ask, and the page of one query."""
    app = create_app(index)

    def call(path: str, query: str) -> bytes:
        builder = EnvironBuilder(
            path=path, query_string=urlencode({"q": query}), headers={"Accept-Encoding": "gzip"}
        )
        parts, _, _ = run_wsgi_app(app, builder.get_environ())
        return b"".join(parts)

    ways: dict[str, Callable[[str], object]] = {
        "Index.search with facets": lambda query: index.search(query, facets=PAGE_FILTERS),
        "page": lambda query: call("/search", query),
        "Index.search": index.search,
        "JSON": lambda query: call("/api/search", query),
    }
    times = {name: [cpu_of(ask, query) for query in queries] for name, ask in ways.items()}
    pairs = [("page", "Index.search with facets"), ("JSON", "Index.search")]
    for whole, search in pairs:
        beyond = [a - b for a, b in zip(times[whole], times[search], strict=True)]
        times[f"{whole} beyond the search"] = beyond
    return {name: quantiles(values) for name, values in times.items()}, call("/search", queries[0])


def cpu_of(ask: Callable[[str], object], query: str) -> float:
    """The least milliseconds of processor time of this thread for a query."""
    fastest = float("inf")
    for _ in range(ROUNDS):
        start = time.thread_time()
        ask(query)
        fastest = min(fastest, time.thread_time() - start)
    return fastest * 1000


def quantiles(values: list[float]) -> Row:
    """The median and the 95th percentile."""
    ordered = sorted(values)
    return {"p50": statistics.median(ordered), "p95": ordered[int(len(ordered) * 0.95)]}


@contextmanager
def serving(command: list[str], port: int, given: bytes = b"") -> Iterator[int]:
    """A server in a process of its own, until it answers; its process id."""
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    try:
        process.stdin.write(given)
        process.stdin.close()
        while not answers(port):
            if process.poll() is not None:
                sys.exit(f"the server ended: {' '.join(command[-4:])}")
            time.sleep(0.1)
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def answers(port: int) -> bool:
    """Whether something is served."""
    try:
        ask(http.client.HTTPConnection("127.0.0.1", port, timeout=60), WARM)
    except OSError:
        return False
    return True


def ask(connection: http.client.HTTPConnection, target: str) -> int:
    """Ask for a target, and read the answer to its end."""
    connection.request("GET", target, headers={"Accept-Encoding": "gzip"})
    response = connection.getresponse()
    response.read()
    return response.status


def load(port: int, process: int, targets: list[str], clients: int) -> Row:
    """Ask for every target once, from so many clients: milliseconds, and what failed."""
    waiting = iter(targets)
    lock = threading.Lock()
    times: list[float] = []
    failed: list[str] = []

    def run() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while True:
            with lock:
                target = next(waiting, None)
            if target is None:
                return
            start = time.perf_counter()
            if ask(connection, target) != 200:
                failed.append(target)
            times.append((time.perf_counter() - start) * 1000)

    before, start = used(process), time.perf_counter()
    threads = [threading.Thread(target=run) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - start
    cost = {"cpu": (used(process) - before) * 1000 / len(targets), "failed": len(failed)}
    return quantiles(times) | cost | {"per second": len(targets) / seconds}


def used(process: int) -> float:
    """The seconds of processor time a process has used; only Linux tells."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Measure and print two tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("directory", type=Path)
    parser.add_argument("--queries", type=int, default=1000)
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--port", type=int, default=8097)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    os.environ["XIAOSOU_RATE"] = "0"
    with Index.open(given.directory) as index:
        # As many as were asked for remain when those that came twice are left out.
        drawn = make_queries(index, given.queries * 2, given.seed)
        queries = list(dict.fromkeys(text for _, text in drawn))[: given.queries]
        costs, page = measure_cost(index, queries)
        articles = index.store.count()
    serve = [sys.executable, "-c", "from indexer.cli import main; main()", "serve"]
    serve += ["--index", str(given.directory), "--port", str(given.port)]
    pages = ["/search?" + urlencode({"q": query}) for query in queries]
    answers = ["/api/search?" + urlencode({"q": query}) for query in queries]
    with serving(serve, given.port) as process:
        served = {
            "page": load(given.port, process, pages, given.clients),
            "JSON": load(given.port, process, answers, given.clients),
        }
    with serving([sys.executable, "-c", BARE, str(given.port)], given.port, page) as process:
        served["bare view"] = load(given.port, process, pages, given.clients)
    print(f"{articles} articles, {len(queries)} queries; milliseconds of processor time p50 / p95")
    for name, row in costs.items():
        print(f"{name:28} {row['p50']:8.2f} / {row['p95']:.2f}")
    print(f"{given.clients} clients; milliseconds p50 / p95, of processor time, requests a second")
    for name, row in served.items():
        print(
            f"{name:28} {row['p50']:8.1f} / {row['p95']:.1f} {row['cpu']:8.2f} "
            f"{row['per second']:8.0f}  {row['failed']:.0f} failed"
        )
    if given.json:
        record = {"costs": costs, "served": served}
        given.json.write_text(json.dumps(record, indent=1), encoding="utf-8")
    if any(row["failed"] for row in served.values()):
        sys.exit("some requests failed")


if __name__ == "__main__":
    main()
