"""A process that analyses texts for another one, and ends with it.

It gets texts on its standard input and gives their streams on its standard output, in messages of
several parts: the count of parts and the size of each, eight bytes each, then the parts. A question
is one part, the titles and bodies of many articles by turns; an answer has three parts for each
stream, see `pack`, and one with the articles' signatures. Texts are in UTF-8, with NULs between
them.
"""

from __future__ import annotations

import os
import struct
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np

from indexer.analysis import streams
from indexer.analysis.chain import Analysis
from indexer.analysis.fold import fold
from indexer.analysis.numbering import Numbered, PairNumbering, WordNumbering
from indexer.analysis.signature import Signing
from indexer.errors import SettingsError

_NUMBER = struct.Struct("<Q")
_BETWEEN = "\0"  # neither texts nor tokens contain it


def send(stream: BinaryIO, parts: Sequence[bytes]) -> None:
    """Send a message.

    Raises:
        BrokenPipeError: Nobody reads any more.
    """
    stream.write(struct.pack(f"<{len(parts) + 1}Q", len(parts), *map(len, parts)))
    stream.writelines(parts)
    stream.flush()


def receive(stream: BinaryIO) -> list[bytes] | None:
    """Wait for a message; None when the other side has ended."""
    head = stream.read(_NUMBER.size)
    if len(head) < _NUMBER.size:
        return None
    (count,) = _NUMBER.unpack(head)
    sizes = stream.read(count * _NUMBER.size)
    if len(sizes) < count * _NUMBER.size:
        return None
    parts = [stream.read(size) for (size,) in _NUMBER.iter_unpack(sizes)]
    complete = sum(map(len, parts)) == sum(size for (size,) in _NUMBER.iter_unpack(sizes))
    return parts if complete else None


def join(texts: Iterable[str]) -> bytes:
    """Texts as a part of a message; one that is alone is not empty."""
    return _BETWEEN.join(texts).encode()


def split(part: bytes) -> list[str]:
    """The texts that `join` made a part of."""
    return part.decode().split(_BETWEEN) if part else []


def pack(numbered: Numbered) -> list[bytes]:
    """A stream of many texts as parts of a message: tokens new in the vocabulary, and arrays."""
    return [join(numbered.added), numbered.numbers.tobytes(), numbered.extents.tobytes()]


def unpack(added: bytes, numbers: bytes, extents: bytes) -> Numbered:
    """The stream that `pack` made parts of."""
    return Numbered(
        split(added), np.frombuffer(numbers, np.int32), np.frombuffer(extents, np.int32)
    )


def main() -> None:
    """Answer messages until there are no more.

    The arguments are a dictionary of extra words and its digest, or none.
    """
    words, pairs, signing = WordNumbering(), PairNumbering(), Signing()
    try:
        analysis = Analysis(*map(Path, sys.argv[1:2]))
        is_same = sys.argv[2:] in ([], [analysis.digest])  # the file may have changed meanwhile
        question = receive(sys.stdin.buffer) if is_same else None
        while question is not None:
            runs = [streams.runs(fold(text)) for text in split(question[0])]
            of_words, of_pairs = words.number(map(analysis.words, runs)), pairs.number(runs)
            answer = [*pack(of_words), *pack(of_pairs), signing.sign(of_pairs)]
            send(sys.stdout.buffer, answer)
            question = receive(sys.stdin.buffer)
    except SettingsError:
        sys.exit(1)  # whoever asked does the work then, and meets the same error
    except BrokenPipeError:
        os._exit(1)  # whoever asked has ended: there is nobody to write what is buffered to
