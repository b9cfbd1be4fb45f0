"""The table of a run, made of its record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from harness.clock import QUANTILES
from harness.record import Record
from harness.table import render
from peers.peer import FACETS
from speedrun.agreement import is_right
from speedrun.queries import CLASSES
from speedrun.whole import ONE_LANGUAGE

_BASE = "tantivy"
_OPERATIONS = {
    "ids": "top 10, ids only",
    "stored": "top 10 with stored fields",
    "snippets": "top 10 with snippets",
    "count": "number of hits",
}
_RESOURCES = (
    ("index from tokens/{}", "indexing from tokens, articles/s"),
    ("index from text/{}", "indexing from text, articles/s"),
    ("index memory/{}", "memory that indexing needs, MB"),
    ("disk/{}", "size on disk, MB"),
    ("memory/{}", "memory after all queries, MB"),
    ("open/{}/cpu", "open to first result, CPU ms"),
    ("open whole/{}/cpu", "the same of a whole search, CPU ms"),
    ("open/{}/rss", "open to first result, MB"),
    ("open whole/{}/rss", "the same of a whole search, MB"),
    ("replace/{}", "replacing 100 articles, ms"),
)


def table(record: Record, figures: Mapping[str, float]) -> str:
    """All figures by engine, each with its ratio to Tantivy."""
    engines = record["engines"]
    rows: list[list[str]] = []
    for name, label in _rows():
        if not name:
            rows.append([label])
            continue
        base = figures.get(name.format(_BASE))
        values = [figures.get(name.format(engine)) for engine in engines]
        if any(value is not None for value in values):
            rows.append([label, *(_cell(value, base) for value in values)])
    return render(["", *engines], rows)


def notes(record: Record, figures: Mapping[str, float]) -> Iterator[str]:
    """What the table has no room for, a line each."""
    corpus, options = record["corpus"], record["options"]
    yield (
        f"{options['articles']:,} articles of {corpus['name']} "
        f"(SHA-256 {corpus['sha256'][:16]}), {len(record['queries'])} queries over tokens, "
        f"{len(record['texts'])} whole ones; ratios in brackets are to Tantivy"
    )
    for engine, reason in record["left_out"].items():
        yield f"{engine} is left out: {reason}"
    if f"whole/{ONE_LANGUAGE}/p50" in figures and "whole/tantivy/p50" in figures:
        times = (
            _cell(figures[f"whole/{ONE_LANGUAGE}/{part}"], figures[f"whole/tantivy/{part}"])
            for part in QUANTILES
        )
        yield f"whole search in one language, {' / '.join(QUANTILES)}: {' / '.join(times)} µs"
    if "disk/xiaosou/arrays" in figures:
        yield (
            f"xiaosou on disk: {figures['disk/xiaosou/segments']:,.0f} MB of Whoosh's segments, "
            f"{figures['disk/xiaosou/arrays']:,.0f} MB of arrays"
        )
    without = "open whole/xiaosou without rjieba"
    if f"{without}/cpu" in figures:
        yield (
            f"a whole search opened with jieba alone: {figures[f'{without}/cpu']:,.0f} ms of CPU, "
            f"{figures[f'{without}/rss']:,.0f} MB"
        )
    for engine in dict.fromkeys(row["engine"] for row in record["exact"]):
        rows = [row for row in record["exact"] if row["engine"] == engine]
        right = sum(map(is_right, rows))
        yield f"ten best hits of {engine} right on {right} of {len(rows)} queries"


def _rows() -> Iterator[tuple[str, str]]:
    """Patterns of figures with their labels; headings have no figure."""
    yield "", "resources"
    yield from _RESOURCES
    for operation, title in _OPERATIONS.items():
        yield "", f"{title}, µs"
        for kind in CLASSES:
            for part in QUANTILES:
                yield f"{operation}/{kind}/{{}}/{part}", f"{kind}, {part}"
    yield "", "others, µs"
    for part in QUANTILES:
        yield f"facets/{{}}/{part}", f"facets {', '.join(FACETS)}, common term, {part}"
    for part in QUANTILES:
        yield f"whole/{{}}/{part}", f"whole search with snippets, {part}"


def _cell(value: float | None, base: float | None) -> str:
    if value is None:
        return "–"
    number = f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
    return f"{number} ({value / base:.2f})" if base else number
