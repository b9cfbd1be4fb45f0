"""How well xiaosou ranks, beside plain ways to search with Whoosh, bm25s, Tantivy and FTS5.

    python benchmarks/quality.py SET... [--typed WAY] [--engines NAMES] [--json FILE] [--check]

Every set goes through `Index.add` and `Index.search` with their defaults, and through the others in
the same process. docs/benchmarks.md explains the figures.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from harness.command import add_engines, add_outputs, check_goals
from indexer.errors import XiaosouError
from indexer.progress import progress
from judged.rankers import RANKERS
from judged.run import figures, measure
from judged.sets import FORM, SetError, load_set
from judged.spelling import WAYS, as_typed
from judged.summary import table


def parse_arguments() -> argparse.Namespace:
    """The arguments of the command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sets", type=Path, nargs="+", metavar="SET", help=FORM)
    parser.add_argument(
        "--typed", choices=WAYS, metavar="WAY", help=f"type the queries so: {', '.join(WAYS)}"
    )
    add_engines(parser, tuple(RANKERS))
    add_outputs(parser)
    return parser.parse_args()


def main() -> None:
    """Measure, print the table, and hold it against the goals."""
    arguments = parse_arguments()
    try:
        with progress() as report:
            sets = [load_set(folder) for folder in arguments.sets]
            if arguments.typed:
                sets = [as_typed(judged, arguments.typed) for judged in sets]
            records = measure(sets, arguments.engines, report)
    except (XiaosouError, SetError) as error:
        sys.exit(f"error: {error}")
    if arguments.json:
        arguments.json.write_text(json.dumps(records, ensure_ascii=False), encoding="utf-8")
    print(table(records, arguments.engines))
    if arguments.check:
        check_goals("quality", figures(records))


if __name__ == "__main__":
    main()
