"""Telling the language of a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis.language import detect_language

FRENCH = (
    "Le chat de ma voisine ne dort jamais la nuit, et il chante sous les fenêtres de toute la rue. "
    "On a essayé de lui parler, mais il n'écoute que les poissons."
)
DANISH = (
    "Katten på taget er for gammel til at hoppe, og den ser på os, når vi går forbi. "
    "Vi har givet den mælk, men den vil have fisk, og det har vi ikke."
)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("催收人员真的会上门吗？", "zh"),
        ("債務與討債：有人上門，門該不該開？", "zh"),
        ("我用 Python 写了一个爬虫，抓了 three hundred pages。", "zh"),
        ("Why did the hen cross the road? Because it was there.", "en"),
        ("Debt collector at the door", "en"),
        ("The word 催收 means debt collection, and it is what the letter says.", "en"),
        ("吾輩は猫である。名前はまだ無い。", "ja"),
        ("カタカナのニュース", "ja"),
        ("오늘 날씨가 매우 좋습니다.", "ko"),
        ("韓國의 오늘 날씨", "ko"),
        ("鲜の每日：这家小店的招牌菜是红烧肉", "zh"),
        (FRENCH, ""),
        (DANISH, ""),
        ("Кошка спит на крыше.", ""),
        ("12345 !!! 67", ""),
        ("", ""),
    ],
)
def test_a_text_tells_its_language(text: str, language: str) -> None:
    assert detect_language(text) == language


@pytest.mark.parametrize(
    ("text", "hint", "language"),
    [
        (FRENCH, "fr-CA", "fr"),
        (FRENCH, "en", ""),
        (FRENCH, "zh-CN", ""),
        ("Кошка спит на крыше.", "ru_RU", "ru"),
        ("Кошка спит на крыше.", "en-US", ""),
        ("Kittens galore", "en-GB", "en"),
        ("催收人员真的会上门吗？", "en", "zh"),
        ("Why did the hen cross the road?", "fr", "en"),
        ("Kittens galore", "x-default", ""),
        ("12345", "en", ""),
    ],
)
def test_a_hint_is_believed_unless_the_text_contradicts_it(
    text: str, hint: str, language: str
) -> None:
    assert detect_language(text, hint) == language


@given(st.text(), st.text(max_size=8))
def test_any_text_and_hint_give_a_code_or_nothing(text: str, hint: str) -> None:
    language = detect_language(text, hint)
    assert language == "" or (len(language) == 2 and language.isascii() and language.islower())
