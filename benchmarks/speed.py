"""How fast xiaosou indexes and searches, beside stock Whoosh, Tantivy, FTS5, bm25s and Lucene.

    python benchmarks/speed.py --corpus FILE [--scale 10] [--json FILE] [--check] [--plot FILE]

Every engine gets the same tokens and must find the same numbers of articles. All engines are asked
in turn, and each query counts with its fastest call. docs/benchmarks.md explains the figures.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from harness.child import ChildError
from harness.command import add_engines, add_outputs, check_goals
from harness.corpus import FORM, load_corpus
from harness.record import write_record
from indexer.errors import XiaosouError
from indexer.progress import progress
from peers.all import NAMES
from speedrun.agreement import differences
from speedrun.figures import figures
from speedrun.plot import plot_latencies
from speedrun.queries import CorpusTooSmallError
from speedrun.run import Run
from speedrun.summary import notes, table
from speedrun.updates import UpdateError


def parse_arguments() -> argparse.Namespace:
    """The arguments of the command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path, required=True, metavar="FILE", help=FORM)
    parser.add_argument(
        "--scale",
        type=int,
        default=1,
        metavar="N",
        help="resample the sentences into N times the articles; without stock Whoosh",
    )
    add_engines(parser, NAMES)
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw latencies, .png or .svg")
    add_outputs(parser)
    arguments = parser.parse_args()
    if arguments.scale < 1:
        parser.error("--scale is 1 or more")
    return arguments


def main() -> None:
    """Measure, print the table, and hold it against the goals."""
    arguments = parse_arguments()
    try:
        with TemporaryDirectory(prefix="xiaosou-speed-") as folder, progress() as report:
            corpus = load_corpus(arguments.corpus)
            run = Run(corpus, arguments.scale, arguments.engines, Path(folder), report)
            record = run.measure()
    except (XiaosouError, ChildError, UpdateError, CorpusTooSmallError) as error:
        sys.exit(f"error: {error}")
    measured = figures(record)
    if arguments.json:
        write_record(record, arguments.json)
    if arguments.plot:
        plot_latencies(record, measured, arguments.plot)
    print(table(record, measured))
    print(*notes(record, measured), sep="\n")
    unequal = differences(record)
    print(*unequal, sep="\n", end="\n" if unequal else "")
    print(f"numbers of hits differ on {len(unequal)} queries" if unequal else "equal hit counts")
    if arguments.check:
        check_goals("speed", measured, arguments.scale)
    sys.exit(bool(unequal))


if __name__ == "__main__":
    main()
