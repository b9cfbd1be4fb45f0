"""One turn with a collection under one distribution of Whoosh; `test_whoosh_distributions` runs it.

Usage: python collection_program.py DISTRIBUTION_FOLDER INDEX_FOLDER < TURN

TURN is JSON: ``add`` and ``delete`` are what to do first, ``queries`` what to ask then, ``term`` a
word to look up with Whoosh alone. The answers are printed as JSON.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import whoosh
import whoosh.index
from whoosh.query import Term

from indexer import Article, Index


def ask(index: Index, query: str) -> dict[str, object]:
    found = index.search(query, limit=100, facets=["site", "language"])
    return {
        "hits": [[hit.article.url, round(hit.score, 6), hit.snippet] for hit in found],
        "facets": {name: sorted(values) for name, values in found.facets.items()},
    }


def look_up(generation: Path, word: str) -> list[str]:
    with whoosh.index.open_dir(str(generation)).searcher() as searcher:
        return sorted(hit["url"] for hit in searcher.search(Term("body", word), limit=None))


def main() -> None:
    distribution, folder = map(Path, sys.argv[1:])
    assert Path(whoosh.__file__).is_relative_to(distribution), whoosh.__file__
    turn = json.load(sys.stdin)
    with Index.open(folder) as index:
        index.add(Article.from_dict(row) for row in turn.get("add", []))
        index.delete(turn.get("delete", []))
        answers = {query: ask(index, query) for query in turn["queries"]}
        generation = Path(index.stats().location)
        problems = index.check()
    alone = look_up(generation, turn["term"])
    json.dump({"answers": answers, "alone": alone, "problems": problems}, sys.stdout)


if __name__ == "__main__":
    main()
