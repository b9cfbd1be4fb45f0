"""Signatures: short sketches of texts, alike where the texts are.

A text is taken as the set of its pairs of Chinese characters and of its Latin words with the word
after each, and a signature is the MinHash of that set (A. Broder, "On the Resemblance and
Containment of Documents", 1997): the share of equal values of two signatures is about what the sets
have in common of all they have together (Jaccard's index). Of a long text only the elements with
the smallest hashes count, which are the same ones in a text that is nearly the same.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from functools import cache, lru_cache
from itertools import chain, pairwise
from operator import index
from typing import Any

import numpy as np
import xxhash
from numpy.typing import NDArray

from indexer.analysis.numbering import Numbered
from indexer.analysis.streams import is_han

SIZE = 63
"""The values of a signature, a byte each."""

_MOST = 256  # elements of a text that count
_PAIR, _WORD = 1, 2  # what a token is, above the 32 bits of its hash
_KIND = np.uint64(32)
_HASH = np.uint64(0xFFFFFFFF)
_NONE = np.uint64(0xFFFFFFFFFFFFFFFF)  # no text and hash
_ODD = np.uint32(0x9E3779B1)  # mixes the hashes of neighbours (D. Knuth's multiplicative hashing)


def stack(signatures: Iterable[bytes]) -> NDArray[np.uint8]:
    """Signatures as the rows of an array: shape (count, `SIZE`)."""
    return np.frombuffer(b"".join(signatures), np.uint8).reshape(-1, SIZE)


def sign(title: Iterable[str], body: Iterable[str]) -> bytes:
    """The signature of a text; all its bytes are 255 when it has no words.

    Args:
        title: The pairs stream of its title.
        body: That of its body.
    """
    codes = np.fromiter(map(_code, chain(title, body)), np.uint64)
    return _signatures(codes, np.array([len(codes)])).tobytes()


class Signing:
    """Signs texts whose tokens are numbered, many at once, as `sign` does."""

    def __init__(self) -> None:
        self._codes = array("Q", [0])  # of each token of the vocabulary, the gap being the first

    def sign(self, pairs: Numbered) -> bytes:
        """The signatures of texts, one after the other.

        Args:
            pairs: The pairs of the titles and bodies by turns. Each call goes on with the
                vocabulary of the one before.
        """
        self._codes.extend(map(_code, pairs.added))
        codes = np.frombuffer(self._codes, np.uint64)[pairs.numbers]
        return _signatures(codes, pairs.extents.reshape(-1, 2).sum(axis=1)).tobytes()


@lru_cache(maxsize=65536)
def _code(token: str) -> int:
    """What a token is, and its hash; 0 for one that does not count.

    The last character of a run is in the pair before it.
    """
    if not token or (len(token) == 1 and is_han(token)):
        return 0
    return (_PAIR if is_han(token) else _WORD) << 32 | xxhash.xxh32_intdigest(token)


def _signatures(codes: NDArray[np.uint64], extents: NDArray[np.integer[Any]]) -> NDArray[np.uint8]:
    """The signatures of texts: shape (texts, `SIZE`).

    Args:
        codes: The codes of their tokens.
        extents: How many of them each text has.
    """
    texts = np.repeat(np.arange(len(extents), dtype=np.uint64), extents)
    counted = codes != 0
    codes, texts = codes[counted], texts[counted]
    hashes = (codes & _HASH).astype(np.uint32)
    following = np.zeros_like(hashes)
    following[:-1] = np.where(texts[1:] == texts[:-1], hashes[1:], 0)
    elements = np.where(codes >> _KIND == _WORD, (hashes ^ following * _ODD) * _ODD, hashes)
    elements = np.sort(texts << _KIND | elements)  # quicker than to make them unique at once
    elements = elements[np.diff(elements, prepend=_NONE) != 0]
    begins = elements.searchsorted(np.arange(len(extents) + 1, dtype=np.uint64) << _KIND).tolist()
    hashes = (elements & _HASH).astype(np.uint32)
    signatures = np.empty((len(extents), SIZE), np.uint8)
    sketch = _empty().copy()
    for number, (begin, end) in enumerate(pairwise(begins)):
        sketch.update_batch(hashes[begin : min(end, begin + _MOST)].tolist())
        signatures[number] = sketch.hashvalues & 0xFF
        sketch.clear()
    return signatures


@cache
def _empty() -> Any:
    from datasketch import MinHash  # takes half a second, and only indexing needs it

    return MinHash(SIZE, hashfunc=index, scheme="affine32")
