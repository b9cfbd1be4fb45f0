"""Did you mean: other words for those that no article has.

A Latin word may be pinyin for Chinese, or one letter away from a word of the collection; Chinese
may have been typed by its sound with the wrong characters. A sound stands for several words, so a
correction searches for all of the likeliest, and names the first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from math import log

from whoosh.query import FuzzyTerm, Query, Term

from indexer.analysis import fold
from indexer.analysis.streams import is_han, runs, stem
from indexer.engines import Engine, count_matches
from indexer.lexicon import LONGEST, Lexicon
from indexer.pinyin import syllables
from indexer.query.fields import PAIRS, WORDS
from indexer.query.syntax import MARKS
from indexer.query.units import phrase_unit

_MOST_LETTERS = 40  # of pinyin in one word
_MOST_CHARACTERS = 8  # of a run of Chinese: a longer one is a sentence
_SENTENCE = frozenset("的了是在谁哪吗呢吧怎么什何")  # sentences have one, words hardly ever
_SYLLABLE = 6  # letters of the longest
_SHORTEST = 4  # letters of a word that is corrected by a letter
_ALTERNATIVES = 5  # words that a sound is taken for
_EACH_WORD = 12.0  # what every word of a correction costs: few long ones are likelier

_Words = tuple[str, ...]
_Choice = tuple[float, tuple[_Words, ...]]


@dataclass(frozen=True, slots=True)
class Correction:
    """What may have been meant.

    Attributes:
        text: It as one would type it.
        query: It with other words of the same sounds, in the query language.
    """

    text: str
    query: str


class Corrector:
    """Corrects queries by the words of an index.

    Args:
        engine: The index.
        lexicon: Gives its words; asked only where something is to be corrected.
    """

    def __init__(self, engine: Engine, lexicon: Callable[[], Lexicon]) -> None:
        self._engine = engine
        self._lexicon = lexicon

    def correct(self, text: str) -> Correction | None:
        """What a query may have been meant to be; None when it seems right or has syntax.

        Args:
            text: The query as typed.
        """
        if MARKS.search(text):
            return None
        parts = [[run for run in runs(fold(part)) if run] for part in text.split()]
        corrected = [[self._correct_run(run) for run in part] for part in parts]
        if all(
            words == ((run,),)
            for part, chosen in zip(parts, corrected, strict=True)
            for run, words in zip(part, chosen, strict=True)
        ):
            return None
        typed = " ".join("".join(w[0] for run in part for w in run) for part in corrected if part)
        asked = [_alternatives(w) for part in corrected for run in part for w in run]
        return Correction(typed, " ".join(asked))

    def _correct_run(self, run: str) -> tuple[_Words, ...]:
        """The words for a run, each with its alternatives; the run itself when it seems right."""
        found = self._correct_chinese(run) if is_han(run) else self._correct_latin(run)
        return found or ((run,),)

    def _correct_latin(self, word: str) -> tuple[_Words, ...] | None:
        if not word.isascii() or not word.isalpha() or self._occurs(Term(WORDS, stem(word))):
            return None
        return self._from_pinyin(word) or self._one_letter_away(word)

    def _from_pinyin(self, word: str) -> tuple[_Words, ...] | None:
        """The Chinese words that a word spells in pinyin, as few as possible."""
        if len(word) > _MOST_LETTERS:
            return None
        lexicon = self._lexicon()

        @cache
        def best(start: int) -> _Choice | None:
            if start == len(word):
                return 0.0, ()
            choices: list[_Choice] = []
            for end in range(start + 1, min(len(word), start + LONGEST * _SYLLABLE) + 1):
                words = lexicon.by_sound.get(word[start:end])
                rest = best(end) if words else None
                if words and rest:
                    choices.append(_chosen(words, lexicon.chinese[words[0]], rest))
            return max(choices, default=None)

        found = best(0)
        return found[1] if found else None

    def _one_letter_away(self, word: str) -> tuple[_Words, ...] | None:
        if len(word) < _SHORTEST:
            return None
        found = self._engine.expand(FuzzyTerm(PAIRS, word, maxdist=1, prefixlength=0))
        latin = sorted(filter(str.isascii, found), key=lambda other: (-found[other], other))
        return (tuple(latin[:_ALTERNATIVES]),) if latin else None

    def _correct_chinese(self, run: str) -> tuple[_Words, ...] | None:
        if not 1 < len(run) <= _MOST_CHARACTERS or not _SENTENCE.isdisjoint(run):
            return None
        together = phrase_unit(run)
        if together is None or self._occurs(together):
            return None
        lexicon = self._lexicon()
        sounds = syllables(run)

        @cache
        def best(start: int) -> _Choice:
            if start == len(run):
                return 0.0, ()
            single = run[start]
            choices = [_chosen([single], lexicon.chinese.get(single, 0), best(start + 1))]
            for end in range(start + 2, min(len(run), start + LONGEST) + 1):
                typed = run[start:end]
                if typed in lexicon.chinese:
                    choices.append(_chosen([typed], lexicon.chinese[typed], best(end)))
                    continue
                words = lexicon.by_sound.get("".join(sounds[start:end]), [])
                alike = [word for word in words if len(word) == len(typed)]
                alike.sort(key=lambda word: -_shared(word, typed))
                if alike:
                    choices.append(_chosen(alike, lexicon.chinese[alike[0]], best(end)))
            return max(choices)

        found = best(0)[1]
        return None if "".join(words[0] for words in found) == run else found

    def _occurs(self, node: Query) -> bool:
        return count_matches(self._engine, node) > 0


def _chosen(words: Sequence[str], count: int, rest: _Choice) -> _Choice:
    return log(1 + count) - _EACH_WORD + rest[0], (tuple(words[:_ALTERNATIVES]), *rest[1])


def _shared(word: str, typed: str) -> int:
    return sum(one == other for one, other in zip(word, typed, strict=True))


def _alternatives(words: _Words) -> str:
    return words[0] if len(words) == 1 else f"({' | '.join(words)})"
