"""The language a text is written in, told by its script and, for Latin letters, small words."""

from __future__ import annotations

import re

# So much of a text tells its language.
_SAMPLE = 20_000

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_KANA = re.compile(r"[\u3041-\u3096\u30a1-\u30fa\uff66-\uff9d]")
_HANGUL = re.compile(r"[\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3]")
_LATIN = re.compile(r"[a-zA-Z\u00c0-\u024f\u1e00-\u1eff]")
_LETTER = re.compile(r"[^\W\d_]")
_CODE = re.compile(r"\s*([a-z]{2})(?![a-z0-9])")
_WORD = re.compile(r"[a-z\u00e0-\u024f\u1e00-\u1eff]+")

# A character of East Asia is about as much text as three Latin letters.
_LETTERS_A_CHARACTER = 3
# Japanese has a kana for every other character; Chinese quotes one now and then.
_KANA_SHARE = 0.15
# A quarter of the words of English are on the list below, of its neighbours' less than a tenth.
_ENGLISH_SHARE = 0.12
# With fewer words than this, their absence says nothing.
_FEW_WORDS = 20

_ENGLISH = """
about after and are at be because been before but by can could did does for from had has
have he her his how if into is it its my not of on or our she should than that the their them
then there these they this those to was were what when where which who why will with would
you your
"""

# Languages that are not written in Latin letters.
_WITHOUT_LATIN = """
am ar be bg bn el fa gu he hi hy ka kk km kn ky lo mk ml mn mr my ne pa ps ru si sr ta te
tg th uk ur yi
"""
_EAST_ASIAN = "ja ko zh"

_ENGLISH_WORDS = frozenset(_ENGLISH.split())
_OTHER_SCRIPTS = frozenset(_WITHOUT_LATIN.split())
_NOT_LATIN = _OTHER_SCRIPTS | frozenset(_EAST_ASIAN.split())


def detect_language(text: str, hint: str = "") -> str:
    """Tell the language of a text.

    Args:
        text: The text, the longer the surer. Its first 20,000 characters count.
        hint: What the text's page says, such as ``zh-CN``. It is believed only where the text
            itself does not decide and does not contradict it.

    Returns:
        An ISO 639-1 code: ``zh``, ``en``, ``ja``, ``ko`` by the text alone, others by the hint;
        empty when unknown.
    """
    sample = text[:_SAMPLE]
    code = _CODE.match(hint.lower())
    hinted = code[1] if code else ""
    han, kana, hangul = (len(script.findall(sample)) for script in (_HAN, _KANA, _HANGUL))
    latin = len(_LATIN.findall(sample))
    others = len(_LETTER.findall(sample)) - han - kana - hangul - latin
    east_asian = _LETTERS_A_CHARACTER * (han + kana + hangul)
    if east_asian > max(latin, others):
        return _east_asian_language(han, kana, hangul)
    if others > latin:
        return hinted if hinted in _OTHER_SCRIPTS else ""
    if not latin:
        return ""
    return _latin_language(sample, hinted)


def _east_asian_language(han: int, kana: int, hangul: int) -> str:
    if hangul > han + kana:
        return "ko"
    return "ja" if kana > _KANA_SHARE * (han + kana) else "zh"


def _latin_language(sample: str, hinted: str) -> str:
    words = _WORD.findall(sample.lower())
    english = sum(word in _ENGLISH_WORDS for word in words)
    if english >= _ENGLISH_SHARE * max(len(words), 1):
        return "en"
    if hinted in _NOT_LATIN:
        return ""
    return "" if hinted == "en" and len(words) >= _FEW_WORDS else hinted
