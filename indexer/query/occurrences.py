"""Occurrences: how often a document has a term, and how long it is, as BM25F sees it."""

from __future__ import annotations

from dataclasses import dataclass

from indexer.query.fields import BM25_B, FIELD_WEIGHT, TEXT_FIELDS


@dataclass(frozen=True, slots=True)
class FieldOccurrences:
    """What one field of a document has of a term.

    Attributes:
        field: One of `TEXT_FIELDS`.
        frequency: How often the term is there.
        length: The number of all tokens there.
        average: The average of that number over all documents.
    """

    field: str
    frequency: int
    length: int
    average: float

    @property
    def weighted(self) -> float:
        """The frequency as it is added to that in the other fields, before saturation."""
        norm = 1 - BM25_B + BM25_B * self.length / self.average
        return FIELD_WEIGHT[self.field] * self.frequency / norm


Occurrences = tuple[FieldOccurrences, ...]
"""What each of `TEXT_FIELDS` of a document has of a term of a stream."""


def occurrences_of(
    frequencies: list[int], lengths: list[int], averages: list[float]
) -> Occurrences:
    """The occurrences with these numbers for each of `TEXT_FIELDS`."""
    numbers = zip(TEXT_FIELDS, frequencies, lengths, averages, strict=True)
    return tuple(FieldOccurrences(*of_field) for of_field in numbers)
