"""Searches while articles come and go and generations are replaced: what fails, and what is wrong.

Of every query asked it is known how many articles there are: those of the collection do not have
the words of the articles that are added, nor the other way round.
"""

from __future__ import annotations

import gzip
import itertools
import json
import random
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from indexer import Article, Index
from servingrun.client import Load, ask_all
from servingrun.server import memory_of

_BATCH = 20  # articles
_KEPT = 5  # batches; older ones are deleted
_REBUILD_EVERY = 60.0  # seconds
_LOOK_EVERY = 5.0  # seconds between two looks at the memory
_WORD = "zyxwvut"  # nobody else has it
_SHARE = 0.2  # of the requests ask for what was added or deleted


@dataclass(slots=True)
class Endurance:
    """What came of it.

    Attributes:
        load: What the clients met with.
        added: How many articles were added.
        deleted: How many of them were deleted again.
        generations: How often the generation was replaced.
        memory: The bytes of the server, each few seconds.
    """

    load: Load = field(default_factory=Load)
    added: int = 0
    deleted: int = 0
    generations: int = 0
    memory: list[int] = field(default_factory=list)

    @property
    def growth(self) -> float:
        """The memory of the last quarter against that of the second one, the median of each."""
        quarter = len(self.memory) // 4
        early, late = self.memory[quarter : 2 * quarter], self.memory[3 * quarter :]
        return sorted(late)[len(late) // 2] / sorted(early)[len(early) // 2]


def endure(
    index: Index, port: int, process: int, queries: Sequence[str], minutes: float, clients: int
) -> Endurance:
    """Ask a server of a collection for so long while the collection changes.

    Args:
        index: The collection; articles are added to it, and all of them deleted again.
        port: Where it is served.
        process: The process that serves it.
        queries: Queries of the collection.
        minutes: For how long.
        clients: How many ask at once.
    """
    endurance = Endurance()
    totals = {_target(query): index.search(query).total for query in queries}
    allowed: dict[str, set[int]] = {target: {total} for target, total in totals.items()}
    settled: list[str] = []
    end = time.monotonic() + minutes * 60
    chance = random.Random(1)

    def targets() -> Iterator[str]:
        known = list(totals)
        look_at = 0.0
        while time.monotonic() < end:
            if time.monotonic() >= look_at:
                endurance.memory.append(memory_of(process))
                look_at = time.monotonic() + _LOOK_EVERY
            changing = settled and chance.random() < _SHARE
            yield chance.choice(settled if changing else known)

    def judge(target: str, answer: bytes) -> bool:
        body = answer.partition(b"\r\n\r\n")[2]
        if body.startswith(b"\x1f\x8b"):
            body = gzip.decompress(body)
        return json.loads(body)["total"] in allowed[target]

    changer = threading.Thread(target=_change, args=(index, end, allowed, settled, endurance))
    changer.start()
    endurance.load = ask_all(port, targets(), clients, judge)
    changer.join()
    index.delete(
        _url(number, place)
        for number in range(_KEPT + endurance.added // _BATCH)
        for place in range(_BATCH)
    )
    return endurance


def _change(
    index: Index,
    end: float,
    allowed: dict[str, set[int]],
    settled: list[str],
    endurance: Endurance,
) -> None:
    rebuild_at = time.monotonic() + _REBUILD_EVERY
    for number in itertools.count():
        if time.monotonic() > end:
            return
        there, gone = _target(_WORD, number), _target(_WORD, number - _KEPT) + "&gone=1"
        index.add(_article(number, place) for place in range(_BATCH))
        endurance.added += _BATCH
        allowed[there] = {_BATCH}
        settled.append(there)
        if number >= _KEPT:
            # Those who have asked already may get either answer.
            before = _target(_WORD, number - _KEPT)
            settled.remove(before)
            allowed[before] = {0, _BATCH}
            index.delete(_url(number - _KEPT, place) for place in range(_BATCH))
            endurance.deleted += _BATCH
            allowed[gone] = {0}
            settled.append(gone)
            settled[:] = settled[-4 * _KEPT :]
        if time.monotonic() >= rebuild_at:
            index.rebuild()
            endurance.generations += 1
            rebuild_at = time.monotonic() + _REBUILD_EVERY


def _target(query: str, batch: int | None = None) -> str:
    site = {} if batch is None else {"site": f"batch-{batch}"}
    return "/api/search?" + urlencode({"q": query, **site})


def _article(batch: int, place: int) -> Article:
    return Article(url=_url(batch, place), title=_WORD, body=_WORD, site=f"batch-{batch}")


def _url(batch: int, place: int) -> str:
    return f"http://batch-{batch}.example/{place}"
