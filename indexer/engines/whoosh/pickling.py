"""Many pickles at once: each step writes or reads the same part of all of them.

``places`` are where in ``content`` the parts begin, one place for each pickle. What is written to
starts as zeros: only the other bytes are written.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.engines.whoosh.integers import Ints

Bytes = NDArray[np.uint8]

FLOAT_SIZE = 9
"""How many bytes a float takes."""

_ONE_BYTE = 256
_TWO_BYTES = 65536
_INT_SIZES = np.zeros(256, np.int64)
_INT_SIZES[list(b"KMJ")] = 2, 3, 5


def put(content: Bytes, places: Ints, constant: bytes) -> None:
    """Write the same bytes at each of these places."""
    for offset, byte in enumerate(constant):
        if byte:
            content[places + offset] = byte


def put_table(content: Bytes, places: Ints, table: Bytes) -> None:
    """Write each row of a table at its place."""
    for offset, column in enumerate(table.T):
        if column.any():
            content[places + offset] = column


def int_sizes(values: Ints) -> Ints:
    """How many bytes `put_ints` takes for each of these."""
    return 2 + (values >= _ONE_BYTE) + 2 * (values >= _TWO_BYTES)


def put_ints(content: Bytes, places: Ints, values: Ints) -> None:
    """Write numbers from 0 below 2³¹: opcode K and a byte, M and two, or J and four, low first."""
    content[places] = ord("K")
    content[places + 1] = values & 0xFF
    longer = np.flatnonzero(values >= _ONE_BYTE)
    places, values = places[longer], values[longer]
    content[places] = ord("M")
    content[places + 2] = values >> 8 & 0xFF
    longest = np.flatnonzero(values >= _TWO_BYTES)
    places, values = places[longest], values[longest]
    content[places] = ord("J")
    content[places + 3] = values >> 16 & 0xFF
    content[places + 4] = values >> 24


def put_floats(content: Bytes, places: Ints, values: Ints) -> None:
    """Write numbers as floats: opcode G and the eight bytes of a double, high first."""
    content[places] = ord("G")
    put_table(content, places + 1, high_first(values.astype(np.float64)))


def binary_head_sizes(lengths: Ints) -> Ints:
    """How many bytes `put_binary_heads` takes for each of these."""
    return np.where(lengths >= _ONE_BYTE, 5, 2)


def put_binary_heads(content: Bytes, places: Ints, lengths: Ints) -> None:
    """Write what stands before so many bytes: opcode C and a byte, or B and four, low first."""
    content[places] = ord("C")
    content[places + 1] = lengths & 0xFF
    longer = np.flatnonzero(lengths >= _ONE_BYTE)
    places, lengths = places[longer], lengths[longer]
    content[places] = ord("B")
    put_table(content, places + 1, lengths.astype("<u4").view(np.uint8).reshape(-1, 4))


def high_first(values: NDArray[Any]) -> Bytes:
    """The bytes of each number, the high one first, as a row of a table."""
    swapped = values.astype(values.dtype.newbyteorder(">"))
    return swapped.view(np.uint8).reshape(len(values), values.itemsize)


def take(content: Bytes, places: Ints, dtype: np.dtype[Any]) -> NDArray[Any]:
    """Read a record of this type at each of these places.

    Raises:
        IndexError: A record reaches beyond the end.
    """
    rows = content[places[:, np.newaxis] + np.arange(dtype.itemsize)]
    records: NDArray[Any] = rows.view(dtype)
    return records.ravel()


def take_ints(content: Bytes, places: Ints) -> tuple[NDArray[np.int64], Ints]:
    """Read numbers as `put_ints` writes them.

    Returns:
        The numbers, and how many bytes each took.

    Raises:
        ValueError: Something else is there.
        IndexError: A number reaches beyond the end.
    """
    opcodes = content[places]
    sizes = _INT_SIZES[opcodes]
    if not sizes.all():
        raise ValueError("a pickle has no number where one should be")
    values = content[places + 1].astype(np.int64)
    longer = np.flatnonzero(sizes > 2)
    values[longer] |= content[places[longer] + 2].astype(np.int64) << 8
    longest = np.flatnonzero(sizes > 3)
    for offset in (3, 4):
        byte = content[places[longest] + offset].astype(np.int64)
        values[longest] |= byte << 8 * (offset - 1)
    return values, sizes
