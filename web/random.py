"""An article drawn at random, a joke where there are some, for those who look for nothing."""

from __future__ import annotations

from secrets import randbelow

from flask import Blueprint, Response, g, redirect, url_for
from werkzeug.wrappers import Response as Redirection

from indexer.index import Index
from indexer.query import SORTS
from indexer.store import Store

_DRAWS = 20  # so many of them hit nothing where next to nothing is left
# What sites and categories of jokes have in their names, in either script and case.
_NAMES = "笑话 搞笑 爆笑 笑林 笑口 幽默 段子 糗事 joke humor humour funny chuckle"
_JOKES = " OR ".join(f"{field}:{name}" for field in ("category", "site") for name in _NAMES.split())


def routes(index: Index) -> Blueprint:
    """The link that leads to another article each time."""
    pages = Blueprint("random", __name__)

    @pages.get("/random")
    def draw() -> Redirection:
        id = draw_joke(index) or draw_article(index.store)  # noqa: A001 - the name of the attribute
        target = url_for("article.show", id=id, hl=g.hl or None) if id else url_for("search.home")
        response = redirect(target, Response=Response)
        response.cache_control.no_store = True
        return response

    return pages


def draw_joke(index: Index) -> str | None:
    """The id of an article drawn from the sites and categories of jokes, or None without any.

    Raises:
        GenerationError: The index cannot be read.
        StoreError: The store cannot be read.
    """
    total = index.search(_JOKES, limit=0, match="all").total
    for _ in range(_DRAWS if total else 0):
        # In an order that needs no scores. Near-duplicates are no hits of their own.
        drawn = index.search(_JOKES, limit=1, offset=randbelow(total), sort=SORTS[1], match="all")
        for hit in drawn:
            return hit.article.id
    return None


def draw_article(store: Store) -> str | None:
    """The id of an article drawn at random, or None when none is found.

    A place in the order of changes is drawn, and the next article after it taken: one that stands
    behind a gap, which a change of another article left, comes more often.

    Raises:
        StoreError: The store cannot be read.
    """
    last = store.last_seq()
    for _ in range(_DRAWS if last else 0):
        for change in store.changes(randbelow(last), limit=1):
            if change.article:
                return change.id
    return next((article.id for article in store.articles()), None)
