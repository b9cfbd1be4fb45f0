"""Articles as JSON: to get, to add and to delete."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from indexer.article import Article
from indexer.errors import ArticleError
from indexer.index import Index
from web.article import find
from web.authorization import require
from web.keys import WRITE, Keys


def routes(index: Index, keys: Keys) -> Blueprint:
    """Articles, one at a time."""
    api = Blueprint("articles_api", __name__)

    @api.get("/api/articles/<id>")
    def get(id: str) -> dict[str, Any]:  # noqa: A002 - the name of the attribute
        found = find(index, id)
        return {"id": found.id, **found.to_dict()}

    @api.post("/api/articles")
    def add() -> ResponseReturnValue:
        require(keys, WRITE)
        try:
            row = request.get_json()
        except RecursionError:
            raise BadRequest from None
        if not isinstance(row, dict):
            raise ArticleError("an article is an object")
        article = Article.from_dict(row)
        counts = index.add([article])
        result = "new" if counts.new else "changed" if counts.changed else "unchanged"
        headers = {"Location": url_for("articles_api.get", id=article.id)}
        return {"id": article.id, "result": result}, 201 if counts.new else 200, headers

    @api.delete("/api/articles/<id>")
    def delete(id: str) -> ResponseReturnValue:  # noqa: A002 - the name of the attribute
        require(keys, WRITE)
        index.delete([find(index, id).url])
        return "", 204

    return api
