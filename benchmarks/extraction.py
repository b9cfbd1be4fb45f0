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
from harness.goals import judge, load_goals, summary
from harness.record import write_record
from indexer.progress import progress

_GOALS = Path(__file__).with_name("goals.toml")


def parse_arguments() -> argparse.Namespace:
    """The arguments of the command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, metavar="FOLDER", help=FORM)
    parser.add_argument(
        "--rounds", type=int, default=2, metavar="N", help="time every page so often"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all that was measured")
    parser.add_argument(
        "--check", action="store_true", help="exit 1 when a goal of goals.toml is missed"
    )
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
        verdicts = judge(load_goals(_GOALS, "extraction"), measured)
        print(summary(verdicts))
        sys.exit(not all(verdict.met for verdict in verdicts))


if __name__ == "__main__":
    main()
