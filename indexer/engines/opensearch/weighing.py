"""Weighing: the frequencies of BM25F, made when a document is written.

BM25F weighs a term's frequency in each field, divides it by the field's length, and saturates the
sum (Robertson and Zaragoza, 2009, section 3.6). Lucene's own form of it has one length for title
and body together, kept in a byte, and ranks differently. So the sum is the frequency that Lucene
is given; its BM25 without lengths saturates it. The average lengths are then those that the
documents had when they were written.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from indexer.engines.opensearch.fields import LENGTH, SCALE
from indexer.query.fields import BM25_B, FIELD_WEIGHT, TEXT_FIELDS


@dataclass(frozen=True, slots=True)
class Averages:
    """The average length of each field, in tokens.

    Attributes:
        lengths: The averages by field.
    """

    lengths: Mapping[str, float]

    def norm(self, field: str, length: int) -> float:
        """What frequencies in a field of this length are divided by."""
        average = self.lengths[field]
        return 1 - BM25_B + BM25_B * (length / average if average else 1.0)

    def difference(self, others: Averages) -> float:
        """The largest part by which one of these lengths differs from that of others."""
        return max(
            abs(length - others.lengths[field]) / length if length else float(others.lengths[field])
            for field, length in self.lengths.items()
        )


def averages_of(lengths: Sequence[Mapping[str, int]]) -> Averages:
    """The averages of some documents, 0 for those of none."""
    sums = {field: sum(each[field] for each in lengths) for field in LENGTH}
    return Averages({field: total / max(len(lengths), 1) for field, total in sums.items()})


def weighed(counts: Iterable[Counter[str]], norms: Iterable[float]) -> dict[str, int]:
    """The frequency of each term in a stream, in parts of `SCALE`.

    Args:
        counts: How often it is in title and body.
        norms: What each of them is divided by.
    """
    sums: defaultdict[str, float] = defaultdict(float)
    for field, count, norm in zip(TEXT_FIELDS, counts, norms, strict=True):
        factor = SCALE * FIELD_WEIGHT[field] / norm
        for term, frequency in count.items():
            sums[term] += factor * frequency
    return {term: max(1, round(total)) for term, total in sums.items()}
