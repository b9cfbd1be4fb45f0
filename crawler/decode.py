"""Bytes to text by what the bytes decode to, since what pages say of their charset is often wrong.

A byte order mark decides; then valid UTF-8 does, which hardly anything else is by chance. Otherwise
the bytes are decoded in each likely way, and the text that looks most like writing is taken: common
Chinese characters rather than rare ones, accents inside words rather than in heaps.
"""

from __future__ import annotations

import codecs
import re
from functools import cache, lru_cache

# UTF-32 before UTF-16: its mark begins with the other's.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# Without a declaration, one of these; of equals the first.
_LIKELY = ("gb18030", "big5hkscs", "cp1252")

# What a declared charset stands for, by Python's name for it: browsers read the larger charset too
# (WHATWG Encoding Standard). A name that is not here is no charset of a page.
_DECLARED = {
    **{name: name for name in ("euc_jp", "koi8-r", "koi8-u", "cp866", "cp874", "johab")},
    **{f"cp{number}": f"cp{number}" for number in range(1250, 1259)},
    **{f"iso8859-{part}": f"iso8859-{part}" for part in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)},
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "big5": "big5hkscs",
    "big5hkscs": "big5hkscs",
    "cp950": "big5hkscs",
    "shift_jis": "cp932",
    "cp932": "cp932",
    "euc_kr": "cp949",
    "cp949": "cp949",
}
# Korean is written with hardly any Chinese characters.
_KOREAN = frozenset(["cp949", "johab"])
_SPELLINGS = {
    "x-gbk": "gbk",
    "x-sjis": "shift_jis",
    "x-euc-jp": "euc_jp",
    "big5-hkscs": "big5hkscs",
}
_IN_PAGE = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})"
    rb"|<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]{2,40})",
    re.IGNORECASE,
)
_PROLOGUE = 4096
# The declared charset is believed when it reads nearly as well as another.
_DECLARED_BONUS = 1.2
# That bytes are valid UTF-8 is evidence of its own.
_UTF8_BONUS = 3.0
# So many bytes of a page's texts tell the charset.
_SAMPLE = 6_000
# A text between two tags, or a line of one. These signs are no part of a longer character in any of
# the charsets.
_TEXT = re.compile(rb"[^<>\n]+")
_REPLACEMENT = "\ufffd"
# How dashes and curly quotes begin, which in English text are often all that is not ASCII.
_DASH_OR_QUOTE_IN_UTF8 = b"\xe2\x80"
_LETTERS = re.compile("[^\0-\u00bf\u00d7\u00f7]")
_LONG_IN_UTF8 = re.compile("[^\0-\u07ff]")
# So many characters of pages are weighed once.
_REMEMBERED = 1 << 16

# How much a character looks like writing, for each of its bytes that is not ASCII.
_COMMON = 1.0
_QUITE_COMMON = 0.85
_NEUTRAL = 0.0
_SELDOM = -0.2
_UNLIKELY = -0.5
# What is no character at all, whatever its bytes.
_BROKEN = -1.0
# A character whose second byte is ASCII may have swallowed a letter of the text.
_SWALLOWING = 0.95

_PUNCTUATION = frozenset("　、。〈〉《》「」『』【】〔〕！（），．：；？～￥“”‘’—…·–•™\u00a0")
_SIGNS = frozenset("£¥¢§©®°±·×÷¡¿«»¼½¾²³")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_NO_TEXT = re.compile("[\ufffd\x80-\x9f\ue000-\uf8ff]")
# One or two letters with accents, among such without; a sign where it belongs.
_ACCENT = "\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f"
_LATIN = re.compile(
    rf"(?<=[A-Za-z])[{_ACCENT}]{{1,2}}(?![{_ACCENT}])|(?<![{_ACCENT}])[{_ACCENT}]{{1,2}}(?=[A-Za-z])"
    r"|[£€](?=\d)|(?<=[\w.!?])»|(?<=\d)°"
)
_ALPHABETIC = re.compile(f"[£€»°{_ACCENT}\u0400-\u045f]")
# A Cyrillic word is in small letters, but perhaps for the first.
_CYRILLIC = re.compile(
    "(?<![A-Za-z\u0400-\u045f])[\u0400-\u042f]?[\u0430-\u0451\u0454\u0456\u0457\u045e]+"
    "(?![A-Za-z\u0400-\u045f])"
)


def decode(content: bytes, declared: str = "") -> str:
    """Decode a page or a text file.

    A few broken bytes become U+FFFD each. The result has no byte order mark.

    Args:
        content: The bytes.
        declared: What the server says the charset is; a hint, like what the page itself says.
    """
    for mark, charset in _MARKS:
        if content.startswith(mark):
            return content.removeprefix(mark).decode(charset, errors="replace")
    if content.isascii():
        return content.decode("ascii")
    return content.decode(_charset_of(content, declared), errors="replace")


def _charset_of(content: bytes, declared: str) -> str:
    text = content.decode(errors="replace")
    broken = text.count(_REPLACEMENT)
    # Two bytes a character can be GBK by chance, though not if all of them are signs such as "»";
    # three or four bytes hardly ever are.
    if not broken and (_LONG_IN_UTF8.search(text) or not _LETTERS.search(text)):
        return "utf-8"
    long = len(_LONG_IN_UTF8.findall(text)) - broken if broken else 0
    if long > 2 * broken or content.count(_DASH_OR_QUOTE_IN_UTF8) >= max(broken, 1):
        return "utf-8"
    hints = _declared_charsets(content, declared)
    sample = _sample_of(content)
    scores = {"utf-8": (1.0 if broken else _UTF8_BONUS) * _score(sample, "utf-8")}
    for charset in (*hints, *_LIKELY):
        bonus = _DECLARED_BONUS if charset in hints else 1.0
        scores[charset] = bonus * _score(sample, charset)
    return max(scores, key=scores.__getitem__)


def _sample_of(content: bytes) -> bytes:
    """The first of the texts in a page that tell its charset."""
    texts: list[bytes] = []
    size = 0
    for text in _TEXT.finditer(content):
        if size >= _SAMPLE:
            break
        if not text[0].isascii():
            texts.append(text[0][: _SAMPLE - size])
            size += len(texts[-1])
    return b"\n".join(texts)


def _declared_charsets(content: bytes, declared: str) -> list[str]:
    in_page = _IN_PAGE.finditer(content[:_PROLOGUE])
    labels = [declared, *((match[1] or match[2]).decode() for match in in_page)]
    charsets = []
    for label in labels:
        spelling = label.strip().lower()
        try:
            name = codecs.lookup(_SPELLINGS.get(spelling, spelling)).name
        except (LookupError, ValueError):
            continue
        if name in _DECLARED:
            charsets.append(_DECLARED[name])
    return charsets


def _score(content: bytes, charset: str) -> float:
    """How much the texts that lines of bytes are in a charset look like writing.

    A line that does not look like it at all, as after a broken byte, says nothing.
    """
    lines = content.decode(charset, errors="replace").split("\n")
    return sum(max(0.0, _score_line(line, charset)) for line in lines)


def _score_line(text: str, charset: str) -> float:
    total = sum(_worth(character, charset) for character in text if not character.isascii())
    if not _ALPHABETIC.search(text):
        return total
    for match in (*_LATIN.finditer(text), *_CYRILLIC.finditer(text)):
        for character in match[0]:
            total += (_COMMON - _weight(character)) * _width(character, charset)
    return total


@lru_cache(maxsize=_REMEMBERED)
def _worth(character: str, charset: str) -> float:
    """How much one character looks like writing, by its weight and its width."""
    if _NO_TEXT.match(character):  # a byte too many or too few makes many of them
        return _BROKEN
    foreign = charset in _KOREAN and _HAN.match(character)
    return (_UNLIKELY if foreign else _weight(character)) * _width(character, charset)


def _width(character: str, charset: str) -> float:
    """How many bytes that are not ASCII the character has."""
    try:
        encoded = character.encode(charset)
    except UnicodeEncodeError:
        return 1.0
    high = sum(byte >= 0x80 for byte in encoded)
    return high if high == len(encoded) else high * _SWALLOWING


def _weight(character: str) -> float:
    if character in _PUNCTUATION or character in _common_ideographs():
        return _COMMON
    if character in _SIGNS:
        return _NEUTRAL
    if _HAN.match(character):
        if character in _quite_common_ideographs():
            return _QUITE_COMMON
        return _SELDOM if character in _less_common_ideographs() else _UNLIKELY
    if "\u3041" <= character <= "\u30fe" or "\uac00" <= character <= "\ud7a3":
        return _COMMON * 0.95
    return _UNLIKELY


@cache
def _common_ideographs() -> frozenset[str]:
    """The first level of GB 2312, and the simpler half of Big5's, which is ordered by strokes."""
    return _rows("gb2312", range(0xB0, 0xD8)) | _rows("big5", range(0xA4, 0xB0))


@cache
def _quite_common_ideographs() -> frozenset[str]:
    return _rows("big5", range(0xB0, 0xC7))


@cache
def _less_common_ideographs() -> frozenset[str]:
    return _rows("gb2312", range(0xD8, 0xF8)) | _rows("big5", range(0xC9, 0xFA))


def _rows(charset: str, leads: range) -> frozenset[str]:
    pairs = (bytes([lead, trail]) for lead in leads for trail in range(0x40, 0xFF))
    return frozenset("".join(pair.decode(charset, errors="ignore") for pair in pairs)) - frozenset(
        map(chr, range(0x80))
    )
