"""A segment as the engine sees it: its postings and columns as arrays."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from indexer.engines.whoosh.arrayfile import read_arrays, write_arrays
from indexer.engines.whoosh.columns import SegmentColumns
from indexer.engines.whoosh.postings import VERSION, FieldPostings, decode_postings
from indexer.query.fields import PAIRS_FIELD, TEXT_FIELDS

_FIELDS = (*TEXT_FIELDS, *PAIRS_FIELD.values())


class Segment:
    """What is known of a segment beyond its Whoosh reader.

    A segment never changes (deletions are kept apart from it), so this outlives the readers.

    Args:
        folder: The folder of the index.
        identity: The segment's id.

    Attributes:
        columns: What filters, facets and sorting look at.
    """

    def __init__(self, folder: Path, identity: str) -> None:
        self.columns = SegmentColumns()
        self._file = array_file(folder, identity)
        self._fields: Mapping[str, FieldPostings] | None = None

    def fields(self) -> Mapping[str, FieldPostings] | None:
        """The postings by field; None as long as their file is missing or damaged.

        Raises:
            OSError: The file is there but cannot be read.
        """
        if self._fields is None:
            arrays = read_arrays(self._file, VERSION)
            if arrays is not None:
                self._fields = {name: FieldPostings(name, arrays) for name in _FIELDS}
        return self._fields


def array_file(folder: Path, identity: str) -> Path:
    """The file of a segment's postings. Whoosh removes it with the segment, by its name."""
    return folder / f"{identity}.arrays"


def complete_segment(folder: Path, reader: Any) -> None:
    """Write the postings of a segment beside it, unless they are there.

    Args:
        folder: The folder of the index.
        reader: Whoosh's reader of the segment.

    Raises:
        OSError: The file cannot be read or written.
    """
    file = array_file(folder, reader.segment().segment_id())
    if read_arrays(file, VERSION) is None:
        write_arrays(file, VERSION, decode_postings(reader))
