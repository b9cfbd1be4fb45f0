"""How many pages a crawl does for a second of processor time, next to bare Scrapy.

    python benchmarks/crawl.py --corpus FILE [--pages 2000] [--repeat 3] [--json FILE] [--check]

A site made from the corpus is served on loopback by another process and crawled by bare Scrapy, by
our crawler without extraction, by our crawler whole, and by our crawler again when nothing changed.
docs/benchmarks.md explains the figures.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from harness.command import add_outputs, check_goals
from harness.corpus import FORM, load_corpus
from harness.record import begin_record, write_record
from harness.table import render
from indexer.errors import XiaosouError

_FOLDER = Path(__file__).parent
_LIBRARIES = ("Scrapy", "Twisted", "trafilatura", "lxml", "SQLAlchemy")
# The crawl of each way, and the folder it works in: the last two share one.
_WAYS = {
    "scrapy": ("scrapy", "bare"),
    "fetching": ("fetching", "fetching"),
    "whole": ("whole", "whole"),
    "again": ("whole", "whole"),
}


def parse_arguments() -> argparse.Namespace:
    """The arguments of the command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path, required=True, metavar="FILE", help=FORM)
    parser.add_argument("--pages", type=int, default=2000, metavar="N", help="articles of the site")
    parser.add_argument("--repeat", type=int, default=3, metavar="N", help="the best of N counts")
    add_outputs(parser)
    return parser.parse_args()


@contextmanager
def serve(corpus: Path, count: int) -> Iterator[str]:
    """Serve the site from a process of its own; its address."""
    command = [sys.executable, "-m", "crawlrun.site", str(corpus.absolute()), str(count)]
    with subprocess.Popen(command, cwd=_FOLDER, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            port = process.stdout.readline().strip()
            if not port:
                sys.exit("error: the site could not be served")
            yield f"http://127.0.0.1:{port}/"
        finally:
            process.kill()


def measure(way: str, url: str, folder: Path) -> dict[str, Any]:
    """Crawl the site in one of the ways; what it cost."""
    crawl, place = _WAYS[way]
    command = [sys.executable, "-m", "crawlrun.child", crawl, url, str(folder / place)]
    done = subprocess.run(command, cwd=_FOLDER, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"error: {way}: {(done.stderr.strip().splitlines() or ['no reason given'])[-1]}")
    facts: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return {"way": way, **facts}


def figures(crawls: list[dict[str, Any]]) -> dict[str, float]:
    """The best of each way: pages for a second of processor time, and the most memory in MB."""
    measured: dict[str, float] = {}
    for crawl in crawls:
        speed, memory = f"pages/{crawl['way']}", f"memory/{crawl['way']}"
        measured[speed] = max(measured.get(speed, 0.0), crawl["pages"] / crawl["cpu"])
        measured[memory] = max(measured.get(memory, 0.0), crawl["memory"] / (1 << 20))
    return measured


def main() -> None:
    """Measure, print the table, and hold it against the goals."""
    arguments = parse_arguments()
    try:
        corpus = load_corpus(arguments.corpus)
    except XiaosouError as error:
        sys.exit(f"error: {error}")
    options = {"pages": arguments.pages, "repeat": arguments.repeat}
    record = begin_record("crawl", corpus, _LIBRARIES, options)
    crawls: list[dict[str, Any]] = []
    with serve(arguments.corpus, arguments.pages) as url:
        for _ in range(arguments.repeat):
            with TemporaryDirectory(prefix="xiaosou-crawl-") as folder:
                crawls += [measure(way, url, Path(folder)) for way in _WAYS]
    record["crawls"] = crawls
    if arguments.json:
        write_record(record, arguments.json)
    measured = figures(crawls)
    bare = measured["pages/scrapy"]
    rows = [
        (way, f"{speed:.0f}", f"{speed / bare:.2f}", f"{measured[f'memory/{way}']:.0f}")
        for way in _WAYS
        for speed in [measured[f"pages/{way}"]]
    ]
    print(render(("crawl", "pages/CPU-s", "x Scrapy", "MB"), rows))
    if arguments.check:
        check_goals("crawl", measured)


if __name__ == "__main__":
    main()
