"""Building: from the tokens of documents to the arrays of a stream."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from itertools import compress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.analysis.numbering import Numbers
from indexer.analysis.streams import GAP
from indexer.analysis.tokens import Tokens, Vocabulary
from indexer.engines.whoosh.inversion import Piece, invert
from indexer.engines.whoosh.stream import stream_arrays

_PIECE = 1 << 21  # tokens in memory; complete pieces are in a file


class StreamBuilder:
    """Collects the tokens of documents.

    Args:
        name: The stream.
        positions: Whether positions are kept.
        file: Where tokens go that are too many for memory; not there yet.
    """

    def __init__(self, name: str, positions: bool, file: Path) -> None:
        self._name = name
        self._positions = positions
        self._file = file
        self._numbers = Numbers()
        self._renumberings: dict[Vocabulary, array[int]] = {}  # our number of each of theirs
        self._tokens = array("i")
        self._extents = array("q")
        self._piece_ends: list[tuple[int, int]] = []  # tokens and texts up to there

    def add(self, title: Sequence[str], body: Sequence[str]) -> None:
        """Add the next document.

        Raises:
            OSError: The file cannot be written.
        """
        for tokens in (title, body):
            if isinstance(tokens, Tokens):
                self._tokens.frombytes(self._renumbered(tokens).tobytes())
            else:
                self._tokens.extend(map(self._numbers.__getitem__, tokens))
            self._extents.append(len(tokens))
        if len(self._tokens) >= _PIECE:
            with self._file.open("ab") as file:
                self._tokens.tofile(file)
            tokens_before = self._piece_ends[-1][0] if self._piece_ends else 0
            self._piece_ends.append((tokens_before + len(self._tokens), len(self._extents)))
            self._tokens = array("i")

    def finish(self) -> Mapping[str, NDArray[Any]]:
        """The arrays of the stream, see `stream_arrays`.

        Raises:
            OSError: The file cannot be read.
        """
        extents = np.array(self._extents, np.int64)
        pieces = self._pieces(extents)
        terms = sorted(self._numbers.keys() - {GAP})
        order = np.fromiter(map(self._numbers.__getitem__, terms), np.int64, len(terms))
        inverted = invert(pieces, order, positions=self._positions)
        used = inverted.counts > 0  # a vocabulary may have more than its documents
        return stream_arrays(
            self._name,
            terms=list(map(str.encode, compress(terms, used.tolist()))),
            ends=np.cumsum(inverted.counts[used]),
            documents=inverted.documents,
            frequencies=inverted.frequencies.reshape(-1),
            lengths=np.concatenate([_lengths(piece) for piece in pieces]),
            extents=extents if self._positions else None,
            positions=inverted.positions,
        )

    def _renumbered(self, tokens: Tokens) -> NDArray[np.int32]:
        vocabulary = tokens.vocabulary
        known = self._renumberings.setdefault(vocabulary, array("i"))
        if len(known) < len(vocabulary.tokens):
            known.extend(map(self._numbers.__getitem__, vocabulary.tokens[len(known) :]))
        renumbered: NDArray[np.int32] = np.frombuffer(known, np.int32)[tokens.numbers]
        return renumbered

    def _pieces(self, extents: NDArray[np.int64]) -> list[Piece]:
        """All tokens; no more can be added."""
        pieces = []
        first_token = first_text = 0
        for token_end, text_end in self._piece_ends:
            numbers = np.memmap(
                self._file, np.int32, "r", first_token * 4, (token_end - first_token,)
            )
            pieces.append(Piece(numbers, extents[first_text:text_end]))
            first_token, first_text = token_end, text_end
        rest = np.array(self._tokens, np.int32)
        return [*pieces, Piece(rest, extents[first_text:])]


def _lengths(piece: Piece) -> NDArray[np.int64]:
    """How many tokens each text of a piece has, gaps aside."""
    before = np.concatenate([[0], np.cumsum(piece.numbers != 0)])
    ends = np.cumsum(piece.extents)
    lengths: NDArray[np.int64] = before[ends] - before[ends - piece.extents]
    return lengths
