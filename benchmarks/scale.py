"""What a collection on a cluster costs as it grows, beside the same one on Whoosh and SQLite.

    python benchmarks/scale.py --corpus FILE [--articles 50000] [--queries 300] [--clients 8]
        [--heap 2048] [--cluster ADDRESS] [--store URL] [--json FILE]

The same articles go first into SQLite and a Whoosh index, then into PostgreSQL and an index on
OpenSearch; both are asked the same queries, by one client and by several. Servers are started here
unless addresses are given. docs/benchmarks.md explains the figures.
"""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

sys.path += [
    str(Path(__file__).parents[1] / "tests" / name) for name in ("opensearch", "postgresql")
]

from harness.child import ChildError
from harness.command import add_record
from harness.corpus import FORM, Corpus, load_corpus
from harness.memory import resident
from harness.record import begin_record, write_record
from indexer.errors import XiaosouError
from latency import make_queries
from scalerun.deployment import Deployment
from scalerun.run import ask, fill
from scalerun.servers import NoServerError, database, node
from scalerun.summary import table

_LIBRARIES = ("Whoosh", "opensearch-py", "psycopg", "SQLAlchemy", "rjieba")
_OPTIONS = ("articles", "queries", "clients", "heap")
_SEED = 1
_WARM = 50  # queries before those that are measured


def parse_arguments() -> argparse.Namespace:
    """The arguments of the command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path, required=True, metavar="FILE", help=FORM)
    parser.add_argument(
        "--articles",
        type=int,
        default=50_000,
        metavar="N",
        help="some of the corpus; more than it has are made of its sentences",
    )
    parser.add_argument("--queries", type=int, default=300, metavar="N")
    parser.add_argument("--clients", type=int, default=8, metavar="N", help="that ask at once")
    parser.add_argument(
        "--heap", type=int, default=2048, metavar="MB", help="of the node started here"
    )
    parser.add_argument("--cluster", metavar="ADDRESS", help="an empty index; it is left there")
    parser.add_argument("--store", metavar="URL", help="an empty store; it is left there")
    add_record(parser)
    return parser.parse_args()


def measure(given: argparse.Namespace, corpus: Corpus) -> list[dict[str, Any]]:
    """Measure both deployments, one after the other."""
    with TemporaryDirectory(prefix="xiaosou-scale-") as folder:
        whoosh = Deployment(f"{folder}/whoosh", "whoosh")
        filled = fill(whoosh, corpus.path, given.articles)
        with whoosh.open() as index:
            drawn = make_queries(index, given.queries + _WARM, _SEED)
        queries = [text for _, text in drawn]
        asked = _asked(whoosh, queries, given.clients)
        alone = {"engine": "whoosh", "store": "sqlite", "filled": filled, "asked": asked}
        with ExitStack() as servers:
            process = None
            address = given.cluster
            if not address:
                address, process = servers.enter_context(node(Path(folder) / "node", given.heap))
            cluster = Deployment(f"{folder}/cluster", address, given.store or database())
            filled = fill(cluster, corpus.path, given.articles, process)
            asked = _asked(cluster, queries, given.clients)
            memory = resident(str(process)) if process else None
        store = cluster.store.partition(":")[0]
        together = {"engine": "opensearch", "store": store, "filled": filled, "asked": asked}
        return [alone, together | {"node memory": memory}]


def _asked(deployment: Deployment, queries: list[str], clients: int) -> dict[str, Any]:
    """What one client meets with, and what several do, by their number."""
    measured, warm = queries[:-_WARM], queries[-_WARM:]
    return {str(count): ask(deployment, measured, warm, count) for count in (1, clients)}


def main() -> None:
    """Measure and print the table."""
    given = parse_arguments()
    try:
        corpus = load_corpus(given.corpus)
        options = {name: getattr(given, name) for name in _OPTIONS}
        record = begin_record("scale", corpus, _LIBRARIES, options)
        record["deployments"] = measure(given, corpus)
    except (XiaosouError, ChildError, NoServerError) as error:
        sys.exit(f"error: {error}")
    if given.json:
        write_record(record, given.json)
    print(table(record))


if __name__ == "__main__":
    main()
