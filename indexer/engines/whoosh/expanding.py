"""Expanding: the terms of a stream that a pattern or a misspelling stands for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from fnmatch import translate
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import query

from indexer.engines.whoosh.integers import Ints, spread
from indexer.engines.whoosh.stream import Stream

_SPECIAL = re.compile(r"[*?\[]+")


def like_pattern(stream: Stream, pattern: str) -> list[int]:
    """The numbers of the terms that match a pattern with ``*`` and ``?``.

    Args:
        stream: The stream.
        pattern: A pattern as of `fnmatch`.
    """
    prefix, *pieces = _SPECIAL.split(pattern)
    if not pieces:
        return list(range(*stream.range_of(pattern)))
    first, end = stream.range_with(prefix)
    found = np.arange(first, end)
    if "[" not in pattern:
        sizes, least = stream.sizes[first:end], len(pattern) - pattern.count("*")
        found = found[sizes >= least if "*" in pattern else sizes == least]
        literals = set(filter(None, pieces))
        if not prefix and not literals:
            return _as_list(found)
        for literal in literals:
            holding = stream.holding(literal, first, end)
            found = np.intersect1d(found, holding, assume_unique=True)
    match = re.compile(translate(pattern)).match
    terms = stream.texts(found)
    return [number for number, term in zip(_as_list(found), terms, strict=True) if match(term)]


def within_distance(stream: Stream, word: str, distance: int, prefix: int) -> list[int]:
    """The numbers of the terms at most so many edits from a word.

    An edit replaces, inserts or leaves out a character (V. Levenshtein, 1966).

    Args:
        stream: The stream.
        word: The word.
        distance: The most edits.
        prefix: So many characters at the beginning must be the same.
    """
    first, end = stream.range_with(word[:prefix])
    if distance == 1:
        # The edit leaves one half of the word as it is.
        half = len(word) // 2
        begins = np.arange(*stream.range_with(word[: max(half, prefix)]))
        found = np.union1d(begins, stream.ending_with(word[half:], first, end))
    else:
        found = np.arange(first, end)
    sizes = stream.sizes[found].astype(np.int64)
    near = np.abs(sizes - len(word)) <= distance
    found, sizes = found[near], sizes[near]
    if not len(found):
        return []
    return _as_list(found[_distances(word, stream.characters(found), sizes) <= distance])


def _distances(
    word: str, characters: NDArray[np.uint32], sizes: NDArray[np.int64]
) -> NDArray[np.int16]:
    """The edits from a word to each of some terms (R. A. Wagner and M. J. Fischer, 1974).

    Args:
        word: The word.
        characters: Those of the terms, one term after the other.
        sizes: How many characters each term has.
    """
    count = len(sizes)
    letters = np.zeros((int(sizes.max()), count), np.uint32)
    letters[spread(np.zeros(count, np.int64), sizes), np.repeat(np.arange(count), sizes)] = (
        characters
    )
    # A row for each length of the terms' beginnings, a column a term.
    lengths = np.arange(len(letters) + 1, dtype=np.int16)
    table = np.repeat(lengths[:, None], count, axis=1)
    for row, letter in enumerate(word, 1):
        previous = table
        table = np.empty_like(previous)
        table[0] = row
        for length in range(1, len(table)):
            replaced = previous[length - 1] + (letters[length - 1] != ord(letter))
            moved = np.minimum(previous[length], table[length - 1]) + 1
            table[length] = np.minimum(replaced, moved)
    distances: NDArray[np.int16] = table[sizes, np.arange(count)]
    return distances


def _as_list(numbers: Ints) -> list[int]:
    found: list[int] = numbers.tolist()
    return found


EXPANSIONS: Mapping[type[query.Query], Callable[[Stream, Any], Sequence[int]]] = {
    query.Prefix: lambda stream, node: range(*stream.range_with(node.text)),
    query.Wildcard: lambda stream, node: like_pattern(stream, node.text),
    query.FuzzyTerm: lambda stream, node: within_distance(
        stream, node.text, node.maxdist, node.prefixlength
    ),
}
"""The numbers of the terms that a node stands for, in a stream."""
