"""Generations of the index in folders beside each other.

::

    index/whoosh/live             the name of the live generation
    index/whoosh/0001/            a generation: the engine's files, dictionary.json, and
                                  generation.json, on which whoever has the generation open
                                  holds a shared lock
    index/whoosh/write.lock       held while documents are written to the live generation
    index/whoosh/rebuild.lock     held while a new generation is built
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from indexer.durable import state_of, write_text
from indexer.engines import Engine, open_engine
from indexer.errors import GenerationBusyError, GenerationError
from indexer.ownwords import FolderWords, KeptWords, MemoryWords

_LIVE_FILE = "live"
_FACTS_FILE = "generation.json"
_WAIT = 60.0  # seconds to wait for another writer


@dataclass(frozen=True, slots=True)
class FolderGeneration:
    """One build of the index; it is not removed while this object lives, in any process.

    Attributes:
        folder: Where it lies.
        fingerprint: The analysis it was built by (`Analysis.fingerprint`).
        engine: The engine that reads and writes it.
        own_words: The words of the user's dictionary that it was made with.
        hold: What keeps it from being removed.
    """

    folder: Path
    fingerprint: str
    engine: Engine
    own_words: KeptWords
    hold: _Hold

    @property
    def name(self) -> str:
        """See `Generation.name`."""
        return self.folder.name

    @property
    def location(self) -> str:
        """See `Generation.location`."""
        return str(self.folder)

    def size(self) -> int:
        """See `Generation.size`."""
        with _reporting(self.folder):
            return sum(file.stat().st_size for file in self.folder.iterdir())


class FolderGenerations:
    """The generations of one engine in an index folder.

    Args:
        folder: The folder of this engine's generations; created when absent.
        engine: The engine's name.
        fingerprint: The analysis new generations are built by.

    Raises:
        GenerationError: The folder cannot be created.
    """

    def __init__(self, folder: Path, engine: str, fingerprint: str) -> None:
        self._folder = folder
        self._engine = engine
        self._fingerprint = fingerprint
        self._live_file = os.fspath(folder / _LIVE_FILE)
        self._live: tuple[tuple[int, ...] | None, str] = (None, "")
        with _reporting(folder):
            folder.mkdir(parents=True, exist_ok=True)
            if not (folder / _LIVE_FILE).exists():
                with self.rebuilding(), self.writing():
                    if not (folder / _LIVE_FILE).exists():
                        self.publish(self.create().name)

    def live(self) -> str:
        """See `Generations.live`."""
        with _reporting(self._folder):
            state = state_of(self._live_file)
            known, name = self._live
            if state != known:
                name = Path(self._live_file).read_text(encoding="utf-8")
                self._live = state, name
            return name

    def open(self, name: str) -> FolderGeneration:
        """See `Generations.open`."""
        folder = self._folder / name
        with _reporting(folder):
            hold = _Hold(folder / _FACTS_FILE)
            facts = json.loads((folder / _FACTS_FILE).read_text(encoding="utf-8"))
            engine = open_engine(self._engine, folder)
            own_words = MemoryWords() if engine.volatile else FolderWords(folder)
            return FolderGeneration(folder, facts["fingerprint"], engine, own_words, hold)

    def create(self) -> FolderGeneration:
        """See `Generations.create`."""
        with _reporting(self._folder):
            live = self._live_number()
            for name in self._names():
                if int(name) > live:  # left by a builder that was killed
                    shutil.rmtree(self._folder / name)
            folder = self._folder / f"{live + 1:04}"
            folder.mkdir()
            facts = {"engine": self._engine, "fingerprint": self._fingerprint}
            write_text(folder / _FACTS_FILE, json.dumps(facts, indent=1))
            return self.open(folder.name)

    def publish(self, name: str) -> None:
        """See `Generations.publish`."""
        with _reporting(self._folder):
            write_text(self._folder / _LIVE_FILE, name)

    def remove_unused(self) -> None:
        """See `Generations.remove_unused`. What somebody has open stays."""
        with _reporting(self._folder):
            live = self._live_number()
            for name in self._names():
                if int(name) < live:
                    _remove_unless_held(self._folder / name)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """See `Generations.writing`."""
        with self._lock("write.lock", _WAIT, "writes to the index"):
            yield

    @contextmanager
    def rebuilding(self) -> Iterator[None]:
        """See `Generations.rebuilding`."""
        with self._lock("rebuild.lock", 1.0, "rebuilds the index"):
            yield

    def close(self) -> None:
        """See `Generations.close`: there is nothing to let go of."""

    @contextmanager
    def _lock(self, name: str, seconds: float, what: str) -> Iterator[None]:
        lock = FileLock(self._folder / name)
        try:
            lock.acquire(timeout=seconds)
        except Timeout:
            raise GenerationBusyError(
                f"another process {what} in {self._folder}: nothing is lost, "
                "run xiaosou index when it has finished"
            ) from None
        try:
            yield
        finally:
            lock.release()

    def _names(self) -> list[str]:
        return [path.name for path in self._folder.iterdir() if path.name.isdecimal()]

    def _live_number(self) -> int:
        exists = (self._folder / _LIVE_FILE).exists()
        return int(self.live()) if exists else 0


class _Hold:
    """A shared lock on a file, as long as this object lives.

    Raises:
        FileNotFoundError: The file is gone, or goes at this moment.
    """

    def __init__(self, file: Path) -> None:
        descriptor = os.open(file, os.O_RDONLY)
        weakref.finalize(self, os.close, descriptor)
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        if not os.fstat(descriptor).st_nlink:
            raise FileNotFoundError(f"{file} was removed")


def _remove_unless_held(folder: Path) -> None:
    try:
        descriptor = os.open(folder / _FACTS_FILE, os.O_RDONLY)
    except FileNotFoundError:  # being removed, or half removed
        shutil.rmtree(folder, ignore_errors=True)
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder)
    except BlockingIOError:
        pass  # removed by a later call
    finally:
        os.close(descriptor)


@contextmanager
def _reporting(folder: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, KeyError) as error:
        raise GenerationError(
            f"the index in {folder} cannot be used ({error}): check the folder, "
            "then run xiaosou index --rebuild"
        ) from error
