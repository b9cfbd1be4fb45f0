"""A file of named arrays, mapped into memory, versioned and checksummed.

::

    the arrays, each on a boundary of 64 bytes
    a checksum of each 64 KiB of them                               8 bytes each
    footer: version, and where each array lies                      JSON
    magic, length of the footer, checksum of checksums and footer   24 bytes

The file appears whole or not at all. It can be thrown away: whoever finds it missing, of another
version or damaged makes it again. Opening it reads only its end; a block of an array is checked
when it is first looked at.
"""

from __future__ import annotations

import json
import mmap
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import xxhash
from numpy.typing import NDArray

from indexer.durable import replacing

_MAGIC = b"xiaosou\n"
_END = struct.Struct("<8sQQ")
_BOUNDARY = 64  # bytes: a line of the processor's cache
_BLOCK = 1 << 16  # bytes under one checksum


class DamagedArraysError(Exception):
    """An array was read that is not as it was written. It never leaves who reads the file."""


class Arrays(Protocol):
    """Arrays of one dimension by name, not to be written to."""

    def __contains__(self, name: str) -> bool:
        """Whether there is an array with this name."""

    def whole(self, name: str) -> NDArray[Any]:
        """All of an array.

        Raises:
            DamagedArraysError: It is not as it was written.
        """

    def part(self, name: str, begin: int, end: int) -> NDArray[Any]:
        """A slice of an array.

        Raises:
            DamagedArraysError: The slice is not as it was written.
        """


class MemoryArrays:
    """Arrays that are in memory anyway.

    Args:
        arrays: The arrays by name.
    """

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        self._arrays = arrays

    def __contains__(self, name: str) -> bool:
        return name in self._arrays

    def whole(self, name: str) -> NDArray[Any]:
        """See `Arrays.whole`."""
        return self._arrays[name]

    def part(self, name: str, begin: int, end: int) -> NDArray[Any]:
        """See `Arrays.part`."""
        return self._arrays[name][begin:end]


class MappedArrays:
    """The arrays of a file, mapped into memory.

    Args:
        content: The file.
        arrays: For each array its type, its length and where it begins.
        checksums: That of each block.
    """

    def __init__(
        self,
        content: mmap.mmap,
        arrays: Mapping[str, tuple[str, int, int]],
        checksums: NDArray[np.uint64],
    ) -> None:
        self._content = content
        self._checksums = checksums
        self._checked = bytearray(len(checksums))
        self._arrays = {
            name: np.frombuffer(content, dtype, count, offset)
            for name, (dtype, count, offset) in arrays.items()
        }
        self._places = {
            name: (offset, np.dtype(dtype).itemsize) for name, (dtype, _, offset) in arrays.items()
        }

    def __contains__(self, name: str) -> bool:
        return name in self._arrays

    def whole(self, name: str) -> NDArray[Any]:
        """See `Arrays.whole`."""
        return self.part(name, 0, len(self._arrays[name]))

    def part(self, name: str, begin: int, end: int) -> NDArray[Any]:
        """See `Arrays.part`."""
        offset, size = self._places[name]
        if begin < end:
            first, last = (offset + begin * size) // _BLOCK, (offset + end * size - 1) // _BLOCK
            if self._checked.find(0, first, last + 1) >= 0:
                self._check(first, last)
        return self._arrays[name][begin:end]

    def is_damaged(self) -> bool:
        """Look at every block."""
        self._checked = bytearray(len(self._checked))
        try:
            self._check(0, len(self._checked) - 1)
        except DamagedArraysError:
            return True
        return False

    def _check(self, first: int, last: int) -> None:
        with memoryview(self._content) as view:
            for block in range(first, last + 1):
                if not self._checked[block]:
                    with view[block * _BLOCK : (block + 1) * _BLOCK] as content:
                        if xxhash.xxh3_64_intdigest(content) != self._checksums[block]:
                            raise DamagedArraysError
                    self._checked[block] = True


def write_arrays(path: Path, version: int, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write a file of arrays, in place of the one that may be there.

    Args:
        path: The file.
        version: What the arrays mean; `map_arrays` wants the same.
        arrays: The arrays.

    Raises:
        OSError: The file cannot be written; what was there is unharmed.
    """
    places: dict[str, tuple[str, int, int]] = {}
    with replacing(path) as file:
        blocks = _Blocks()
        for name, array in arrays.items():
            places[name] = (array.dtype.str, len(array), file.tell())
            content = np.ascontiguousarray(array).view(np.uint8).data
            for piece in (content, bytes(-len(content) % _BOUNDARY)):
                file.write(piece)
                blocks.add(piece)
        padding = bytes(-file.tell() % _BLOCK)
        file.write(padding)
        blocks.add(padding)
        checksums = np.array(blocks.checksums, "<u8").tobytes()
        facts = {"version": version, "arrays": places}
        footer = json.dumps(facts).encode()
        file.write(checksums + footer)
        whole = xxhash.xxh3_64_intdigest(checksums + footer)
        file.write(_END.pack(_MAGIC, len(footer), whole))


def map_arrays(path: Path, version: int) -> MappedArrays | None:
    """Map a file of arrays into memory.

    Returns:
        The arrays; None when the file is missing, of another version, or its end is damaged.

    Raises:
        OSError: The file is there but cannot be read.
    """
    try:
        with path.open("rb") as file:
            content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (FileNotFoundError, ValueError):  # an empty file cannot be mapped
        return None
    if len(content) < _END.size:
        return None
    magic, length, whole = _END.unpack(content[-_END.size :])
    size = len(content) - _END.size - length  # of arrays and checksums
    blocks = size // (_BLOCK + 8)
    if magic != _MAGIC or size < 0 or size % (_BLOCK + 8):
        return None
    end = blocks * _BLOCK
    if xxhash.xxh3_64_intdigest(content[end : -_END.size]) != whole:
        return None
    facts = json.loads(content[size : -_END.size])
    if facts["version"] != version:
        return None
    return MappedArrays(content, facts["arrays"], np.frombuffer(content, "<u8", blocks, end))


class _Blocks:
    """Checksums of the blocks of what is written piece by piece."""

    def __init__(self) -> None:
        self.checksums: list[int] = []
        self._begun = xxhash.xxh3_64()
        self._size = 0

    def add(self, piece: bytes | memoryview) -> None:
        done = 0
        while done < len(piece):
            step = min(_BLOCK - self._size, len(piece) - done)
            self._begun.update(piece[done : done + step])
            self._size += step
            done += step
            if self._size == _BLOCK:
                self.checksums.append(self._begun.intdigest())
                self._begun.reset()
                self._size = 0
