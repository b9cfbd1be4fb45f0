"""The plan of a query: what it was understood to ask for."""

from __future__ import annotations

from dataclasses import dataclass

from whoosh.query import Query

from indexer.results import Notice


@dataclass(frozen=True, slots=True)
class Plan:
    """A query understood.

    Attributes:
        all_words: The tree that finds the articles with every content word.
        any_word: The tree that finds the articles with at least one.
        length: How many content words, phrases and groups there are.
        content: The content words that stand for themselves.
        words: What to mark in a snippet, folded: Chinese words, English stems.
        phrases: What to mark as a whole: the folded text of each phrase.
        notices: What was cut or not understood.
        units: What an article has or lacks, of which the trees are made.
        required: What an article must have or lack besides.
        ranking: What adds to the score of those that match.
    """

    all_words: Query
    any_word: Query
    length: int
    content: tuple[str, ...]
    words: tuple[str, ...]
    phrases: tuple[str, ...]
    notices: tuple[Notice, ...] = ()
    units: tuple[Query, ...] = ()
    required: tuple[Query, ...] = ()
    ranking: tuple[Query, ...] = ()
