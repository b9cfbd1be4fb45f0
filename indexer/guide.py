"""The guide: what helps to ask, made of the words and titles of a collection.

It takes seconds to make of a large collection, so it is kept in a file of the generation, and made
again in the background when the index has changed. The file can be thrown away.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np

from indexer.arrayfile import Arrays, DamagedArraysError, MemoryArrays, map_arrays, write_arrays
from indexer.correction import Corrector
from indexer.errors import GenerationError, ParameterError, XiaosouError
from indexer.generation import Generation
from indexer.lexicon import Lexicon, lexicon_arrays, words_of
from indexer.renewal import Renewed
from indexer.store import Store
from indexer.suggest import MAX_LIMIT, Suggestion, Suggestions, suggestion_arrays

_FILE = "guide.arrays"
_VERSION = 1
_SMALL = 5_000  # words and titles, made in a tenth of a second
_log = logging.getLogger(__name__)

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of a collection at one moment.

    Attributes:
        state: Which moment.
        lexicon: Its Chinese words.
        suggestions: Its words and titles.
    """

    state: str
    lexicon: Lexicon
    suggestions: Suggestions

    @classmethod
    def of(cls, arrays: Arrays) -> _Known:
        """What arrays hold.

        Raises:
            DamagedArraysError: They are not as they were written.
        """
        lexicon = Lexicon(arrays)
        state = arrays.whole("state").tobytes().decode()
        return cls(state, lexicon, Suggestions(arrays, lexicon))


class Guide:
    """Suggestions and corrections for a collection. May be shared by threads.

    Args:
        store: The article store.
        folder: Where the file is for a generation that has no folder of its own.
    """

    def __init__(self, store: Store, folder: Path) -> None:
        self._store = store
        self._folder = folder
        self._known: Renewed[_Known] = Renewed(self._start)
        self._closing = threading.Event()
        self._thread = ThreadPoolExecutor(1, "guide")

    def close(self) -> None:
        """Let go of what is being made."""
        self._closing.set()
        self._thread.shutdown()

    def corrector(self, live: Generation) -> Corrector:
        """What corrects queries by the words of a generation."""
        return Corrector(live.engine, lambda: self._now(live).lexicon)

    def suggest(self, live: Generation, text: str, limit: int) -> list[Suggestion]:
        """See `Index.suggest`."""
        if not 0 <= limit <= MAX_LIMIT:
            raise ParameterError(f"limit is 0 to {MAX_LIMIT}, not {limit}")
        return self._now(live).suggestions.suggest(text, limit)

    def prepare(self, live: Generation) -> None:
        """Make what will be asked for, so that nobody has to wait for it.

        Raises:
            GenerationError: The index cannot be read.
            StoreError: The store cannot be read.
        """
        self._now(live)

    def forget(self, live: Generation) -> None:
        """Erase what is kept of a generation: there may be titles in it that nobody may see."""
        with suppress(OSError):
            self._file(live).unlink(missing_ok=True)
        self._known.forget()

    def _now(self, live: Generation) -> _Known:
        state = f"{live.name} {live.engine.cursor} {live.fingerprint}"
        file = self._file(live)
        if self._known.made is None and (kept := _read(file)):
            self._known.put(kept.state, kept)
        return self._known.get(state, lambda: self._make(live, state))

    def _file(self, live: Generation) -> Path:
        return (live.folder or self._folder) / _FILE

    def _start(self, renew: Callable[[], None]) -> None:
        """Renew at once what takes no time, and anything else in the background."""
        known = self._known.made
        if known is None or len(known.suggestions) < _SMALL:
            renew()
        else:
            self._thread.submit(self._logging, renew)

    def _logging(self, renew: Callable[[], None]) -> None:
        try:
            renew()
        except XiaosouError as error:
            if not self._closing.is_set():
                _log.warning("suggestions stay as they were: %s", error)

    def _make(self, live: Generation, state: str) -> _Known:
        file = self._file(live)
        kept = _read(file)
        if kept is None or kept.state != state:  # no other process was quicker
            chinese, latin = words_of(live.engine)
            arrays = {
                "state": np.frombuffer(state.encode(), np.uint8),
                **lexicon_arrays(dict(self._unless_closing(chinese.items()))),
                **suggestion_arrays(chinese, latin, self._unless_closing(self._store.titles())),
            }
            with suppress(OSError):
                if live.folder is None:  # of a collection of which nothing else is in a folder
                    self._folder.mkdir(parents=True, exist_ok=True)
                write_arrays(file, _VERSION, arrays)
            kept = _read(file) or _Known.of(MemoryArrays(arrays))
        return kept

    def _unless_closing(self, items: Iterable[Item]) -> Iterator[Item]:
        for item in items:
            if self._closing.is_set():
                raise GenerationError("the index was closed")
            yield item


def _read(file: Path) -> _Known | None:
    """What a file holds; None when there is none, or it is damaged or of another version."""
    with suppress(OSError, DamagedArraysError):
        if arrays := map_arrays(file, _VERSION):
            return _Known.of(arrays)
    return None
