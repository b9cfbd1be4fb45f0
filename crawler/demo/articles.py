"""The articles of the demo site, as files of the package."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import TYPE_CHECKING

from crawler.demo.errors import DemoError

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDERS = ("zh", "en")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_KEYS = {"date", "author"}


@dataclass(frozen=True, slots=True)
class DemoArticle:
    """One article of the demo site.

    Attributes:
        folder: The first part of its path on the site, ``zh`` or ``en``.
        slug: The last part of its path, unique in its folder.
        site: The name of the site it stands on.
        category: The section of that site.
        title: The headline.
        date: The day it was published.
        author: The author's name as printed.
        paragraphs: The text, in paragraphs without line breaks.
    """

    folder: str
    slug: str
    site: str
    category: str
    title: str
    date: date
    author: str
    paragraphs: tuple[str, ...]

    @property
    def heading(self) -> str:
        """Site, category and title as the page's ``<title>`` has them."""
        return f"{self.site} - {self.category} - {self.title}"


def load_articles() -> tuple[DemoArticle, ...]:
    """Read every article of the package, in the order of folder and slug.

    Raises:
        DemoError: A file is not in the form `parse_article` reads, or two share a title.
    """
    articles = tuple(_read_articles())
    titles = Counter(article.title for article in articles)
    if twice := [title for title, count in titles.items() if count > 1]:
        raise DemoError(f"two demo articles are called {twice[0]!r}: give one another title")
    return articles


def parse_article(folder: str, slug: str, text: str) -> DemoArticle:
    """Make an article of a file's text.

    The first line is ``site - category - title``; ``date: YYYY-MM-DD`` and ``author: name``
    follow, then the paragraphs, each after a blank line.

    Raises:
        DemoError: The text, or the slug, is not of that form.
    """
    where = f"demo article {folder}/{slug}"
    if not _SLUG.fullmatch(slug):
        raise DemoError(f"{where}: a slug is lower-case words and digits between single hyphens")
    head, *blocks = re.split(r"\n\s*\n", text.strip())
    heading, *lines = head.split("\n")
    site, category, title = [*heading.split(" - ", 2), "", ""][:3]
    if not (site.strip() and category.strip() and title.strip()):
        raise DemoError(f"{where}: the first line must be 'site - category - title'")
    values = {
        key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)
    }
    if values.keys() != _KEYS or not all(values.values()):
        raise DemoError(
            f"{where}: lines 'date: …' and 'author: …' must follow the first, no others"
        )
    try:
        day = date.fromisoformat(values["date"])
    except ValueError:
        raise DemoError(f"{where}: the date must be a day as YYYY-MM-DD") from None
    if not blocks:
        raise DemoError(f"{where}: paragraphs must follow, each after a blank line")
    paragraphs = tuple(" ".join(block.split()) for block in blocks)
    return DemoArticle(folder, slug, site, category, title, day, values["author"], paragraphs)


def _read_articles() -> Iterator[DemoArticle]:
    for folder in FOLDERS:
        entries = (files("crawler.demo") / "articles" / folder).iterdir()
        for file in sorted(entries, key=lambda entry: entry.name):
            if file.name.endswith(".txt"):
                slug = file.name.removesuffix(".txt")
                yield parse_article(folder, slug, file.read_text(encoding="utf-8"))
