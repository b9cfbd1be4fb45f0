"""The status page, for whoever runs this."""

from __future__ import annotations

from flask import Blueprint, Response, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from indexer.index import Index
from indexer.store.orders import find_order
from indexer.store.schedules import is_scheduled
from web.access import Access
from web.crawling import crawls, failures, sources
from web.login import COOKIE
from web.metrics import Metrics
from web.parameters import read_number
from web.plot import HEIGHT, WIDTH, bars, parts
from web.querylog import summarize
from web.rendering import render

_DAYS = 30
_LISTED = 10
_MOST_ORDERS = 2**31


def routes(index: Index, access: Access, metrics: Metrics) -> Blueprint:
    """The status page, for those who logged in."""
    pages = Blueprint("status", __name__)

    @pages.get("/status")
    def show() -> ResponseReturnValue:
        if not access.holds(request.cookies.get(COOKIE, "")):
            return redirect(url_for("login.form", hl=g.hl or None), 303, Response)
        number = read_number(request.args, "order", 0, 0, _MOST_ORDERS)
        asked = summarize(index.store, _DAYS, _LISTED)
        latency = metrics.search_times()
        page = render(
            "status.html",
            stats=index.stats(),
            scheduled=is_scheduled(index.store),
            order=find_order(index.store, number),
            sources=sources(index.store),
            crawls=crawls(index.store, _LISTED, 0),
            parts=parts,
            failures=failures(index.store, _LISTED),
            days=_DAYS,
            logged=index.settings.query_days > 0,
            asked=asked,
            queries=sum(count for _, count in asked.days),
            daily=bars([(day.isoformat(), count) for day, count in asked.days]),
            latency=bars(latency),
            searches=sum(count for _, count in latency),
            width=WIDTH,
            height=HEIGHT,
        )
        return page, {"Cache-Control": "no-store"}

    return pages
