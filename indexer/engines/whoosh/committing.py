"""Committing: changes put into the index as one new segment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.analysis import Document
from indexer.analysis.document import FACET_FIELDS
from indexer.arrayfile import DamagedArraysError, MemoryArrays
from indexer.duplicate import Grouped, group
from indexer.engines.whoosh.columns import merge_columns
from indexer.engines.whoosh.compaction import choose_merged
from indexer.engines.whoosh.duplicates import duplicate_arrays, merge_duplicates
from indexer.engines.whoosh.fieldpostings import TextPostings
from indexer.engines.whoosh.fieldstreams import split_stream
from indexer.engines.whoosh.gathering import Gathering
from indexer.engines.whoosh.merging import Part, merge_stream
from indexer.engines.whoosh.rows import Row
from indexer.engines.whoosh.segment import readers_of, write_segment_arrays
from indexer.engines.whoosh.segmentwriter import commit, delete_documents, write_segment
from indexer.engines.whoosh.snapshot import Leaf, Snapshot
from indexer.query.fields import PAIRS, STREAMS
from indexer.query.times import UNDATED

Changes = Iterable[tuple[str, Document | None]]
"""The id of an article and its document, or None where it was deleted; no id twice."""

_RUNS = "runs-"


@dataclass(frozen=True, slots=True)
class _Kept:
    """A segment and which of its documents stay."""

    leaf: Leaf
    kept: NDArray[np.bool_]

    @property
    def sizes(self) -> tuple[int, int]:
        """How many documents stay and how many do not."""
        staying = int(self.kept.sum())
        return staying, len(self.kept) - staying

    def grouped(self) -> Grouped:
        """The documents that stay, with their groups."""
        segment = self.leaf.segment
        return segment.duplicates.grouped(segment.columns.numbers, self.kept)

    def newly_deleted(self) -> list[int]:
        """The documents that were alive and do not stay."""
        alive = self.leaf.alive
        gone = ~self.kept if alive is None else alive & ~self.kept
        deleted: list[int] = gone.nonzero()[0].tolist()
        return deleted


def commit_changes(
    writer: Any, folder: Path, take_snapshot: Callable[..., Snapshot], changes: Changes
) -> None:
    """Put in, replace and take out documents, by one atomic step; close the writer.

    Args:
        writer: A Whoosh writer of the index; left open when this raises.
        folder: The folder of the index.
        take_snapshot: Gives the index as it is; with ``check=True`` all arrays are looked at, and
            made again where they are damaged.
        changes: The changes; read once.

    Raises:
        OSError: A file cannot be written.
    """
    with TemporaryDirectory(prefix=_RUNS, dir=folder) as runs:
        gathering = Gathering(Path(runs))
        changed = []
        for identity, document in changes:
            changed.append(identity.encode())
            if document:
                gathering.add(document)
        new, signatures = gathering.finish(), gathering.signatures()

        def write(leaves: Sequence[Leaf]) -> tuple[list[_Kept], list[int], list[Any]]:
            segments = [_without(leaf, changed) for leaf in leaves]
            groups = group(signatures, new["numbers"], [one.grouped() for one in segments])
            for row, name in zip(gathering.rows, groups.tolist(), strict=True):
                row["group"] = name
            arrays = {**new, **duplicate_arrays(signatures, groups)}
            chosen = choose_merged([one.sizes for one in segments], len(gathering.rows))
            merged = [segments[number] for number in chosen]
            return segments, chosen, _write(writer, folder, merged, arrays, gathering.rows)

        try:
            segments, chosen, added = write(take_snapshot().leaves)
        except DamagedArraysError:
            segments, chosen, added = write(take_snapshot(check=True).leaves)
    gone = {
        one.leaf.segment.identity: one.newly_deleted()
        for number, one in enumerate(segments)
        if number not in chosen
    }
    delete_documents(writer, gone)
    commit(writer, added, {segments[n].leaf.segment.identity for n in chosen})


def remove_leftovers(folder: Path) -> None:
    """Remove what a process that was killed left behind; nobody else may be writing."""
    for left in folder.glob(f"{_RUNS}*"):
        for file in left.iterdir():
            file.unlink()
        left.rmdir()


def _without(leaf: Leaf, changed: Sequence[bytes]) -> _Kept:
    kept = np.ones(leaf.segment.count, bool) if leaf.alive is None else leaf.alive.copy()
    if changed:
        kept[leaf.segment.columns.find(changed)] = False
    return _Kept(leaf, kept)


def _write(
    writer: Any,
    folder: Path,
    merged: Sequence[_Kept],
    new: Mapping[str, NDArray[Any]],
    new_rows: Sequence[Row],
) -> list[Any]:
    """Write the files of a segment out of older ones and new documents; of none without any."""
    rows = [*_rows(writer, merged), *new_rows]
    if not rows:
        return []
    arrays = _merge(merged, new, len(new_rows)) if merged else new
    postings: dict[str, TextPostings] = {}
    for stream, fields in STREAMS.items():
        postings |= zip(fields, split_stream(stream, MemoryArrays(arrays)), strict=True)
    segment = write_segment(writer, rows, postings)
    write_segment_arrays(folder, segment.segment_id(), arrays)
    return [segment]


def _merge(
    merged: Sequence[_Kept], new: Mapping[str, NDArray[Any]], new_count: int
) -> Mapping[str, NDArray[Any]]:
    parts = [Part(one.leaf.segment.arrays, one.kept) for one in merged]
    if new_count:
        parts.append(Part(MemoryArrays(new), np.ones(new_count, bool)))
    arrays: dict[str, NDArray[Any]] = {}
    for stream in STREAMS:
        arrays |= merge_stream(stream, parts, positions=stream == PAIRS)
    return {**arrays, **merge_columns(parts), **merge_duplicates(parts)}


def _rows(writer: Any, merged: Sequence[_Kept]) -> Iterator[Row]:
    """The rows of the documents that stay, out of their segments."""
    if not merged:
        return
    with closing(writer.reader()) as reader:
        readers = readers_of(reader)
        for one in merged:
            own = readers[one.leaf.segment.identity]
            columns = one.leaf.segment.columns
            facets = {name: columns.facet(name) for name in FACET_FIELDS}
            published = columns.published
            duplicates = one.leaf.segment.duplicates
            signatures, groups = duplicates.signatures, duplicates.groups
            for number in one.kept.nonzero()[0].tolist():
                row = dict(own.stored_fields(number))
                for name, facet in facets.items():
                    if value := facet.values[facet.codes[number]]:
                        row[name] = value
                if published[number] != UNDATED:
                    row["published"] = int(published[number])
                row["signature"] = signatures[number].tobytes()
                row["group"] = int(groups[number])
                yield row
