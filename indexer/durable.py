"""Files that are either as they were or as they should be, also after a crash."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedWriter
from pathlib import Path


@contextmanager
def replacing(path: Path) -> Iterator[BufferedWriter]:
    """A file to write that takes the path's place, by one atomic step, when the block ends well.

    Raises:
        OSError: The file cannot be written; what was there is unharmed.
    """
    # Not one of `tempfile`'s, which nobody but its owner may read.
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with temporary.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Replace a file's content by one atomic step.

    Raises:
        OSError: The file cannot be written; what was there is unharmed.
    """
    with replacing(path) as file:
        file.write(text.encode())


def state_of(path: str) -> tuple[int, ...]:
    """What changes whenever a file is replaced; for a file that is not there, another state.

    Args:
        path: The file; text, because a `Path` takes longer here than a search for a rare word.

    Raises:
        OSError: It cannot be told.
    """
    try:
        status = os.stat(path)  # noqa: PTH116
    except FileNotFoundError:
        return ()
    return status.st_ino, status.st_mtime_ns, status.st_size
