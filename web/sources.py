"""The page of a source: to edit its declaration, and to begin and end its crawls."""

from __future__ import annotations

from flask import Blueprint, Response, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from indexer.index import Index
from indexer.store.orders import Kind, State, digest, last_edit
from indexer.store.schedules import Declaration, is_scheduled
from web.access import Access
from web.crawling import find_source
from web.login import COOKIE
from web.ordering import MAX_DECLARATION, place
from web.parameters import read_text
from web.rendering import render

_CLOSED = {"Cache-Control": "no-store"}


def routes(index: Index, access: Access) -> Blueprint:
    """The sources that the schedule knows, for those who logged in."""
    pages = Blueprint("sources", __name__)

    @pages.before_request
    def check() -> ResponseReturnValue | None:
        if access.holds(request.cookies.get(COOKIE, "")):
            return None
        if request.endpoint == "sources.edit":
            # What was typed is not lost to a session that ended meanwhile.
            text, basis = _typed()
            page = render(
                "source.html",
                name=(request.view_args or {})["name"],
                declaration=None,
                pending=None,
                typed=text,
                basis=basis,
                longest=MAX_DECLARATION,
                scheduled=True,
            )
            return page, 403, _CLOSED
        return redirect(url_for("login.form", hl=g.hl or None), 303, Response)

    @pages.get("/status/sources/<name>")
    def show(name: str) -> ResponseReturnValue:
        declaration = _find(name)
        edit = last_edit(index.store, name)
        pending = edit if edit and edit.state is not State.DONE else None
        page = render(
            "source.html",
            name=name,
            declaration=declaration,
            pending=pending,
            typed=pending.declaration if pending else declaration.text,
            basis=digest(declaration.text),
            longest=MAX_DECLARATION,
            scheduled=is_scheduled(index.store),
        )
        return page, _CLOSED

    @pages.post("/status/sources/<name>")
    def edit(name: str) -> ResponseReturnValue:
        _find(name)
        text, basis = _typed()
        place(index.store, name, Kind.EDIT, text, basis)
        return redirect(url_for("sources.show", name=name, hl=g.hl or None), 303, Response)

    @pages.post("/status/sources/<name>/start")
    def start(name: str) -> ResponseReturnValue:
        return order(name, Kind.START)

    @pages.post("/status/sources/<name>/stop")
    def stop(name: str) -> ResponseReturnValue:
        return order(name, Kind.STOP)

    def order(name: str, kind: Kind) -> ResponseReturnValue:
        _find(name)
        given = place(index.store, name, kind)
        target = url_for("status.show", order=given.id, hl=g.hl or None, _anchor="sources")
        return redirect(target, 303, Response)

    def _find(name: str) -> Declaration:
        source = find_source(index.store, name)
        if source is None or source.declaration is None:
            raise NotFound
        return source.declaration

    return pages


def _typed() -> tuple[str, str]:
    """The declaration in the form, and the digest of the one that was edited."""
    text = read_text(request.form, "declaration", MAX_DECLARATION)
    # Browsers end lines as mail does.
    return text.replace("\r\n", "\n"), read_text(request.form, "basis", len(digest("")))
