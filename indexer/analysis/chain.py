"""The chain of analysis as one object, with the fingerprint that an index remembers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from indexer.analysis import streams
from indexer.analysis.fold import fold
from indexer.analysis.segment import Segmenter
from indexer.errors import SettingsError

_CHAIN_VERSION = 1  # to be raised whenever the same text gives other tokens
_LIBRARIES = ("jieba", "opencc", "PyStemmer")


@dataclass(frozen=True, slots=True)
class Streams:
    """A text as it is indexed.

    Attributes:
        words: jieba's words and stemmed Latin words, in order.
        pairs: Pairs of Chinese characters and Latin words, each at its position;
            `streams.GAP` where adjacency ends.
    """

    words: Sequence[str]
    pairs: Sequence[str]

    @property
    def searchable(self) -> list[str]:
        """The words that a query asks for: those that are not blank, in order."""
        return [word for word in self.words if word.strip()]


class Analysis:
    """Turns articles and queries into tokens. May be shared by threads.

    Args:
        dictionary: A file of extra words for the segmenter (see `Segmenter`).

    Attributes:
        dictionary: The same.
    """

    def __init__(self, dictionary: Path | None = None) -> None:
        self.dictionary = dictionary
        self._segmenter = Segmenter(dictionary)

    def analyse(self, text: str) -> Streams:
        """Both streams of a text."""
        runs = streams.runs(fold(text))
        return Streams(self.words(runs), streams.pairs_of(runs))

    def words(self, runs: Iterable[str]) -> list[str]:
        """The words stream of a text's runs (`streams.runs`)."""
        return streams.words_of(runs, self._segmenter.cut)

    def fingerprint(self) -> str:
        """Changes when the same text could give other tokens: an index built before is stale.

        Raises:
            SettingsError: The dictionary of extra words cannot be read.
        """
        parts = [f"chain {_CHAIN_VERSION}"]
        parts += [f"{library} {version(library)}" for library in _LIBRARIES]
        if self.dictionary:
            try:
                words = self.dictionary.read_bytes()
            except OSError as error:
                raise SettingsError(
                    f"the dictionary {self.dictionary} cannot be read: {error.strerror}"
                ) from None
            parts.append(f"dictionary {hashlib.sha256(words).hexdigest()[:16]}")
        return ", ".join(parts)
