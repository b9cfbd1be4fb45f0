"""The postings of a field as arrays: what is written into Whoosh's segments and read from them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class FieldPostings:
    """The postings of one Whoosh field of one segment, term by term.

    Attributes:
        terms: The terms in UTF-8, ascending.
        ends: For each term, where its postings end; they begin where the previous term's end.
        documents: The document number of each posting, ascending within a term.
        frequencies: How often the term occurs in that document, at least once.
        positions: Where it occurs there, ascending, ``frequencies[i]`` positions of posting ``i``
            after those of the postings before it; None for a field without positions.
    """

    terms: list[bytes]
    ends: NDArray[np.int64]
    documents: NDArray[np.int32]
    frequencies: NDArray[np.int32]
    positions: NDArray[np.int32] | None


@dataclass(frozen=True, slots=True)
class TextPostings:
    """The postings of a text field of one segment.

    Attributes:
        lengths: How many tokens each document has there.
        batches: The postings of some terms at a time, in the order of terms; read once.
    """

    lengths: NDArray[np.integer[Any]]
    batches: Iterable[FieldPostings]
