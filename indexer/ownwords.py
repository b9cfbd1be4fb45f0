"""The user's own words: those of the dictionary that an index was made with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol, Self

from indexer.analysis import Analysis
from indexer.durable import state_of, write_text
from indexer.errors import GenerationError

CHANGING = "changing"
"""Stands for the digest of a dictionary while articles are indexed anew by another one."""

_FILE = "dictionary.json"


@dataclass(frozen=True, slots=True)
class OwnWords:
    """The words of the user's dictionary.

    Attributes:
        digest: `Analysis.digest`, or `CHANGING`.
        frequencies: The words with their frequencies.
        touched: While they change: words of which the articles may be indexed already by others.
    """

    digest: str = ""
    frequencies: Mapping[str, int] = field(default_factory=dict)
    touched: tuple[str, ...] = ()

    @classmethod
    def from_dict(cls, row: Mapping[str, Any]) -> Self:
        """The words of which `dataclasses.asdict` made such a mapping.

        Raises:
            KeyError: It is another one.
        """
        return cls(row["digest"], row["frequencies"], tuple(row["touched"]))


class KeptWords(Protocol):
    """What a generation knows of the user's words; other processes may change it meanwhile."""

    def get(self) -> OwnWords:
        """The words; none before any were put.

        Raises:
            GenerationError: They cannot be read.
        """

    def put(self, words: OwnWords) -> None:
        """Keep other words.

        Raises:
            GenerationError: They cannot be written.
        """


class MemoryWords:
    """The words of a generation whose documents are in memory only; `KeptWords`."""

    def __init__(self) -> None:
        self._known = OwnWords()

    def get(self) -> OwnWords:
        """See `KeptWords.get`."""
        return self._known

    def put(self, words: OwnWords) -> None:
        """See `KeptWords.put`."""
        self._known = words


class FolderWords:
    """The words of a generation in a folder; `KeptWords`.

    Args:
        folder: The folder of the generation.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / _FILE
        self._state: tuple[int, ...] = ()
        self._known = OwnWords()

    def get(self) -> OwnWords:
        """See `KeptWords.get`."""
        try:
            state = state_of(str(self._file))
            if state != self._state:
                self._known = OwnWords.from_dict(json.loads(self._file.read_text(encoding="utf-8")))
                self._state = state
        except (OSError, ValueError, KeyError) as error:
            raise GenerationError(
                f"{self._file} cannot be read ({error}): run xiaosou index --rebuild"
            ) from error
        return self._known

    def put(self, words: OwnWords) -> None:
        """See `KeptWords.put`."""
        try:
            write_text(self._file, json.dumps(asdict(words), ensure_ascii=False, indent=1))
        except OSError as error:
            raise GenerationError(f"{self._file} cannot be written: {error.strerror}") from error


def words_of(analysis: Analysis) -> OwnWords:
    """The words of the dictionary that an analysis has.

    Raises:
        SettingsError: The dictionary holds something else.
    """
    return OwnWords(analysis.digest, analysis.own_words())
