"""The search page and its JSON, over one index."""

from __future__ import annotations

from email.utils import format_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from indexer.index import Index


def create_app(index: Index) -> Flask:
    """Make the WSGI application that searches an index.

    Args:
        index: The collection. It is shared by the threads that serve, and stays open.
    """
    # The shell imports this package to find its command: Flask loads only to serve.
    from flask import Flask
    from flask.json.provider import DefaultJSONProvider
    from jinja2 import StrictUndefined

    from web import (
        api,
        article,
        assets,
        errors,
        feed,
        headers,
        history,
        language,
        random,
        search,
    )
    from web.links import outward
    from web.locale import language_tag

    app = Flask(__name__)
    if isinstance(app.json, DefaultJSONProvider):
        app.json.ensure_ascii = False
        app.json.sort_keys = False
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.filters.update(
        outward=outward, language_tag=language_tag, rfc_date=format_datetime
    )
    for part in (language, assets, headers, errors):
        part.install(app)
    for routes in (search, article, history, random, feed, api):
        app.register_blueprint(routes.routes(index))
    return app
