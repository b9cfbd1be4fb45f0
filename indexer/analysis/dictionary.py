"""The dictionary of the user's own: extra words for the segmenter."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from indexer.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Dictionary:
    """A file of extra words as it was when it was read.

    Attributes:
        path: The file.
        content: What was in it, in jieba's format: a word a line, optionally followed by its
            frequency and its part of speech. It is left to jieba.
    """

    path: Path
    content: bytes

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a file; its words are looked at when they are used first.

        Raises:
            SettingsError: It cannot be read.
        """
        try:
            return cls(path, path.read_bytes())
        except OSError as error:
            raise SettingsError(f"the dictionary {path} cannot be read: {error.strerror}") from None

    @property
    def digest(self) -> str:
        """Another one for any other content."""
        return hashlib.sha256(self.content).hexdigest()[:16]
