"""Following: the index after the store, change by change, and after the user's dictionary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import replace

from whoosh.query import ConstantScoreQuery, Or, Query

from indexer.analysis import Analysis, documents_of, processes_for
from indexer.analysis.streams import is_han, pairs
from indexer.article import Article
from indexer.engines import Engine
from indexer.generation import Generation
from indexer.ownwords import CHANGING, words_of
from indexer.progress import Report
from indexer.query import SORTS, Request
from indexer.query.fields import PAIRS
from indexer.query.nodes import Character
from indexer.query.units import adjacent
from indexer.store import Store

_INDEXED_TOGETHER = 65_536  # changes in one commit of the engine
_ASKED_TOGETHER = 64  # words


def follow(store: Store, generation: Generation, analysis: Analysis, report: Report) -> int:
    """Index every change since the generation's cursor, in bounded memory.

    Args:
        store: What to follow.
        generation: What follows it.
        analysis: The analysis the generation is built by.
        report: Told about the progress.

    Returns:
        How many articles changed.

    Raises:
        GenerationError: The index cannot be written.
        StoreError: The store cannot be read.
    """
    engine = generation.engine
    first = cursor = engine.cursor
    last = store.last_seq()
    indexed = 0

    def changes(bound: int) -> Iterator[tuple[str, int, Article | None]]:
        # An article that changes meanwhile moves beyond the bound: no id comes twice.
        nonlocal indexed
        for change in store.all_changes(cursor, bound):
            yield change.id, change.seq, change.article
            indexed += 1
            report("indexed", change.seq - first, last - first)

    while cursor < last:
        bound = min(cursor + _INDEXED_TOGETHER, last)
        processes = processes_for(bound - cursor)
        with closing(documents_of(changes(bound), analysis, processes)) as documents:
            engine.apply(documents, bound)
        cursor = bound
    return indexed


def follow_dictionary(
    store: Store, generation: Generation, analysis: Analysis, report: Report
) -> int:
    """Index the articles anew that have a word by which the user's dictionary has changed.

    All others are cut as they were before, see `Segmenter.own_words`. A process that dies meanwhile
    leaves behind which words it was about, so that the next one finds the same articles, whatever
    the dictionary is then.

    Args:
        store: Has the articles.
        generation: The index; nobody else may be writing to it.
        analysis: The analysis with the dictionary as it is now.
        report: Told about the progress.

    Returns:
        How many articles were indexed.

    Raises:
        GenerationError: The index cannot be written.
        SettingsError: The dictionary holds something else.
        StoreError: The store cannot be read.
    """
    before = generation.own_words.get()
    if before.digest == analysis.digest:
        return 0
    after = words_of(analysis)
    changed = {word for word, _ in before.frequencies.items() ^ after.frequencies.items()}
    touched = sorted(changed.union(before.touched))
    ids = sorted(_holders(generation.engine, touched))
    if ids:
        generation.own_words.put(replace(before, digest=CHANGING, touched=tuple(touched)))
        for begin in range(0, len(ids), _INDEXED_TOGETHER):
            some = ids[begin : begin + _INDEXED_TOGETHER]
            _index_again(store, generation.engine, some, analysis)
            report("indexed", begin + len(some), len(ids))
    generation.own_words.put(after)
    return len(ids)


def _holders(engine: Engine, words: Iterable[str]) -> set[str]:
    """The ids of the articles that have any of these words, wherever the word cuts are.

    Only runs of Chinese characters are cut by the dictionary, so other words have no effect.
    """
    nodes = [_anywhere(word) for word in words if all(map(is_han, word))]
    ids: set[str] = set()
    for begin in range(0, len(nodes), _ASKED_TOGETHER):
        tree = Or(nodes[begin : begin + _ASKED_TOGETHER])
        request = Request(tree, {}, (), SORTS[0], limit=0, offset=0)
        total = engine.find(request).total
        ids |= {match.id for match in engine.find(replace(request, limit=total)).matches}
    return ids


def _anywhere(word: str) -> Query:
    if len(word) == 1:
        return Character(word)
    return ConstantScoreQuery(adjacent(pairs(word)[:-1], PAIRS), 0.0)


def _index_again(store: Store, engine: Engine, ids: list[str], analysis: Analysis) -> None:
    cursor = engine.cursor
    changes = (
        (change.id, change.seq, change.article)
        for change in store.newest(ids)
        # What changed after the cursor is indexed when the index follows the store.
        if change.article and change.seq <= cursor
    )
    with closing(documents_of(changes, analysis, processes_for(len(ids)))) as documents:
        engine.apply(documents, cursor)
