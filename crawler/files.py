"""Articles from files: JSON lines, HTML pages, plain text, web archives, and folders of them."""

from __future__ import annotations

import hashlib
import logging
import os
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from crawler.decode import decode
from crawler.errors import PageError
from crawler.page import Page
from crawler.plaintext import read_plain_text
from indexer import jsonlines
from indexer.article import Article
from indexer.errors import XiaosouError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from indexer.store import Copy

logger = logging.getLogger(__name__)

_PAGE_SUFFIXES = (".html", ".htm", ".xhtml")
_TEXT_SUFFIXES = (".txt",)
_ARCHIVE_SUFFIXES = (".warc", ".warc.gz")
_SUFFIXES = (*jsonlines.SUFFIXES, *_PAGE_SUFFIXES, *_TEXT_SUFFIXES, *_ARCHIVE_SUFFIXES)


def read_articles(
    path: Path,
    base: str = "",
    on_problem: Callable[[str], None] = logger.warning,
    keep: Callable[[Sequence[Copy]], None] = lambda _: None,
) -> Iterator[Article]:
    """Read the articles of a file, or of all files in a folder in the order of their names.

    JSON lines, HTML pages, text files and web archives are read, told apart by how their names
    end. What has no URL of its own gets ``base`` and its path in the folder (and the line's number
    in a file of JSON lines), or without a base ``urn:sha256:`` and the hash of its text. A page's
    own canonical address is its URL where there is no base.

    Args:
        path: A file or a folder, whose hidden files are left out.
        base: The address the files are at.
        on_problem: Told in one line of each file or line that is skipped.
        keep: Given the pages of each article in a web archive, before the article.

    Raises:
        PageError: The path is missing, or is a file that cannot be read or holds no article.
        JSONLinesError: The path is a file of JSON lines that cannot be read.
        WarcError: The path is a web archive that cannot be read.
    """
    if path.is_dir():
        yield from _read_folder(path, base, on_problem, keep)
    elif path.name.lower().endswith(_SUFFIXES):
        yield from _read_file(path, path.name, base, on_problem, keep)
    elif path.exists():
        raise PageError(f"{_printed(path)} is none of the files that are read: {_known()}")
    else:
        raise PageError(f"{_printed(path)} does not exist")


def _read_folder(
    folder: Path,
    base: str,
    on_problem: Callable[[str], None],
    keep: Callable[[Sequence[Copy]], None],
) -> Iterator[Article]:
    unknown: Counter[str] = Counter()
    for path in _files_in(folder, set()):
        if not path.name.lower().endswith(_SUFFIXES):
            unknown[path.suffix.lower()] += 1
            continue
        try:
            name = path.relative_to(folder).as_posix()
            yield from _read_file(path, name, base, on_problem, keep)
        except XiaosouError as error:
            on_problem(str(error))
    for suffix, count in sorted(unknown.items()):
        files = "file" if count == 1 else "files"
        kind = f"{suffix} {files}" if suffix else f"{files} without a suffix"
        on_problem(f"{_printed(folder)}: {count} {kind} skipped; what is read is {_known()}")


def _files_in(folder: Path, entered: set[str]) -> Iterator[Path]:
    """The files below a folder by name; a link back to a folder it is in is not followed."""
    entered = {*entered, os.path.realpath(folder)}
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        if not path.is_dir():
            yield path
        elif os.path.realpath(path) not in entered:
            yield from _files_in(path, entered)


def _read_file(
    path: Path,
    name: str,
    base: str,
    on_problem: Callable[[str], None],
    keep: Callable[[Sequence[Copy]], None],
) -> Iterator[Article]:
    if path.name.lower().endswith(_ARCHIVE_SUFFIXES):
        from crawler.archive import read_archive  # slow to import

        yield from read_archive(path, keep, on_problem)
        return
    url = _join(base, name)
    if path.name.lower().endswith(jsonlines.SUFFIXES):
        yield from _read_lines(path, url, on_problem)
        return
    try:
        content = path.read_bytes()
    except OSError as error:
        raise PageError(f"{_printed(path)} cannot be read: {error.strerror}") from None
    if path.name.lower().endswith(_PAGE_SUFFIXES):
        yield _read_page(path, content, url)
    else:
        article = read_plain_text(decode(content), _printed(path))
        yield replace(article, url=url or _urn(article.title, article.body))


def _read_lines(path: Path, url: str, on_problem: Callable[[str], None]) -> Iterator[Article]:
    def name(number: int, row: dict[str, Any]) -> str:
        return f"{url}#{number}" if url else _urn(row.get("title"), row.get("body"))

    for line in jsonlines.read(path, name):
        if isinstance(line, Article):
            yield line
        else:
            on_problem(f"{_printed(path)}:{line.number}: {line.reason}")


def _read_page(path: Path, content: bytes, url: str) -> Article:
    from crawler.extraction import extract_from, parse_page  # slow to import

    document = parse_page(Page(_printed(path), content))
    article = extract_from(document)
    url = url or document.canonical or _urn(article.title, article.body)
    return replace(article, url=url)


def _join(base: str, name: str) -> str:
    """The address of a file below the base; without a base, nothing."""
    if not base:
        return ""
    slash = "" if base.endswith("/") else "/"
    return f"{base}{slash}{quote(os.fsencode(name))}"


def _urn(title: object, body: object) -> str:
    text = f"{title}\n{body}".encode(errors="replace")
    return f"urn:sha256:{hashlib.sha256(text).hexdigest()}"


def _printed(path: Path) -> str:
    """The path as text: names of files can have bytes that are no characters."""
    return os.fsencode(path).decode(errors="replace")


def _known() -> str:
    return ", ".join(_SUFFIXES)
