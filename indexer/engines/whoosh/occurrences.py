"""Occurrences: where terms stand in the documents of a segment."""

from __future__ import annotations

from dataclasses import dataclass

from indexer.engines.whoosh.integers import Ints


@dataclass(frozen=True, slots=True, eq=False)
class Occurrences:
    """Where terms occur.

    Attributes:
        documents: The documents of the postings; ascending within a term.
        frequencies: For each posting, how often it is in title and body, by turns.
        positions: Posting by posting, the positions in the document, ascending.
    """

    documents: Ints
    frequencies: Ints
    positions: Ints
