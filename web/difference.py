"""What changed between two texts: paragraph by paragraph, and word by word inside one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

SAME, ADDED, REMOVED = "same", "added", "removed"
"""What became of a piece of text."""

_EFFORT = 2_000_000  # pairs of paragraphs and of words compared in all, below a second's work
_ALIKE = 0.3  # paragraphs that share less of their words were not changed but replaced
_TOKEN = re.compile(r"[^\W\u2e80-\U0003ffff]+|\s+|.", re.DOTALL)  # a Latin word, else a character


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text and what became of it: `SAME`, `ADDED` or `REMOVED`."""

    kind: str
    text: str


Paragraph = tuple[Piece, ...]
"""A paragraph as its pieces, in the order to read."""


def compare(before: Sequence[str], after: Sequence[str]) -> list[Paragraph]:
    """The paragraphs of both texts, with what was removed from one and added to the other.

    Of very long texts that differ throughout, the rest is given as removed and added as a whole.
    """
    return list(_Comparison().paragraphs(before, after))


def changed(paragraph: Paragraph) -> bool:
    """Whether something in the paragraph was added or removed."""
    return any(piece.kind != SAME for piece in paragraph)


class _Comparison:
    """One comparison, which ends in bounded time: finding what is alike takes quadratic time."""

    def __init__(self) -> None:
        self._effort = _EFFORT

    def paragraphs(self, before: Sequence[str], after: Sequence[str]) -> Iterator[Paragraph]:
        for kind, old, new in self._align(before, after):
            if kind == "equal":
                yield from ((Piece(SAME, text),) for text in old)
                continue
            for was, now in zip_longest(old, new):
                if was is None:
                    yield (Piece(ADDED, now),)
                elif now is None:
                    yield (Piece(REMOVED, was),)
                else:
                    yield from self._change(was, now)

    def _change(self, was: str, now: str) -> Iterator[Paragraph]:
        """One paragraph in place of another: one with changes, or two when little is alike."""
        pieces: list[Piece] = []
        alike = 0
        for kind, old, new in self._align(_TOKEN.findall(was), _TOKEN.findall(now)):
            if kind == "equal":
                alike += sum(map(len, old))
                pieces.append(Piece(SAME, "".join(old)))
                continue
            if old:
                pieces.append(Piece(REMOVED, "".join(old)))
            if new:
                pieces.append(Piece(ADDED, "".join(new)))
        if alike < _ALIKE * max(len(was), len(now)):
            yield (Piece(REMOVED, was),)
            yield (Piece(ADDED, now),)
        else:
            yield tuple(pieces)

    def _align(
        self, before: Sequence[str], after: Sequence[str]
    ) -> Iterator[tuple[str, Sequence[str], Sequence[str]]]:
        """Stretches of both sequences that are equal or not, as in `difflib`."""
        start = 0
        while start < min(len(before), len(after)) and before[start] == after[start]:
            start += 1
        if start:
            yield "equal", before[:start], after[:start]
        before, after = before[start:], after[start:]
        cost = len(before) * len(after)
        if cost > self._effort:
            yield "replace", before, after
            return
        self._effort -= cost
        matcher = SequenceMatcher(None, before, after, autojunk=False)
        for kind, first, last, other_first, other_last in matcher.get_opcodes():
            yield kind, before[first:last], after[other_first:other_last]
