"""The search page and its JSON, over one index."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from indexer.index import Index
    from web.querylog import QueryLog

MAX_BODY = 4 << 20
"""How many bytes a request may have, but for an import."""


def create_app(index: Index, log: QueryLog | None = None) -> Flask:
    """Make the WSGI application that searches an index.

    Args:
        index: The collection. It is shared by the threads that serve, and stays open.
        log: Where to write down what is searched for; nowhere without it.
    """
    # The shell imports this package to find its command: Flask loads only to serve.
    from flask.json.provider import DefaultJSONProvider

    from web import (
        article,
        assets,
        copy,
        errors,
        explanation,
        feed,
        headers,
        health,
        history,
        language,
        links,
        login,
        origin,
        random,
        rate,
        rendering,
        search,
        sources,
        status,
        suggestions,
        validation,
    )
    from web.access import Access
    from web.api import articles, crawls, description, transfer
    from web.api import search as search_api
    from web.api import sources as sources_api
    from web.api import suggestions as suggestions_api
    from web.application import Application
    from web.keys import Keys
    from web.metrics import Metrics
    from web.popularity import Popularity

    app = Application(__name__)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    # It would be done by redirections to the host that the request claims to be for.
    app.url_map.merge_slashes = False
    if isinstance(app.json, DefaultJSONProvider):
        app.json.ensure_ascii = False
        app.json.sort_keys = False
    metrics = Metrics(index)
    metrics.install(app)
    # What comes after a request runs in the order turned round: an answer is packed last.
    for part in (validation, language, links, rendering, assets, headers, errors, origin):
        part.install(app)
    rate.install(app, index.settings.rate)
    keys = Keys(index.store)
    access = Access(index.store)
    popularity = Popularity(index.store, index.settings.query_days)
    app.register_blueprint(search.routes(index, popularity, log))
    app.register_blueprint(search_api.routes(index, log))
    for pages in (article, copy, explanation, history, random, feed):
        app.register_blueprint(pages.routes(index))
    for suggesting in (suggestions, suggestions_api):
        app.register_blueprint(suggesting.routes(index, popularity))
    app.register_blueprint(login.routes(access))
    app.register_blueprint(status.routes(index, access, metrics))
    app.register_blueprint(sources.routes(index, access))
    for api in (articles, transfer, sources_api, crawls):
        app.register_blueprint(api.routes(index, keys))
    app.register_blueprint(description.routes())
    app.register_blueprint(health.routes(index, metrics))
    return app
