"""Did you mean: other words for those that no article has.

A Latin word may be pinyin for Chinese, or one letter away from a word of the collection; of Chinese
a character may be wrong, mostly one of the same sound, left out, too many, or in the place of its
neighbour. Several words may have been meant: all of the likely ones are searched for, the likelier
the more they count, and the first is named.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from math import exp

from whoosh.query import Query, Term

from indexer.analysis import fold
from indexer.analysis.streams import is_han, runs, stem
from indexer.candidates import Candidate, Candidates, Reading
from indexer.engines import Engine, count_matches
from indexer.lexicon import Lexicon
from indexer.pinyin import LONGEST_SYLLABLE
from indexer.query.fields import WORDS
from indexer.query.syntax import MARKS
from indexer.query.units import phrase_unit

_MOST_RUNS = 8  # of a query: a longer one is a sentence
_MOST_LETTERS = 256  # of pinyin, which may be a whole question
_MOST_CHARACTERS = 16  # of a run of Chinese
_SENTENCE = frozenset("的了是在谁哪吗呢吧怎么什何")  # sentences have one, words hardly ever
_SHORTEST = 4  # letters of a word that is corrected by a letter


@dataclass(frozen=True, slots=True)
class Correction:
    """What may have been meant.

    Attributes:
        text: It as one would type it.
        query: It with the other words that are likely, too, in the query language.
    """

    text: str
    query: str


@dataclass(frozen=True, slots=True)
class _Run:
    """A run of one kind of characters.

    Attributes:
        typed: The run; of syllables in pinyin, several with spaces between.
        joined: Whether no space stands between it and the run before.
        reading: What it was taken for; None when it seems right.
    """

    typed: str
    joined: bool
    reading: Reading | None = None

    @property
    def is_pinyin(self) -> bool:
        """Whether letters were taken for Chinese."""
        parts = self.reading.parts if self.reading else ()
        return self.typed.isascii() and any(not part[0].text.isascii() for part in parts)


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
        typed = [
            _Run(run, joined=place > 0)
            for part in text.split()
            for place, run in enumerate(filter(None, runs(fold(part))))
        ]
        if sum(not _may_be_syllable(run) for run in typed) > _MOST_RUNS:
            return None
        grouped = self._grouped(typed)
        if len(grouped) > _MOST_RUNS:
            return None
        read = [replace(run, reading=self._reading(run.typed)) for run in grouped]
        if any(run.is_pinyin for run in read):
            read = [self._or_pinyin(run) for run in read]
        return _correction(read) if any(run.reading for run in read) else None

    def _grouped(self, typed: Sequence[_Run]) -> list[_Run]:
        """The runs, those syllables of pinyin as one that stand next to each other."""
        grouped: list[_Run] = []
        for may_be_syllables, group in groupby(typed, _may_be_syllable):
            together = [*group]
            words = [run.typed for run in together]
            if may_be_syllables and len(words) > 1 and not all(map(self._is_latin_word, words)):
                grouped += self._joined(together)
            else:
                grouped += together
        return grouped

    def _joined(self, typed: Sequence[_Run]) -> list[_Run]:
        joined: list[_Run] = []
        candidates = self._candidates
        for is_syllable, group in groupby(typed, lambda run: candidates.is_syllable(run.typed)):
            together = [*group]
            if is_syllable:
                together = [replace(together[0], typed=" ".join(run.typed for run in together))]
            joined += together
        return joined

    @cached_property
    def _candidates(self) -> Candidates:
        return Candidates(self._engine, self._lexicon())

    def _reading(self, run: str) -> Reading | None:
        return self._of_chinese(run) if is_han(run) else self._of_latin(run)

    def _of_chinese(self, run: str) -> Reading | None:
        if not 1 < len(run) <= _MOST_CHARACTERS or not _SENTENCE.isdisjoint(run):
            return None
        together = phrase_unit(run)
        if together is None or self._occurs(together):
            return None
        return self._candidates.of_chinese(run)

    def _of_latin(self, run: str) -> Reading | None:
        if not run.isascii() or run.isdigit() or self._is_latin_word(run):
            return None
        candidates = self._candidates
        pinyin = candidates.of_pinyin(run.split()) if len(run) <= _MOST_LETTERS else None
        is_word = len(run) >= _SHORTEST and run.isalpha()
        if not is_word or (pinyin and pinyin.likelihood >= candidates.latin_at_most()):
            return pinyin
        latin = candidates.of_latin(run)
        return max(filter(None, (pinyin, latin)), key=lambda one: one.likelihood, default=None)

    def _or_pinyin(self, run: _Run) -> _Run:
        """A Latin word that articles have, with Chinese of that sound, in a query of pinyin."""
        if run.reading or not (run.typed.isascii() and run.typed.isalpha()):
            return run
        pinyin = self._candidates.of_pinyin([run.typed])
        if pinyin is None or len(pinyin.parts) > 1:
            return run
        (part,) = pinyin.parts
        return replace(run, reading=Reading(((Candidate(run.typed, part[0].likelihood), *part),)))

    def _is_latin_word(self, word: str) -> bool:
        return self._occurs(Term(WORDS, stem(word)))

    def _occurs(self, node: Query) -> bool:
        return count_matches(self._engine, node) > 0


def _may_be_syllable(run: _Run) -> bool:
    return run.typed.isascii() and run.typed.isalpha() and len(run.typed) <= LONGEST_SYLLABLE


def _correction(read: Sequence[_Run]) -> Correction:
    text = ""
    asked: list[str] = []
    for run in read:
        parts = run.reading.parts if run.reading else ((Candidate(run.typed, 0.0),),)
        text += ("" if run.joined else " ") + "".join(part[0].text for part in parts)
        asked += map(_alternatives, parts)
    text = text.strip()
    return Correction(text, " ".join(asked) if any(" " in part for part in asked) else text)


def _alternatives(part: Sequence[Candidate]) -> str:
    """Candidates with weights that fall more slowly than their likelihoods: nothing is sure."""
    if len(part) == 1:
        return part[0].text
    best = part[0].likelihood
    weighted = [f"{one.text}^{exp((one.likelihood - best) / 2):.3f}" for one in part]
    return f"({' | '.join(weighted)})"
