"""What goes wrong with the files of an index, as errors of ours."""

from __future__ import annotations

import pickle
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
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


@contextmanager
def reporting(folder: Path) -> Iterator[None]:
    """Turn Whoosh's and the file system's errors about the index in a folder into ours.

    Raises:
        GenerationBusyError: Another program writes to the index.
        GenerationError: Its files are gone or damaged, or cannot be written.
    """
    try:
        yield
    except index.LockError as error:
        raise GenerationBusyError(
            f"another program writes to the index in {folder}: try again when it has finished"
        ) from error
    except _DAMAGE as error:
        raise unreadable(folder, error) from error


def unreadable(folder: Path, error: Exception) -> GenerationError:
    """The error for an index that cannot be used for this reason."""
    return GenerationError(
        f"the index in {folder} cannot be used ({error}): "
        "build it again with xiaosou index --rebuild"
    )
