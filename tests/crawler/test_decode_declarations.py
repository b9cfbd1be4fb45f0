"""The share of generated pages that is decoded rightly: wrong declarations, broken bytes."""

from __future__ import annotations

import random
from collections import Counter
from functools import cache
from pathlib import Path

import crawler.demo
from crawler.decode import decode
from indexer.analysis.language import detect_language

ARTICLES = Path(crawler.demo.__file__).parent / "articles"
DECLARED = ("", "utf-8", "gb2312", "gbk", "gb18030", "big5", "big5-hkscs", "iso-8859-1")
# What a browser reads for a charset: the larger one.
READ_AS = {"gbk": "gb18030", "big5": "big5hkscs"}
# Characters that only the larger charset of each family has.
RARE = {"gb18030": "㐀㘎䶮", "big5hkscs": "㗎㨂嘅"}
LANGUAGES = {
    "utf-8": ("zh", "zh-Hant", "en"),
    "gbk": ("zh", "zh-Hant"),
    "gb18030": ("zh", "zh-Hant"),
    "big5": ("zh-Hant",),
    "big5hkscs": ("zh-Hant",),
}
CASES = 2_000
MOST_WRONG = 0.005


@cache
def texts(language: str) -> list[str]:
    """The demo site's articles; Chinese also in Traditional characters."""
    from opencc import OpenCC

    if language == "zh-Hant":
        return list(map(OpenCC("s2hk").convert, texts("zh")))
    found = [path.read_text(encoding="utf-8") for path in sorted(ARTICLES.rglob("*.txt"))]
    return [text for text in found if detect_language(text) == language]


def make_page(chance: random.Random, charset: str) -> str:
    """A page of a part of an article, with up to two declarations, true or not."""
    text = chance.choice(texts(chance.choice(LANGUAGES[charset])))
    start = chance.randrange(max(1, len(text) - 200))
    text = text[start : start + chance.choice([40, 200, 1000, 5000])]
    place = chance.randrange(len(text))
    text = text[:place] + chance.choice(RARE.get(charset, " ")) + text[place:]
    declared = chance.choices(DECLARED, k=2)
    metas = "".join(f'<meta charset="{name}">' for name in declared if name)
    lines = text.encode(charset, "ignore").decode(charset).splitlines()
    return f"<html><head>{metas}<title>x</title></head><body><p>{'<br>'.join(lines)}</p></body>"


def break_bytes(chance: random.Random, content: bytes) -> bytes:
    """Change, lose or cut off one or two bytes that are part of longer characters."""
    broken = bytearray(content)
    for _ in range(chance.choice([1, 2])):
        place = chance.choice([at for at, byte in enumerate(broken) if byte >= 0x80])
        if chance.random() < 0.5:
            broken[place] = chance.choice([0xFF, 0x80, 0x3F])
        else:
            del broken[place]
    return bytes(broken)


def test_nearly_every_page_is_decoded_as_what_it_is() -> None:
    chance = random.Random(6)
    wrong: Counter[str] = Counter()
    for number in range(CASES):
        charset = chance.choice(sorted(LANGUAGES))
        content = make_page(chance, charset).encode(charset)
        kind = "whole"
        if number % 2 and not content.isascii():
            content, kind = break_bytes(chance, content), "broken"
        expected = content.decode(READ_AS.get(charset, charset), errors="replace")
        wrong[kind] += decode(content, chance.choice(DECLARED)) != expected
    assert wrong["whole"] == 0
    assert wrong["broken"] <= MOST_WRONG * CASES / 2
