"""A document: an article in the form an engine indexes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from indexer.analysis.chain import Analysis, Streams
from indexer.analysis.signature import sign
from indexer.article import Article

FACET_FIELDS = ("site", "category", "language", "author")
"""The fields that searches filter by and count, indexed whole."""


@dataclass(frozen=True, slots=True)
class Document:
    """An article's indexed form.

    Attributes:
        id: `Article.id`.
        seq: The place of the article's newest state in the store's order of changes.
        url: The article's URL, as given.
        headline: The article's title, as given.
        title: The streams of the title.
        body: The streams of the body.
        site: As in `Article`, like the three that follow.
        category: …
        language: …
        author: …
        published: An aware datetime in UTC, or None.
        signature: What tells near-duplicates, see `indexer.analysis.signature`.
    """

    id: str
    seq: int
    url: str
    headline: str
    title: Streams
    body: Streams
    site: str
    category: str
    language: str
    author: str
    published: datetime | None
    signature: bytes


def document_of(article: Article, seq: int, analysis: Analysis) -> Document:
    """Analyse an article."""
    title, body = analysis.analyse(article.title), analysis.analyse(article.body)
    return assemble(article, seq, title, body, sign(title.pairs, body.pairs))


def assemble(
    article: Article, seq: int, title: Streams, body: Streams, signature: bytes
) -> Document:
    """The document of an article whose title and body are analysed."""
    return Document(
        id=article.id,
        seq=seq,
        url=article.url,
        headline=article.title,
        title=title,
        body=body,
        site=article.site,
        category=article.category,
        language=article.language,
        author=article.author,
        published=article.published,
        signature=signature,
    )
