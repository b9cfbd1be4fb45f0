from __future__ import annotations

import re
import subprocess
import unicodedata
from pathlib import Path

import opencc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis import Analysis, fold, fold_aligned
from indexer.analysis.stopwords import STOPWORDS
from indexer.analysis.streams import GAP, pairs, stem
from indexer.errors import SettingsError

ANALYSIS = Analysis()


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("詐騙電話", "诈骗电话"),
        ("ＡＢＣ１２３", "abc123"),
        ("ﬁne Straße", "fine strasse"),
        ("ｶﾞ", "ガ"),
        ("a\0b\ud800c", "a b c"),
        ("", ""),
    ],
)
def test_folding(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text(st.sampled_from("，：（）；！？…\u3000\xa0\u0301\u0327\u0338a가ㅏ１ﬁ催詐")))
def test_folding_normalises_as_unicode_does(text: str) -> None:
    assert fold(text) == fold(unicodedata.normalize("NFKC", text))
    assert unicodedata.normalize("NFKC", fold(text)) == fold(text)


def letters(text: str) -> list[str]:
    return re.findall(r"[^\W_]", text)


@given(st.text(st.sampled_from("催詐騙答覆沈著坏毛了瞭乾隆aBéßＡ１ﬁ，：…。“\u3000 \n")))
def test_letters_are_folded_alike_where_they_stand(text: str) -> None:
    assert letters(fold_aligned(text)[0].lower()) == letters(fold(text))


def test_every_word_that_is_simplified_as_a_whole_is_folded_in_its_text(tmp_path: Path) -> None:
    library = Path(opencc.__file__).parent / "clib"
    reader = library / "bin" / "opencc_dict"
    if not reader.exists():
        pytest.skip("this build of OpenCC has nothing that reads its dictionaries")
    words = tmp_path / "words.txt"
    options = ["-f", "ocd2", "-t", "text", "-o", words]
    dictionary = library / "share" / "opencc" / "TSPhrases.ocd2"
    subprocess.run([reader, "-i", dictionary, *options], check=True)
    traditional = [line.split("\t")[0] for line in words.read_text(encoding="utf-8").splitlines()]
    assert len(traditional) > 100
    for word in traditional:
        assert fold_aligned(f"，{word}。")[0][1:-1] == fold(word)


def test_where_some_characters_become_several_they_are_folded_in_their_context() -> None:
    assert fold_aligned("…答覆")[0] == "...答复"
    assert fold_aligned("答覆") == ("答复", None)


@given(st.text())
def test_folding_is_aligned_with_the_text(text: str) -> None:
    folded, origins = fold_aligned(text)
    if origins is None:
        assert len(folded) == len(text)
    else:
        assert len(origins) == len(folded) + 1
        assert origins == sorted(origins)
        assert origins[-1] == len(text)


def test_words_are_segmented_and_stemmed() -> None:
    streams = ANALYSIS.analyse("催收人員Collectors上門，銀行電話")
    assert streams.words == ["催收", "人员", "collector", "上门", "银行", "电话"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("招商基金", ["招商", "商基", "基金", "金"]),
        ("打110电话", ["打", "110", "电话", "话"]),
        ("debt  collectors", ["debt", "collectors"]),
        ("人。人", ["人", GAP, "人"]),
        ("。。。", []),
        ("人\n人", ["人", GAP, "人"]),
        ("don't W-2", ["don", "t", "w", "2"]),
        ("a - b", ["a", GAP, "b"]),
        ("a_b", ["a", "b"]),
    ],
)
def test_pairs_keep_positions_and_gaps(text: str, expected: list[str]) -> None:
    assert pairs(fold(text)) == expected


@given(st.text(st.sampled_from("催收电话ab1 ，\n'-"), max_size=30))
def test_every_character_begins_exactly_one_pair(text: str) -> None:
    stream = pairs(fold(text))
    for character in "催收电话":
        assert sum(key.startswith(character) for key in stream) == text.count(character)


@given(st.text())
def test_any_text_is_analysed(text: str) -> None:
    streams = ANALYSIS.analyse(text)
    assert GAP not in streams.words
    assert not streams.pairs or streams.pairs[0] != GAP


def test_stems_are_english_and_leave_other_words_alone() -> None:
    assert stem("collectors") == stem("collector") == "collector"
    assert stem("naïve") == "naïve"
    assert stem("2024年") == "2024年"


@given(st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyzé1"), min_size=1, max_size=12))
def test_a_stem_begins_as_its_word_does(word: str) -> None:
    assert stem(word)[0] == word[0]


def test_stopwords_have_the_form_of_the_words_stream() -> None:
    assert {stem("the"), stem("because"), "的", "怎么办"} <= STOPWORDS


def test_a_user_dictionary_adds_words(tmp_path: Path) -> None:
    dictionary = tmp_path / "words.txt"
    dictionary.write_text("笑搜引擎 10000\n", encoding="utf-8")
    assert Analysis(dictionary).analyse("用笑搜引擎找").words == ["用", "笑搜引擎", "找"]
    assert Analysis(dictionary).fingerprint() == ANALYSIS.fingerprint()
    assert Analysis(dictionary).digest != ANALYSIS.digest == ""


def test_a_missing_dictionary_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"missing\.txt cannot be read"):
        Analysis(tmp_path / "missing.txt")
