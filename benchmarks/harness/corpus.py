"""The corpus: articles of a file, and more of the same kind."""

from __future__ import annotations

import hashlib
import random
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from indexer import Article
from indexer.jsonlines import BadLine, JSONLinesError, read

FORM = (
    "a file of JSON lines, packed (.xz, .gz) or not, one article a line: an object with url, "
    "title, body, and where known site, category, language, author, published (ISO 8601)"
)
"""What a corpus looks like, for the help of commands."""

_FIRST_DATE = datetime(2010, 1, 1, tzinfo=UTC)
_SECONDS = 15 * 365 * 24 * 3600  # dates are spread over as many seconds
_SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?\n]*")


@dataclass(frozen=True, slots=True)
class Corpus:
    """Articles to measure with.

    Attributes:
        path: The file they are from.
        sha256: The SHA-256 of that file, in hex.
        articles: The articles in the file's order; whoever has no date got one by `dated`.
    """

    path: Path
    sha256: str
    articles: list[Article]


def load_corpus(path: Path) -> Corpus:
    """Read a corpus.

    Args:
        path: See `FORM`.

    Raises:
        JSONLinesError: The file cannot be read, or has a line that holds no article.
    """
    articles = []
    for item in read(path):
        if isinstance(item, BadLine):
            raise JSONLinesError(f"{path}, line {item.number}: {item.reason}")
        articles.append(dated(item))
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return Corpus(path, sha256, articles)


def dated(article: Article) -> Article:
    """The article with a date derived from its URL, unless it has one."""
    if article.published:
        return article
    return replace(
        article, published=_FIRST_DATE + timedelta(seconds=int(article.id, 16) % _SECONDS)
    )


def resample(articles: list[Article], times: int, seed: int) -> Iterator[Article]:
    """Make several times as many articles out of the sentences of some.

    Each new article has the title, the fields and the number of sentences of an old one; the
    sentences are drawn from all articles of its language. The same seed gives the same articles.

    Args:
        articles: The old articles.
        times: How many new ones to make of each.
        seed: Decides what is drawn.
    """
    chance = random.Random(seed)
    sentences: defaultdict[str, list[str]] = defaultdict(list)
    for article in articles:
        sentences[article.language] += _SENTENCE.findall(article.body)
    for number in range(times):
        for article in articles:
            count = len(_SENTENCE.findall(article.body))
            drawn = chance.choices(sentences[article.language], k=count) if count else []
            url = f"{article.url}#{number}"
            yield dated(replace(article, url=url, body="".join(drawn), published=None))
