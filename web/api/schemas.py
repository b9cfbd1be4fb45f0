"""The shapes of what the API takes and gives, as JSON Schema for its OpenAPI document."""

from __future__ import annotations

from typing import Any

from indexer.analysis.document import FACET_FIELDS
from indexer.store.orders import Kind
from web.ordering import MAX_DECLARATION

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
COUNT: Schema = {"type": "integer", "minimum": 0}
ID: Schema = {"type": "string", "pattern": "^[0-9a-f]{16}$"}
TIME: Schema = {"type": "string", "format": "date-time"}
# PostgreSQL and XML know no NUL. Half a surrogate pair is refused, too, but not every regular
# expression can name it.
_STORED: Schema = {"type": "string", "pattern": "^[^\\u0000]*$"}


def object_of(properties: Schema, optional: tuple[str, ...] = ()) -> Schema:
    """An object that has all of these properties but the optional ones."""
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required}


def list_of(items: Schema) -> Schema:
    """A list of any length."""
    return {"type": "array", "items": items}


def or_null(schema: Schema) -> Schema:
    """The same, or null."""
    return {"anyOf": [schema, {"type": "null"}]}


_NAMES = ("site", "category", "language", "author")
_ARTICLE: Schema = {
    "url": _STORED | {"minLength": 1, "maxLength": 2048},
    "title": _STORED,
    "body": _STORED,
    **dict.fromkeys(_NAMES, _STORED),
    "published": or_null(TIME),
}
_FOUND = {name: schema for name, schema in _ARTICLE.items() if name != "body"}
_PAGES: Schema = {
    "type": "object",
    "additionalProperties": COUNT,
    "description": "How many pages came to what when they were last visited.",
}
_CRAWL = object_of(
    {
        "id": COUNT,
        "source": TEXT,
        "started_at": TIME,
        "finished_at": or_null(TIME),
        "trouble": TEXT | {"description": "What went wrong; empty for nothing."},
        "pages": _PAGES,
    }
)
_SOURCE: Schema = {
    "name": TEXT,
    "declared": {"type": "boolean", "description": "Whether the schedule knows it."},
    "trouble": TEXT | {"description": "What is wrong with the declaration; empty for nothing."},
    "next_crawl": or_null(TIME),
    "waiting": {"type": "boolean", "description": "Whether it is due, and others come first."},
    "running_since": or_null(TIME),
    "last_crawl": or_null(_CRAWL),
    "pages": _PAGES,
}
_DECLARATION: Schema = TEXT | {"maxLength": MAX_DECLARATION, "description": "A source, as TOML."}

SCHEMAS: dict[str, Schema] = {
    "Article": object_of(_ARTICLE, optional=(*_NAMES, "published")),
    "StoredArticle": object_of({"id": ID, **_ARTICLE}),
    "Results": object_of(
        {
            "total": COUNT,
            "took": {"type": "number", "minimum": 0, "description": "Seconds."},
            "notices": list_of(object_of({"code": TEXT, "text": TEXT})),
            "facets": {
                "type": "object",
                "propertyNames": {"enum": list(FACET_FIELDS)},
                "additionalProperties": list_of(
                    {
                        "type": "array",
                        "items": {"type": ["string", "integer"]},
                        "minItems": 2,
                        "maxItems": 2,
                        "description": "A value and its count.",
                    }
                ),
            },
            "hits": list_of(
                object_of(
                    {
                        "article": object_of({"id": ID, **_FOUND}),
                        "score": {"type": "number"},
                        "snippet": TEXT | {"description": "Safe HTML, <mark> around matches."},
                        "duplicates": COUNT | {"description": "Near-duplicates that match, too."},
                    }
                )
            ),
        }
    ),
    "Suggestions": object_of(
        {
            "suggestions": list_of(
                object_of({"text": TEXT, "kind": {"enum": ["query", "word", "title"]}})
            )
        }
    ),
    "Added": object_of({"id": ID, "result": {"enum": ["new", "changed", "unchanged"]}}),
    "Imported": object_of(
        {
            "new": COUNT,
            "changed": COUNT,
            "unchanged": COUNT,
            "bad": COUNT | {"description": "Lines that hold no article."},
            "bad_lines": list_of(object_of({"number": COUNT, "reason": TEXT})),
        }
    ),
    "Status": object_of(
        {
            "version": TEXT,
            "articles": COUNT,
            "indexed": COUNT,
            "behind": {"type": "integer", "description": "Changes not indexed yet."},
            "index_bytes": COUNT,
            "generation": TEXT,
        }
    ),
    "Sources": object_of(
        {
            "scheduled": {"type": "boolean", "description": "Whether a schedule is running."},
            "sources": list_of(object_of(_SOURCE)),
        }
    ),
    "DeclaredSource": object_of({**_SOURCE, "declaration": or_null(_DECLARATION)}),
    "NewDeclaration": object_of({"declaration": _DECLARATION}),
    "Order": object_of(
        {"source": TEXT, "order": {"enum": list(Kind)}, "state": {"enum": ["done", "waiting"]}}
    ),
    "Crawls": object_of({"crawls": list_of(_CRAWL)}),
    "Health": object_of({"status": {"const": "ok"}, "articles": COUNT}),
    "Readiness": object_of({"status": {"const": "ready"}}),
    "Problem": object_of({"title": TEXT, "status": COUNT, "detail": TEXT}),
}
"""Every shape that has a name."""
