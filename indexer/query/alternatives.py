"""Alternatives: other words that a word of a query is searched for by as well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from whoosh.query import And, Or, Query

from indexer.analysis import Analysis
from indexer.analysis.streams import is_han, runs
from indexer.query.fields import SYNONYM_WEIGHT, TRANSLATION_WEIGHT
from indexer.query.preferences import Synonyms
from indexer.query.translation import Translation
from indexer.query.units import joined, word_unit
from indexer.query.vocabulary import Vocabulary

_MOST_WORDS = 16  # of a query that is translated
_MOST_TRANSLATIONS = 5  # of a word
_MOST_LOOKED_UP = 40  # of a word's translations


@dataclass(frozen=True, slots=True, eq=False)
class Alternative:
    """Another word, or several that belong together.

    Attributes:
        text: As it is said.
        words: The words of the words stream.
        unit: What finds it.
    """

    text: str
    words: tuple[str, ...]
    unit: Query


class Alternatives:
    """The alternatives of words.

    Args:
        analysis: The analysis of the index.
        vocabulary: The words of the index: a translation that no article has is none.
        synonyms: Words that mean the same; None for none.
        translation: What words mean in the other language; None when that does not matter.
    """

    def __init__(
        self,
        analysis: Analysis,
        vocabulary: Vocabulary,
        synonyms: Synonyms | None,
        translation: Translation | None,
    ) -> None:
        self._analysis = analysis
        self._vocabulary = vocabulary
        self._synonyms = synonyms
        self._translation = translation

    def synonyms(self, word: str, weight: float) -> list[Alternative]:
        """What means the same as a word of the words stream.

        Args:
            word: The word.
            weight: What it counts itself.
        """
        others = self._synonyms.of(word) if self._synonyms else ()
        return [
            _alternative(text, self._analysis.analyse(text).searchable, SYNONYM_WEIGHT * weight)
            for text in others
        ]

    def translations(
        self, words: Sequence[str], weights: Sequence[float]
    ) -> tuple[list[Query], list[Alternative]]:
        """The ways to say words in the other language, and the words of these.

        An article is in one language: all words are translated, together or each, or none is.

        Args:
            words: The words.
            weights: What each counts.
        """
        is_one_language = len(set(map(is_han, words))) == 1 and all(map(str.isalpha, words))
        is_short = len(words) <= _MOST_WORDS
        if self._translation is None or not is_one_language or not is_short:
            return [], []
        found: list[list[Alternative]] = []
        for word, weight in zip(words, weights, strict=True):
            found.append(self._translated(word, weight))
            if not found[-1]:
                break
        together = self._translated(" ".join(words), max(weights)) if len(words) > 1 else []
        ways = [other.unit for other in together]
        if all(found):
            parts = [joined((other.unit for other in others), Or) for others in found]
            ways.append(joined(parts, And))
            together += [other for others in found for other in others]
        return ways, together

    def _translated(self, words: str, weight: float) -> list[Alternative]:
        """The translations of words, taken as one, that most articles have."""
        texts = self._translation.of(words)[:_MOST_LOOKED_UP] if self._translation else ()
        cut = {text: self._analysis.words(runs(text)) for text in texts}
        parts = list({part for words in cut.values() for part in words})
        counts = dict(zip(parts, self._vocabulary.frequencies(parts), strict=True))
        # As many articles may have the words of one as have the rarest of them.
        most = {text: min(map(counts.__getitem__, words)) for text, words in cut.items()}
        ranked = sorted(filter(most.__getitem__, cut), key=lambda text: -most[text])
        return [
            _alternative(text, cut[text], TRANSLATION_WEIGHT * weight)
            for text in ranked[:_MOST_TRANSLATIONS]
        ]


def _alternative(text: str, words: Sequence[str], weight: float) -> Alternative:
    share = weight / max(len(words), 1)
    return Alternative(text, tuple(words), joined([word_unit(part, share) for part in words], And))
