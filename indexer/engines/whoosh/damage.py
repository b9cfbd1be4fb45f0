"""What goes wrong with the files of an index, as errors of ours."""

from __future__ import annotations

import pickle
import struct
import zlib
from pathlib import Path

from whoosh import index
from whoosh.filedb.filetables import FileFormatError

from indexer.errors import GenerationBusyError, GenerationError

_DAMAGE = (
    OSError,
    EOFError,
    ValueError,
    FileFormatError,
    index.IndexError,
    pickle.UnpicklingError,
    struct.error,
    zlib.error,
)
"""What Whoosh raises on files that are gone or damaged."""


class Reporting:
    """Turns Whoosh's and the file system's errors about an index into ours, in a ``with``.

    Args:
        folder: The folder of the index.

    Raises:
        GenerationBusyError: Another program writes to the index.
        GenerationError: Its files are gone or damaged, or cannot be written.
    """

    __slots__ = ("_folder",)

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: object
    ) -> None:
        if isinstance(error, index.LockError):
            raise GenerationBusyError(
                f"another program writes to the index in {self._folder}: "
                "try again when it has finished"
            ) from error
        if isinstance(error, _DAMAGE):
            raise unreadable(self._folder, error) from error


def unreadable(folder: Path, error: Exception) -> GenerationError:
    """The error for an index that cannot be used for this reason."""
    return GenerationError(
        f"the index in {folder} cannot be used ({error}): "
        "build it again with xiaosou index --rebuild"
    )
