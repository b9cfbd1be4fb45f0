"""Segmentation: Chinese text into words, by jieba, or by rjieba where it is installed."""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Callable, Mapping
from functools import cache, cached_property
from io import BytesIO
from typing import Any, cast

import platformdirs

from indexer.analysis.dictionary import Dictionary
from indexer.errors import SettingsError

Cut = Callable[[str], list[str]]
"""Gives the words of a text in their order; joined again they are the text."""

# jieba finds words in U+4E00 to U+9FD5 only, and takes other characters one by one.
_RARE = re.compile(r"([\u3400-\u4dbf\u9fd6-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])")


class Segmenter:
    """Cuts Chinese text into words. May be shared by threads.

    The dictionary takes a while to load (a second and 100 MB with jieba, a tenth with rjieba), so
    it is read at the first cut.

    Args:
        dictionary: Extra words; None for none.

    Raises:
        SettingsError: At the first cut, when the dictionary holds something else.
    """

    def __init__(self, dictionary: Dictionary | None = None) -> None:
        self._dictionary = dictionary

    def cut(self, text: str) -> list[str]:
        """The words of a text in their order; joined again they are the text.

        Args:
            text: Runs of Chinese characters, and between them spaces or NULs, each of which is
                a word of its own and ends what is before it. Many runs in one text are cut
                faster than one by one.
        """
        return self._cut(text)

    def own_words(self) -> Mapping[str, int]:
        """The extra words with their frequencies, as far as jieba has given them any.

        A text without a word that has another frequency in another dictionary is cut alike by both.
        """
        if self._dictionary is None:
            return {}
        frequencies = self._tokenizer.FREQ
        from jieba import re_userdict

        lines = [line.strip().decode() for line in self._dictionary.content.split(b"\n")]
        words = [re_userdict.match(line.lstrip("\ufeff"))[1] for line in lines if line]
        return {word: frequencies[word] for word in words}

    @cached_property
    def _cut(self) -> Cut:
        if self._dictionary is None:
            return _cut_by_either()
        return self._tokenizer.lcut  # type: ignore[no-any-return]

    @cached_property
    def _tokenizer(self) -> Any:
        """The tokenizer of jieba with the extra words."""
        tokenizer, words = _another(_load_jieba()), cast(Dictionary, self._dictionary)
        total = tokenizer.total
        try:
            tokenizer.load_userdict(BytesIO(words.content))
        except (ValueError, AttributeError) as error:
            raise SettingsError(f"the dictionary {words.path} cannot be read: {error}") from error
        # The sum of all frequencies is part of every word's probability: were it another one, any
        # text might be cut otherwise.
        tokenizer.total = total
        return tokenizer


@cache
def _cut_by_either() -> Cut:
    """What cuts without extra words, one for the process."""
    try:
        return cut_by_rjieba()
    except ImportError:
        return cut_by_jieba()


def cut_by_jieba() -> Cut:
    """Load jieba."""
    return _load_jieba().lcut  # type: ignore[no-any-return]


def cut_by_rjieba() -> Cut:
    """Load rjieba, which finds the same words in such text as `Segmenter.cut` takes.

    Raises:
        ImportError: It is not installed.
    """
    import rjieba

    def cut(text: str) -> list[str]:
        # It would find words of rare characters, too.
        parts = _RARE.split(text)
        words: list[str] = rjieba.cut(parts[0])
        for rare, part in zip(parts[1::2], parts[2::2], strict=True):
            words.append(rare)
            words += rjieba.cut(part)
        return words

    return cut


@cache
def _load_jieba() -> Any:
    """The tokenizer of jieba, one for the process."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # jieba looks for pkg_resources, which is deprecated
        import jieba
    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    # jieba keeps its compiled dictionary in the shared temporary folder by default, where others
    # could put a file of their own; the user's cache folder is private.
    tokenizer.tmp_dir = str(platformdirs.user_cache_path("xiaosou", ensure_exists=True))
    tokenizer.initialize()
    return tokenizer


def _another(tokenizer: Any) -> Any:
    """A tokenizer of jieba like one that is loaded, which takes a fiftieth of loading it again."""
    other = type(tokenizer)()
    other.FREQ, other.total, other.initialized = dict(tokenizer.FREQ), tokenizer.total, True
    return other
