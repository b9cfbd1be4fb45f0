"""A segment as the engine sees it: its postings and columns as arrays."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from indexer.arrayfile import (
    Arrays,
    DamagedArraysError,
    MemoryArrays,
    map_arrays,
    write_arrays,
)
from indexer.engines.whoosh.columns import Columns
from indexer.engines.whoosh.duplicates import Duplicates
from indexer.engines.whoosh.memo import remembered
from indexer.engines.whoosh.restoring import decode_segment
from indexer.engines.whoosh.stream import Stream

_VERSION = 4  # what the arrays mean; to be raised whenever that changes
_log = logging.getLogger(__name__)


class Segment:
    """A segment of the index. It never changes: deletions are kept apart from it.

    Args:
        identity: The segment's id.
        arrays: Its arrays.

    Attributes:
        identity: The segment's id.
        arrays: Its arrays.
        columns: What filters, facets and sorting look at.
        duplicates: What tells near-duplicates.
        count: The number of its documents, deleted ones included.
    """

    def __init__(self, identity: str, arrays: Arrays) -> None:
        self.identity = identity
        self.arrays = arrays
        self.columns = Columns(arrays)
        self.duplicates = Duplicates(arrays)
        self.count = len(self.columns.ids)
        self.stream = remembered(self._stream, None)
        """A stream of the segment (`indexer.query.fields.STREAMS`)."""

    def _stream(self, name: str) -> Stream:
        return Stream(name, self.arrays)


def readers_of(reader: Any) -> dict[str, Any]:
    """Whoosh's readers of the segments of an index, by the segment's id.

    Args:
        reader: Whoosh's reader of the index; without segments it is one empty reader.
    """
    readers = (own for own, _offset in reader.leaf_readers())
    return {own.segment().segment_id(): own for own in readers if own.segment()}


def array_file(folder: Path, identity: str) -> Path:
    """The file of a segment's arrays. Whoosh removes it with the segment, by its name."""
    return folder / f"{identity}.arrays"


def write_segment_arrays(folder: Path, identity: str, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write the arrays of a segment beside it.

    Raises:
        OSError: They cannot be written.
    """
    write_arrays(array_file(folder, identity), _VERSION, arrays)


def open_segment(folder: Path, identity: str, *, check: bool = False) -> Segment | None:
    """Open a segment by the file of its arrays; None when that is missing or damaged.

    Args:
        folder: The folder of the index.
        identity: The segment's id.
        check: Whether to look at all of the file, instead of later at what is used.

    Raises:
        OSError: The file is there but cannot be read.
    """
    arrays = map_arrays(array_file(folder, identity), _VERSION)
    if arrays and not (check and arrays.is_damaged()):
        with suppress(DamagedArraysError):
            return Segment(identity, arrays)
    return None


def restore_segment(folder: Path, reader: Any) -> Segment:
    """Decode the arrays of a segment from it, and write their file again.

    Args:
        folder: The folder of the index.
        reader: Whoosh's reader of the segment.
    """
    identity = reader.segment().segment_id()
    _log.warning("the arrays of segment %s are missing or damaged: decoding it", identity)
    decoded = decode_segment(reader)
    try:
        write_segment_arrays(folder, identity, decoded)
    except OSError as error:
        _log.warning("the arrays of segment %s cannot be kept: %s", identity, error.strerror)
    return Segment(identity, MemoryArrays(decoded))
