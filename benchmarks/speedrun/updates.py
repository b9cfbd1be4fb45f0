"""Replacing articles, and whether the new ones are found."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from harness.clock import process_seconds
from indexer.analysis import Document, Streams
from peers.peer import Searcher
from speedrun.queries import Query
from speedrun.tokens import Tokens

COUNT = 100
"""So many articles are replaced together."""

_TIMES = 5
_SEED = 4


class UpdateError(Exception):
    """An engine does not find what was put in."""


def measure_updates(searchers: Mapping[str, Searcher], tokens: Tokens) -> list[dict[str, Any]]:
    """Replace articles several times on each engine in turn.

    The new articles have a word more, which nothing else has; a search for it ends what is timed.

    Returns:
        Rows with ``engine``, and ``wall`` and ``cpu`` of the process in seconds.

    Raises:
        UpdateError: The search for the new word does not find all of them.
    """
    chance = random.Random(_SEED)
    numbers = chance.sample(range(len(tokens)), COUNT * _TIMES)
    rows = []
    for time_ in range(_TIMES):
        old = [tokens[number] for number in numbers[time_ * COUNT : (time_ + 1) * COUNT]]
        word = f"replaced{time_}"
        new = [_with_word(document, word) for document in old]
        query = Query("", "words", "term", (word,), word, (word,))
        for name, searcher in searchers.items():
            cpu, wall = process_seconds(), time.perf_counter()
            searcher.replace(new, old)
            found = searcher.count(searcher.prepare(query))
            wall, cpu = time.perf_counter() - wall, process_seconds() - cpu
            if found != COUNT:
                raise UpdateError(f"{name} finds {found} of {COUNT} articles that were replaced")
            rows.append({"engine": name, "wall": wall, "cpu": cpu})
    return rows


def _with_word(document: Document, word: str) -> Document:
    body = Streams([*document.body.words, word], document.body.pairs)
    return replace(document, body=body, seq=document.seq + 1)
