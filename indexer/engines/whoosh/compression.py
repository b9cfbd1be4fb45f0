"""Compression of short pieces, as Whoosh's own (zlib) reads it."""

import zlib

LEVEL = 3
"""How far `compressed` goes: the level that Whoosh's writer uses."""

# zlib's usual buffers take several times as long to set up as it takes to compress some hundred
# bytes. These are enough for a few kilobytes.
_WINDOW_BITS = 12
_MEMORY_LEVEL = 4


def compressed(piece: bytes) -> bytes:
    """A piece of some bytes or kilobytes, compressed."""
    compressor = zlib.compressobj(LEVEL, zlib.DEFLATED, _WINDOW_BITS, _MEMORY_LEVEL)
    return compressor.compress(piece) + compressor.flush()
