"""How well and how fast articles are found in pages, beside each extractor that is asked, alone.

    python benchmarks/extraction.py FOLDER [--rounds 2] [--json FILE] [--check]

Every extractor gets the same bytes, page by page in turn. docs/benchmarks.md explains the figures.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from extractionrun.figures import figures, table
from extractionrun.labels import FORM, LabelsError, load_labels
from extractionrun.run import measure
from harness.command import add_outputs, check_goals
from harness.record import write_record
from indexer.progress import progress


def parse_arguments() -> argparse.Namespace:
    """The arguments of the command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, metavar="FOLDER", help=FORM)
    parser.add_argument(
        "--rounds", type=int, default=2, metavar="N", help="time every page so often"
    )
    add_outputs(parser)
    arguments = parser.parse_args()
    if arguments.rounds < 1:
        parser.error("--rounds is 1 or more")
    return arguments


def main() -> None:
    """Measure, print the table, and hold it against the goals."""
    arguments = parse_arguments()
    try:
        labelled = load_labels(arguments.folder)
    except LabelsError as error:
        sys.exit(f"error: {error}")
    with progress() as report:
        record = measure(labelled, arguments.rounds, report)
    measured = figures(record)
    if arguments.json:
        write_record(record, arguments.json)
    print(table(record, measured))
    if arguments.check:
        check_goals("extraction", measured)


if __name__ == "__main__":
    main()
