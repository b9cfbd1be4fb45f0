"""Candidates: what a run of letters or of Chinese characters may have been meant to be.

A candidate is as likely as its words are, and as the mistakes are that would have been made in
typing it. All likelihoods are natural logarithms.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby
from math import log

from whoosh.query import FuzzyTerm

from indexer.analysis.streams import is_han
from indexer.engines import Engine, count_matches
from indexer.lattice import Arc, likeliest
from indexer.lexicon import LONGEST, LONGEST_SOUND, Entry, Lexicon
from indexer.pinyin import LONGEST_SYLLABLE
from indexer.query.fields import PAIRS
from indexer.query.units import phrase_unit

_ALIKE = 8  # words of a sound, or one mistake away, that are looked at
_UNLIKELY = 4.0  # how much less likely than the first the others are at most

# Who chooses a wrong character of the right sound has a few to choose from; who types any other
# one has thousands.
_SAME_SOUND = -6.0
_SWAPPED = -7.0
_LEFT_OUT = -8.0
_ALL_OF_SAME_SOUND = -8.0
_ANY_CHARACTER = -12.0
_LETTER = -7.0
_UNSEEN = -4.0  # a syllable that no word of the collection has
_FOREIGN = 0.25  # of the letters of pinyin are something else at most
_SENTENCE = 6  # Chinese characters that stand beside them at least; a word is shorter
_TOGETHER = 5.0  # what it adds that an article has all of it side by side

_PIECE = re.compile(r"[a-z]+|[^a-z]+")


@dataclass(frozen=True, slots=True)
class Candidate:
    """What may have been meant.

    Attributes:
        text: A word, or several side by side.
        likelihood: How likely it is that this was meant, and typed as it was.
    """

    text: str
    likelihood: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What a run was taken for.

    Attributes:
        parts: One after the other, each with what may stand in its place, the likeliest first.
    """

    parts: tuple[tuple[Candidate, ...], ...]

    @property
    def likelihood(self) -> float:
        """How likely it is."""
        return sum(part[0].likelihood for part in self.parts)


class Candidates:
    """The candidates for runs, none of which an article has as it was typed.

    Args:
        engine: The index.
        lexicon: Its words.
    """

    def __init__(self, engine: Engine, lexicon: Lexicon) -> None:
        self._engine = engine
        self._lexicon = lexicon

    def is_syllable(self, letters: str) -> bool:
        """Whether letters are the sound of a single character."""
        return self._lexicon.is_syllable(letters)

    def of_pinyin(self, syllables: Sequence[str]) -> Reading | None:
        """What may be meant by pinyin; None when it is none.

        Args:
            syllables: Between which words may begin; a single text may have any number of
                syllables, and digits.
        """
        text = "".join(syllables)
        cuts = [*accumulate(map(len, syllables), initial=0)]
        if len(syllables) == 1:
            cuts = [*range(len(text) + 1)]
        arcs: list[Arc] = []
        spans: list[tuple[int, int]] = []
        for piece in _PIECE.finditer(text):
            begin, end = piece.span()
            if piece[0].isalpha():
                within = [place for place in cuts if begin <= place <= end]
                spans += [(a, b) for a in within for b in within if a < b <= a + LONGEST_SOUND]
            else:
                arcs.append(Arc(begin, end, piece[0], 0.0))
        sounding = self._lexicon.sounding([text[begin:end] for begin, end in spans], _ALIKE)
        arcs += [
            Arc(begin, end, entry.word, self._likelihood(entry.articles))
            for (begin, end), entries in zip(spans, sounding, strict=True)
            for entry in entries
        ]
        reading = self._read(arcs + self._untranslated(text, arcs), text)
        return reading if reading and _is_chinese(reading, len(text)) else None

    def _untranslated(self, text: str, known: Sequence[Arc]) -> list[Arc]:
        """Syllables of no word, and single letters: they stay as they are.

        A syllable is likelier than its letters, so that none is torn apart.
        """
        unlikely = self._likelihood(0)
        seen = {(arc.begin, arc.end) for arc in known}
        arcs: list[Arc] = []
        for begin, letter in enumerate(text):
            if letter.isalpha():
                arcs.append(Arc(begin, begin + 1, letter, unlikely))
            ends = range(begin + 2, min(len(text), begin + LONGEST_SYLLABLE) + 1)
            arcs += [
                Arc(begin, end, text[begin:end], unlikely + _UNSEEN)
                for end in ends
                if (begin, end) not in seen and self.is_syllable(text[begin:end])
            ]
        return arcs

    def latin_at_most(self) -> float:
        """How likely what `of_latin` gives is at most: as a word that every article has."""
        return self._likelihood(self._lexicon.total) + _LETTER

    def of_latin(self, word: str) -> Reading | None:
        """The words of the collection that are a letter away; None when there are none."""
        near = self._engine.expand(FuzzyTerm(PAIRS, word, maxdist=1, prefixlength=0))
        counts = {other: count for other, count in near.items() if other.isascii()}
        counts |= self._counted(_swapped(word))
        found = [
            Candidate(other, self._likelihood(count) + _LETTER)
            for other, count in counts.items()
            if count
        ]
        return Reading((_likely(found),)) if found else None

    def of_chinese(self, run: str) -> Reading | None:
        """What may be meant by Chinese characters; None when they seem right."""
        spans = [
            (begin, end)
            for begin in range(len(run))
            for end in range(begin + 1, min(len(run), begin + LONGEST) + 1)
        ]
        counts = self._lexicon.counts([run[begin:end] for begin, end in spans])
        arcs: list[Arc] = []
        for (begin, end), count in zip(spans, counts, strict=True):
            typed = run[begin:end]
            if count or len(typed) == 1:
                arcs.append(Arc(begin, end, typed, self._likelihood(count)))
            else:
                mistaken = self._mistaken(typed)
                arcs += [Arc(begin, end, one.text, one.likelihood) for one in mistaken]
        return self._read(arcs, run)

    def _mistaken(self, typed: str) -> list[Candidate]:
        """The words for which one that no article has may have been typed."""
        lexicon = self._lexicon
        (homophones,) = lexicon.sounding([lexicon.spelled(typed)], _ALIKE)
        kinds: list[tuple[float, Iterable[Entry]]] = [
            (_LEFT_OUT, lexicon.longer(typed)),
            (_ANY_CHARACTER, self._entries(_shortened(typed))),
            (_SWAPPED, self._entries(_swapped(typed))),
            (_ALL_OF_SAME_SOUND, [one for one in homophones if len(one.word) == len(typed)]),
        ]
        replaced = lexicon.replaced(typed)
        alike = [entry for entry in replaced if lexicon.sound_alike(entry.word, typed)]
        kinds.append((_SAME_SOUND, alike) if alike else (_ANY_CHARACTER, replaced))
        found: dict[str, float] = {}
        for mistake, words in kinds:
            for word, count in words:
                likelihood = self._likelihood(count) + mistake
                found[word] = max(likelihood, found.get(word, likelihood))
        return _best(Candidate(word, likelihood) for word, likelihood in found.items())

    def _entries(self, words: Sequence[str]) -> list[Entry]:
        """Those of some words that articles have."""
        entries = map(Entry, words, self._lexicon.counts(words))
        return [entry for entry in entries if entry.articles]

    def _read(self, arcs: Sequence[Arc], typed: str) -> Reading | None:
        """The likeliest reading: what stands side by side in an article, or else its words."""
        ways = likeliest(arcs, len(typed), self._counted)
        if not ways:
            return None
        together = _likely(
            Candidate(way.text, way.likelihood + _TOGETHER)
            for way in ways
            if way.text != typed and self._occurs(way.text)
        )
        best = ways[0]
        if together and together[0].likelihood > best.likelihood:
            return Reading((together,))
        if best.text == typed:
            return None
        parts: list[tuple[Candidate, ...]] = []
        for is_foreign, group in groupby(best.arcs, lambda arc: arc.text.isascii()):
            words = [_likely(_instead_of(arc, arcs)) for arc in group]
            parts += [_joined(words)] if is_foreign else words
        return Reading(tuple(parts))

    def _occurs(self, text: str) -> bool:
        together = phrase_unit(text)
        return together is not None and count_matches(self._engine, together) > 0

    def _counted(self, tokens: Sequence[str]) -> Mapping[str, int]:
        return dict(zip(tokens, self._engine.frequencies(PAIRS, tokens), strict=True))

    def _likelihood(self, count: int) -> float:
        # What people ask for is not as frequent as what articles say: hence the root of the count.
        return log(count or 0.5) / 2 - log(self._lexicon.total)


def _swapped(word: str) -> list[str]:
    """A word with two neighbours in each other's place."""
    return [
        word[:place] + word[place + 1] + word[place] + word[place + 2 :]
        for place in range(len(word) - 1)
    ]


def _shortened(word: str) -> list[str]:
    """A word without one of its characters, of which two are left at least."""
    return [word[:place] + word[place + 1 :] for place in range(len(word) if len(word) > 2 else 0)]


def _is_chinese(reading: Reading, letters: int) -> bool:
    """Whether pinyin was read as Chinese, but for what little a sentence may have besides."""
    text = "".join(part[0].text for part in reading.parts)
    foreign = sum(character.isascii() and character.isalpha() for character in text)
    characters = sum(map(is_han, text))
    return not foreign or (characters >= _SENTENCE and foreign <= _FOREIGN * letters)


def _joined(words: Sequence[Sequence[Candidate]]) -> tuple[Candidate, ...]:
    """Letters and digits side by side as one candidate."""
    text = "".join(word[0].text for word in words)
    return (Candidate(text, sum(word[0].likelihood for word in words)),)


def _instead_of(arc: Arc, arcs: Iterable[Arc]) -> list[Candidate]:
    """A word and those that may stand in its place."""
    place = arc.begin, arc.end
    return [Candidate(one.text, one.likelihood) for one in arcs if (one.begin, one.end) == place]


def _best(candidates: Iterable[Candidate]) -> list[Candidate]:
    return sorted(candidates, key=lambda one: (-one.likelihood, one.text))[:_ALIKE]


def _likely(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """The likeliest, and those that are not much less likely."""
    best = _best(candidates)
    return tuple(one for one in best if one.likelihood >= best[0].likelihood - _UNLIKELY)
