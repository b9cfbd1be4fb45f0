"""The operations of the API, as its OpenAPI document says them."""

from __future__ import annotations

from typing import Any

from indexer.analysis.document import FACET_FIELDS
from indexer.query import SORTS
from indexer.search import MATCHES
from web.api.schemas import ID, TEXT
from web.api.transfer import MEDIA_TYPE
from web.keys import CRAWL, READ, WRITE
from web.ordering import MAX_NAME
from web.parameters import MAX_DEPTH, MAX_LIMIT, MAX_VALUE_CHARACTERS, MAX_VALUES, PAGE_SIZE
from web.suggestions import LIMIT

_JSON = "application/json"
_PROBLEM = "application/problem+json"
_REASONS = {
    400: "A parameter or the body cannot be read",
    401: "No valid key was sent",
    403: "The key is for something else, or a page of another site asked",
    404: "There is none such",
    409: "The schedule cannot do that now",
    413: "The body is too large",
    415: "The body is of another media type",
    422: "The article or the declaration cannot be kept as it is",
    429: "Too many requests; Retry-After says how many seconds to wait",
    503: "The index or the store cannot be read now",
}


def _reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _content(name: str, media: str = _JSON) -> dict[str, Any]:
    return {media: {"schema": _reference(name)}}


def _responses(success: dict[str, Any], *problems: int) -> dict[str, Any]:
    known = {
        str(status): {"description": _REASONS[status], "content": _content("Problem", _PROBLEM)}
        for status in (*problems, 429, 503)
    }
    return {**success, **known}


def _gives(name: str, description: str) -> dict[str, Any]:
    return {"200": {"description": description, "content": _content(name)}}


def _parameter(name: str, schema: dict[str, Any], description: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": schema, "description": description, **more}


def _number(name: str, low: int, high: int, default: int, description: str) -> dict[str, Any]:
    schema = {"type": "integer", "minimum": low, "maximum": high, "default": default}
    return _parameter(name, schema, description)


def _key(scope: str) -> dict[str, Any]:
    return {"security": [{"key": []}], "x-scope": scope}


_VALUES = {
    "type": "array",
    "maxItems": MAX_VALUES,
    "items": {"type": "string", "maxLength": MAX_VALUE_CHARACTERS},
}
_ARTICLE_ID = {"name": "id", "in": "path", "required": True, "schema": ID}
_NAME = {
    "name": "name",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "pattern": "^[a-z0-9][a-z0-9._-]*$", "maxLength": MAX_NAME},
}
_ORDERED = {
    "200": {"description": "It was obeyed", "content": _content("Order")},
    "202": {"description": "It waits for the schedule", "content": _content("Order")},
}

_SEARCH = {
    "summary": "Search",
    "description": "Any text is a query. The counts of a facet ignore its own filter.",
    "parameters": [
        _parameter("q", TEXT, "What to search for.", required=True),
        _number("limit", 0, MAX_LIMIT, PAGE_SIZE, "How many hits to give."),
        _number(
            "offset",
            0,
            MAX_DEPTH - MAX_LIMIT,
            0,
            f"How many hits to pass over; with limit up to {MAX_DEPTH}.",
        ),
        _parameter("sort", {"enum": list(SORTS)}, "The order of the hits."),
        _parameter("match", {"enum": list(MATCHES)}, "What an article must have of the query."),
        _parameter(
            "facets",
            {"type": "array", "items": {"enum": list(FACET_FIELDS)}},
            "What to count; repeated, or with commas between.",
        ),
        *(
            _parameter(field, _VALUES, f"Only articles with one of these as their {field}.")
            for field in FACET_FIELDS
        ),
    ],
    "responses": _responses(_gives("Results", "What was found"), 400),
}

_SUGGEST = {
    "summary": "Suggest what may be meant by the beginning of a query",
    "description": "Common queries of others come first, then words and titles, also by pinyin.",
    "parameters": [
        _parameter("q", TEXT, "What was typed.", required=True),
        _number("limit", 0, MAX_LIMIT, LIMIT, "How many suggestions to give."),
    ],
    "responses": _responses(_gives("Suggestions", "What may be meant"), 400),
}

PATHS: dict[str, dict[str, Any]] = {
    "/api/search": {"get": _SEARCH},
    "/api/suggest": {"get": _SUGGEST},
    "/api/articles": {
        "post": {
            "summary": "Add an article, or replace the one with its URL",
            **_key(WRITE),
            "requestBody": {"required": True, "content": _content("Article")},
            "responses": _responses(
                {
                    "200": {"description": "It was there", "content": _content("Added")},
                    "201": {
                        "description": "It is new",
                        "content": _content("Added"),
                        "headers": {"Location": {"schema": TEXT, "required": True}},
                    },
                },
                *(400, 401, 403, 413, 415, 422),
            ),
        }
    },
    "/api/articles/{id}": {
        "parameters": [_ARTICLE_ID],
        "get": {
            "summary": "Get an article",
            "responses": _responses(_gives("StoredArticle", "The article"), 404),
        },
        "delete": {
            "summary": "Delete an article",
            **_key(WRITE),
            "responses": _responses({"204": {"description": "It is gone"}}, 401, 403, 404),
        },
    },
    "/api/import": {
        "post": {
            "summary": "Add many articles",
            "description": "An article a line. Bad lines are told of, and the others are kept.",
            **_key(WRITE),
            "requestBody": {"required": True, "content": {MEDIA_TYPE: {"schema": TEXT}}},
            "responses": _responses(
                _gives("Imported", "How many were new"), 400, 401, 403, 413, 415
            ),
        }
    },
    "/api/export": {
        "get": {
            "summary": "Get every article",
            **_key(READ),
            "responses": _responses(
                {
                    "200": {
                        "description": "An article a line",
                        "content": {MEDIA_TYPE: {"schema": TEXT}},
                    }
                },
                *(401, 403),
            ),
        }
    },
    "/api/status": {
        "get": {
            "summary": "The size of the collection",
            **_key(READ),
            "responses": _responses(_gives("Status", "The size"), 401, 403),
        }
    },
    "/api/sources": {
        "get": {
            "summary": "The sources, their crawls, and what came of their pages",
            **_key(READ),
            "responses": _responses(_gives("Sources", "The sources, by name"), 401, 403),
        }
    },
    "/api/sources/{name}": {
        "parameters": [_NAME],
        "get": {
            "summary": "Get a source with its declaration",
            **_key(READ),
            "responses": _responses(_gives("DeclaredSource", "The source"), 401, 403, 404),
        },
        "put": {
            "summary": "Declare a source, a new one or one that is there",
            "description": "The schedule checks the declaration, and writes it into its file.",
            **_key(CRAWL),
            "requestBody": {"required": True, "content": _content("NewDeclaration")},
            "responses": _responses(_ORDERED, 400, 401, 403, 404, 413, 415, 422),
        },
    },
    "/api/sources/{name}/crawl": {
        "parameters": [_NAME],
        "post": {
            "summary": "Crawl all pages of a source now",
            **_key(CRAWL),
            "responses": _responses(_ORDERED, 401, 403, 404, 409),
        },
        "delete": {
            "summary": "End the crawl of a source; what it brought is kept",
            **_key(CRAWL),
            "responses": _responses(_ORDERED, 401, 403, 404, 409),
        },
    },
    "/api/crawls": {
        "get": {
            "summary": "The crawls, the newest first",
            **_key(READ),
            "parameters": [
                _number("limit", 0, MAX_LIMIT, 20, "How many to give."),
                _number("offset", 0, MAX_DEPTH, 0, "How many to pass over first."),
            ],
            "responses": _responses(_gives("Crawls", "The crawls"), 400, 401, 403),
        }
    },
    "/healthz": {
        "get": {
            "summary": "Whether the application lives",
            "responses": _responses(_gives("Health", "It does")),
        }
    },
    "/readyz": {
        "get": {
            "summary": "Whether searches can be answered",
            "responses": _responses(_gives("Readiness", "They can")),
        }
    },
}
"""For each path, its methods."""
