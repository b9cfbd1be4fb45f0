"""The search page, and the home page before it."""

from __future__ import annotations

from flask import Blueprint, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from indexer.index import Index
from indexer.query import SORTS
from indexer.results import Results
from web.copies import kept_of
from web.facets import active_filters, age_links, facet_links
from web.pagination import AHEAD, Pagination
from web.parameters import MAX_DEPTH, PAGE_FILTERS, PAGE_SIZE, PageParameters
from web.popularity import Popularity
from web.querylog import QueryLog
from web.rendering import render

_OTHERS = 8  # queries shown that others ask


def routes(index: Index, popularity: Popularity, log: QueryLog | None) -> Blueprint:
    """The home page and the search page over an index; the log is told what is searched for."""
    pages = Blueprint("search", __name__)

    @pages.get("/")
    def home() -> str:
        return render("home.html", articles=index.store.count(), popular=popularity.top(_OTHERS))

    @pages.get("/search")
    def results() -> ResponseReturnValue:
        asked = PageParameters.read(request.args, g.hl)
        if not asked.query.strip():
            return redirect(url_for("search.home", hl=g.hl or None))
        found = index.search(
            asked.text,
            limit=PAGE_SIZE,
            offset=asked.offset,
            ahead=AHEAD,
            filters=asked.filters,
            sort=asked.sort,
            facets=PAGE_FILTERS,
        )
        if log and asked.page == 1:
            log.add(asked.query, found.total)
        ages = age_links(asked, g.locale)
        return render(
            "search.html",
            asked=asked,
            found=found,
            explained=_searched(asked.query, found),
            copied=kept_of(index.store, [hit.article.url for hit in found.hits]),
            sorts=SORTS,
            ages=ages,
            facets=facet_links(found.facets, asked, g.locale),
            active=active_filters(asked, ages, g.locale),
            related=popularity.related(asked.query, _OTHERS),
            popular=() if found.total else popularity.top(_OTHERS),
            pagination=Pagination.of(found, asked),
            depth=MAX_DEPTH,
        )

    return pages


def _searched(query: str, found: Results) -> str:
    """The query that found something: the one asked, or the correction searched for instead."""
    return next((notice.query for notice in found.notices if notice.code == "corrected"), query)
