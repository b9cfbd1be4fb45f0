"""Collapsing: near-duplicates among the matches of a search as one match each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from indexer.engines.whoosh.integers import Ints
from indexer.engines.whoosh.snapshot import Leaf, Snapshot
from indexer.query import Match


class Ranked(NamedTuple):
    """A match in the order of a search.

    Attributes:
        leaf: The number of its segment.
        id: The id of its article.
        score: Its score.
    """

    leaf: int
    id: str
    score: float


Hidden = Mapping[int, NDArray[np.bool_]]
"""By the number of a segment, which of its documents do not count; those of others all do."""


class Ranking(Protocol):
    """The matches of a search, in its order."""

    def first(self, most: int, hidden: Hidden) -> Sequence[Ranked]:
        """The first matches, at most so many."""

    def matching(self, leaf: int, documents: Ints) -> Ints:
        """Those of some documents of a segment that match."""


def collapse(ranking: Ranking, leaves: Sequence[Leaf], offset: int, last: int) -> list[Match]:
    """The first match of each group of near-duplicates.

    Whatever follows the first of a group is hidden, and the first matches are asked for again,
    until all of them are of different groups. Where there are no near-duplicates that is once.

    Args:
        ranking: The matches.
        leaves: The segments.
        offset: How many of them to pass over.
        last: Up to which one.
    """
    hidden: dict[int, NDArray[np.bool_]] = {}
    while True:
        ranked = ranking.first(last, hidden)
        documents, names = _looked_up(ranked, leaves)
        places = {name: place for place, name in reversed(list(enumerate(names)))}
        several = _several(list(places), leaves)
        if len(places) == len(names):
            break
        _hide(several, leaves, hidden)
        for name in several:
            hidden[ranked[places[name]].leaf][documents[places[name]]] = False
    counts = _counts([name for name in several if places[name] >= offset], ranking, leaves)
    return [
        Match(match.id, match.score, max(counts[name] - 1, 0))
        for match, name in zip(ranked[offset:], names[offset:], strict=True)
    ]


def _looked_up(ranked: Sequence[Ranked], leaves: Sequence[Leaf]) -> tuple[list[int], list[int]]:
    """The document of each match, and the name of its group."""
    by_leaf: dict[int, list[int]] = {}
    for place, match in enumerate(ranked):
        by_leaf.setdefault(match.leaf, []).append(place)
    documents, names = [0] * len(ranked), [0] * len(ranked)
    for number, places in by_leaf.items():
        segment = leaves[number].segment
        found = segment.columns.find([ranked[place].id.encode() for place in places])
        of_leaf = zip(
            places, found.tolist(), segment.duplicates.groups[found].tolist(), strict=True
        )
        for place, document, name in of_leaf:
            documents[place], names[place] = document, name
    return documents, names


def _several(names: list[int], leaves: Sequence[Leaf]) -> list[int]:
    """Those of some groups that have several documents, deleted ones included."""
    wanted = np.array(names, np.int64)
    sizes = sum(leaf.segment.duplicates.sizes(wanted) for leaf in leaves)
    several: list[int] = wanted[sizes > 1].tolist()
    return several


def _hide(names: list[int], leaves: Sequence[Leaf], hidden: dict[int, NDArray[np.bool_]]) -> None:
    """Hide all documents of some groups."""
    for number, leaf in enumerate(leaves):
        mask = hidden.setdefault(number, np.zeros(leaf.segment.count, bool))
        mask[leaf.segment.duplicates.members(np.array(names, np.int64))] = True


def _counts(names: list[int], ranking: Ranking, leaves: Sequence[Leaf]) -> Counter[int]:
    """How many matches each of these groups has."""
    counts: Counter[int] = Counter()
    if names:
        for number, leaf in enumerate(leaves):
            members = np.sort(leaf.segment.duplicates.members(np.array(names, np.int64)))
            if len(members):
                found = leaf.segment.duplicates.groups[ranking.matching(number, members)]
                counts.update(found.tolist())
    return counts


def duplicates_of(snapshot: Snapshot, identity: bytes) -> tuple[str, ...]:
    """The ids of the other documents of a document's group, in order."""
    names: set[int] = set()
    for leaf in snapshot.leaves:
        documents = leaf.living(leaf.segment.columns.find([identity]))
        names |= set(leaf.segment.duplicates.groups[documents].tolist())
    found: list[str] = []
    for leaf in snapshot.leaves:
        members = leaf.segment.duplicates.members(np.array(sorted(names), np.int64))
        found += leaf.segment.columns.ids_of(leaf.living(members))
    return tuple(sorted(set(found) - {identity.decode()}))
