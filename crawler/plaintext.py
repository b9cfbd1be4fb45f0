"""Articles as plain text, whose first line may say "site - category - title"."""

from __future__ import annotations

import re

from crawler.errors import NoArticleError
from crawler.text import clean
from indexer.analysis.language import detect_language
from indexer.article import Article
from indexer.breadcrumb import Heading, split_heading

_BLANK_LINES = re.compile(r"(?:[^\S\n]*\n)+")
# A longer first line is no title but a paragraph.
_LONGEST_TITLE = 200


def read_plain_text(text: str, name: str) -> Article:
    """Make an article of a text, with its name for a URL.

    The first line is the title, or where the article stands: "site - category - title". The title
    is not kept where it stands once more above the text. Paragraphs and lines stay as they are.

    Args:
        text: The text.
        name: What the article is called in errors, and its URL for the time being.

    Raises:
        NoArticleError: The text is empty.
    """
    text = clean(text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if not text:
        raise NoArticleError(f"{name} has no text")
    first, rest = _cut_line(text)
    second, after = _cut_line(rest)
    heading = _heading_of(first, second)
    if len(heading.title) > _LONGEST_TITLE:
        heading, rest = Heading("", "", f"{first[: _LONGEST_TITLE - 1]}…"), text
    elif _folded(second) == _folded(heading.title):
        rest = after
    body = rest or first
    language = detect_language(f"{heading.title}\n{body}")
    return Article(name, heading.title, body, heading.site, heading.category, language)


def _heading_of(first: str, second: str) -> Heading:
    """The parts of the first line, where it has all three, or the next line repeats the title."""
    heading = split_heading(first)
    title = _folded(second)
    if title == _folded(heading.title) or (heading.category and title != _folded(first)):
        return heading
    return Heading("", "", " ".join(first.split()))


def _cut_line(text: str) -> tuple[str, str]:
    """The first line, and what follows it and the blank lines after it."""
    line, _, rest = text.partition("\n")
    blank = _BLANK_LINES.match(rest)
    return line.strip(), rest[blank.end() if blank else 0 :]


def _folded(line: str) -> str:
    return "".join(line.split()).casefold()
