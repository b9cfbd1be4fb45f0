"""A process that analyses texts for another one, and ends with it.

It gets texts on its standard input and gives their streams on its standard output, in messages of
many: a length of eight bytes, then the parts in UTF-8 with NULs between them.
"""

from __future__ import annotations

import os
import struct
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from indexer.analysis.chain import Analysis, Streams
from indexer.errors import SettingsError

_LENGTH = struct.Struct("<Q")
_BETWEEN = "\0"  # neither texts nor tokens contain it
_SPACE = " "  # tokens do not contain it


def send(stream: BinaryIO, parts: Iterable[str]) -> None:
    """Send a message of one or more texts without NULs.

    Raises:
        BrokenPipeError: Nobody reads any more.
    """
    content = _BETWEEN.join(parts).encode()
    stream.write(_LENGTH.pack(len(content)) + content)
    stream.flush()


def receive(stream: BinaryIO) -> list[str] | None:
    """Wait for a message; None when the other side has ended."""
    length = stream.read(_LENGTH.size)
    if len(length) < _LENGTH.size:
        return None
    (size,) = _LENGTH.unpack(length)
    content = stream.read(size)
    return content.decode().split(_BETWEEN) if len(content) == size else None


def pack(streams: Streams) -> list[str]:
    """Two texts for the streams of one: thousands of tokens travel faster as a text."""
    return [_SPACE.join(streams.words), _SPACE.join(streams.pairs)]


def unpack(words: str, pairs: str) -> Streams:
    """The streams that `pack` made texts of."""
    # A stream that is not empty has a token, so that its text is not empty.
    return Streams(
        words.split(_SPACE) if words else [],
        pairs.split(_SPACE) if pairs else [],
    )


def main() -> None:
    """Answer messages until there are no more; the argument is a dictionary of extra words."""
    analysis = Analysis(*map(Path, sys.argv[1:]))
    texts = receive(sys.stdin.buffer)
    try:
        while texts is not None:
            parts = [part for text in texts for part in pack(analysis.analyse(text))]
            send(sys.stdout.buffer, parts)
            texts = receive(sys.stdin.buffer)
    except SettingsError:
        sys.exit(1)  # whoever asked does the work then, and meets the same error
    except BrokenPipeError:
        os._exit(1)  # whoever asked has ended: there is nobody to write what is buffered to
