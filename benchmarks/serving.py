"""What the page and its JSON cost beyond the search, and how fast they are served.

    python benchmarks/serving.py DIR [--queries 10000] [--clients 32] [--minutes 10] [--check]

DIR is a collection made before. First the processor time of a search, of its page and of its JSON
is measured in one thread, without a server. Then `xiaosou serve` answers the same queries to
several clients at once, each query once and none from a cache, and after it a bare Flask view that
returns the bytes of one page, on the same server. With --minutes a copy of the collection is
searched for so long while articles are added, deleted and generations replaced. Rates are not
limited meanwhile. docs/benchmarks.md explains the figures.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from harness.command import add_outputs, check_goals
from harness.table import render
from indexer import Index
from indexer.errors import XiaosouError
from latency import make_queries
from servingrun.changes import Endurance, endure
from servingrun.client import Load, ask_all
from servingrun.cost import Quantiles, measure_cost, quantiles
from servingrun.server import ServerError, cpu_of, serve_collection, serve_page, serving

_PATHS = {"page": "/search?", "JSON": "/api/search?"}


def parse_arguments() -> argparse.Namespace:
    """The arguments of the command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("directory", type=Path)
    parser.add_argument("--queries", type=int, default=1000, metavar="N")
    parser.add_argument("--clients", type=int, default=32, metavar="N")
    parser.add_argument(
        "--workers", type=int, default=os.cpu_count() or 1, metavar="N", help="of xiaosou serve"
    )
    parser.add_argument(
        "--minutes", type=float, default=0, metavar="N", help="of changes; 0 for none"
    )
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    parser.add_argument("--port", type=int, default=8097)
    add_outputs(parser)
    return parser.parse_args()


def measure_load(port: int, process: int, targets: Sequence[str], clients: int) -> dict[str, float]:
    """Ask for every target once: milliseconds, processor time of the server, what failed."""
    before = cpu_of(process)
    load = ask_all(port, targets, clients)
    return _row(load) | {"cpu": (cpu_of(process) - before) * 1000 / len(targets)}


def measure_changes(given: argparse.Namespace, queries: Sequence[str]) -> Endurance:
    """Search a copy of the collection while it changes."""
    with TemporaryDirectory(prefix="xiaosou-serving-") as folder:
        copy = Path(folder) / "index"
        shutil.copytree(given.directory, copy)
        command = serve_collection(copy, given.port, given.workers)
        with Index.open(copy) as index, serving(command, given.port) as process:
            return endure(index, given.port, process, queries, given.minutes, given.clients)


def main() -> None:
    """Measure, print the tables, and hold them against the goals."""
    given = parse_arguments()
    os.environ["XIAOSOU_RATE"] = "0"
    try:
        with Index.open(given.directory) as index:
            # As many as were asked for remain when those that came twice are left out.
            drawn = make_queries(index, given.queries * 2, given.seed)
            queries = list(dict.fromkeys(text for _, text in drawn))[: given.queries]
            costs, page = measure_cost(index, queries)
            articles = index.store.count()
        command = serve_collection(given.directory, given.port, given.workers)
        served = {}
        for name, path in _PATHS.items():
            targets = [path + urlencode({"q": query}) for query in queries]
            with serving(command, given.port) as process:
                served[name] = measure_load(given.port, process, targets, given.clients)
        with serving(serve_page(given.port), given.port, page) as process:
            served["bare view"] = measure_load(given.port, process, targets, given.clients)
        endurance = measure_changes(given, queries[:1000]) if given.minutes else None
    except (XiaosouError, ServerError) as error:
        sys.exit(f"error: {error}")
    print(f"{articles} articles, {len(queries)} queries, {len(page)} bytes a page")
    _print_costs(costs)
    _print_served(served, given.clients)
    if endurance:
        _print_endurance(endurance, given.minutes)
    if given.json:
        changes = asdict(endurance) if endurance else None
        record = {"costs": costs, "served": served, "changes": changes}
        given.json.write_text(json.dumps(record, indent=1), encoding="utf-8")
    if given.check:
        check_goals("serving", _figures(costs, served, endurance))


def _row(load: Load) -> dict[str, float]:
    answered = len(load.milliseconds)
    return quantiles(load.milliseconds) | {
        "failed": len(load.failed),
        "per second": answered / load.seconds,
        "client": load.cpu * 1000 / max(answered, 1),
    }


def _figures(
    costs: dict[str, Quantiles], served: dict[str, dict[str, float]], endurance: Endurance | None
) -> dict[str, float]:
    figures = {
        f"cost/{name}/{quantile}": value
        for name, row in costs.items()
        for quantile, value in row.items()
    }
    figures |= {f"served/{name}/{key}": v for name, row in served.items() for key, v in row.items()}
    if endurance:
        figures["changes/failed"] = len(endurance.load.failed)
        figures["changes/wrong"] = len(endurance.load.wrong)
        figures["changes/growth"] = endurance.growth
    return figures


def _print_costs(costs: dict[str, Quantiles]) -> None:
    rows = [(name, f"{row['p50']:.2f}", f"{row['p95']:.2f}") for name, row in costs.items()]
    print(render(("ms of processor time, one thread", "p50", "p95"), rows))


def _print_served(served: dict[str, dict[str, float]], clients: int) -> None:
    rows = [
        (
            name,
            f"{row['p50']:.1f}",
            f"{row['p95']:.1f}",
            f"{row['cpu']:.2f}",
            f"{row['client']:.2f}",
            f"{row['per second']:.0f}",
            f"{row['failed']:.0f}",
        )
        for name, row in served.items()
    ]
    head = (f"ms, {clients} clients", "p50", "p95", "CPU each", "of clients", "a second", "failed")
    print(render(head, rows))


def _print_endurance(endurance: Endurance, minutes: float) -> None:
    load = endurance.load
    print(
        f"{minutes:g} minutes of changes: {len(load.milliseconds)} searches, {len(load.failed)} "
        f"failed, {len(load.wrong)} wrong; {endurance.added} articles added, {endurance.deleted} "
        f"deleted, {endurance.generations} generations; memory "
        f"{endurance.memory[-1] / 1e6:.0f} MB, "
        f"{endurance.growth:.2f} times that of before"
    )
    for target in (*load.failed[:5], *load.wrong[:5]):
        print(f"  {target}")


if __name__ == "__main__":
    main()
