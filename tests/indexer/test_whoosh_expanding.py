"""The terms of a stream that patterns and misspellings stand for."""

from __future__ import annotations

from fnmatch import fnmatchcase

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.arrayfile import MemoryArrays
from indexer.engines.whoosh.expanding import like_pattern, within_distance
from indexer.engines.whoosh.stream import Stream, stream_arrays
from indexer.query.fields import WORDS

LETTERS = st.sampled_from("abc收电é𠮷")
TERMS = st.lists(st.text(LETTERS, min_size=1, max_size=6), max_size=30)
PATTERNS = st.text(st.one_of(LETTERS, st.sampled_from("*?")), min_size=1, max_size=6)


def stream_of(terms: list[str]) -> tuple[Stream, list[str]]:
    """A stream with these terms, each in one document, and the terms in its order."""
    keys = sorted({term.encode() for term in terms})
    arrays = stream_arrays(
        WORDS,
        terms=keys,
        ends=np.arange(1, len(keys) + 1),
        documents=np.zeros(len(keys), np.int32),
        frequencies=np.ones(2 * len(keys), np.int32),
        lengths=np.array([len(keys), len(keys)], np.int32),
    )
    return Stream(WORDS, MemoryArrays(arrays)), [key.decode() for key in keys]


@settings(deadline=None)
@given(TERMS, PATTERNS)
def test_a_pattern_stands_for_the_terms_it_matches(terms: list[str], pattern: str) -> None:
    stream, ordered = stream_of(terms)
    found = [ordered[number] for number in like_pattern(stream, pattern)]
    assert found == [term for term in ordered if fnmatchcase(term, pattern)]


@settings(deadline=None)
@given(TERMS, st.text(LETTERS, min_size=1, max_size=5), st.integers(1, 2), st.integers(0, 1))
def test_a_misspelling_stands_for_the_terms_near_it(
    terms: list[str], word: str, distance: int, prefix: int
) -> None:
    stream, ordered = stream_of([*terms, word])
    found = [ordered[number] for number in within_distance(stream, word, distance, prefix)]
    assert found == [
        term for term in ordered if term.startswith(word[:prefix]) and edits(word, term) <= distance
    ]


def edits(one: str, other: str) -> int:
    """Levenshtein's distance, by its definition."""
    if not one or not other:
        return len(one) + len(other)
    if one[0] == other[0]:
        return edits(one[1:], other[1:])
    return 1 + min(edits(one[1:], other), edits(one, other[1:]), edits(one[1:], other[1:]))
