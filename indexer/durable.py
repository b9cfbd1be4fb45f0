"""Small files that are either as they were or as they should be, also after a crash."""

import os
from pathlib import Path
from tempfile import NamedTemporaryFile


def write_text(path: Path, text: str) -> None:
    """Replace a file's content by one atomic step.

    Raises:
        OSError: The file cannot be written; the old one is then unharmed.
    """
    with NamedTemporaryFile("w", dir=path.parent, encoding="utf-8", delete=False) as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(path)
