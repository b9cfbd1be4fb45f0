"""A file of named arrays, mapped into memory, versioned and checksummed.

::

    the arrays, each on a boundary of 64 bytes
    footer: version, checksum of the arrays, and where each lies     JSON
    magic, length of the footer, checksum of the footer              24 bytes

The file appears whole or not at all. It can be thrown away: whoever finds it missing, of another
version or damaged makes it again.
"""

from __future__ import annotations

import json
import mmap
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import xxhash
from numpy.typing import NDArray

from indexer.durable import replacing

Arrays = Mapping[str, NDArray[Any]]
"""Arrays of one dimension by name."""

_MAGIC = b"xiaosou\n"
_END = struct.Struct("<8sQQ")
_BOUNDARY = 64  # bytes: a line of the processor's cache


def write_arrays(path: Path, version: int, arrays: Arrays) -> None:
    """Write a file of arrays, in place of the one that may be there.

    Args:
        path: The file.
        version: What the arrays mean; `read_arrays` wants the same.
        arrays: The arrays.

    Raises:
        OSError: The file cannot be written; what was there is unharmed.
    """
    places: dict[str, tuple[str, int, int]] = {}
    checksum = xxhash.xxh3_64()
    with replacing(path) as file:
        for name, array in arrays.items():
            places[name] = (array.dtype.str, len(array), file.tell())
            content = np.ascontiguousarray(array).tobytes()
            for piece in (content, bytes(-len(content) % _BOUNDARY)):
                file.write(piece)
                checksum.update(piece)
        facts = {"version": version, "checksum": checksum.intdigest(), "arrays": places}
        footer = json.dumps(facts).encode()
        file.write(footer)
        file.write(_END.pack(_MAGIC, len(footer), xxhash.xxh3_64_intdigest(footer)))


def read_arrays(path: Path, version: int) -> Arrays | None:
    """Map a file of arrays into memory.

    Returns:
        The arrays, not to be written to; None when the file is missing, of another version or
        damaged.

    Raises:
        OSError: The file is there but cannot be read.
    """
    try:
        with path.open("rb") as file:
            content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (FileNotFoundError, ValueError):  # an empty file cannot be mapped
        return None
    facts = _facts(content)
    if facts is None or facts["version"] != version:
        return None
    return {
        name: np.frombuffer(content, dtype, count, offset)
        for name, (dtype, count, offset) in facts["arrays"].items()
    }


def _facts(content: mmap.mmap) -> dict[str, Any] | None:
    """The footer of a file that is as it was written."""
    if len(content) < _END.size:
        return None
    magic, length, footer_checksum = _END.unpack(content[-_END.size :])
    begin = len(content) - _END.size - length
    if magic != _MAGIC or begin < 0:
        return None
    footer = content[begin : -_END.size]
    if xxhash.xxh3_64_intdigest(footer) != footer_checksum:
        return None
    facts: dict[str, Any] = json.loads(footer)
    with memoryview(content) as view, view[:begin] as arrays:
        whole = xxhash.xxh3_64_intdigest(arrays) == facts["checksum"]
    return facts if whole else None
