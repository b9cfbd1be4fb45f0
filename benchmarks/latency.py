"""How long a search takes, through `Index.search` and over HTTP.

    python benchmarks/latency.py DIR [--queries 100] [--seed 1] [--json FILE]

DIR is a collection made before, for example by ``xiaosou import --index DIR sections.jsonl.xz``.
The queries are taken from it by a fixed seed: words and parts of sentences, of five kinds in equal
number. Each is asked once to warm up, then once more through either way; hit counts must agree.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import httpx

from indexer import Index
from indexer.analysis import Analysis
from indexer.analysis.stopwords import STOPWORDS

KINDS = ("one word", "two words", "phrase", "question", "one character")


def make_queries(index: Index, count: int, seed: int) -> list[tuple[str, str]]:
    """Pairs of kind and query, taken from articles chosen by the seed."""
    chance = random.Random(seed)
    analysis = Analysis()
    bodies = [article.body for article in islice(index.store.articles(), 20_000)]
    queries: list[tuple[str, str]] = []
    while len(queries) < count:
        body = chance.choice(bodies)
        words = [w for w in analysis.analyse(body).words if w not in STOPWORDS and len(w) > 1]
        if len(words) >= 10:
            kind = KINDS[len(queries) % len(KINDS)]
            queries.append((kind, make_query(kind, body, words, chance)))
    return queries


def make_query(kind: str, body: str, words: list[str], chance: random.Random) -> str:
    """A query of one of `KINDS` that an article with this body answers."""
    if kind == "phrase":
        start = chance.randrange(max(1, len(body) - 30))
        return '"' + " ".join(body[start : start + 6].split()) + '"'
    if kind == "one character":
        return chance.choice(words)[0]
    return " ".join(chance.sample(words, {"one word": 1, "two words": 2, "question": 6}[kind]))


def measure(
    queries: list[tuple[str, str]], ask: Callable[[str], int]
) -> Iterator[tuple[str, str, int, float]]:
    """Kind, query, hits and milliseconds of each query, the second time it is asked."""
    for kind, text in queries:
        ask(text)
        start = time.perf_counter()
        hits = ask(text)
        yield kind, text, hits, (time.perf_counter() - start) * 1000


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("directory", type=Path)
    parser.add_argument("--queries", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--port", type=int, default=8097)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    with Index.open(arguments.directory) as index:
        queries = make_queries(index, arguments.queries, arguments.seed)
        rows = {"Index.search": list(measure(queries, lambda text: index.search(text).total))}
        articles = index.store.count()
    command = [sys.executable, "-c", "from indexer.cli import main; main()", "serve"]
    command += ["--index", str(arguments.directory), "--port", str(arguments.port)]
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server,
        httpx.Client(base_url=f"http://127.0.0.1:{arguments.port}", timeout=60) as client,
    ):
        server.stdout.readline()

        def ask(text: str) -> int:
            return int(
                client.get("/api/search", params={"q": text}).raise_for_status().json()["total"]
            )

        try:
            rows["HTTP, JSON"] = list(measure(queries, ask))
        finally:
            server.terminate()
    if [row[2] for row in rows["Index.search"]] != [row[2] for row in rows["HTTP, JSON"]]:
        sys.exit("the two ways found different numbers of articles")
    print(f"{articles} articles, {len(queries)} queries; milliseconds p50 / p95")
    for way, measured in rows.items():
        for kind in ("all", *KINDS):
            times = sorted(row[3] for row in measured if kind in ("all", row[0]))
            p95 = times[int(len(times) * 0.95)]
            print(f"{way:14} {kind:14} {statistics.median(times):8.1f} / {p95:.1f}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory of this process {peak:.0f} MB")
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
