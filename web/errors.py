"""What the page answers when something is wrong.

A person gets a page that says what to do, a program an RFC 9457 problem document. Neither shows
the message of an error from inside: it may name folders. That goes to the log.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, g, json, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import (
    Forbidden,
    HTTPException,
    MethodNotAllowed,
    NotFound,
    RequestEntityTooLarge,
    TooManyRequests,
    Unauthorized,
    UnsupportedMediaType,
)

from indexer.errors import (
    ArticleError,
    GenerationBusyError,
    GenerationError,
    ParameterError,
    StoreError,
    XiaosouError,
)
from web.locale import LOCALES, Locale
from web.rendering import render

_log = logging.getLogger(__name__)

_JSON_PATHS = ("/api/", "/healthz", "/readyz", "/metrics", "/suggest")

_KEPT_HEADERS = ("Retry-After", "WWW-Authenticate")

_FAULTS = (
    (GenerationBusyError, HTTPStatus.SERVICE_UNAVAILABLE, "error.busy"),
    (GenerationError, HTTPStatus.SERVICE_UNAVAILABLE, "error.index"),
    (StoreError, HTTPStatus.SERVICE_UNAVAILABLE, "error.store"),
    (Exception, HTTPStatus.INTERNAL_SERVER_ERROR, "error.fault"),
)


class BadParameterError(ParameterError):
    """A parameter of a request has a value it cannot have.

    Attributes:
        key: Where the catalogue says what is wrong.
        values: What to fill in there.
    """

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(LOCALES["en"].text(key, **values))
        self.key = key
        self.values = values


class UnknownArticleError(NotFound):
    """There is no article with this id."""


class UnknownSourceError(NotFound):
    """There is no source of this name."""


class RefusedOrderError(XiaosouError):
    """The schedule refused an order.

    Attributes:
        status: What is wrong, the declaration or the time for it.
    """

    def __init__(self, reason: str, *, of_declaration: bool) -> None:
        super().__init__(reason)
        self.status = HTTPStatus.UNPROCESSABLE_ENTITY if of_declaration else HTTPStatus.CONFLICT


class ForeignOriginError(Forbidden):
    """Another site had a browser send a request that could change something."""


class TooManyRequestsError(TooManyRequests):
    """An address asks too often."""


class MissingKeyError(Unauthorized):
    """A request needs a key and has none that is valid."""

    def __init__(self) -> None:
        super().__init__(www_authenticate=WWWAuthenticate("bearer"))


class MissingScopeError(Forbidden):
    """The key of a request is valid, and not for this."""


_REFUSALS = (
    (UnknownArticleError, "error.article"),
    (UnknownSourceError, "error.source"),
    (ForeignOriginError, "error.origin"),
    (MissingScopeError, "error.scope"),
    (MissingKeyError, "error.key"),
    (TooManyRequestsError, "error.rate"),
    (RequestEntityTooLarge, "error.large"),
    (UnsupportedMediaType, "error.media"),
    (NotFound, "error.page"),
)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, for whoever asked.

    Attributes:
        status: The HTTP status.
        heading: What is wrong, in a few words.
        advice: What to do about it.
    """

    status: HTTPStatus
    heading: str
    advice: str


def install(app: Flask) -> None:
    """Have the application answer every error in this way."""
    app.register_error_handler(Exception, _answer)


def _answer(error: Exception) -> Response:
    as_json = request.path.startswith(_JSON_PATHS)
    problem = _describe(error, LOCALES["en"] if as_json else g.locale)
    if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _log.error("%s %r: %s", request.method, request.path, error, exc_info=error)
    if as_json:
        body = json.dumps(_document(problem))
        response = Response(body, problem.status, mimetype="application/problem+json")
    else:
        response = Response(render("error.html", problem=problem), problem.status)
    if isinstance(error, HTTPException):
        kept = [pair for pair in error.get_headers() if pair[0] in _KEPT_HEADERS]
        response.headers.extend(kept)
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return response


def _document(problem: Problem) -> dict[str, Any]:
    return {
        "title": problem.status.phrase,
        "status": problem.status.value,
        "detail": f"{problem.heading}. {problem.advice}",
    }


def _describe(error: Exception, locale: Locale) -> Problem:
    if isinstance(error, BadParameterError):
        advice = locale.text(error.key, **error.values)
        return Problem(HTTPStatus.BAD_REQUEST, locale.text("error.request"), advice)
    if isinstance(error, ArticleError):
        advice = f"{error}."
        return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, locale.text("error.request"), advice)
    if isinstance(error, RefusedOrderError):
        return Problem(error.status, locale.text("error.request"), f"{error}.")
    if isinstance(error, MethodNotAllowed):
        allowed = ", ".join(sorted(error.valid_methods or ()))
        advice = locale.text("error.method", method=request.method, allowed=allowed)
        return Problem(HTTPStatus.METHOD_NOT_ALLOWED, locale.text("error.request"), advice)
    if isinstance(error, HTTPException) and error.code and error.code < 500:
        for kind, key in _REFUSALS:
            if isinstance(error, kind):
                return _problem(HTTPStatus(error.code), key, locale)
        advice = locale.text("error.refused")
        return Problem(HTTPStatus(error.code), locale.text("error.request"), advice)
    status, key = next((status, key) for kind, status, key in _FAULTS if isinstance(error, kind))
    return _problem(status, key, locale)


def _problem(status: HTTPStatus, key: str, locale: Locale) -> Problem:
    return Problem(status, locale.text(key), locale.text(f"{key}.advice"))
