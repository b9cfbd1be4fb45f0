"""Segmentation: Chinese text into words, by jieba, or by rjieba where it is installed."""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Callable
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import platformdirs

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
        dictionary: A file of extra words in jieba's format: a word a line, optionally followed by
            its frequency and its part of speech. It is left to jieba.

    Raises:
        SettingsError: At the first cut, when the file of extra words cannot be read.
    """

    def __init__(self, dictionary: Path | None = None) -> None:
        self._dictionary = dictionary

    def cut(self, text: str) -> list[str]:
        """The words of a text in their order; joined again they are the text.

        Args:
            text: Runs of Chinese characters, and between them spaces or NULs, each of which is
                a word of its own and ends what is before it. Many runs in one text are cut
                faster than one by one.
        """
        return self._cut(text)

    @cached_property
    def _cut(self) -> Cut:
        if self._dictionary is None:
            return _cut_by_either()
        tokenizer = _load_jieba()
        try:
            with self._dictionary.open("rb") as words:
                tokenizer.load_userdict(words)
        except (OSError, ValueError, AttributeError) as error:
            raise SettingsError(
                f"the dictionary {self._dictionary} cannot be read: {error}"
            ) from error
        return tokenizer.lcut  # type: ignore[no-any-return]


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


def _load_jieba() -> Any:
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
