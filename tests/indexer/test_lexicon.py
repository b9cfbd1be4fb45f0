"""The lexicon: its answers are those of looking at every word."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.arrayfile import MemoryArrays
from indexer.lexicon import LONGEST, Lexicon, lexicon_arrays

WORDS = st.text("催收税银行航", min_size=1, max_size=LONGEST + 1)
COUNTS = st.dictionaries(WORDS, st.integers(1, 9), max_size=40)


def lexicon_of(counts: Mapping[str, int]) -> Lexicon:
    return Lexicon(MemoryArrays(lexicon_arrays(counts)))


def differs_in_one(word: str, other: str) -> bool:
    same_length = len(word) == len(other)
    return same_length and sum(a != b for a, b in zip(word, other, strict=True)) == 1


def has_one_more(word: str, other: str) -> bool:
    return any(other[:place] + other[place + 1 :] == word for place in range(len(other)))


@settings(deadline=None)
@given(COUNTS, WORDS)
def test_counts_are_those_of_the_collection(counts: dict[str, int], asked: str) -> None:
    known = {word: count for word, count in counts.items() if len(word) <= LONGEST}
    lexicon = lexicon_of(counts)
    assert lexicon.counts([asked, *counts]) == [known.get(word, 0) for word in [asked, *counts]]
    assert lexicon.total == 1 + sum(known.values())


@settings(deadline=None)
@given(COUNTS, WORDS.filter(lambda word: len(word) > 1))
def test_words_a_character_away_are_found(counts: dict[str, int], asked: str) -> None:
    known = {word: count for word, count in counts.items() if len(word) <= LONGEST}
    lexicon = lexicon_of(counts)
    replaced = {word: count for word, count in known.items() if differs_in_one(asked, word)}
    longer = {word: count for word, count in known.items() if has_one_more(asked, word)}
    assert dict(lexicon.replaced(asked)) == replaced
    assert dict(lexicon.longer(asked)) == longer


@pytest.mark.parametrize(
    ("sound", "words"),
    [("yinhang", ["银行"]), ("cuishou", ["催收", "崔收"]), ("xing", ["行"]), ("nothing", [])],
)
def test_words_are_found_by_their_sound_the_most_frequent_first(
    sound: str, words: list[str]
) -> None:
    lexicon = lexicon_of({"银行": 3, "崔收": 1, "催收": 2, "行": 1})
    (found,) = lexicon.sounding([sound], most=9)
    assert [entry.word for entry in found] == words
    (first,) = lexicon.sounding([sound], most=1)
    assert [entry.word for entry in first] == words[:1]


def test_a_run_is_spelled_by_the_longest_words_in_it() -> None:
    lexicon = lexicon_of({"银行": 1, "行": 1})
    assert lexicon.spelled("银行行") == "yinhangxing"
    assert lexicon.spelled("催银行") == "cuiyinhang"
    assert lexicon.spelled("") == ""


def test_words_sound_alike_by_any_reading_of_their_characters() -> None:
    lexicon = lexicon_of({})
    assert lexicon.sound_alike("银行", "银航")
    assert lexicon.sound_alike("催收", "崔收")
    assert not lexicon.sound_alike("催收", "催税")


def test_a_syllable_is_the_sound_of_a_character() -> None:
    lexicon = lexicon_of({})
    assert lexicon.is_syllable("shui")
    assert not lexicon.is_syllable("yinhang")
    assert not lexicon.is_syllable("ctor")


def test_a_lexicon_may_be_empty() -> None:
    lexicon = lexicon_of({})
    assert lexicon.counts(["催收"]) == [0]
    assert lexicon.replaced("催收") == lexicon.longer("催收") == []
    assert lexicon.sounding(["cuishou"], most=3) == [[]]
