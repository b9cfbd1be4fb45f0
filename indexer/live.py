"""The live index: the generation that is searched and written to, and its analysis."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from indexer.analysis import Analysis
from indexer.errors import GenerationError, SettingsError, StaleGenerationError
from indexer.following import follow, follow_dictionary
from indexer.generation import Generation, open_generations
from indexer.ownwords import words_of
from indexer.progress import Report, silent
from indexer.settings import Settings
from indexer.store import Store

_log = logging.getLogger(__name__)


class Live:
    """The live generation of a collection's index. May be shared by threads.

    Other processes may write to it, publish another one, and change the user's dictionary.

    Args:
        path: The folder of the collection.
        settings: Its settings.
        store: Its article store.

    Attributes:
        latest_analysis: The analysis with the dictionary as it was when it was read last.

    Raises:
        SettingsError: The dictionary cannot be read.
        GenerationError: The index cannot be read or written.
    """

    def __init__(self, path: Path, settings: Settings, store: Store) -> None:
        self._dictionary = path / settings.dictionary if settings.dictionary else None
        self._store = store
        self.latest_analysis = Analysis(self._dictionary)
        self._fingerprint = self.latest_analysis.fingerprint()
        self._generations = open_generations(path, settings.engine, self._fingerprint)
        self._generation: Generation | None = None
        self._lock = threading.Lock()

    def close(self) -> None:
        """Let go of files."""
        if self._generation:
            self._generation.engine.close()
        self._generations.close()

    def generation(self) -> Generation:
        """The live generation, opened; another process may have published a new one.

        Raises:
            GenerationError: It cannot be read.
        """
        live = self._generation
        while live is None or live.name != self._generations.live():
            with self._lock:
                live = self._generation = self._open()
        return live

    def analysis(self, generation: Generation) -> Analysis:
        """The analysis for queries on a generation.

        When the generation was indexed by another dictionary, the file may have changed, and is
        read again; as long as it cannot be, the words stay as they were.
        """
        if generation.own_words.get().digest != self.latest_analysis.digest:
            try:
                return self._renewed()
            except SettingsError as error:
                _log.warning("%s", error)
        return self.latest_analysis

    def is_stale(self, generation: Generation) -> bool:
        """Whether a generation was indexed by another analysis, or another dictionary."""
        own = generation.own_words.get().digest
        return generation.fingerprint != self._fingerprint or own != self.latest_analysis.digest

    def audited(self) -> tuple[Generation, str, str]:
        """The live generation, the analysis in use, and the dictionary as it is now."""
        return self.generation(), self._fingerprint, self._renewed().digest

    def catch_up(self, report: Report) -> int:
        """See `indexer.index.Index.catch_up`."""
        with self._generations.writing():
            live = self.generation()
            if live.fingerprint != self._fingerprint:
                raise StaleGenerationError(
                    "the analysis is not the one the index was built by: nothing is lost, "
                    "run xiaosou index --rebuild"
                )
            analysis = self._renewed()
            indexed = follow_dictionary(self._store, live, analysis, report)
            indexed += follow(self._store, live, analysis, report)
        self._generations.remove_unused()
        return indexed

    def rebuild(self, report: Report) -> int:
        """See `indexer.index.Index.rebuild`."""
        with self._generations.rebuilding():
            generation, analysis = self._generations.create(), self._renewed()
            generation.own_words.put(words_of(analysis))
            indexed = follow(self._store, generation, analysis, report)
            with self._generations.writing():
                indexed += follow(self._store, generation, analysis, report)
                self._generations.publish(generation.name)
                self._generation = generation
                self._generations.remove_unused()
        return indexed

    def _renewed(self) -> Analysis:
        """The analysis with the dictionary as it is now."""
        analysis = Analysis(self._dictionary)
        if analysis.digest != self.latest_analysis.digest:
            analysis.own_words()  # that it holds something else shows here
            self.latest_analysis = analysis
        return self.latest_analysis

    def _open(self) -> Generation:
        name = self._generations.live()
        if self._generation and self._generation.name == name:
            return self._generation  # another thread was quicker
        try:
            opened = self._generations.open(name)
        except GenerationError:
            if name == self._generations.live():
                raise
            return self._open()  # it was followed by another and removed meanwhile
        if opened.engine.volatile:
            analysis = self.latest_analysis
            opened.own_words.put(words_of(analysis))
            follow(self._store, opened, analysis, silent)
        return opened
