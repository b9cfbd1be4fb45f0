"""The chain of analysis as one object, with the fingerprint that an index remembers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from indexer.analysis import streams
from indexer.analysis.dictionary import Dictionary
from indexer.analysis.fold import fold
from indexer.analysis.segment import Segmenter

_CHAIN_VERSION = 2  # to be raised whenever the same text gives other tokens
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
        dictionary: A file of extra words for the segmenter (see `Dictionary`).

    Attributes:
        dictionary: The words, as the file was when this was made; None for none.

    Raises:
        SettingsError: The file cannot be read.
    """

    def __init__(self, dictionary: Path | None = None) -> None:
        self.dictionary = Dictionary.read(dictionary) if dictionary else None
        self._segmenter = Segmenter(self.dictionary)

    def analyse(self, text: str) -> Streams:
        """Both streams of a text."""
        runs = streams.runs(fold(text))
        return Streams(self.words(runs), streams.pairs_of(runs))

    def words(self, runs: Iterable[str]) -> list[str]:
        """The words stream of a text's runs (`streams.runs`)."""
        return streams.words_of(runs, self._segmenter.cut)

    def fingerprint(self) -> str:
        """Changes when the same text could give other tokens: an index built before is stale.

        The extra words are told apart by `digest`.
        """
        parts = [f"chain {_CHAIN_VERSION}"]
        parts += [f"{library} {version(library)}" for library in _LIBRARIES]
        return ", ".join(parts)

    @property
    def digest(self) -> str:
        """Changes with the extra words; empty without any."""
        return self.dictionary.digest if self.dictionary else ""

    def own_words(self) -> Mapping[str, int]:
        """See `Segmenter.own_words`.

        Raises:
            SettingsError: The dictionary holds something else.
        """
        return self._segmenter.own_words()
