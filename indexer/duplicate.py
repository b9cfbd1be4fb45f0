"""Near-duplicates: which documents say the same with few changes, as reposts and edited texts do.

Near-duplicates form groups. A document joins a group whose first document is like it, or of which
another document is very much like it, or begins a group of its own, which is named by its `seq`;
of several groups it joins that of the document most like it. Whatever changes comes anew, and a
deleted document leaves its group.

Two documents are alike when enough values of their signatures are equal. Candidates are those that
have a band of values in common (locality-sensitive hashing: P. Indyk and R. Motwani, 1998).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.analysis.signature import SIZE

ALIKE = 32
"""So many of the `SIZE` values of two signatures are equal when the documents are near-duplicates.

That is half of the pairs of characters and of words that either has. A text of which a tenth was
changed, a character or a word here and there, has 0.6 to 0.8 of them in common with what it was;
different texts have less than 0.3, but for those written after one pattern, such as statutes."""

VERY_ALIKE = 42
"""So many are equal for a document to join a group by another one than its first.

Else chains of documents, each like the one before, would become groups."""

EARLIEST = 8
"""So many documents of those with the same band are compared."""

_ROWS = 3  # values of a band: of texts with 0.6 in common, 0.99 share one of the 21 bands
_BANDS = SIZE // _ROWS
_COMPARED_TOGETHER = 1 << 16  # pairs


@dataclass(frozen=True, slots=True)
class Bands:
    """The bands of many signatures.

    Attributes:
        keys: Every band of every document, ascending.
        documents: The document that has it.
    """

    keys: NDArray[np.uint32]
    documents: NDArray[np.int32]

    def holders(self, keys: NDArray[np.uint32]) -> tuple[NDArray[np.uint32], NDArray[np.int32]]:
        """The documents that have any of these bands, each beside the band.

        Args:
            keys: Distinct bands.
        """
        begins = self.keys.searchsorted(keys)
        counts = self.keys.searchsorted(keys, "right") - begins
        keys, begins, counts = keys[counts > 0], begins[counts > 0], counts[counts > 0]
        firsts = np.cumsum(counts) - counts
        places = np.repeat(begins - firsts, counts) + np.arange(int(counts.sum()))
        return np.repeat(keys, counts), self.documents[places]


@dataclass(frozen=True, slots=True)
class Grouped:
    """Documents that have their groups.

    Attributes:
        bands: The bands of their signatures.
        signatures: Their signatures: shape (count, `SIZE`).
        groups: The names of their groups.
        numbers: Their seqs.
        kept: Which of them stay.
    """

    bands: Bands
    signatures: NDArray[np.uint8]
    groups: NDArray[np.int64]
    numbers: NDArray[np.int64]
    kept: NDArray[np.bool_]


def bands_of(signatures: NDArray[np.uint8]) -> Bands:
    """The bands of signatures; those of texts without words have none.

    Args:
        signatures: Shape (count, `SIZE`).
    """
    said = (signatures != 255).any(axis=1).nonzero()[0]
    values = signatures[said].astype(np.uint32).reshape(-1, _BANDS, _ROWS)
    keys = np.arange(_BANDS, dtype=np.uint32) << 24
    for row in range(_ROWS):
        keys = keys | values[:, :, row] << 8 * row
    documents = np.repeat(said.astype(np.uint64), _BANDS)
    # Sorted as one number, which takes a fifth of the time.
    both = np.sort(keys.reshape(-1).astype(np.uint64) << np.uint64(32) | documents)
    return Bands((both >> np.uint64(32)).astype(np.uint32), both.astype(np.uint32).view(np.int32))


def group(
    signatures: NDArray[np.uint8], numbers: NDArray[np.int64], grouped: Sequence[Grouped]
) -> NDArray[np.int64]:
    """Tell the groups of new documents.

    Args:
        signatures: The signatures of the new documents: shape (count, `SIZE`).
        numbers: Their seqs.
        grouped: The documents that were there before.

    Returns:
        For each new document the name of its group.
    """
    if not len(numbers):
        return numbers
    table = _Table(signatures, numbers, grouped)
    later, earlier = table.candidates()
    equal = table.equal_values(later, earlier)
    alike = equal >= ALIKE
    later, earlier, equal = later[alike], earlier[alike], equal[alike]
    # In the order in which they came, of each the one most like it first.
    newer = earlier < len(numbers)
    order = np.lexsort((table.numbers[earlier], newer, -equal, later, numbers[later]))
    own, names = table.numbers.tolist(), table.groups.tolist()
    for document, example, values in np.stack((later, earlier, equal), 1)[order].tolist():
        begins = names[example] == own[example]
        if names[document] == own[document] and (begins or values >= VERY_ALIKE):
            names[document] = names[example]
    return np.array(names[: len(numbers)], np.int64)


class _Table:
    """The new documents, and after them those older ones that may be like one of them.

    Args:
        signatures: The signatures of the new documents.
        numbers: Their seqs.
        grouped: The older documents.

    Attributes:
        numbers: The seqs of all.
        groups: The names of their groups; new ones have their own.
    """

    def __init__(
        self,
        signatures: NDArray[np.uint8],
        numbers: NDArray[np.int64],
        grouped: Sequence[Grouped],
    ) -> None:
        self._new = count = len(numbers)
        new = bands_of(signatures)
        wanted = np.unique(new.keys)
        keys, rows = [new.keys], [new.documents.astype(np.int64)]
        columns = [(signatures, numbers, numbers)]
        for one in grouped:
            held, documents = one.bands.holders(wanted)
            kept = one.kept[documents]
            distinct, places = np.unique(documents[kept], return_inverse=True)
            keys.append(held[kept])
            rows.append(places + count)
            count += len(distinct)
            columns.append((one.signatures[distinct], one.numbers[distinct], one.groups[distinct]))
        self._keys, self._rows = np.concatenate(keys), np.concatenate(rows)
        self._signatures, self.numbers, self.groups = map(
            np.concatenate, zip(*columns, strict=True)
        )

    def candidates(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """New documents, and beside each one that was there before and shares a band with it."""
        is_new = self._rows < self._new
        order = np.lexsort((self.numbers[self._rows], is_new, self._keys))
        keys, rows, is_new = self._keys[order], self._rows[order], is_new[order]
        places = np.arange(len(keys))
        is_first = np.ones(len(keys), bool)
        is_first[1:] = keys[1:] != keys[:-1]
        begins = np.maximum.accumulate(np.where(is_first, places, 0))
        pairs = []
        for step in range(EARLIEST):
            there = is_new & (begins + step < places)
            pairs.append(rows[there] * len(self.numbers) + rows[begins[there] + step])
        later, earlier = np.divmod(np.unique(np.concatenate(pairs)), len(self.numbers))
        return later, earlier

    def equal_values(
        self, later: NDArray[np.int64], earlier: NDArray[np.int64]
    ) -> NDArray[np.integer[Any]]:
        """How many values the signatures of two documents have in common, for each pair."""
        counts = [np.zeros(0, np.int64)]
        for begin in range(0, len(later), _COMPARED_TOGETHER):
            chosen = slice(begin, begin + _COMPARED_TOGETHER)
            equal = self._signatures[later[chosen]] == self._signatures[earlier[chosen]]
            counts.append(equal.sum(axis=1))
        return np.concatenate(counts)
