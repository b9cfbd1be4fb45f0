"""The language of a request: asked for in the link, remembered, or preferred by the browser."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, g, request

from web.errors import BadParameterError
from web.links import address
from web.locale import LOCALES

PARAMETER = "hl"
"""The name of the parameter that asks for a language, and of the cookie that remembers it."""

_YEAR = 365 * 24 * 60 * 60  # seconds


def install(app: Flask) -> None:
    """Have the application choose the language of each request.

    Views and templates find it in ``g.locale``, and in ``g.hl`` what the link asked for.
    """
    app.before_request(_choose)
    app.after_request(_remember)
    app.context_processor(_context)


def _choose() -> None:
    asked = request.args.get(PARAMETER, "")
    preferred = request.accept_languages.best_match(LOCALES, "en")
    remembered = request.cookies.get(PARAMETER, "")
    g.locale = LOCALES.get(asked) or LOCALES.get(remembered) or LOCALES[preferred]
    g.hl = asked if asked in LOCALES else ""
    if asked and not g.hl:
        raise BadParameterError("parameter.choice", name=PARAMETER, choices=", ".join(LOCALES))


def _remember(response: Response) -> Response:
    if response.mimetype == "text/html":
        response.vary.update(("Accept-Language", "Cookie"))
        if g.hl:
            response.set_cookie(
                PARAMETER,
                g.hl,
                max_age=_YEAR,
                secure=request.is_secure,
                httponly=True,
                samesite="Strict",
            )
    return response


def _context() -> dict[str, Any]:
    return {
        "locale": g.locale,
        "text": g.locale.text,
        "other_locales": [locale for locale in LOCALES.values() if locale is not g.locale],
        "link": _link,
        "switch": _switch,
    }


def _link(endpoint: str, **values: Any) -> str:
    """A link inside the page that keeps the language this one was asked in."""
    return address(endpoint, **values, hl=g.hl or None)  # None is left out


def _switch(code: str) -> str:
    """The same request in another language, relative to itself."""
    kept = [(key, value) for key, value in request.args.items(multi=True) if key != PARAMETER]
    return "?" + urlencode([*kept, (PARAMETER, code)])
