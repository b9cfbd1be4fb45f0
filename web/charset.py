"""The charset of a copy: the one in which the page has the characters of its article.

The crawler has found it once, when it read the article; what pages and servers declare is often
wrong.
"""

from __future__ import annotations

import codecs

# Of pages that fit equally well the first is taken. Each is read as browsers read the smaller ones
# it contains (WHATWG Encoding Standard): gb2312 and gbk as gb18030, iso-8859-1 as cp1252.
_CHARSETS = (
    "utf-8",
    "gb18030",
    "big5hkscs",
    "cp1252",
    "cp932",
    "euc_jp",
    "cp949",
    "cp1250",
    "cp1251",
    "koi8-r",
    "cp1253",
    "cp1254",
    "cp1255",
    "cp1256",
)
_MARKED = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_BROKEN = "\ufffd"


def decode(content: bytes, text: str) -> str:
    """Decode a page; a broken byte becomes U+FFFD.

    Args:
        content: The page.
        text: The article that was read from it.
    """
    for mark, charset in _MARKED.items():
        if content.startswith(mark):
            return content.decode(charset, errors="replace").removeprefix("\ufeff")
    wanted = {character for character in text if not character.isascii()}
    best, held = "", -1
    for charset in _CHARSETS:
        decoded = content.decode(charset, errors="replace")
        characters = wanted.intersection(decoded)
        if len(characters) > held:
            best, held = decoded, len(characters)
        if held == len(wanted) and _BROKEN not in best:
            break
    return best
