"""Operations: a query tree as it is executed on one segment, its terms looked up."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from indexer.engines.whoosh.integers import Ints
from indexer.engines.whoosh.occurrences import Occurrences


class Fields(IntEnum):
    """Which frequencies of a posting count."""

    TITLE = 0
    BODY = 1
    BOTH = 2


@dataclass(frozen=True, slots=True, eq=False)
class Postings:
    """The documents with a term, scored by BM25.

    Attributes:
        documents: The documents of the term's postings, ascending; 16 or 32 bits each.
        frequencies: The frequencies in title and body, by turns.
        scales: For each document of the segment, what a frequency in title and body is multiplied
            with before saturation, by turns.
        fields: Which frequencies count; documents with none do not match.
        weight: What the saturated frequency is multiplied with.
    """

    documents: Ints
    frequencies: Ints
    scales: NDArray[np.float64]
    fields: Fields
    weight: float


@dataclass(frozen=True, slots=True, eq=False)
class Listed:
    """Documents that were found already, ascending, and their scores or the score of all."""

    documents: Ints
    scores: NDArray[np.float64] | float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Adjacent:
    """The documents in which tokens stand side by side, without scores.

    Attributes:
        tokens: Where each token occurs, which is a single term.
        body_begins: For each document of the segment, the first position of its body.
        fields: In which fields.
    """

    tokens: tuple[Occurrences, ...]
    body_begins: NDArray[np.int32]
    fields: Fields


@dataclass(frozen=True, slots=True, eq=False)
class AnyOf:
    """The documents of any part, with the sum of their scores."""

    parts: tuple[Operation, ...]


@dataclass(frozen=True, slots=True, eq=False)
class AllOf:
    """The documents of all parts, with the sum of their scores; the first part has the fewest."""

    parts: tuple[Operation, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Optional:
    """The documents of a part; another one adds to their scores."""

    required: Operation
    optional: Operation


@dataclass(frozen=True, slots=True, eq=False)
class Without:
    """The documents of a part that another one does not have."""

    required: Operation
    excluded: Operation


@dataclass(frozen=True, slots=True, eq=False)
class Constant:
    """The documents of a part, all with one score."""

    part: Operation
    score: float


@dataclass(frozen=True, slots=True, eq=False)
class Everything:
    """All documents, with one score."""

    score: float


Operation: TypeAlias = (
    Postings | Listed | Adjacent | AnyOf | AllOf | Optional | Without | Constant | Everything
)

NOTHING = Listed(np.empty(0, np.int32))
"""No documents."""


def most_of(operation: Operation) -> float:
    """The most documents that an operation can find."""
    match operation:
        case Postings() | Listed():
            return len(operation.documents)
        case Adjacent(tokens):
            return min([len(token.documents) for token in tokens])
        case AnyOf(parts):
            return sum(map(most_of, parts))
        case AllOf(parts):
            return min(map(most_of, parts))
        case Optional(part, _) | Without(part, _) | Constant(part, _):
            return most_of(part)
        case Everything():
            return float("inf")
