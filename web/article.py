"""The page of one article: its stored text, and where it is from."""

from __future__ import annotations

import re

from flask import Blueprint

from indexer.article import Article
from indexer.index import Index
from web.copies import kept_of
from web.errors import UnknownArticleError
from web.rendering import render

_SIMILAR = 5  # articles shown below one
_DUPLICATES = 50  # and of those that say nearly the same

_ID = re.compile("[0-9a-f]{16}")


def routes(index: Index) -> Blueprint:
    """The article page over an index."""
    pages = Blueprint("article", __name__)

    @pages.get("/article/<id>")
    def show(id: str) -> str:  # noqa: A002 - the name of the attribute
        article = find(index, id)
        return render(
            "article.html",
            article=article,
            paragraphs=paragraphs(article),
            copied=kept_of(index.store, [article.url]),
            duplicates=index.duplicates(article.id)[:_DUPLICATES],
            similar=index.similar(article.url, limit=_SIMILAR).hits,
        )

    return pages


def find(index: Index, id: str) -> Article:  # noqa: A002 - the name of the attribute
    """The article with this id.

    Raises:
        UnknownArticleError: There is none.
    """
    article = index.article(id) if _ID.fullmatch(id) else None
    if article is None:
        raise UnknownArticleError
    return article


def paragraphs(article: Article) -> list[str]:
    """The paragraphs of an article's text, without blank ones."""
    return [line.strip() for line in article.body.splitlines() if line.strip()]
