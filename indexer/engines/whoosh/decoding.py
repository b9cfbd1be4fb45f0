"""Postings read out of a segment as arrays, whoever wrote it.

Whoosh's own way, a matcher that goes from posting to posting, takes many times as long. Here whole
blocks are unpickled, and what is alike in all of them is read side by side. The files are those of
Whoosh's W3 codec: see `termsfile`, `blocks` and `blockpickles`.
"""

from __future__ import annotations

import pickle
import struct
import zlib
from array import array
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import WHOOSH3_HEADER_MAGIC, W3Codec
from whoosh.filedb.filetables import FileFormatError

from indexer.engines.whoosh.blockpickles import LIST
from indexer.engines.whoosh.fieldpostings import FieldPostings
from indexer.engines.whoosh.integers import Ints
from indexer.engines.whoosh.pickling import FLOAT_SIZE, take, take_ints
from indexer.engines.whoosh.termsfile import read_terms
from indexer.errors import GenerationError

_BATCH = 4_000_000  # bytes of postings that are read at once
_SHORT_LIST = 64  # positions; the few longer lists are unpickled one by one
_MAGIC = np.dtype(f"S{len(WHOOSH3_HEADER_MAGIC)}")
_LENGTH = np.dtype(">i4")
_FREQUENCY = np.dtype(">u4")
_DAMAGE = (
    ArithmeticError,
    AttributeError,
    EOFError,
    ImportError,
    LookupError,
    MemoryError,
    TypeError,
    ValueError,
    FileFormatError,
    pickle.UnpicklingError,
    struct.error,
    zlib.error,
)
"""What comes of reading damaged files: a damaged pickle can ask for any amount of memory."""

_Postings = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]
"""Documents, frequencies and positions, as in `FieldPostings`."""


def decode_field(reader: Any, name: str, positions: bool) -> FieldPostings:
    """Read all postings of a field.

    Args:
        reader: Whoosh's reader of one segment.
        name: The field.
        positions: Whether to read positions, which the field must keep then.

    Raises:
        GenerationError: The segment's files are damaged.
        OSError: They cannot be read.
    """
    segment, storage = reader.segment(), reader.storage()
    none = np.empty(0, np.int32)
    batches: list[_Postings] = [(none, none, none)]
    try:
        terms, infos = read_terms(segment, storage, name)
        places = infos["place"].astype(np.int64)
        spans = np.stack((places, places + infos["size"]), axis=1)
        file_name = segment.make_filename(W3Codec.POSTS_EXT)
        if (np.diff(spans.ravel(), prepend=0, append=storage.file_length(file_name)) < 0).any():
            raise ValueError("postings are out of order")
        with closing(storage.open_file(file_name)) as file:
            batches += [_decode(*batch, positions) for batch in _batches(file, spans)]
        ends = np.cumsum(infos["documents"], dtype=np.int64)
        documents, frequencies, all_positions = map(np.concatenate, zip(*batches, strict=True))
        if len(documents) != sum(infos["documents"].tolist()):
            raise ValueError("terms have other numbers of postings than they say")
    except _DAMAGE as error:
        raise GenerationError(
            f"the segment {segment.segment_id()} is damaged ({error!r}): "
            "build the index again with xiaosou index --rebuild"
        ) from error
    return FieldPostings(terms, ends, documents, frequencies, all_positions if positions else None)


def _batches(file: Any, spans: NDArray[np.int64]) -> Iterator[tuple[bytes, Ints]]:
    """The postings of some terms at a time, and where in them each term begins."""
    begin = 0
    while begin < len(spans):
        first = int(spans[begin, 0])
        end = max(begin + 1, int(spans[:, 1].searchsorted(first + _BATCH, "right")))
        yield file.get(first, int(spans[end - 1, 1]) - first), spans[begin:end, 0] - first
        begin = end


def _decode(content: bytes, places: Ints, positions: bool) -> _Postings:
    """The postings of the terms that begin at these places."""
    numbers, counts = array("q"), array("q")
    values: list[bytes] = []  # one a posting that has positions, else one a block
    with_positions = False
    for body in _bodies(content, places):
        block_numbers, _weights, block_values = _loads(body)
        numbers.extend(block_numbers)
        counts.append(len(block_numbers))
        if block_values is None:
            continue
        with_positions = isinstance(block_values, tuple)
        values += block_values if with_positions else (block_values,)
    documents = _sums(np.array(numbers), np.array(counts)).astype(np.int32)
    none = np.empty(0, np.int32)
    if with_positions:
        return documents, *_position_values(values, positions)
    if positions:
        raise ValueError("no positions are kept")
    if not values:  # nor are frequencies
        return documents, np.ones(len(documents), np.int32), none
    return documents, np.frombuffer(b"".join(values), _FREQUENCY).astype(np.int32), none


def _bodies(content: bytes, places: Ints) -> Iterator[bytes]:
    """The pickled bodies of all blocks of the terms that begin at these places."""
    rows = np.frombuffer(content, np.uint8)
    if (take(rows, places, _MAGIC) != WHOOSH3_HEADER_MAGIC).any():
        raise ValueError("postings have another form")
    opened = places + _MAGIC.itemsize
    head_places, end_places = [], []
    while len(opened):  # the first blocks of all terms, then the second ones, and so on
        lengths = take(rows, opened, _LENGTH).astype(np.int64)
        head_places.append(opened + _LENGTH.itemsize)
        end_places.append(head_places[-1] + np.abs(lengths))
        opened = end_places[-1][lengths > 0]
    places = np.sort(np.concatenate(head_places)) + len(b"\x80\x02(")
    ends = np.sort(np.concatenate(end_places))
    for _number in ("count of postings", "last document"):
        places += take_ints(rows, places)[1]
    places += FLOAT_SIZE
    levels = rows[places + 1]
    places += len(b"K.K.K.t")
    places += np.where(rows[places] == ord("q"), 2, 0)  # Whoosh has its pickles remember the tuple
    if (rows[places] != ord(".")).any():
        raise ValueError("a block has another head")
    spans = zip((places + 1).tolist(), ends.tolist(), levels.tolist(), strict=True)
    for begin, end, level in spans:
        yield zlib.decompress(content[begin:end]) if level else content[begin:end]


def _position_values(
    values: list[bytes], positions: bool
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The frequencies in values that keep positions, and the positions themselves if wanted."""
    rows = np.frombuffer(b"".join(values), np.uint8)
    sizes = np.fromiter(map(len, values), np.int64, len(values))
    places = np.cumsum(sizes) - sizes
    frequencies = take(rows, places, _FREQUENCY).astype(np.int64)
    if not positions:
        return frequencies.astype(np.int32), np.empty(0, np.int32)
    if (2 * frequencies > sizes).any():
        raise ValueError("a list of positions is shorter than it says")
    firsts = np.cumsum(frequencies) - frequencies
    deltas = np.empty(frequencies.sum(), np.int64)
    places += _FREQUENCY.itemsize + len(LIST) + (frequencies > 1)
    reading = np.flatnonzero(frequencies <= _SHORT_LIST)
    index = 0
    while len(reading):  # the first positions of all lists, then the second ones, and so on
        deltas[firsts[reading] + index], read = take_ints(rows, places[reading])
        places[reading] += read
        index += 1
        reading = reading[frequencies[reading] > index]
    for long in np.flatnonzero(frequencies > _SHORT_LIST).tolist():
        first = firsts[long]
        deltas[first : first + frequencies[long]] = _loads(values[long][4:])
    return frequencies.astype(np.int32), _sums(deltas, frequencies).astype(np.int32)


def _sums(differences: NDArray[np.int64], counts: Ints) -> NDArray[np.int64]:
    """Add up differences, anew in each group of so many."""
    totals = np.cumsum(differences)
    firsts = np.cumsum(counts) - counts
    sums: NDArray[np.int64] = totals - np.repeat(totals[firsts] - differences[firsts], counts)
    return sums


def _loads(body: bytes) -> Any:
    return pickle.loads(body)  # noqa: S301 - Whoosh trusts the index it opens, too
