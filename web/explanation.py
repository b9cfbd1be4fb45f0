"""Why a search finds an article, or why not, on demand."""

from __future__ import annotations

from flask import Blueprint, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from indexer.index import Index
from web.article import find
from web.rate import Limiter, admit
from web.rendering import render

_RATE = 1.0  # a second on average: explaining a long query takes as long as forty searches


def routes(index: Index) -> Blueprint:
    """The page that explains one article's place in a search."""
    pages = Blueprint("explanation", __name__)
    limiter = Limiter(_RATE)

    @pages.get("/explain")
    def show() -> ResponseReturnValue:
        article = find(index, request.args.get("id", ""))
        query = request.args.get("q", "").replace("\0", "\ufffd")
        if not query.strip():
            return redirect(url_for("article.show", id=article.id, hl=g.hl or None))
        if index.settings.rate:
            admit(limiter)
        explanation = index.explain(query, url=article.url)
        return render(
            "explain.html",
            article=article,
            query=query,
            explanation=explanation,
            instead=index.store.get(explanation.instead) if explanation.instead else None,
        )

    return pages
