"""Collapsing: near-duplicates among the matches of a search as one match each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from indexer.engines.whoosh.integers import Ints
from indexer.engines.whoosh.snapshot import Leaf, Snapshot
from indexer.query import Match

Ranked = tuple[int, int, str, float]
"""A match in the order of a search: the number of its segment, its document there, the id of its
article, and its score."""

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
        names = _groups_of(ranked, leaves)
        places = {name: place for place, name in reversed(list(enumerate(names)))}
        several = _several(list(places), leaves)
        if len(places) == len(names):
            break
        _hide(several, leaves, hidden)
        for name in several:
            leaf, document, _, _ = ranked[places[name]]
            hidden[leaf][document] = False
    counts = _counts([name for name in several if places[name] >= offset], ranking, leaves)
    return [
        Match(identity, score, max(counts[name] - 1, 0))
        for (_, _, identity, score), name in zip(ranked[offset:], names[offset:], strict=True)
    ]


def _groups_of(ranked: Sequence[Ranked], leaves: Sequence[Leaf]) -> list[int]:
    """The name of the group of each match."""
    names = [0] * len(ranked)
    for number, leaf in enumerate(leaves):
        places = [place for place, match in enumerate(ranked) if match[0] == number]
        documents = [ranked[place][1] for place in places]
        groups = leaf.segment.duplicates.groups[documents].tolist()
        for place, name in zip(places, groups, strict=True):
            names[place] = name
    return names


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
