"""The API described: as an OpenAPI document, and as a page for people."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from indexer import __version__
from web.api.operations import PATHS
from web.api.schemas import SCHEMAS
from web.rendering import render

DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {
        "title": "xiaosou",
        "version": __version__,
        "description": (
            "Search for collected articles. Errors are problem documents (RFC 9457). Answers with "
            "an ETag can be asked for again with If-None-Match. Other parameters are ignored."
        ),
        "license": {"name": "MIT", "identifier": "MIT"},
    },
    "paths": PATHS,
    "components": {
        "schemas": SCHEMAS,
        "securitySchemes": {
            "key": {
                "type": "http",
                "scheme": "bearer",
                "description": "Made by xiaosou key add, for the scopes read, write or both.",
            }
        },
    },
}
"""The OpenAPI document."""


def routes() -> Blueprint:
    """The document and the page."""
    api = Blueprint("description", __name__)

    @api.get("/api/openapi.json")
    def document() -> dict[str, Any]:
        return DOCUMENT

    @api.get("/api/docs")
    def page() -> str:
        return render("api.html", document=DOCUMENT)

    return api
