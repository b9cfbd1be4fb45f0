"""Generations of the index: the live one, and a new one built beside it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from indexer.engines import Engine
from indexer.errors import SettingsError
from indexer.ownwords import KeptWords


class Generation(Protocol):
    """One build of the index."""

    @property
    def name(self) -> str:
        """Its name among the generations of a collection."""

    @property
    def location(self) -> str:
        """Where it is."""

    @property
    def folder(self) -> Path | None:
        """The folder that comes and goes with it; None where it has none."""

    @property
    def fingerprint(self) -> str:
        """The analysis it was built by (`Analysis.fingerprint`)."""

    @property
    def engine(self) -> Engine:
        """The engine that reads and writes it."""

    @property
    def own_words(self) -> KeptWords:
        """The words of the user's dictionary that it was made with."""

    def size(self) -> int:
        """Its size in bytes.

        Raises:
            GenerationError: It cannot be read.
        """


class Generations(Protocol):
    """The generations of a collection. May be shared by threads."""

    def live(self) -> str:
        """The name of the live generation, as it is now.

        Raises:
            GenerationError: It cannot be told.
        """

    def open(self, name: str) -> Generation:
        """Open a generation.

        Raises:
            GenerationError: It is gone or damaged.
        """

    def create(self) -> Generation:
        """Make an empty generation beside the live one; to be called while `rebuilding`.

        Raises:
            GenerationError: It cannot be written.
        """

    def publish(self, name: str) -> None:
        """Make a generation the live one, by one atomic step; to be called while `writing`.

        Raises:
            GenerationError: It cannot be written.
        """

    def remove_unused(self) -> None:
        """Remove the generations before the live one that nobody needs.

        Raises:
            GenerationError: They cannot be removed.
        """

    def writing(self) -> AbstractContextManager[None]:
        """Hold the lock of those who write to the live generation.

        Raises:
            GenerationBusyError: Another process held it for too long.
        """

    def rebuilding(self) -> AbstractContextManager[None]:
        """Hold the lock of those who build a new generation.

        Raises:
            GenerationBusyError: Another process is building one.
        """

    def close(self) -> None:
        """Let go of connections."""


def open_generations(folder: Path, engine: str, fingerprint: str) -> Generations:
    """The generations of a collection; one is made where there is none.

    Args:
        folder: The folder of the collection.
        engine: The engine's name, or the address of a cluster.
        fingerprint: The analysis new generations are built by.

    Raises:
        SettingsError: There is no such engine, or what it needs is not installed.
        GenerationError: They cannot be read or written.
    """
    if "://" not in engine:
        from indexer.folders import FolderGenerations

        return FolderGenerations(folder / engine, engine, fingerprint)
    try:
        from indexer.engines.opensearch import ClusterGenerations
    except ModuleNotFoundError as error:
        raise SettingsError(
            f"the engine on a cluster needs {error.name}: pip install 'xiaosou[cluster]'"
        ) from error
    return ClusterGenerations.connect(engine, fingerprint)
