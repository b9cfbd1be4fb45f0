"""The copy of a page as it was when it was crawled, its text only.

It is another's page: it is shown in a sandbox, without scripts, and nothing it names is
loaded. Pages whose sites forbid it (``noarchive``) are not kept, so none of them is shown.
"""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from flask import Blueprint, Response, request
from markupsafe import Markup
from werkzeug.exceptions import NotFound

from indexer.index import Index
from web.article import find
from web.charset import decode
from web.parameters import read_number
from web.reading import plain
from web.rendering import render

_STYLE = (Path(__file__).parent / "templates" / "copy.css").read_text(encoding="utf-8")
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_HEADERS = {
    "Content-Security-Policy": (
        f"sandbox; default-src 'none'; style-src 'sha256-{_HASH}'; form-action 'none'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    # A browser refuses a page in a sandbox that wants more than this.
    "Cross-Origin-Opener-Policy": "unsafe-none",
    "X-DNS-Prefetch-Control": "off",
    "X-Robots-Tag": "noindex",
}
_MAX_PAGES = 1000


def routes(index: Index) -> Blueprint:
    """The copies of the pages of an article."""
    pages = Blueprint("copy", __name__)

    @pages.get("/copy/<id>")
    def show(id: str) -> Response:  # noqa: A002 - the name of the attribute
        article = find(index, id)
        kept = index.store.copies(article.url)
        number = read_number(request.args, "page", 1, 1, _MAX_PAGES)
        if number > len(kept):
            raise NotFound
        copy = kept[number - 1]
        html = render(
            "copy.html",
            article=article,
            copy=copy,
            number=number,
            total=len(kept),
            content=plain(decode(copy.content, article.title + article.body), copy.url),
            style=Markup(_STYLE),  # noqa: S704 - a file of ours
        )
        return Response(html, mimetype="text/html", headers=_HEADERS)

    return pages
