"""Characters: the postings of all pairs that a character begins, as those of one term."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.engines.whoosh.integers import Ints, narrowed, places_in
from indexer.engines.whoosh.stream import Stream


@dataclass(frozen=True, slots=True, eq=False)
class CharacterPostings:
    """The documents of a segment that have a character.

    Attributes:
        documents: The documents, ascending.
        frequencies: How often it is in title and body, by turns.
    """

    documents: NDArray[np.int32]
    frequencies: NDArray[Any]


def merge_postings(stream: Stream, count: int, character: str) -> CharacterPostings:
    """Add up the postings of the terms that begin with a character.

    Args:
        stream: The pairs stream of a segment.
        count: The number of the segment's documents.
        character: The character.
    """
    begin, end = stream.bounds(*stream.range_with(character))
    documents = stream.documents(begin, end)
    frequencies = stream.frequencies(begin, end).reshape(-1, 2)
    title, body = (np.bincount(documents, frequencies[:, field], count) for field in (0, 1))
    distinct = np.flatnonzero(title + body).astype(np.int32)
    sums = np.column_stack((title[distinct], body[distinct])).astype(np.int64)
    return CharacterPostings(distinct, narrowed(sums.reshape(-1)))


def count_holders(stream: Stream, alive: NDArray[np.bool_] | None, count: int, text: str) -> int:
    """How many documents alive have a character.

    Args:
        stream: The pairs stream of a segment.
        alive: Which of its documents are not deleted; None for all.
        count: The number of the segment's documents.
        text: The character.
    """
    has = np.zeros(count, bool)
    has[stream.documents(*stream.bounds(*stream.range_with(text)))] = True
    return int(np.count_nonzero(has if alive is None else has & alive))


def documents_titled(stream: Stream, wanted: dict[str, int], lengths: NDArray[np.int32]) -> Ints:
    """The documents whose title has these tokens, each so often, and no others.

    Args:
        stream: The pairs stream of a segment.
        wanted: How often each token is in the title; there is at least one.
        lengths: For each document the number of tokens in title and body, by turns.
    """
    bounds = {token: stream.bounds(*stream.range_of(token)) for token in wanted}
    # The rarest first: of the others, only what is left of it is looked at.
    rarest, *others = sorted(wanted, key=lambda token: bounds[token][1] - bounds[token][0])
    documents = stream.documents(*bounds[rarest])
    found: Ints = documents[stream.frequencies(*bounds[rarest])[::2] == wanted[rarest]]
    found = found.astype(np.int32)
    found = found[lengths[2 * found] == sum(wanted.values())]
    for token in others:
        if not len(found):
            break
        places, there = places_in(stream.documents(*bounds[token]), found)
        so_often = stream.frequencies(*bounds[token])[2 * places[there]] == wanted[token]
        found = found[there][so_often]
    return found
