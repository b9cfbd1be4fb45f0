"""Expanding: the terms of a stream that a pattern or a misspelling stands for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from fnmatch import translate
from typing import Any

import numpy as np
from whoosh import query

from indexer.engines.whoosh.stream import Stream

_SPECIAL = re.compile(r"[*?\[]")


def like_pattern(stream: Stream, pattern: str) -> list[int]:
    """The numbers of the terms that match a pattern with ``*`` and ``?``.

    Args:
        stream: The stream.
        pattern: A pattern as of `fnmatch`.
    """
    prefix = _SPECIAL.split(pattern, maxsplit=1)[0]
    first, end = stream.range_with(prefix)
    match = re.compile(translate(pattern)).match
    terms = stream.terms(first, end)
    return [first + n for n, term in enumerate(terms) if match(term.decode())]


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
    numbers, terms = [], []
    for number, term in enumerate(stream.terms(first, end), first):
        text = term.decode()
        if abs(len(text) - len(word)) <= distance:
            numbers.append(number)
            terms.append(text)
    return [
        number for number, d in zip(numbers, _distances(word, terms), strict=True) if d <= distance
    ]


def _distances(word: str, terms: list[str]) -> list[int]:
    """The edits from a word to each term, by the table of Wagner and Fischer (1974)."""
    if not terms:
        return []
    sizes = np.array([len(term) for term in terms])
    letters = np.zeros((int(sizes.max()), len(terms)), np.int32)
    for column, term in enumerate(terms):
        letters[: len(term), column] = [ord(letter) for letter in term]
    # A row for each length of the terms' beginnings, a column a term.
    table = np.repeat(np.arange(len(letters) + 1)[:, None], len(terms), axis=1)
    for row, letter in enumerate(word, 1):
        previous = table
        table = np.empty_like(previous)
        table[0] = row
        for length in range(1, len(table)):
            replaced = previous[length - 1] + (letters[length - 1] != ord(letter))
            moved = np.minimum(previous[length], table[length - 1]) + 1
            table[length] = np.minimum(replaced, moved)
    distances: list[int] = table[sizes, np.arange(len(terms))].tolist()
    return distances


EXPANSIONS: Mapping[type[query.Query], Callable[[Stream, Any], Sequence[int]]] = {
    query.Prefix: lambda stream, node: range(*stream.range_with(node.text)),
    query.Wildcard: lambda stream, node: like_pattern(stream, node.text),
    query.FuzzyTerm: lambda stream, node: within_distance(
        stream, node.text, node.maxdist, node.prefixlength
    ),
}
"""The numbers of the terms that a node stands for, in a stream."""
