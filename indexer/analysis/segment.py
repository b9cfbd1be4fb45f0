"""Segmentation: Chinese text into words, by jieba."""

from __future__ import annotations

import logging
import warnings
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import platformdirs

from indexer.errors import SettingsError


class Segmenter:
    """Cuts Chinese text into words. May be shared by threads.

    The dictionary takes about a second and 100 MB to load, so it is read at the first cut.

    Args:
        dictionary: A file of extra words in jieba's format: a word a line, optionally followed by
            its frequency and its part of speech.

    Raises:
        SettingsError: At the first cut, when the file of extra words cannot be read.
    """

    def __init__(self, dictionary: Path | None = None) -> None:
        self._dictionary = dictionary

    def cut(self, text: str) -> list[str]:
        """The words of a text in their order; joined again they are the text."""
        return list(self._tokenizer.cut(text, HMM=True))

    @cached_property
    def _tokenizer(self) -> Any:
        if self._dictionary is None:
            return _plain_tokenizer()
        tokenizer = _load()
        try:
            with self._dictionary.open("rb") as words:
                tokenizer.load_userdict(words)
        except (OSError, ValueError, AttributeError) as error:
            raise SettingsError(
                f"the dictionary {self._dictionary} cannot be read: {error}"
            ) from error
        return tokenizer


@cache
def _plain_tokenizer() -> Any:
    """The tokenizer without extra words, one for the process."""
    return _load()


def _load() -> Any:
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
