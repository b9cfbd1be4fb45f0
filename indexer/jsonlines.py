"""Articles as JSON lines, one object a line, for export, import and other programs."""

from __future__ import annotations

import codecs
import gzip
import json
import lzma
import sys
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Protocol

from indexer.article import Article
from indexer.durable import replacing
from indexer.errors import ArticleError, XiaosouError
from indexer.progress import Report, silent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from contextlib import AbstractContextManager
    from io import BufferedIOBase

SUFFIXES = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz", ".jsonl.xz", ".ndjson.xz")
"""How the names of such files end, in lower case."""

STANDARD_OUTPUT = "-"

_REPORT_EVERY = 1000


class JSONLinesError(XiaosouError):
    """A file of JSON lines cannot be read or written."""


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that holds no article.

    Attributes:
        number: Which line of the file it is, from 1.
        reason: What is wrong with it.
    """

    number: int
    reason: str


def read(
    path: Path, name: Callable[[int, dict[str, Any]], str] | None = None
) -> Iterator[Article | BadLine]:
    """Read the articles of a file in its order, and its bad lines; empty lines are skipped.

    Args:
        path: The file; one whose name ends in ``.gz`` or ``.xz`` is unpacked. UTF-8.
        name: Gives the URL of an object without one, from the line's number and the object.

    Raises:
        JSONLinesError: The file is missing, cannot be read, or breaks off.
    """
    try:
        with _open_to_read(path) as file:
            yield from parse(file, name)
    except (OSError, EOFError, lzma.LZMAError) as error:
        raise JSONLinesError(f"{path} cannot be read: {_reason(error)}") from None


def parse(
    lines: Iterable[bytes], name: Callable[[int, dict[str, Any]], str] | None = None
) -> Iterator[Article | BadLine]:
    """The articles in lines, and the bad lines; empty lines are skipped.

    Args:
        lines: UTF-8.
        name: As for `read`.
    """
    for number, line in enumerate(lines, start=1):
        text = line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
        if text.strip():
            yield _read_line(number, text, name)


def write(
    articles: Iterable[Article],
    file: Path | str,
    report: Report = silent,
    total: int | None = None,
) -> int:
    """Write articles so that `read` gives them back unchanged.

    A file appears whole, in place of an older one, when all is written; when that fails, the older
    one stays as it was.

    Args:
        articles: What to write.
        file: Where to; a name that ends in ``.gz`` or ``.xz`` is packed, ``-`` is standard output.
        report: Told how many articles are written.
        total: How many there will be, for the report.

    Returns:
        How many articles were written.

    Raises:
        JSONLinesError: The file cannot be written.
    """
    written = 0
    try:
        with _open_to_write(file) as out:
            for article in articles:
                row = json.dumps(article.to_dict(), ensure_ascii=False)
                out.write(row.encode() + b"\n")
                written += 1
                if written % _REPORT_EVERY == 0:
                    report("write", written, total)
    except OSError as error:
        raise JSONLinesError(f"{file} cannot be written: {_reason(error)}") from None
    report("write", written, total)
    return written


def _read_line(
    number: int, line: bytes, name: Callable[[int, dict[str, Any]], str] | None
) -> Article | BadLine:
    try:
        row = json.loads(line.decode())
    except UnicodeDecodeError:
        return BadLine(number, "it is not UTF-8")
    except (ValueError, RecursionError) as error:
        return BadLine(number, f"it is not JSON: {error}")
    if not isinstance(row, dict):
        return BadLine(number, f"it is not an object but {type(row).__name__}")
    try:
        if name and not row.get("url"):
            row["url"] = name(number, row)
        return Article.from_dict(row)
    except ArticleError as error:
        return BadLine(number, str(error))


class _Writable(Protocol):
    def write(self, data: bytes, /) -> object: ...


def _open_to_read(path: Path) -> BufferedIOBase:
    match path.suffix.lower():
        case ".gz":
            return gzip.GzipFile(path, "rb")
        case ".xz":
            return lzma.LZMAFile(path, "rb")
        case _:
            return path.open("rb")


def _open_to_write(file: Path | str) -> AbstractContextManager[_Writable]:
    if file == STANDARD_OUTPUT:
        return nullcontext(sys.stdout.buffer)
    return _replacement(Path(file))


@contextmanager
def _replacement(path: Path) -> Iterator[_Writable]:
    with replacing(path) as file, _packed(file, path) as out:
        yield out


def _packed(file: IO[bytes], path: Path) -> AbstractContextManager[_Writable]:
    match path.suffix.lower():
        case ".gz":
            return gzip.GzipFile("", "wb", fileobj=file)
        case ".xz":
            return lzma.LZMAFile(file, "wb")
        case _:
            return nullcontext(file)


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
