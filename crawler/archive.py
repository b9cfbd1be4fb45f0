"""Articles from the pages of a web archive, and the pages themselves to be kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from typing import TYPE_CHECKING

from crawler.answer import explain_fault
from crawler.discovery import discover
from crawler.errors import NoArticleError, PageError
from crawler.extraction import find_next_page, goes_on, join_pages, parse_page
from crawler.extraction.selectors import Selectors
from crawler.limits import LONGEST_BODY
from crawler.page import Page
from crawler.reading import MOST_FURTHER_PAGES
from crawler.url import normalize_url
from indexer import warc
from indexer.errors import XiaosouError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from crawler.extraction import Document
    from indexer.article import Article
    from indexer.store import Copy

_NO_SELECTORS = Selectors()


def read_archive(
    path: Path, keep: Callable[[Sequence[Copy]], None], on_problem: Callable[[str], None]
) -> Iterator[Article]:
    """Read the articles of the HTML pages in a WARC file, in the order of their records.

    Of several records with one URL the last counts. An article on several pages is joined from
    those that are in the file. Pages without an article, such as lists, are passed over and
    counted in one line.

    Args:
        path: The file.
        keep: Given the pages of each article that allow to be kept, before the article.
        on_problem: Told in one line of what is skipped.

    Raises:
        WarcError: The file cannot be read or is none of WARC; the articles before the place where
            that is seen are given first.
    """
    archive = _Archive(path)
    skipped = 0
    for url in archive.urls:
        try:
            documents, copies = archive.pages_from(url)
            article = join_pages(documents, _NO_SELECTORS, UTC) if documents else None
        except NoArticleError:
            article = None
        except XiaosouError as error:
            on_problem(str(error))
            continue
        except Exception as error:  # noqa: BLE001 - whatever a page does to a parser, it is logged
            on_problem(f"{url}: {explain_fault(error, url)}")
            continue
        if article is None:
            skipped += 1
            continue
        if copies:
            keep(copies)
        yield article
    if skipped:
        on_problem(f"{path}: {skipped} pages without an article of their own skipped")
    if archive.trouble:
        raise archive.trouble


class _Archive:
    """The pages of a WARC file, found by their URLs."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offsets: dict[str, int] = {}
        self.trouble: warc.WarcError | None = None
        try:
            for url, offset in warc.find_pages(path):
                if normal := normalize_url(url):
                    self._offsets[normal] = offset
        except warc.WarcError as error:
            self.trouble = error

    @property
    def urls(self) -> Iterator[str]:
        """The normalised URLs of its pages."""
        return iter(self._offsets)

    def pages_from(self, url: str) -> tuple[list[Document], list[Copy]]:
        """The pages of the article that begins at a URL, and their copies if they allow any.

        There are none when that page goes on with the article of another.
        """
        first = url
        documents: list[Document] = []
        copies: list[Copy] = []
        archive = True
        while url in self._offsets and len(documents) <= MOST_FURTHER_PAGES:
            document, copy, allowed = self._open(url)
            if not documents and goes_on(document):
                return [], []
            documents.append(document)
            copies.append(copy)
            archive = archive and allowed
            url = normalize_url(find_next_page(document, "" if url == first else first)) or ""
            if any(url == one.url for one in copies):
                break
        return documents, copies if archive else []

    def _open(self, url: str) -> tuple[Document, Copy, bool]:
        """A page, its copy, and whether that may be kept.

        Raises:
            PageError: It cannot be read.
            WarcError: Its record cannot.
        """
        record = warc.read_page(self._path, self._offsets[url], LONGEST_BODY)
        if record is None:
            raise PageError(f"{self._path}: {url} is longer than 8 MB, or has no date")
        copy = replace(record.copy, url=url)
        page = Page(url, copy.content, copy.charset)
        archive = discover(url, page.text, record.robots).directives.archive
        return parse_page(page), copy, archive
