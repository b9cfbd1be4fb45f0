"""The file of a segment's terms: an ordered hash, as `whoosh.filedb.filetables` reads it.

::

    mark, hash function, two unused numbers
    for each term, ascending: length of key and of value, key, value
    256 hash tables of (hash of a key, place of its term), twice as long as they have terms
    for each table: its place and its length
    pickled: numbers of the fields, type and length of the index
    index: the places of all terms, ascending
    length of what is pickled and the index

A key is the number of the field and the term, a value a `TERM_INFO`.
"""

from __future__ import annotations

import pickle
from contextlib import closing
from itertools import repeat
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import W3Codec
from whoosh.filedb.filetables import OrderedHashReader

from indexer.engines.whoosh.integers import Ints
from indexer.engines.whoosh.pickling import Bytes, put_table, take
from indexer.engines.whoosh.postingsfile import TERM_INFO

_MAGIC = b"HSH3"
_CRC32 = 1  # of Whoosh's hash functions the one that costs least
_TABLES = 256
_SLOT = np.dtype([("hash", ">u4"), ("place", ">i8")])
_DIRECTORY_ENTRY = np.dtype([("place", ">i8"), ("length", ">i4")])
_TERM_HEAD = np.dtype([("key", ">i4"), ("value", ">i4"), ("field", ">u2")])
_INDEX_CODES = {"H": 1 << 16, "i": 1 << 31, "q": 1 << 63}


class TermsFile:
    """Writes the terms of a segment, field by field.

    Args:
        file: Where to: a `StructFile` at its beginning. Whoever opened it closes it.
    """

    def __init__(self, file: Any) -> None:
        self._file = file
        self._fields: dict[str, int] = {}
        self._hashes: list[NDArray[np.int64]] = []
        self._places: list[NDArray[np.int64]] = []
        file.write(_MAGIC + bytes([_CRC32]) + bytes(8))

    def add_field(self, name: str, terms: list[bytes], infos: NDArray[Any]) -> None:
        """Write the terms of a field.

        Args:
            name: The field; fields come in ascending order.
            terms: Its terms, ascending, at least one.
            infos: The `TERM_INFO` of each.
        """
        number = self._fields[name] = len(self._fields)
        prefix = crc32(number.to_bytes(2, "big"))
        count = len(terms)
        self._hashes.append(np.fromiter(map(crc32, terms, repeat(prefix)), np.int64, count))
        term_sizes = np.fromiter(map(len, terms), np.int64, count)
        heads = np.empty(count, _TERM_HEAD)
        heads["key"] = 2 + term_sizes
        heads["value"] = infos.itemsize
        heads["field"] = number
        sizes = heads.itemsize + term_sizes + infos.itemsize
        places = np.cumsum(sizes) - sizes
        self._places.append(self._file.tell() + places)
        content = np.zeros(sizes.sum(), np.uint8)
        put_table(content, places, _bytes(heads))
        put_table(content, places + sizes - infos.itemsize, _bytes(infos))
        term_places = places + heads.itemsize - (np.cumsum(term_sizes) - term_sizes)
        joined = np.frombuffer(b"".join(terms), np.uint8)
        content[np.repeat(term_places, term_sizes) + np.arange(len(joined))] = joined
        self._file.write(content.tobytes())

    def finish(self) -> None:
        """Write what the terms are found by."""
        places = np.concatenate(self._places)
        self._write_tables(np.concatenate(self._hashes), places)
        code = next(code for code, limit in _INDEX_CODES.items() if places[-1] < limit)
        extras = {"fieldmap": self._fields, "indextype": code, "indexlen": len(places)}
        end = pickle.dumps(extras, 2) + places.astype(f">{code}").tobytes()
        self._file.write(end + len(end).to_bytes(4, "big"))

    def _write_tables(self, hashes: Ints, places: Ints) -> None:
        tables = hashes % _TABLES
        lengths = 2 * np.bincount(tables, minlength=_TABLES)
        begins = np.cumsum(lengths) - lengths
        slots = np.zeros(lengths.sum(), _SLOT)
        order, taken = _slots(tables, hashes // _TABLES % lengths[tables], lengths)
        taken += begins[tables[order]]
        slots["hash"][taken] = hashes[order]
        slots["place"][taken] = places[order]
        directory = np.empty(_TABLES, _DIRECTORY_ENTRY)
        directory["place"] = self._file.tell() + begins * _SLOT.itemsize
        directory["length"] = lengths
        self._file.write(slots.tobytes() + directory.tobytes())


def read_terms(segment: Any, storage: Any, name: str) -> tuple[list[bytes], NDArray[Any]]:
    """Read the terms of a field, whoever wrote them.

    Args:
        segment: The segment.
        storage: The storage of its files.
        name: The field.

    Returns:
        The terms, ascending, and the `TERM_INFO` of each.

    Raises:
        ValueError: The file has not the form it should have.
        OSError: The file cannot be read.
    """
    file_name = segment.make_filename(W3Codec.TERMS_EXT)
    length = storage.file_length(file_name)
    with closing(storage.open_file(file_name)) as file:
        table = OrderedHashReader(file, length)
        number = table.extras["fieldmap"].get(name)
        if number is None:
            return [], np.empty(0, TERM_INFO)
        begin = table.closest_key_pos(number.to_bytes(2, "big"))
        end = table.closest_key_pos((number + 1).to_bytes(2, "big")) or table.endofdata
        index_type = np.dtype(f">{table.extras['indextype']}")
        index_size = table.indexlen * index_type.itemsize
        if max(end, index_size) > length:
            raise ValueError("the terms are longer than their file")
        index = file.get(table.indexbase, index_size)
        content = file.get(begin, end - begin)
    places = np.frombuffer(index, index_type).astype(np.int64)
    places = places[places.searchsorted(begin) : places.searchsorted(end)] - begin
    rows = np.frombuffer(content, np.uint8)
    heads = take(rows, places, _TERM_HEAD)
    ends = places + _TERM_HEAD.itemsize - 2 + heads["key"]
    infos = take(rows, ends, TERM_INFO)
    if (heads["value"] != TERM_INFO.itemsize).any() or infos["inlined"].any():
        raise ValueError("postings are kept beside a term")  # which Whoosh cannot write
    begins = (places + _TERM_HEAD.itemsize).tolist()
    return list(map(content.__getitem__, map(slice, begins, ends.tolist()))), infos


def _slots(tables: Ints, homes: Ints, lengths: Ints) -> tuple[Ints, Ints]:
    """Find a slot for each entry: its home or, where that is taken, the next free one.

    Args:
        tables: The table of each entry.
        homes: The slot of its table where each would like to be.
        lengths: How long each table is: longer than its entries are many.

    Returns:
        An order of the entries, and the slots of the entries in this order.
    """
    width = 3 * lengths.sum()  # more than any number within a table comes to
    order = np.argsort(tables * width + homes)
    tables, homes = tables[order], homes[order]
    used, firsts, counts = np.unique(tables, return_index=True, return_counts=True)
    firsts_of, counts_of = np.repeat(firsts, counts), np.repeat(counts, counts)
    ranks = np.arange(len(order)) - firsts_of
    # A table is a circle, and entries pushed beyond its end come round to its beginning. It is
    # filled from the entry whose home is farthest beyond its rank: nothing is pushed past that.
    leads = homes - ranks
    foremost = np.flatnonzero(leads == np.repeat(np.maximum.reduceat(leads, firsts), counts))
    starts = np.repeat(ranks[foremost[np.searchsorted(tables[foremost], used)]], counts)
    turned = firsts_of + (ranks + starts) % counts_of
    homes = homes[turned] + np.where(turned < firsts_of + starts, lengths[tables], 0)
    apart = tables * width
    filled = np.maximum.accumulate(homes - ranks + apart) - apart + ranks
    return order[turned], filled % lengths[tables]


def _bytes(records: NDArray[Any]) -> Bytes:
    """Records as rows of bytes."""
    return records.view(np.uint8).reshape(len(records), records.itemsize)
